import os
from pathlib import Path

import naive
import numpy as np
import pytest
from numpy.typing import NDArray

import wordvec.vectors.neighbours
from wordvec import search
from wordvec.errors import InputError, SettingsError
from wordvec.vectors import Vectors

needs_data = pytest.mark.skipif("WORDVEC_DATA" not in os.environ, reason="WORDVEC_DATA names no folder of real data")


@pytest.fixture
def vectors() -> Vectors:
    matrix = np.random.default_rng(4).normal(0, 0.3, (60, 8)).astype(np.float32)
    return Vectors([f"w{row}" for row in range(60)], matrix, np.arange(60)[::-1], {"method": "skip-gram"})


class TestLookingUp:
    def test_a_word_gives_its_row(self, vectors: Vectors) -> None:
        assert vectors["w7"].tolist() == vectors.matrix[7].tolist()
        assert (len(vectors), vectors.dim) == (60, 8)
        assert "w7" in vectors
        assert "w60" not in vectors
        assert repr(vectors) == "<Vectors: 60 words of dim 8: 'w0', 'w1', 'w2', ...>"

    def test_an_unknown_word_is_a_key_error_and_an_input_error(self, vectors: Vectors) -> None:
        with pytest.raises(KeyError) as caught:
            vectors["W7"]
        assert isinstance(caught.value, InputError)
        assert str(caught.value) == "W7: not among the 60 words; did you mean w7?"
        with pytest.raises(InputError, match="king: not among the 60 words"):
            vectors.nearest("king")

    def test_lists_become_arrays(self) -> None:
        got = Vectors(("a", "b"), [[1, 2], [3, 4]], [5, 6])
        assert got.words == ["a", "b"]
        assert got.matrix.dtype == np.float32
        assert got.counts is not None
        assert got.counts.dtype == np.int64

    @pytest.mark.parametrize("matrix", [[[1.0]], [1.0, 2.0], [[1.0], [2.0], [3.0]]])
    def test_words_without_a_row_each_are_an_error(self, matrix: list[float]) -> None:
        with pytest.raises(SettingsError, match="matrix: expected 2 rows"):
            Vectors(["a", "b"], matrix)
        with pytest.raises(SettingsError, match="counts: expected 2"):
            Vectors(["a", "b"], [[1], [2]], [1, 2, 3])

    def test_a_word_with_two_rows_is_an_error(self) -> None:
        with pytest.raises(InputError, match="1 words have more than one row"):
            Vectors(["a", "a"], [[1], [2]])["a"]


