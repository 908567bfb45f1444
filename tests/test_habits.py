"""First habits from gensim and NumPy: they work, or a TypeError names the right call."""

import unicodedata
from typing import Any

import numpy as np
import pytest

from wordvec import EncodedCorpus, SkipGram, Vectors
from wordvec.errors import InputError, SettingsError
from wordvec.vectors import UnknownWordError

WORDS = ["man", "woman", "king", "queen", "tea"]
ROWS = [[1.0, 0.0, 0.1], [1.0, 1.0, 0.1], [1.0, 0.0, 5.0], [1.0, 4.0, 5.0], [-1.0, 0.0, 0.0]]


@pytest.fixture
def vectors() -> Vectors:
    return Vectors(WORDS, ROWS)


def test_vectors_iterate_over_words_and_take_several(vectors: Vectors) -> None:
    assert list(vectors) == WORDS
    for several in (["tea", "king"], ("tea", "king"), np.array(["tea", "king"]), np.array(["tea", "king"], object)):
        np.testing.assert_array_equal(vectors[several], vectors.matrix[[4, 2]])
        assert vectors.nearest(several, 1) == vectors.nearest(["tea", "king"], 1)
    assert vectors[[]].shape == (0, 3)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (0, "expected a word, or a list of words, got a int; use vectors.matrix"),
        (slice(0, 2), r"use vectors.matrix\[begin:end\]"),
        ([0, 1], "use vectors.matrix"),
        (np.array([0, 1]), "use vectors.matrix"),
        (b"tea", "a bytes"),
        (None, "got a? ?None"),
    ],
)
def test_rows_are_no_words(vectors: Vectors, key: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        vectors[key]


def test_other_names_are_told(vectors: Vectors) -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'most_similar'; use vectors.nearest\(word\)"):
        vectors.most_similar("tea")  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match=r"use vectors\.matrix"):
        np.asarray(vectors)
    with pytest.raises(TypeError, match=r"n: expected a whole number, got a str; use a list"):
        vectors.nearest("tea", "king")  # type: ignore[call-overload]


def test_what_takes_a_corpus_names_how_to_make_one() -> None:
    with pytest.raises(TypeError, match=r"corpus: .* use EncodedCorpus.from_text\('corpus.txt'\)"):
        SkipGram().fit("corpus.txt")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"use EncodedCorpus.from_sentences\(sentences\)"):
        SkipGram().fit([["tea", "milk"]])  # type: ignore[arg-type]


def test_a_closed_corpus_says_so() -> None:
    with EncodedCorpus.from_sentences([["tea", "milk"]] * 9) as corpus:
        pass
    assert "18 tokens" in repr(corpus)
    with pytest.raises(InputError, match="is closed; use it inside its with statement"):
        SkipGram(dim=2, min_count=1).fit(corpus)


def test_sums_of_words_are_asked_as_by_analogy(vectors: Vectors) -> None:
    got = vectors.nearest(positive=["king", "woman"], negative=["man"])
    assert got == vectors.analogy("man", "woman", "king")
    assert got[0][0] == "queen"
    assert vectors.nearest(positive="king") == vectors.nearest("king")
    assert vectors.nearest(positive=[vectors["king"]], n=1) == [("king", pytest.approx(1))]
    with pytest.raises(SettingsError, match="words cancel"):
        vectors.nearest(positive=["king"], negative=["king"])
    with pytest.raises(SettingsError, match="not both"):
        vectors.nearest("king", positive=["king"])


def test_answers_are_restricted(vectors: Vectors) -> None:
    assert [word for word, _ in vectors.nearest("king", among=["tea", "man", "king", "tea"])] == ["man", "tea"]
    assert [word for word, _ in vectors.nearest("king", min_similarity=0.5)] == ["queen"]
    assert [word for word, _ in vectors.nearest("king", min_similarity=1)] == []
    assert len(vectors.nearest("king", min_similarity=-1)) == len(WORDS) - 1
    for number in (3, -1.5, float("nan"), float("inf")):
        with pytest.raises(SettingsError, match=f"min_similarity {number}: a cosine is between -1 and 1"):
            vectors.nearest("king", min_similarity=number)
    assert vectors.nearest("king", among=[]) == []
    assert vectors.most_similar_to(vectors["tea"], 1) == [("tea", 1)]


def test_similarities_are_cosines(vectors: Vectors) -> None:
    unit = vectors.matrix / np.linalg.norm(vectors.matrix, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors.similarity_matrix(WORDS), unit @ unit.T, atol=1e-6)
    assert vectors.similarity("king", "queen") == pytest.approx(float(unit[2] @ unit[3]), abs=1e-6)
    assert vectors.doesnt_match(["man", "woman", "tea", "queen"]) == "tea"
    with pytest.raises(SettingsError, match="at least 3"):
        vectors.doesnt_match(["man", "tea"])


def test_means_are_weighted(vectors: Vectors) -> None:
    np.testing.assert_allclose(vectors.mean(["man", "tea"]), [0, 0, 0.05], atol=1e-7)
    np.testing.assert_allclose(vectors.mean(["man", "tea"], [3, -1]), [1, 0, 0.075], atol=1e-7)
    for weights in ([1], [0, 0], [1, float("inf")]):
        with pytest.raises(SettingsError, match="weights"):
            vectors.mean(["man", "tea"], weights)
    with pytest.raises(SettingsError, match="at least one word"):
        vectors.mean([])


def test_another_normal_form_is_found_with_a_warning() -> None:
    vectors = Vectors(["caf\u00e9", "tea"], [[1, 0], [0, 1]])
    with pytest.warns(UserWarning, match=r"composed form \(NFC\)"):
        assert vectors[unicodedata.normalize("NFD", "caf\u00e9")].tolist() == [1, 0]
    with pytest.raises(UnknownWordError, match="did you mean caf\u00e9"):
        vectors["cafe"]
