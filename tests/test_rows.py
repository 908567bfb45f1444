"""Matrices of rows: rows without a vector, blocks, finite rows, lengths and unit rows."""

import numpy as np
import pytest
from numpy.typing import NDArray

from wordvec import rows

Floats = NDArray[np.float32]


@pytest.fixture
def matrix() -> Floats:
    """Make 20,000 rows of dim 5, more than two blocks, of which every seventh is zeros."""
    made = np.random.default_rng(3).standard_normal((20_000, 5)).astype(np.float32)
    made[::7] = 0
    made[1, 0] = 0
    return made


def test_rows_of_zeros_are_not_present(matrix: Floats) -> None:
    assert rows.present(matrix).tolist() == matrix.any(axis=1).tolist()
    assert rows.present(matrix[:, :0]).tolist() == [False] * len(matrix)


@pytest.mark.parametrize(("count", "expected"), [(0, []), (4, [(0, 4)]), (9, [(0, 4), (4, 8), (8, 9)])])
def test_blocks_cover_all_rows_in_order(count: int, expected: list[tuple[int, int]]) -> None:
    assert [(span.start, span.stop) for span in rows.blocks(count, 4)] == expected


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_the_first_row_that_is_not_finite_is_found_in_any_block(matrix: Floats, number: float) -> None:
    assert rows.first_not_finite(matrix) is None
    for row in (19_999, 8_192, 8_191, 0):
        matrix[row, 3] = number
        assert rows.first_not_finite(matrix) == row


def test_lengths_that_divide_are_never_zero(matrix: Floats) -> None:
    expected = np.linalg.norm(matrix.astype(np.float64), axis=1)
    np.testing.assert_allclose(rows.exact_lengths(matrix), expected, rtol=1e-14)
    np.testing.assert_allclose(rows.lengths(matrix), np.where(expected == 0, 1, expected), rtol=1e-6)


def test_the_shortest_and_the_longest_row_have_a_length() -> None:
    for number in (np.finfo(np.float32).smallest_subnormal, np.float32(1e38)):
        assert rows.lengths(np.array([[number, 0]], np.float32)).tolist() == [number]


def test_unit_rows_have_length_1_and_rows_of_zeros_stay(matrix: Floats) -> None:
    there = matrix.any(axis=1)
    copy = matrix.copy()
    in_place = rows.unit_in_place(copy)
    assert in_place is copy
    for unit in (rows.unit(matrix), rows.unit_rounded_once(matrix), in_place):
        assert unit.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(unit[there], axis=1), 1, rtol=1e-6)
        assert not unit[~there].any()
    exact = matrix.astype(np.float64) / np.maximum(np.linalg.norm(matrix.astype(np.float64), axis=1)[:, None], 1e-300)
    np.testing.assert_array_equal(in_place, exact.astype(np.float32))
    np.testing.assert_array_equal(in_place, rows.unit_float64(matrix.astype(np.float64)).astype(np.float32))


def test_changed_and_gathered_rows_are_those_of_one_block(matrix: Floats) -> None:
    out = np.empty((len(matrix), 2), np.float32)
    assert rows.changed(matrix, lambda block: 2 * block[:, :2], out) is out
    np.testing.assert_array_equal(out, 2 * matrix[:, :2])
    chosen = np.random.default_rng(4).integers(0, len(matrix), 5_000)
    np.testing.assert_array_equal(rows.gathered(matrix, chosen, np.empty((5_000, 5), np.float32)), matrix[chosen])