class TestNearest:
    def test_neighbours_are_those_of_the_plain_definition(self, vectors: Vectors) -> None:
        for word in ("w0", "w31"):
            got = vectors.nearest(word, 12)
            expected = naive.nearest(vectors.words, vectors.matrix, vectors[word], {word})[:12]
            assert [neighbour for neighbour, _ in got] == [neighbour for neighbour, _ in expected]
            np.testing.assert_allclose([cosine for _, cosine in got], [cosine for _, cosine in expected], atol=1e-6)

    def test_words_matrix_and_vector_ask_alike(self, vectors: Vectors) -> None:
        one = vectors.nearest("w3", 5)
        assert [word for word, _ in vectors.nearest(["w4", "w3"], 5)[1]] == [word for word, _ in one]
        by_vector = vectors.nearest(3 * vectors["w3"], 6)
        assert by_vector[0] == ("w3", pytest.approx(1, abs=1e-6))
        assert [word for word, _ in by_vector[1:]] == [word for word, _ in one]
        assert vectors.nearest(vectors.matrix[:3], 2)[0][0] == ("w0", pytest.approx(1, abs=1e-6))
        assert vectors.nearest([]) == []

    def test_no_more_than_there_are(self, vectors: Vectors) -> None:
        assert len(vectors.nearest("w3", 1000)) == 59
        assert len(vectors.nearest(vectors["w3"], 1000)) == 60
        assert Vectors(["a"], [[1, 0]]).nearest("a") == []

    def test_equal_cosines_come_in_the_order_of_the_rows(self) -> None:
        got = Vectors(["a", "b", "c", "d"], [[1, 0], [0, 1], [0, 2], [0, 3]]).nearest("a", 3)
        assert got == [("b", 0), ("c", 0), ("d", 0)]

    def test_vectors_without_a_word_have_no_neighbours(self) -> None:
        assert Vectors([], np.empty((0, 3))).nearest(np.ones(3)) == []

    def test_rows_of_zeros_are_nobodys_neighbours(self) -> None:
        got = Vectors(["a", "b", "zero"], [[1, 0], [1, 0], [0, 0]])
        assert got.nearest("a") == [("b", 1)]

    def test_small_and_large_rows_keep_their_angle(self) -> None:
        got = Vectors(["tiny", "huge", "other"], [[1e-30, 0.0], [1e30, 1e30], [0.0, 1.0]]).nearest("tiny")
        assert got == [("huge", pytest.approx(0.7071068)), ("other", 0)]

    def test_many_queries_in_pieces_are_the_same(self, vectors: Vectors, monkeypatch: pytest.MonkeyPatch) -> None:
        together = vectors.nearest(vectors.words, 4)
        monkeypatch.setattr(wordvec.vectors.neighbours, "QUERIES_AT_ONCE", 7)
        monkeypatch.setattr(search, "SCORES_AT_ONCE", 60 * 7)
        monkeypatch.setattr(search, "QUERIES_AT_ONCE", 3)
        apart = vectors.nearest(vectors.words, 4)
        assert [[word for word, _ in row] for row in together] == [[word for word, _ in row] for row in apart]

    def test_a_padded_matrix_is_like_a_packed_one(self, vectors: Vectors) -> None:
        padded = np.full((60, 16), 9, np.float32)
        padded[:, :8] = vectors.matrix
        got = Vectors(vectors.words, padded[:, :8])
        assert got.matrix.base is not None
        assert [word for word, _ in got.nearest("w5")] == [word for word, _ in vectors.nearest("w5")]

    @pytest.mark.parametrize("query", [np.zeros(7), np.zeros((2, 9)), np.zeros((1, 1, 8)), np.full(8, np.nan)])
    def test_vectors_that_do_not_fit_are_an_error(self, vectors: Vectors, query: NDArray[np.float64]) -> None:
        with pytest.raises(SettingsError, match="of dim 8"):
            vectors.nearest(query)

    def test_no_neighbours_cannot_be_asked_for(self, vectors: Vectors) -> None:
        with pytest.raises(SettingsError, match="at least 1"):
            vectors.nearest("w1", 0)


class TestAnalogy:
    def test_the_planted_answer_comes_first_and_question_words_do_not(self) -> None:
        words = ["man", "woman", "king", "queen", "tea"]
        rows = [[1.0, 0.0, 0.1], [1.0, 1.0, 0.1], [1.0, 0.0, 5.0], [1.0, 4.0, 5.0], [-1.0, 0.0, 0.0]]
        got = Vectors(words, rows).analogy("man", "woman", "king")
        assert got[0][0] == "queen"
        assert {word for word, _ in got} == {"queen", "tea"}

    def test_scores_are_those_of_the_plain_definition(self, vectors: Vectors) -> None:
        unit = vectors.matrix / np.linalg.norm(vectors.matrix, axis=1, keepdims=True)
        expected = naive.nearest(vectors.words, vectors.matrix, unit[2] - unit[1] + unit[3], {"w1", "w2", "w3"})[:10]
        got = vectors.analogy("w1", "w2", "w3")
        assert [word for word, _ in got] == [word for word, _ in expected]
        np.testing.assert_allclose([cosine for _, cosine in got], [cosine for _, cosine in expected], atol=1e-6)

    def test_many_questions_are_answered_as_one_after_another(self, vectors: Vectors) -> None:
        questions = [("w1", "w2", "w3"), ("w4", "w4", "w4"), ("w59", "w0", "w1")]
        for found, question in zip(vectors.analogies(questions, 60), questions, strict=True):
            alone = vectors.analogy(*question, 60)
            assert [word for word, _ in found] == [word for word, _ in alone]
            assert len(found) == 60 - len(set(question))
        assert vectors.analogies([]) == []
        with pytest.raises(InputError, match="king: not among"):
            vectors.analogies([("w1", "w2", "w3"), ("w1", "king", "w3")])


