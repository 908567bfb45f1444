"""Exact search: as the slow twin finds them, in blocks of any size, by any number of threads, ties by row."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec import search
from wordvec.errors import Interrupted
from wordvec.kernels import neighbours
from wordvec.workers import StopFlag


def slow_best(queries: np.ndarray, rows: np.ndarray, k: int, scales: np.ndarray, shifts: np.ndarray) -> Any:
    scores = (queries @ rows.T * scales + shifts).astype(np.float32)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(scores, order, axis=1), order


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 20), st.integers(1, 50), st.integers(1, 60), st.data())
def test_the_best_are_those_of_the_slow_twin_in_blocks_of_any_size(
    seed: int, many: int, count: int, k: int, data: st.DataObject
) -> None:
    draw = np.random.default_rng(seed)
    # Small whole numbers are exact in float32, and tie.
    queries, rows = (draw.integers(-2, 3, (size, 4)).astype(np.float32) for size in (many, count))
    scales, shifts = (draw.integers(-1, 3, count).astype(np.float32) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "SCORES_AT_ONCE", data.draw(st.integers(1, 200)))
        patch.setattr(search, "QUERIES_AT_ONCE", data.draw(st.integers(1, 30)))
        patch.setattr(search, "_WORTH_A_THREAD", 1)
        found = search.best(queries, rows, k, scales=scales, shifts=shifts, threads=data.draw(st.integers(1, 3)))
    scores, order = slow_best(queries, rows, k, scales, shifts)
    there = min(k, count)
    assert np.array_equal(found.rows[:, :there], order)
    assert np.array_equal(found.scores[:, :there], scores)
    assert (found.rows[:, there:] == -1).all()


def test_the_kernel_merges_blocks_as_one_sort_would() -> None:
    scores = np.array([[0.5, 0.1, 0.5, np.nan], [0.2, 0.2, 0.9, 0.2]], np.float32)
    best, rows = np.full((2, 3), -np.inf, np.float32), np.full((2, 3), -1, np.int64)
    ones, zeros = np.ones(2, np.float32), np.zeros(2, np.float32)
    for first in (0, 2):
        neighbours.merge(scores[:, first : first + 2].copy(), ones, zeros, first, best, rows)
    assert rows.tolist() == [[0, 2, 1], [2, 0, 1]]
    assert best.tolist() == scores[np.arange(2)[:, None], rows].tolist()


def test_the_mean_of_the_best_is_that_of_a_sort() -> None:
    draw = np.random.default_rng(1)
    queries, rows = (draw.standard_normal((size, 8)).astype(np.float32) for size in (30, 70))
    expected = np.sort(queries @ rows.T, axis=1)[:, -10:].mean(axis=1)
    assert search.mean_of_best(queries, rows, 10) == pytest.approx(expected, rel=1e-5)
    assert search.mean_of_best(queries, rows[:3], 10) == pytest.approx((queries @ rows[:3].T).mean(axis=1), rel=1e-4)


def test_a_stop_is_heeded() -> None:
    stop = StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        search.best(np.ones((2, 3), np.float32), np.ones((4, 3), np.float32), 1, stop=stop)
