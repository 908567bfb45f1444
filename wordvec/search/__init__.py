"""Exact search for the best rows of many queries, in blocks.

BLAS computes the products block by block in a buffer that stays in the second-level cache, and a kernel keeps the best
of them while they are in it. Each search thread has its own buffer and calls BLAS with one thread, so that the threads
of BLAS never compete with ours. Blocks depend on the sizes only: any number of threads gives the same bits.

CSLS needs the best of both directions. One search that keeps the best of the rows and of the columns of each block
takes half the time of two, but its means of columns differ in the last bit from those of a second search (7 to 15 % of
them, measured), as BLAS rounds a product by its position in a block.
"""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import blas
from wordvec.codecs.coded import Coded
from wordvec.errors import SettingsError
from wordvec.kernels import neighbours
from wordvec.kernels.neighbours import Heaps
from wordvec.kernels.simd import LANES
from wordvec.search import few
from wordvec.search.products import FEW, Products, products_of
from wordvec.workers import Progress, StopFlag, available_threads, ordered_map

QUERIES_AT_ONCE = 512
SCORES_AT_ONCE = 1 << 17
"""Scores of a block: 512 KB."""
_BLOCKS, _ROWS_AT_LEAST = 16, 4096
"""Fewest blocks for threads to share where queries are few, and fewest rows of such a block."""
_PIECES_FOR_A_THREAD = 4
_WORTH_A_THREAD = 1 << 23
"""Multiplications for which another thread is worth starting."""

Floats = NDArray[np.float32]

_NONE: Floats = np.empty(0, np.float32)


class Best(NamedTuple):
    """The best rows of each query, best first.

    Attributes
    ----------
    scores, rows
        (queries, k) float32 and int64. Of equal scores the lower row comes first. Scores of NaN are not kept; where
        fewer than k rows are found, the rest is −inf and −1. BLAS rounds the scores: the last bit may depend on the
        position of a row in its block and on the number of queries, so that equal rows may come in either order.
    """

    scores: Floats
    rows: NDArray[np.int64]


