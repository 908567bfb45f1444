"""Rotations: the nearest there is, as SciPy finds it, and what was rotated is turned back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import orthogonal_procrustes
from scipy.stats import ortho_group

from wordvec import Vectors
from wordvec.alignment import Procrustes, aligned_in_turn, identical
from wordvec.alignment.methods.procrustes import aligned, rotation
from wordvec.alignment.normalise import normalised
from wordvec.errors import InputError, SettingsError


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 12), st.integers(1, 60))
def test_the_rotation_is_scipy_s(seed: int, dim: int, rows: int) -> None:
    draw = np.random.default_rng(seed)
    source, target = draw.standard_normal((rows, dim)), draw.standard_normal((rows, dim))
    turned = rotation(source, target)
    theirs, _ = orthogonal_procrustes(source, target)
    assert turned.T @ turned == pytest.approx(np.eye(dim), abs=1e-9)
    assert np.linalg.norm(source @ turned - target) == pytest.approx(np.linalg.norm(source @ theirs - target))


def test_a_rotated_copy_is_turned_back_by_some_of_its_words() -> None:
    draw = np.random.default_rng(1)
    words = [f"w{number}" for number in range(200)]
    one = Vectors(words, draw.standard_normal((200, 20)))
    other = Vectors(words, one.matrix @ ortho_group.rvs(20, random_state=2).astype(np.float32))
    again = aligned(other, one, words[50:150])
    assert np.abs(again.matrix - one.matrix).max() < 1e-5
    assert np.linalg.norm(again.matrix, axis=1) == pytest.approx(np.linalg.norm(other.matrix, axis=1), rel=1e-5)


def test_steps_are_done_in_their_order() -> None:
    rows = np.array([[3.0, 4.0], [0.0, 0.0], [0.0, 2.0]])
    assert normalised(rows, "unit") == pytest.approx(np.array([[0.6, 0.8], [0, 0], [0, 1]]))
    assert normalised(rows, "center") == pytest.approx(np.array([[1.5, 1], [0, 0], [-1.5, -1]]))
    assert np.linalg.norm(normalised(rows, "unit, center, unit"), axis=1) == pytest.approx(np.array([1, 0, 1]))
    assert normalised(rows, "center,unit") != pytest.approx(normalised(rows, "unit,center"))
    assert normalised(rows, "") is rows
    with pytest.raises(SettingsError, match="whiten: unknown step of normalisation; choose from unit, center"):
        normalised(rows, "unit,whiten")


@pytest.mark.filterwarnings("ignore:.*directions, and:UserWarning")
def test_what_cannot_be_aligned_is_an_error() -> None:
    with pytest.raises(InputError, match="no anchors to align by"):
        rotation(np.zeros((0, 3)), np.zeros((0, 3)))
    with pytest.raises(InputError, match="NaN or infinity"):
        rotation(np.full((2, 2), np.nan), np.ones((2, 2)))
    with pytest.raises(
        InputError, match="the 2 pairs have no direction in common, for instance because all rows are zeros"
    ):
        rotation(np.zeros((2, 2)), np.ones((2, 2)))
    one = Vectors(["a"], [[1, 2]])
    with pytest.raises(InputError, match="as a single word is after centring"):
        Procrustes().fit(one, one, identical(one, one))
    with pytest.raises(SettingsError, match="anchors: procrustes needs some"):
        Procrustes().fit(one, one, None)
    with pytest.raises(SettingsError, match="validation: procrustes has no rounds to choose from"):
        Procrustes().fit(one, one, identical(one, one), validation=identical(one, one))


def test_a_rotated_and_shuffled_copy_is_recovered() -> None:
    draw = np.random.default_rng(4)
    target = Vectors([f"w{number}" for number in range(300)], draw.standard_normal((300, 20)) + 0.3)
    order = draw.permutation(300)
    rows = target.matrix.astype(np.float64)[order] @ ortho_group.rvs(20, random_state=5)
    source = Vectors([target.words[row] for row in order], rows)
    for steps in ("", "unit", "unit,center,unit"):
        mapping = Procrustes(steps=steps).fit(source, target, identical(source, target, cutoff=200))
        assert mapping.orthogonal
        assert mapping.apply(source).matrix == pytest.approx(mapping.apply_to_target(target).matrix[order], abs=1e-6)


def test_slices_are_aligned_each_to_the_one_before() -> None:
    draw = np.random.default_rng(8)
    first = Vectors([f"w{number}" for number in range(100)], draw.standard_normal((100, 10)), np.arange(100, 0, -1))
    slices = [first]
    for seed in (1, 2):
        turned = first.matrix @ ortho_group.rvs(10, random_state=seed).astype(np.float32)
        slices.append(
            Vectors([*first.words[:90], *(f"new{seed}-{number}" for number in range(10))], turned, first.counts)
        )
    done = aligned_in_turn(slices, min_count=15)
    for one in done:
        assert one.matrix == pytest.approx(first.matrix, abs=1e-5)
    with pytest.raises(InputError, match="dim 3 and the slice before it dim 10"):
        aligned_in_turn([first, Vectors(["w1"], np.ones((1, 3)))])
