"""Exact search for the best rows of many queries, and for the best queries of the rows, in blocks.

Products are made by BLAS, block by block, in a buffer that stays in the second-level cache, and a kernel keeps the
best of them while they are there. Each of our threads has its buffer and calls BLAS on itself alone, so that BLAS's
threads never run beside ours. Blocks depend on the sizes only: any number of threads gives the same bits.
"""

import itertools
import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import blas
from wordvec.errors import SettingsError
from wordvec.kernels import neighbours
from wordvec.kernels.neighbours import Heaps
from wordvec.kernels.simd import LANES
from wordvec.workers import Progress, StopFlag, available_threads, ordered_map

QUERIES_AT_ONCE = 512
SCORES_AT_ONCE = 1 << 17
"""Scores of a block: 512 KB."""
# Queries that BLAS multiplies faster, up to twice, when they stand on the right.
_FEW = 64
# Where queries are few, blocks are so many at least that threads can share them, but not smaller than this.
_BLOCKS, _ROWS_AT_LEAST = 16, 4096
_PIECES_FOR_A_THREAD = 4
# Multiplications for which another thread is worth starting.
_WORTH_A_THREAD = 1 << 23

Floats = NDArray[np.float32]


class Best(NamedTuple):
    """The best rows of each query, best first.

    Attributes
    ----------
    scores, rows
        (queries, k) float32 and int64. Of equal scores the lower row goes before; where there are fewer rows than k, or
        scores are NaN, −inf and −1. Scores are as BLAS rounds them: the last bit may depend on a row's place in a
        block, so that two rows with the same numbers may come in either order, and on how many queries are asked.
    """

    scores: Floats
    rows: NDArray[np.int64]


