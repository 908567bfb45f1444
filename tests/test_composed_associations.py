"""Axes, associations and evaluations of words whose vectors are composed from n-grams: the scores of known vectors."""

from collections.abc import Callable

import numpy as np
import pytest
from composing import Planted, both, composing

from wordvec import Vectors
from wordvec.errors import SettingsError
from wordvec.evaluation import association, axis, categorise, norms, outliers
from wordvec.evaluation.associations.methods_paragraph import association_text, axis_text
from wordvec.evaluation.associations.scores_paragraph import word_scores_text
from wordvec.evaluation.associations.word_scores import WordScores
from wordvec.evaluation.datasets.word_groups import Categories, Ratings, Topic

WORDS = [f"{letter}{at}" for letter in "abxy" for at in range(8)]
A, B, X, Y = (WORDS[at : at + 8] for at in range(0, 32, 8))
COMPOSED = ["a1", "b2", "x3", "y0", "y4"]
CATEGORIES = Categories("letters", WORDS, [word[0] for word in WORDS])
RATINGS = Ratings("ratings", WORDS, [float(ord(word[0]) + int(word[1])) for word in WORDS])
TOPICS = [Topic(side[0][0], side, other[:4]) for side, other in ((A, B), (B, X), (X, Y), (Y, A))]


def planted() -> Planted:
    chance = np.random.default_rng(1)
    rows = chance.normal(size=(32, 12)) + np.repeat(np.eye(4, 12), 8, axis=0)
    return dict(zip(WORDS, rows.tolist(), strict=True))


@pytest.fixture(scope="module")
def whole() -> Vectors:
    return both(planted(), {})


@pytest.fixture(scope="module")
def composed() -> Vectors:
    """Return vectors that have all words but some, which they compose."""
    known = {word: row for word, row in planted().items() if word not in COMPOSED}
    return composing(known, {word: planted()[word] for word in COMPOSED})


@pytest.mark.parametrize("method", ["pairs", "semaxis", "seeds"])
def test_axes_of_composed_words_are_those_of_known_ones(method: str, whole: Vectors, composed: Vectors) -> None:
    found = axis(composed, (A, B), X, method=method, oov="subwords")
    expected = axis(whole, (A, B), X, method=method)
    for one, other in zip(found.rows, expected.rows, strict=True):
        assert list(one.values()) == pytest.approx(list(other.values()), abs=1e-6)
    coverage = (
        "A, B: 8 of 8 pairs known; composed from n-grams: 2 (a1, b2)"
        if method == "pairs"
        else "A: 8 of 8 words known; composed from n-grams: 1 (a1)"
    )
    assert coverage in found.notes
    assert "vectors: composed from n-grams: 1 (x3)" in found.notes
    assert "Words that a vocabulary lacks were composed" in axis_text(found)
    assert "@article{bojanowski2017," in axis_text(found)


def test_composed_words_are_left_out_by_default(whole: Vectors, composed: Vectors) -> None:
    assert "A, B: 6 of 8 pairs known (not: a1-b1, a2-b2)" in axis(composed, (A, B), X).notes
    assert "A: 7 of 8 words known (not: a1)" in association(composed, [X, Y], [A, B], permutations=99).notes
    found = axis(whole, (A, [*B[:7], "zebra"]), X, oov="subwords").notes
    assert "A, B: 7 of 8 pairs known (not: a7-zebra)" in found
    assert "no n-grams, so that nothing is composed: vectors" in found


@pytest.mark.parametrize("measure", ["weat", "ripa"])
def test_associations_of_composed_words_are_those_of_known_ones(
    measure: str, whole: Vectors, composed: Vectors
) -> None:
    sets = [X, Y], [A, B][: 2 if measure == "weat" else 1]
    found = association(composed, *sets, measure=measure, oov="subwords", permutations=99)
    expected = association(whole, *sets, measure=measure, permutations=99)
    assert list(found.rows[0].values()) == pytest.approx(list(expected.rows[0].values()), abs=1e-6)
    assert any(note.endswith("8 of 8 words known; composed from n-grams: 1 (a1)") for note in found.notes)
    assert "@article{bojanowski2017," in association_text(found)


@pytest.mark.parametrize(("evaluate", "data"), [(outliers, [TOPICS]), (categorise, CATEGORIES), (norms, RATINGS)])
def test_scores_of_composed_words_are_those_of_known_ones(
    evaluate: Callable[..., WordScores], data: object, whole: Vectors, composed: Vectors
) -> None:
    found = evaluate({"whole": whole, "composed": composed}, data, resamples=100)
    assert [(row["vectors"], row["oov"]) for row in found.rows] == [
        ("whole", "skip"),
        ("composed", "skip"),
        ("composed", "subwords"),
    ]
    skipped, row = found.rows[1:]
    assert skipped["covered"] < row["covered"]
    assert "composed_words" not in skipped
    assert row["composed_words"] == len(COMPOSED)
    (expected,) = evaluate(whole, data, resamples=100).rows
    assert {name: row[name] for name in expected} == pytest.approx(expected | {"vectors": "composed"}, abs=1e-6)
    text = word_scores_text(found)
    assert "known or composed" in text
    assert "@article{bojanowski2017," in text
    with pytest.raises(SettingsError, match="zero: choose one of subwords, skip"):
        evaluate(whole, data, oov="zero")


def test_a_dataset_that_only_composed_words_cover_has_one_row(composed: Vectors) -> None:
    few = composed.subset(WORDS[:1])
    few.subwords = composed.subwords
    found = categorise(few, Categories("few", [*COMPOSED, "a0"], [word[0] for word in COMPOSED] + ["a"]))
    assert [(row["oov"], row["covered"]) for row in found.rows] == [("subwords", 6)]
    assert any(note.startswith("left out: few: 1 of 6 words known") for note in found.notes)
