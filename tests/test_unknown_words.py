"""Words outside the vocabulary that n-grams compose: what the methods of vectors and the commands make of them."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call
from composing import composing, fasttext, planted

from wordvec import Vectors
from wordvec.alignment.induction import induce
from wordvec.subwords import Floret, Listed, Pruned, Subwords, Table, Used
from wordvec.vectors import NoVectorError, UnknownWordError

WORDS, OTHERS = planted("north south tea naïve"), planted("east west coffee", 2)
VECTORS = composing({**WORDS, "nothing": [0.0] * 6}, {**OTHERS, "zero": [0.0] * 6, "tea": [1.0] * 6})


class TestCanCompose:
    def test_it_asks_the_n_grams_and_not_the_vocabulary(self) -> None:
        asked = ["east", "tea", "north", "zero", "unheard", "", "nothing", "\ud800"]
        assert [VECTORS.can_compose(word) for word in asked] == [True, True, *[False] * 6]
        assert not Vectors(["tea"], [[1, 0]]).can_compose("tea")

    def test_a_word_is_accepted_if_a_normal_form_has_a_row_or_else_its_n_grams_compose_it(self) -> None:
        asked = [*VECTORS.words, *OTHERS, "zero", "unheard", "", "\ud800", unicodedata.normalize("NFD", "naïve")]
        accepted = []
        for word in asked:
            forms = {word, *(unicodedata.normalize(form, word) for form in ("NFC", "NFD"))}
            known = [form for form in forms if form in VECTORS]
            expected = any(map(VECTORS.covers, known)) if known else VECTORS.can_compose(word)
            assert (VECTORS.spelling(word) is not None) == expected, word
            accepted += [word] * expected
            if not expected:
                with pytest.raises(UnknownWordError):
                    VECTORS.require([word])
        assert accepted == [*WORDS, *OTHERS, unicodedata.normalize("NFD", "naïve")]
        VECTORS.require([*WORDS, *OTHERS])

    def test_the_vocabulary_alone_is_contained_and_counted(self) -> None:
        assert "east" not in VECTORS
        assert len(VECTORS) == len(VECTORS.words) == 5
        assert not VECTORS.covers("east")

    def test_anything_but_a_word_is_refused(self) -> None:
        with pytest.raises(TypeError, match="word: expected a word"):
            VECTORS.can_compose(["east"])  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="expected a list of words"):
            VECTORS.compose("east")

    def test_compose_leaves_rows_of_the_vocabulary_aside(self) -> None:
        vectors, found = VECTORS.compose(["tea", "east", "unheard", "\udc80"])
        assert found.tolist() == [True, True, False, False]
        np.testing.assert_array_equal(vectors[0], np.ones(6))
        np.testing.assert_array_equal(vectors[1], VECTORS["east"])
        assert not vectors[2:].any()
        assert VECTORS.compose([]).vectors.shape == (0, 6)

    @pytest.mark.parametrize("word", ["\ud800", "a\udfff"])
    def test_lone_surrogates_are_no_crash_in_any_table(self, word: str) -> None:
        rows, used = np.ones((8, 2), np.float32), Used(8, np.arange(8))
        tables: list[Table] = [
            Subwords(rows, 1, 3),
            Floret(rows, 1, 3, 2, 1, "<", ">"),
            Pruned(rows, 1, 3, used),
            Listed(rows, 1, 3, {"<": 0}),
        ]
        for table in tables:
            vectors = Vectors(["tea"], [[1, 0]], subwords=table)
            assert vectors.can_compose(word) == (vectors.spelling(word) is not None)


class TestQueries:
    def test_they_are_those_of_the_composed_vector(self) -> None:
        vector = np.array(OTHERS["east"], np.float32)
        near = VECTORS.nearest(vector, 2)
        assert VECTORS.nearest("east", 2) == near
        several = VECTORS.nearest(["east", "tea"], 2)
        assert [[word for word, _ in found] for found in several] == [
            [word for word, _ in VECTORS.nearest(word, 2)] for word in ("east", "tea")
        ]
        assert VECTORS.nearest(positive=["east"], n=2) == [(word, pytest.approx(cosine)) for word, cosine in near]
        sums = VECTORS.nearest(positive=[vector, "tea"], negative=[np.array(OTHERS["west"], np.float32)])
        composed = VECTORS.nearest(positive=["east", "tea"], negative=["west"])
        assert composed == [(word, pytest.approx(cosine, abs=1e-6)) for word, cosine in sums]
        assert VECTORS.similarity("east", "tea") == pytest.approx(dict(VECTORS.nearest("east"))["tea"], abs=1e-6)
        assert VECTORS.similarity_matrix(["east", "west", "tea"]).shape == (3, 3)
        np.testing.assert_allclose(VECTORS.mean(["east", "west"]), VECTORS[["east", "west"]].mean(axis=0), rtol=1e-5)
        assert VECTORS.analogies([("east", "west", "north")]) == [VECTORS.analogy("east", "west", "north")]
        assert {word for word, _ in VECTORS.analogy("east", "west", "north")} == {"south", "tea", "naïve"}
        assert VECTORS.doesnt_match(["east", "west", "tea"]) in ("east", "west", "tea")

    def test_candidates_and_subsets_are_words_of_the_vocabulary(self) -> None:
        message = "^east: not among the 5 words; its n-grams give it a vector, but a word of the vocabulary is needed"
        with pytest.raises(UnknownWordError, match=message):
            VECTORS.nearest("tea", among=["north", "east"])
        with pytest.raises(UnknownWordError, match=message):
            VECTORS.subset(["east"])

    def test_a_word_that_cannot_be_composed_has_its_reason(self) -> None:
        with pytest.raises(NoVectorError, match=r"^unheard: not among the 5 words, and none of its n-grams has a row$"):
            VECTORS.nearest("unheard")
        with pytest.raises(NoVectorError, match=r"^zero: has no vector, the rows of its n-grams are all zeros$"):
            VECTORS.nearest("zero")
        with pytest.raises(
            NoVectorError, match=r"^ab: not among the 1 words, and has no n-grams to make its vector of$"
        ):
            fasttext(["tea"], shortest=6).nearest("ab")

    def test_words_are_translated_by_their_n_grams_but_not_back(self) -> None:
        target = Vectors(["est", "sud"], [OTHERS["east"], WORDS["south"]])
        found = induce(VECTORS, target, ["south", "east"], retrieval="nearest")
        assert [pair[:2] for pair in found] == [("south", "sud"), ("east", "est")]
        assert [pair.score for pair in found] == [pytest.approx(1, abs=1e-6)] * 2
        with pytest.raises(UnknownWordError, match="a word of the vocabulary is needed here"):
            induce(VECTORS, target, ["south", "east"], mutual=True)


class TestCommands:
    @pytest.fixture
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.chdir(tmp_path)
        fasttext(["river", "rivers", "lake", "tea"]).save("a.fasttext.bin")
        return tmp_path

    @pytest.mark.usefixtures("place")
    def test_composed_words_are_answered_and_reported_once(self, wordvec: Call) -> None:
        done = wordvec("nearest", "a.fasttext.bin", "riverlike", "lake", "-n", 1)
        assert done.code == 0
        assert [line.split("\t")[0] for line in done.out.splitlines()] == ["riverlike", "lake"]
        assert done.err == "wordvec: riverlike: not among the 4 words; composed from its n-grams\n"
        done = wordvec("nearest", "a.fasttext.bin", *(f"word{number}" for number in range(7)), "-n", 1)
        named = "word0, word1, word2, word3, word4 and 2 more"
        assert done.err == f"wordvec: {named}: not among the 4 words; composed from their n-grams\n"
        done = wordvec("analogy", "a.fasttext.bin", "riverlike", "lake", "lakes", "-n", 1)
        assert (done.code, len(done.out.splitlines())) == (0, 1)
        assert done.err == "wordvec: riverlike, lakes: not among the 4 words; composed from their n-grams\n"

    @pytest.mark.usefixtures("place")
    def test_candidates_that_the_vocabulary_lacks_are_reported_and_skipped(self, wordvec: Call) -> None:
        Path("few.txt").write_text("lake\nlakes\n")
        done = wordvec("nearest", "a.fasttext.bin", "river", "--among", "few.txt")
        assert (done.code, done.out.split("\t")[:2]) == (0, ["river", "lake"])
        assert done.err == (
            "wordvec: few.txt, line 2: lakes: not among the 4 words; its n-grams give it a vector, but a word of the "
            "vocabulary is needed here; did you mean lake?\n"
        )
        assert wordvec("nearest", "a.fasttext.bin", "river", "--among", "few.txt", "--strict").code == 1

    @pytest.mark.filterwarnings("ignore:.*do not seem to be aligned", "ignore:both were trained")
    @pytest.mark.usefixtures("place")
    def test_words_are_translated_but_not_with_mutual(self, wordvec: Call) -> None:
        done = wordvec("translate", "a.fasttext.bin", "a.fasttext.bin", "lakes", "tea")
        assert (done.code, [line.split("\t")[0] for line in done.out.splitlines()]) == (0, ["lakes", "tea"])
        assert "lakes: not among the 4 words; composed from its n-grams" in done.err
        done = wordvec("translate", "a.fasttext.bin", "a.fasttext.bin", "lakes", "tea", "--mutual")
        assert (done.code, done.out.split("\t")[:2]) == (0, ["tea", "tea"])
        assert "lakes: not among the 4 words; its n-grams give it a vector, but a word of the vocabulary" in done.err

    @pytest.mark.usefixtures("place")
    def test_mapped_files_have_no_n_grams_and_say_that_a_word_is_unknown(self, wordvec: Call) -> None:
        np.savetxt("rotation.txt", np.eye(6))
        assert wordvec("map", "rotation.txt", "a.fasttext.bin", "-o", "b.fasttext.bin").code == 0
        done = wordvec("nearest", "b.fasttext.bin", "lakes")
        assert done == (1, "", "wordvec: lakes: not among the 4 words; did you mean lake?\n")