def best(
    queries: Floats,
    rows: Floats,
    k: int,
    *,
    scales: Floats | None = None,
    shifts: Floats | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Best:
    """Find the rows whose product with each query is largest.

    Parameters
    ----------
    queries, rows
        (queries, dim) and (rows, dim).
    k
        How many are wanted.
    scales, shifts
        (rows,): a product is multiplied by its row's scale, then its shift is added: a row's length taken away makes
        cosines of products, its hubness taken away CSLS.
    threads
        All processors unless given.
    progress, stop
        Where to report, and what stops the work.

    Raises
    ------
    SettingsError
        If shapes do not fit each other, or `k` is not positive.
    Interrupted
        If `stop` was set.
    """
    search = _Search(queries, rows, k, scales, (None, shifts))
    return search.run(_threads(search, threads), progress or Progress(), stop or StopFlag())


def best_both(
    queries: Floats,
    rows: Floats,
    k: int,
    *,
    shifts: tuple[Floats, Floats] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> tuple[Best, Best]:
    """Find the best rows of each query and the best queries of each row, from products that are computed once.

    Parameters
    ----------
    shifts
        (queries,) and (rows,): what is added to the products of each. Half the means of the best cosines, taken away
        on both sides, give half of CSLS.
    others
        As those of `best`. Each thread keeps its own best of all rows: 12 · k · rows bytes.

    Raises
    ------
    SettingsError
        If shapes do not fit each other, or `k` is not positive.
    Interrupted
        If `stop` was set.
    """
    search = _Search(queries, rows, k, None, shifts or (None, None))
    threads = _threads(search, threads)
    of_rows = [_empty(_up(len(rows)), k) for _ in range(threads)]
    of_queries = search.run(threads, progress or Progress(), stop or StopFlag(), of_rows)
    first, *others = of_rows
    for other in others:
        neighbours.merge(first, other)
    neighbours.order(first)
    return of_queries, Best(first.scores[: len(rows)], first.partners[: len(rows)])


def mean_of_best(
    queries: Floats,
    rows: Floats,
    k: int,
    *,
    shifts: Floats | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Floats:
    """Return the mean of the k largest products of each query (queries,): CSLS's r for unit rows.

    Takes and raises what `best` does; a shift of −∞ leaves a row out.
    """
    return _mean(best(queries, rows, k, shifts=shifts, threads=threads, progress=progress, stop=stop))


def means_of_best(
    queries: Floats,
    rows: Floats,
    k: int,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> tuple[Floats, Floats]:
    """Give the mean of the k largest products of each query (queries,) and of each row (rows,): both of CSLS's r.

    In about the time of one. Raises what `best` does.
    """
    of_queries, of_rows = best_both(queries, rows, k, threads=threads, progress=progress, stop=stop)
    return _mean(of_queries), _mean(of_rows)


def operations(queries: int, rows: int, dim: int) -> float:
    """Give how many floating-point operations a search takes."""
    return 2.0 * queries * rows * dim


def estimate_seconds(queries: Floats, rows: Floats, k: int, threads: int | None = None) -> float:
    """Give the seconds that `best` would take, from a search of some of the queries in some of the rows."""
    threads = threads or available_threads()
    few, some = queries[: QUERIES_AT_ONCE * threads], rows[: SCORES_AT_ONCE // 8]
    seconds = []
    for _ in range(2):  # the first time compiles
        begun = time.perf_counter()
        best(few, some, k, threads=threads)
        seconds.append(time.perf_counter() - begun)
    return min(seconds) * len(queries) * len(rows) / max(1, len(few) * len(some))


class _Search:
    """What is searched, and the blocks in which it is: `height` queries by `width` rows."""

    def __init__(
        self,
        queries: Floats,
        rows: Floats,
        k: int,
        scales: Floats | None,
        shifts: tuple[Floats | None, Floats | None],
    ) -> None:
        if k < 1:
            raise SettingsError(f"k: {k} rows cannot be found; it must be at least 1")
        if queries.ndim != 2 or rows.ndim != 2 or queries.shape[1] != rows.shape[1]:
            raise SettingsError(f"queries {queries.shape} and rows {rows.shape} must be matrices of the same dim")
        self.queries, self.rows, self.k = queries, rows, k
        self.of_queries = _filled(shifts[0], len(queries), 0, 0)
        # What fills up the last block is never kept.
        self.scales, self.shifts = _filled(scales, len(rows), 1, 0), _filled(shifts[1], len(rows), 0, -np.inf)
        spans = -(-len(queries) // QUERIES_AT_ONCE)
        self.height = max(1, -(-len(queries) // max(1, spans)))
        share = max(_ROWS_AT_LEAST, len(rows) // _BLOCKS)
        self.width = _up(max(1, min(SCORES_AT_ONCE // self.height, share, len(rows))))

    def run(self, threads: int, progress: Progress, stop: StopFlag, of_rows: list[Heaps] | None = None) -> Best:
        """Give the best rows of each query; keep the best queries of the rows in `of_rows`, one for each thread."""
        found = _empty(len(self.queries), self.k)

        def task(job: tuple[slice, slice]) -> Heaps:
            # Taken for this task: no two threads have the same.
            mine = of_rows.pop() if of_rows is not None else None
            try:
                return self._search(*job, mine, stop)
            finally:
                if of_rows is not None and mine is not None:
                    of_rows.append(mine)

        jobs = list(self._jobs(threads))
        progress.begin("searching", len(self.queries), " queries")
        try:
            with blas.one_thread():
                done = ordered_map(task, jobs, max(1, min(threads, len(jobs))))
                for (span, columns), heaps in zip(jobs, done, strict=True):
                    whole = Heaps(found.scores[span], found.partners[span], found.worst[span])
                    neighbours.merge(whole, heaps)
                    if columns.stop == len(self.rows):
                        neighbours.order(whole)
                        progress.report(span.stop)
        finally:
            progress.end()
        return Best(found.scores, found.partners)

    def _jobs(self, threads: int) -> Iterator[tuple[slice, slice]]:
        """Give spans of queries, and for each the rows, in several pieces where spans are few."""
        blocks, spans = -(-len(self.rows) // self.width), -(-len(self.queries) // self.height)
        pieces = 1 if threads == 1 else max(1, min(blocks, _PIECES_FOR_A_THREAD * threads // max(1, spans)))
        bounds = [min(blocks * piece // pieces * self.width, len(self.rows)) for piece in range(pieces + 1)]
        for begin in range(0, len(self.queries), self.height):
            span = slice(begin, min(begin + self.height, len(self.queries)))
            for columns in itertools.pairwise(bounds):
                yield span, slice(*columns)

    def _search(self, span: slice, columns: slice, of_rows: Heaps | None, stop: StopFlag) -> Heaps:
        """Give the best of some rows for some queries."""
        queries, shifts = self.queries[span], self.of_queries[span]
        heaps = _empty(len(queries), self.k)
        buffer = np.zeros(len(queries) * self.width, np.float32)
        for first in stop.until(range(columns.start, columns.stop, self.width)):
            rows = self.rows[first : min(first + self.width, columns.stop)]
            width = _up(len(rows))
            block, filled = buffer[: len(queries) * width], slice(first, first + width)
            products = block.reshape(-1, width)[:, : len(rows)]
            if len(queries) < _FEW:
                products[:] = (rows @ queries.T).T
            else:
                np.matmul(queries, rows.T, out=products)
            neighbours.adjust(block, width, self.scales[filled], self.shifts[filled], shifts)
            neighbours.keep_of_rows(block, width, first, heaps)
            if of_rows is not None:
                neighbours.keep_of_columns(block, width, len(queries), span.start, first, of_rows)
        return heaps


def _threads(search: _Search, threads: int | None) -> int:
    worth = len(search.queries) * search.rows.size // _WORTH_A_THREAD
    return max(1, min(threads or available_threads(), worth))


def _mean(found: Best) -> Floats:
    """Give the mean of the scores that were found; 0 of none."""
    there = found.rows >= 0
    sums = np.sum(found.scores, axis=1, where=there, dtype=np.float64)
    means: Floats = (sums / np.maximum(there.sum(axis=1), 1)).astype(np.float32)
    return means


def _up(size: int) -> int:
    """Give the next multiple of a register's lanes."""
    return -(-size // LANES) * LANES


def _filled(numbers: Floats | None, size: int, usual: float, rest: float) -> Floats:
    """Give numbers (size,), or as many `usual` ones, and `rest` up to a multiple of a register's lanes."""
    if numbers is not None and numbers.shape != (size,):
        raise SettingsError(f"scales or shifts of shape {numbers.shape}: there must be {size}")
    filled = np.full(_up(size), rest, np.float32)
    filled[:size] = usual if numbers is None else numbers
    return filled


def _empty(places: int, k: int) -> Heaps:
    scores = np.full((places, k), -np.inf, np.float32)
    return Heaps(scores, np.full((places, k), -1, np.int64), np.full(places, -np.inf, np.float32))