def best(
    queries: Floats,
    rows: Floats | Coded,
    k: int,
    *,
    scales: Floats | None = None,
    shifts: Floats | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Best:
    """Return the rows whose product with each query is largest.

    Parameters
    ----------
    queries, rows
        (queries, dim) and (rows, dim) float32 arrays, or coded rows, which are decoded block by block.
    k
        Number of rows for each query.
    scales, shifts
        (rows,) float32 arrays. A product is multiplied by the scale of its row, then the shift is added: the inverse
        length as scale makes cosines of products, the negative hubness as shift makes CSLS of cosines.
    threads
        Number of threads; default: one for each processor.
    progress, stop
        Progress display, and flag that stops the search.

    Raises
    ------
    SettingsError
        If shapes do not fit each other, or `k` is not positive.
    Interrupted
        If `stop` was set.
    """
    return run(products_of(queries, rows), k, scales, shifts, threads, progress, stop)


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
    """Return the mean of the k largest products of each query (queries,), the r of CSLS for unit rows.

    Parameters and errors are those of `best`; a shift of −∞ leaves a row out.
    """
    return _mean(best(queries, rows, k, shifts=shifts, threads=threads, progress=progress, stop=stop))


def run(
    products: Products,
    k: int,
    scales: Floats | None,
    shifts: Floats | None,
    threads: int | None,
    progress: Progress | None,
    stop: StopFlag | None,
) -> Best:
    """Return the rows of the largest products with each query; parameters and errors are those of `best`."""
    worth = products.work // _WORTH_A_THREAD
    search = _Search(products, k, scales, shifts)
    wanted = max(1, min(threads or available_threads(), worth))
    return search.run(wanted, progress or Progress(), stop or StopFlag())


class _Search:
    """A search in blocks of `height` queries by `width` rows."""

    def __init__(self, products: Products, k: int, scales: Floats | None, shifts: Floats | None) -> None:
        if k < 1:
            raise SettingsError(f"{k}: must be at least 1", setting="k")
        self.products, self.k = products, k
        queries, rows = len(products.queries), len(products.rows)
        # The padding of the last block has a shift of −∞, so that it is never kept.
        self.adjusts = scales is not None or shifts is not None
        self.scales = _padded(scales, rows, 1, 0) if self.adjusts else _NONE
        self.shifts = _padded(shifts, rows, 0, -np.inf) if self.adjusts else _NONE
        spans = -(-queries // QUERIES_AT_ONCE)
        self.queries, self.rows, self.height = queries, rows, max(1, -(-queries // max(1, spans)))
        share = max(_ROWS_AT_LEAST, rows // _BLOCKS)
        self.width = _up(max(1, min(SCORES_AT_ONCE // self.height, share, rows)))

    def run(self, threads: int, progress: Progress, stop: StopFlag) -> Best:
        """Return the best rows of each query."""
        found = _empty(self.queries, self.k)

        def task(job: tuple[slice, slice]) -> Heaps:
            return self._search(*job, stop)

        jobs = list(self._jobs(threads))
        progress.begin("searching", self.queries, " queries")
        try:
            with blas.one_thread():
                if self.queries < FEW and self.queries * self.rows <= few.MOST_SCORES:
                    return self._of_few(jobs, threads, stop)
                done = ordered_map(task, jobs, max(1, min(threads, len(jobs))))
                for (span, columns), heaps in zip(jobs, done, strict=True):
                    whole = Heaps(found.scores[span], found.columns[span], found.worst[span])
                    neighbours.merge(whole, heaps)
                    if columns.stop == self.rows:
                        neighbours.order(whole)
                        progress.report(span.stop)
        finally:
            progress.end()
        return Best(found.scores, found.columns)

    def _jobs(self, threads: int) -> Iterator[tuple[slice, slice]]:
        """Yield spans of queries with spans of rows; where queries are few, the rows are in several spans."""
        blocks, spans = -(-self.rows // self.width), -(-self.queries // self.height)
        pieces = 1 if threads == 1 else max(1, min(blocks, _PIECES_FOR_A_THREAD * threads // max(1, spans)))
        bounds = [min(blocks * piece // pieces * self.width, self.rows) for piece in range(pieces + 1)]
        for begin in range(0, self.queries, self.height):
            span = slice(begin, min(begin + self.height, self.queries))
            for columns in itertools.pairwise(bounds):
                yield span, slice(*columns)

    def _of_few(self, jobs: list[tuple[slice, slice]], threads: int, stop: StopFlag) -> Best:
        """Return the best rows of each query without a kernel, from all scores at once."""
        scores = np.empty((self.queries, self.rows), np.float32)

        def task(job: tuple[slice, slice]) -> None:
            for rows, block, width in self._blocks(*job, stop):
                scores[job[0], rows] = block.reshape(-1, width)[:, : rows.stop - rows.start]

        for _ in ordered_map(task, jobs, max(1, min(threads, len(jobs)))):
            pass
        if self.adjusts:
            with np.errstate(over="ignore", invalid="ignore"):
                scores *= self.scales[: self.rows]
                scores += self.shifts[: self.rows]
        return Best(*few.best_of(scores, self.k))

    def _search(self, span: slice, columns: slice, stop: StopFlag) -> Heaps:
        """Return the best of some rows for some queries."""
        heaps = _empty(span.stop - span.start, self.k)
        for rows, block, width in self._blocks(span, columns, stop):
            padded = slice(rows.start, rows.start + width)
            if self.adjusts:
                neighbours.adjust(block, width, self.scales[padded], self.shifts[padded])
            else:
                block.reshape(-1, width)[:, rows.stop - rows.start :] = -np.inf
            neighbours.keep(block, width, rows.start, heaps)
        return heaps

    def _blocks(self, span: slice, columns: slice, stop: StopFlag) -> Iterator[tuple[slice, Floats, int]]:
        """Yield spans of rows with the products of some queries, in a block, and its width."""
        queries = span.stop - span.start
        buffer = np.zeros(queries * self.width, np.float32)
        for first in stop.until(range(columns.start, columns.stop, self.width)):
            rows = slice(first, min(first + self.width, columns.stop))
            width = _up(rows.stop - rows.start)
            block = buffer[: queries * width]
            self.products.write(span, rows, block, width)
            yield rows, block, width


def _mean(found: Best) -> Floats:
    """Return the mean score of the rows found for each query (queries,); 0 where none was found."""
    there = found.rows >= 0
    sums = np.sum(found.scores, axis=1, where=there, dtype=np.float64)
    means: Floats = (sums / np.maximum(there.sum(axis=1), 1)).astype(np.float32)
    return means


def _up(size: int) -> int:
    """Return the next multiple of the number of lanes of a register."""
    return -(-size // LANES) * LANES


def _padded(numbers: Floats | None, size: int, default: float, padding: float) -> Floats:
    """Return numbers (size,), or as many times the default, padded to a multiple of the lanes of a register."""
    if numbers is not None and numbers.shape != (size,):
        raise SettingsError(f"scales or shifts of shape {numbers.shape}: expected ({size},)")
    padded = np.full(_up(size), padding, np.float32)
    padded[:size] = default if numbers is None else numbers
    return padded


def _empty(queries: int, k: int) -> Heaps:
    scores = np.full((queries, k), -np.inf, np.float32)
    return Heaps(scores, np.full((queries, k), -1, np.int64), np.full(queries, -np.inf, np.float32))