class TestMaking:
    def test_unit_rows_have_length_one_and_zeros_stay(self) -> None:
        got = Vectors(["a", "b"], [[3, 4], [0, 0]], [2, 1], {"method": "x"}).unit()
        assert got.matrix.tolist() == [[np.float32(0.6), np.float32(0.8)], [0, 0]]
        assert got.metadata == {"method": "x", "history": [{"step": "unit"}]}

    def test_a_subset_keeps_order_counts_contexts_and_history(self, vectors: Vectors) -> None:
        vectors.contexts = Vectors(vectors.words, -vectors.matrix)
        got = vectors.unit().subset(["w9", "w2"])
        assert got.words == ["w9", "w2"]
        assert got.counts is not None
        assert got.counts.tolist() == [50, 57]
        assert [step["step"] for step in got.metadata["history"]] == ["unit", "subset"]
        assert vectors.metadata == {"method": "skip-gram"}
        subset = vectors.subset(["w9", "w2"])
        assert subset.contexts is not None
        assert subset.contexts["w2"].tolist() == (-vectors["w2"]).tolist()
        with pytest.raises(InputError, match="king"):
            vectors.subset(["w1", "king"])

    def test_saved_and_loaded_they_are_the_same(self, vectors: Vectors, tmp_path: Path) -> None:
        vectors.save(tmp_path / "a.vec")
        got = Vectors.load(tmp_path / "a.vec")
        assert got.words == vectors.words
        np.testing.assert_array_equal(got.matrix.view(np.int32), vectors.matrix.view(np.int32))
        np.testing.assert_array_equal(got.counts, vectors.counts)
        assert got.metadata == vectors.metadata
        assert len(Vectors.load(tmp_path / "a.vec", limit=5)) == 5


class TestGensim:
    def test_there_and_back(self, vectors: Vectors) -> None:
        keyed = vectors.to_gensim()
        assert keyed.get_vecattr("w3", "count") == 56
        assert keyed.most_similar("w3", topn=3)[0][0] == vectors.nearest("w3", 1)[0][0]
        keyed.add_vectors(["new"], np.ones((1, 8), np.float32))
        assert keyed["new"].tolist() == [1] * 8
        keyed.vectors[3] = 0
        back = Vectors.from_gensim(vectors.to_gensim())
        assert back.words == vectors.words
        np.testing.assert_array_equal(back.matrix, vectors.matrix)
        np.testing.assert_array_equal(back.counts, vectors.counts)
        assert back.metadata["history"][0]["step"] == "from_gensim"

    def test_a_model_gives_its_word_vectors(self) -> None:
        from gensim.models import Word2Vec

        model = Word2Vec([["a", "b", "a", "c"]] * 5, vector_size=4, min_count=1, workers=1, epochs=1)
        got = Vectors.from_gensim(model)
        assert got.words[0] == "a"
        assert got.counts is not None
        assert got.counts.tolist() == [10, 5, 5]

    def test_vectors_without_counts_stay_without(self) -> None:
        assert Vectors.from_gensim(Vectors(["a", "b"], [[1, 0], [0, 1]]).to_gensim()).counts is None

    @needs_data
    def test_neighbours_and_analogies_of_real_vectors_are_those_of_gensim(self) -> None:
        from gensim.models import KeyedVectors

        path = Path(os.environ["WORDVEC_DATA"]) / "vector_files/glove50_4k/fixed_header.txt"
        vectors, keyed = Vectors.load(path), KeyedVectors.load_word2vec_format(path)
        for word in vectors.words[100:4000:400]:
            pairs = [
                (vectors.nearest(word), keyed.most_similar(word)),
                (vectors.analogy("man", word, "woman"), keyed.most_similar([word, "woman"], ["man"])),
            ]
            for ours, theirs in pairs:
                assert [neighbour for neighbour, _ in ours] == [neighbour for neighbour, _ in theirs]
                np.testing.assert_allclose([c for _, c in ours], [c for _, c in theirs], atol=1e-5)
