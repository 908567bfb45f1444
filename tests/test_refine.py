"""Dictionaries by CSLS, and rotations refined by them."""

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import planted

from wordvec.alignment import Anchors, Procrustes, Refine
from wordvec.alignment.csls import mutual, precision, translations
from wordvec.alignment.retrieval import hubness
from wordvec.errors import InputError, Interrupted
from wordvec.rows import unit_in_place
from wordvec.workers import StopFlag


def unit_rows(draw: np.random.Generator, words: int, dim: int) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    return unit_in_place(draw.standard_normal((words, dim)).astype(np.float32))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 30), st.integers(2, 30), st.integers(1, 12))
def test_translations_are_those_of_highest_csls(seed: int, words: int, others: int, k: int) -> None:
    draw = np.random.default_rng(seed)
    source, target = unit_rows(draw, words, 5), unit_rows(draw, others, 5)
    scores = naive.csls(source.astype(np.float64), target.astype(np.float64), k)
    found = translations(source, target, hubness("csls", source, target, neighbours=k))
    ranked = np.sort(scores, axis=1)
    assert scores[np.arange(words), found.rows] == pytest.approx(ranked[:, -1], abs=1e-5)
    assert found.confidences == pytest.approx(ranked[:, -1] - ranked[:, -2], abs=1e-5)
    assert found.cosines == pytest.approx(np.einsum("ij,ij->i", source, target[found.rows]), abs=1e-5)


def test_mutual_pairs_are_each_other_s_best_among_frequent_words() -> None:
    forward, backward = np.array([2, 1, 5, 0]), np.array([3, 0, 0])
    source, target = mutual(forward, backward)
    assert list(zip(source.tolist(), target.tolist(), strict=True)) == [(0, 2), (3, 0)]


def test_precision_counts_a_source_word_once_and_any_of_its_translations() -> None:
    rows = np.eye(4, dtype=np.float32)
    pairs = Anchors(np.array([0, 0, 1, 2]), np.array([3, 0, 2, 2]), {})
    assert precision(rows, rows, np.zeros(4, np.float32), pairs) == pytest.approx(2 / 3)


def test_a_rotated_copy_is_recovered_from_a_few_pairs() -> None:
    copy = planted()
    for steps in ("unit", "unit,center,unit"):
        mapping = Refine(steps=steps).fit(copy.source, copy.target, copy.anchors(20))
        assert copy.error(mapping) < 1e-6
        assert mapping.orthogonal


@pytest.mark.filterwarnings("ignore:.*directions, and:UserWarning")
def test_refinement_finds_what_too_few_pairs_do_not() -> None:
    # Eight pairs leave some of twelve directions open, which the library for linear algebra then chooses.
    found: dict[str, list[float]] = {"procrustes": [], "refine": []}
    for seed in range(1, 6):
        noisy = planted(noise=0.15, seed=seed)
        for method in (Procrustes(), Refine()):
            mapping = method.fit(noisy.source, noisy.target, noisy.anchors(8))
            found[method.method].append(noisy.found(mapping))
    assert np.median(found["procrustes"]) < 0.7
    assert np.median(found["refine"]) > 0.9
    record = mapping.record
    assert record["pairs"][0] == 8
    assert len(record["pairs"]) == len(record["criteria"]) == 6
    assert record["criteria"][record["best_round"]] == max(record["criteria"])


@pytest.mark.filterwarnings("ignore:.*directions, and:UserWarning")
def test_the_best_round_by_validation_pairs_is_kept() -> None:
    noisy = planted(noise=0.15)
    # Pairs that are wrong, as the first rotation has them: every round after finds fewer of these.
    few = noisy.anchors(6)
    first = Procrustes().fit(noisy.source, noisy.target, few)
    source, target = (side.unit().matrix for side in (first.apply(noisy.source), first.apply_to_target(noisy.target)))
    found = translations(source, target, hubness("csls", source, target)).rows
    kept = Refine().fit(noisy.source, noisy.target, few, validation=Anchors(np.arange(400), found, {}))
    assert kept.record["best_round"] == 0
    assert kept.record["criteria"][0] > 0.99
    assert kept.matrix == pytest.approx(first.matrix)


def test_more_neighbours_than_words_are_all_words() -> None:
    copy = planted(200)
    huge, all_words = (
        Refine(neighbours=k, rounds=1).fit(copy.source, copy.target, copy.anchors(20)) for k in (10**12, 200)
    )
    assert np.array_equal(huge.matrix, all_words.matrix)


def test_a_round_that_finds_no_pair_is_an_error() -> None:
    copy = planted()
    with pytest.raises(InputError, match="of the first 1 words no two are each other's best after 0 rounds"):
        Refine(max_rank=1).fit(copy.source, copy.target, copy.anchors(20))


def test_refinement_stops_when_asked() -> None:
    stop, copy = StopFlag(), planted()
    stop.set()
    with pytest.raises(Interrupted):
        Refine().fit(copy.source, copy.target, copy.anchors(20), stop=stop)
