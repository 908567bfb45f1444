"""Exact search equals the naive twin in blocks of any size and with any number of threads; ties go to the lower row."""

import tracemalloc
from pathlib import Path
from typing import Any

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wordvec import blas, search
from wordvec.errors import Interrupted, SettingsError
from wordvec.kernels import neighbours
from wordvec.kernels.neighbours import Heaps
from wordvec.search import few
from wordvec.workers import Progress, StopFlag

Floats = NDArray[np.float32]
SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int, *sizes: int, dim: int = 4) -> list[Floats]:
    """Make matrices of small whole numbers, whose products are exact, and tie."""
    draw = np.random.default_rng(seed)
    return [draw.integers(-2, 3, (size, dim)).astype(np.float32) for size in sizes]


def heaps_of(rows: int, k: int) -> Heaps:
    scores = np.full((rows, k), -np.inf, np.float32)
    return Heaps(scores, np.full((rows, k), -1), np.full(rows, -np.inf, np.float32))


def check(found: search.Best, scores: NDArray[np.float64], k: int) -> None:
    """Compare the rows that were found with those of the naive twin."""
    expected = naive.best(scores, k)
    assert found.rows.tolist() == expected[1]
    assert found.scores.tolist() == expected[0]


@given(SEEDS, st.integers(1, 6), st.permutations(range(6)))
def test_the_kernels_keep_what_the_twin_keeps_in_any_order_of_blocks(seed: int, k: int, turns: list[int]) -> None:
    draw = np.random.default_rng(seed)
    scores = draw.integers(-3, 4, (8, 48)).astype(np.float32)
    scores[draw.random((8, 48)) < 0.1] = -np.inf
    scores[draw.random((8, 48)) < 0.1] = np.nan
    # Six blocks of 4 rows and 16 columns, kept in two sets of heaps.
    shared = [heaps_of(8, k) for _ in range(2)]
    for turn in turns:
        begin, first = 4 * (turn % 2), 16 * (turn // 2)
        block = scores[begin : begin + 4, first : first + 16].flatten()
        heaps = shared[turns.index(turn) % 2]
        neighbours.keep(block, 16, first, Heaps(*(part[begin : begin + 4] for part in heaps)))
    kept, others = shared
    neighbours.merge(kept, others)
    assert kept.worst.tolist() == kept.scores[:, 0].tolist()
    neighbours.order(kept)
    check(search.Best(kept.scores, kept.columns), np.where(np.isnan(scores), -np.inf, scores), k)


@given(SEEDS, st.integers(1, 60), st.integers(1, 60))
def test_numpy_keeps_what_the_twin_keeps_of_few_scores(seed: int, k: int, sample: int) -> None:
    draw = np.random.default_rng(seed)
    scores = draw.integers(-3, 4, (5, 48)).astype(np.float32)
    scores[draw.random((5, 48)) < 0.2] = -np.inf
    scores[draw.random((5, 48)) < 0.2] = np.nan
    scores[draw.random((5, 48)) < 0.05] = np.inf
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(few, "_SAMPLE", sample)
        found = search.Best(*few.best_of(scores, k))
    check(found, np.where(np.isnan(scores), -np.inf, scores), k)


@pytest.mark.parametrize("adjusted", [False, True])
def test_few_scores_have_the_bits_that_kernels_give(adjusted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(3)
    queries, rows = (draw.standard_normal((size, 30)).astype(np.float32) for size in (5, 9_001))
    scales, shifts = (draw.random(9_001).astype(np.float32) if adjusted else None for _ in range(2))

    def bits() -> list[bytes]:
        return [part.tobytes() for part in search.best(queries, rows, 50, scales=scales, shifts=shifts)]

    of_few = bits()
    monkeypatch.setattr(few, "MOST_SCORES", 0)
    assert of_few == bits()


def test_the_kernel_adjusts_products_in_place_and_excludes_padding() -> None:
    products = np.arange(32, dtype=np.float32)
    scales, shifts = np.full(16, 2, np.float32), np.arange(16, dtype=np.float32)
    scales[15], shifts[15] = 0, -np.inf
    neighbours.adjust(products, 16, scales, shifts)
    expected = [[2 * column + column for column in range(15)], [32 + 3 * column for column in range(15)]]
    assert products.reshape(2, 16)[:, :15].tolist() == expected
    assert products.reshape(2, 16)[:, 15].tolist() == [-np.inf] * 2


@given(SEEDS, st.integers(1, 90), st.integers(1, 50), st.integers(1, 60), st.data())
def test_the_best_are_those_of_the_naive_twin_in_blocks_of_any_size(
    seed: int, many: int, count: int, k: int, data: st.DataObject
) -> None:
    queries, rows = drawn(seed, many, count)
    scales, shifts = (numbers[:, 0] for numbers in drawn(seed + 1, count, count))
    threads = data.draw(st.integers(1, 3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "SCORES_AT_ONCE", data.draw(st.integers(1, 4000)))
        patch.setattr(search, "QUERIES_AT_ONCE", data.draw(st.integers(1, 100)))
        patch.setattr(search, "_ROWS_AT_LEAST", 1)
        patch.setattr(search, "_WORTH_A_THREAD", 1)
        patch.setattr(few, "MOST_SCORES", data.draw(st.sampled_from([0, 1 << 20])))
        patch.setattr(few, "_SAMPLE", data.draw(st.integers(1, 50)))
        found = search.best(queries, rows, k, scales=scales, shifts=shifts, threads=threads)
    products = queries.astype(np.float64) @ rows.T
    check(found, products * scales + shifts, k)


@pytest.mark.parametrize("dim", [1, 15, 16, 17, 300])
@pytest.mark.parametrize("kind", ["float64", "int64", "strided", "columns first", "mapped"])
def test_any_dim_and_any_array_gives_what_the_twin_does(dim: int, kind: str, tmp_path: Path) -> None:
    queries, rows = drawn(dim, 65, 333, dim=dim)
    asked: list[NDArray[Any]] = [queries, rows]
    if kind in ("float64", "int64"):
        asked = [part.astype(kind) for part in asked]
    elif kind == "strided":
        asked = [np.repeat(np.repeat(part, 2, 0), 3, 1)[::2, ::3] for part in asked]
    elif kind == "columns first":
        asked = [np.asfortranarray(part) for part in asked]
    else:
        np.save(tmp_path / "rows.npy", rows)
        asked[1] = np.load(tmp_path / "rows.npy", mmap_mode="r")
    for many in (1, 65):
        for k in (1, 400):
            found = search.best(asked[0][:many], asked[1], k, threads=5)
            check(found, queries[:many].astype(np.float64) @ rows.T, k)


@pytest.mark.parametrize("many", [1, 7, 300])
def test_one_thread_and_several_give_the_same_bits(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(2)
    queries, rows = (draw.standard_normal((size, 30)).astype(np.float32) for size in (many, 9_001))
    scales, shifts = (draw.random(9_001).astype(np.float32) for _ in range(2))
    monkeypatch.setattr(search, "_WORTH_A_THREAD", 1)
    monkeypatch.setattr(search, "_ROWS_AT_LEAST", 100)

    def bits(threads: int) -> list[bytes]:
        found = search.best(queries, rows, 5, scales=scales, shifts=shifts, threads=threads)
        return [part.tobytes() for part in (*found, search.mean_of_best(queries, rows, 5, threads=threads))]

    assert bits(1) == bits(2) == bits(3)


@given(st.sampled_from([0, 1, 3]), st.sampled_from([0, 1, 3]), st.integers(1, 5))
def test_no_queries_and_no_rows_find_nothing(many: int, count: int, k: int) -> None:
    queries, rows = drawn(1, many, count)
    found = search.best(queries, rows, k)
    assert found.rows.shape == found.scores.shape == (many, k)
    assert (found.rows[:, count:] == -1).all()
    assert np.isneginf(found.scores[:, count:]).all()


def test_all_rows_can_be_asked_for_sorted() -> None:
    draw = np.random.default_rng(4)
    queries, rows = (draw.standard_normal((size, 8)).astype(np.float32) for size in (3, 20_000))
    found = search.best(queries, rows, 20_000)
    assert (np.diff(found.scores, axis=1) <= 0).all()
    assert (np.sort(found.rows, axis=1) == np.arange(20_000)).all()


def test_nan_is_never_found_and_rows_of_zeros_score_nothing() -> None:
    rows = np.array([[np.nan, 0], [0, 0], [-1, 0], [2, 0]], np.float32)
    found = search.best(np.array([[1, 0], [np.nan, 0]], np.float32), rows, 4)
    assert found.rows.tolist() == [[3, 1, 2, -1], [-1] * 4]
    assert found.scores[0].tolist() == [2, 0, -1, -np.inf]


def test_a_matrix_of_padded_rows_or_read_only_is_like_a_contiguous_one() -> None:
    draw = np.random.default_rng(5)
    queries, padded = draw.standard_normal((70, 8), np.float32), draw.standard_normal((500, 16), np.float32)
    padded.flags.writeable = False
    expected = search.best(queries, padded[:, :8].copy(), 4)
    found = search.best(queries, padded[:, :8], 4)
    assert found.rows.tolist() == expected.rows.tolist()


def test_the_means_of_the_best_are_those_of_a_sort() -> None:
    draw = np.random.default_rng(1)
    queries, rows = (draw.standard_normal((size, 8)).astype(np.float32) for size in (30, 70))
    scores = queries.astype(np.float64) @ rows.T
    expected = np.sort(scores, axis=1)[:, -10:].mean(axis=1)
    assert search.mean_of_best(queries, rows, 10) == pytest.approx(expected, rel=1e-5)
    assert search.mean_of_best(queries, rows[:3], 10) == pytest.approx(scores[:, :3].mean(axis=1), rel=1e-4)
    assert search.mean_of_best(queries, rows[:0], 10).tolist() == [0] * 30


def test_csls_by_shifts_is_csls_by_its_formula() -> None:
    draw = np.random.default_rng(6)
    source, target = (draw.standard_normal((size, 8)) for size in (40, 60))
    source, target = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in (source, target))
    cosines = source @ target.T
    of_source, of_target = np.sort(cosines, 1)[:, -5:].mean(1), np.sort(cosines, 0)[-5:].mean(0)
    csls = 2 * cosines - of_source[:, None] - of_target
    x, y = source.astype(np.float32), target.astype(np.float32)
    found = search.best(x, y, 1, shifts=-search.mean_of_best(y, x, 5) / 2)
    assert found.rows[:, 0].tolist() == csls.argmax(1).tolist()
    assert 2 * found.scores[:, 0] - of_source == pytest.approx(csls.max(1), abs=1e-5)


def test_memory_is_bounded_by_the_blocks_and_what_is_found() -> None:
    draw = np.random.default_rng(7)
    queries, rows = (draw.standard_normal((size, 8)).astype(np.float32) for size in (2_000, 20_000))
    search.best(queries[:600], rows, 10, threads=2)
    tracemalloc.start()
    search.best(queries, rows, 10, threads=2)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4e6  # all scores are 160 MB


@pytest.mark.parametrize(
    ("queries", "rows", "k", "scales", "message"),
    [
        ((2, 3), (4, 5), 1, None, "must be matrices of the same dim"),
        ((3,), (4, 3), 1, None, "must be matrices of the same dim"),
        ((2, 3), (4, 3), 0, None, "at least 1"),
        ((2, 3), (4, 3), 1, 5, r"expected \(4,\)"),
    ],
)
def test_what_does_not_fit_is_an_error(
    queries: tuple[int, ...], rows: tuple[int, ...], k: int, scales: int | None, message: str
) -> None:
    given = None if scales is None else np.ones(scales, np.float32)
    with pytest.raises(SettingsError, match=message):
        search.best(np.ones(queries, np.float32), np.ones(rows, np.float32), k, scales=given)


def test_a_search_stops_before_and_between_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "QUERIES_AT_ONCE", 5)
    monkeypatch.setattr(few, "MOST_SCORES", 0)
    queries, rows = drawn(8, 20, 40)

    class Stopping(Progress):
        def report(self, done: int, **figures: float) -> None:
            reports.append(done)
            stop.set()

    stop, reports = StopFlag(), list[int]()
    with pytest.raises(Interrupted):
        search.best(queries, rows, 1, threads=1, progress=Stopping(), stop=stop)
    assert reports == [5]
    for most in (0, 1 << 20):
        monkeypatch.setattr(few, "MOST_SCORES", most)
        with pytest.raises(Interrupted):
            search.best(queries, rows, 1, stop=stop)


class TestThreadsOfBLAS:
    def test_blas_has_one_thread_inside_and_as_many_as_before_after_the_last(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = [4]
        monkeypatch.setattr(
            blas, "_threads_of_blas", lambda: (lambda: number[0], lambda new: number.__setitem__(0, new))
        )
        with blas.one_thread():
            with blas.one_thread():
                assert number == [1]
            assert number == [1]
        assert number == [4]
        with pytest.raises(KeyError), blas.one_thread():
            raise KeyError
        assert number == [4]

    def test_the_blas_of_this_numpy_obeys(self) -> None:
        read, write = blas._threads_of_blas()
        if not read():
            pytest.skip("NumPy's BLAS is of a kind whose threads cannot be set")
        before = read()
        write(2)
        try:
            with blas.one_thread():
                assert read() == 1
            assert read() == 2
        finally:
            write(before)

    def test_an_unknown_blas_is_left_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(blas, "_NAMES", (("no_such_name", "nor_this"),))
        blas._threads_of_blas.cache_clear()
        with blas.one_thread():
            assert blas._threads_of_blas()[0]() == 0
        blas._threads_of_blas.cache_clear()
