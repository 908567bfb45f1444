"""Exact search for the best rows of many queries, in blocks that stay in the cache.

Products are made by BLAS, on its own threads (``OPENBLAS_NUM_THREADS`` bounds them); then ours look the block through.
The two never run at once.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import neighbours
from wordvec.workers import Progress, StopFlag, available_threads, ordered_map

QUERIES_AT_ONCE = 1_024
SCORES_AT_ONCE = 1 << 21
"""Scores held at one time: 8 MB."""
_WORTH_A_THREAD = 1 << 17

Floats = NDArray[np.float32]


class Best(NamedTuple):
    """The best rows of each query, best first.

    Attributes
    ----------
    scores, rows
        (queries, k) float32 and int64. Of equal scores the lower row goes before; where there are fewer rows than k, or
        scores are NaN, −inf and −1.
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
        That look blocks through; all processors unless given.
    progress, stop
        Where to report, and what stops the work.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    progress, stop, threads = progress or Progress(), stop or StopFlag(), threads or available_threads()
    scales = np.ones(len(rows), np.float32) if scales is None else scales
    shifts = np.zeros(len(rows), np.float32) if shifts is None else shifts
    found = Best(np.full((len(queries), k), -np.inf, np.float32), np.full((len(queries), k), -1, np.int64))
    least = min(QUERIES_AT_ONCE, len(queries))
    room = np.empty(max(least, min(SCORES_AT_ONCE, least * len(rows))), np.float32)
    progress.begin("search", len(queries), " queries")
    try:
        for first in range(0, len(queries), QUERIES_AT_ONCE):
            some = slice(first, first + QUERIES_AT_ONCE)
            _search(
                queries[some], rows, scales, shifts, Best(found.scores[some], found.rows[some]), room, threads, stop
            )
            progress.report(min(first + QUERIES_AT_ONCE, len(queries)))
    finally:
        progress.end()
    return found


def mean_of_best(
    queries: Floats, rows: Floats, k: int, *, progress: Progress | None = None, stop: StopFlag | None = None
) -> Floats:
    """Give the mean of the k largest products of each query (queries,): CSLS's r for unit rows.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    scores = best(queries, rows, min(k, len(rows)), progress=progress, stop=stop).scores
    means: Floats = scores.mean(axis=1, dtype=np.float64).astype(np.float32)
    return means


def operations(queries: int, rows: int, dim: int) -> float:
    """Give how many floating-point operations a search takes."""
    return 2.0 * queries * rows * dim


def _search(
    queries: Floats,
    rows: Floats,
    scales: Floats,
    shifts: Floats,
    found: Best,
    room: Floats,
    threads: int,
    stop: StopFlag,
) -> None:
    """Search all rows for a block of queries."""
    number = len(queries)
    together = max(1, len(room) // number)
    parts = np.array_split(np.arange(number), min(threads, 1 + len(room) // _WORTH_A_THREAD, number))
    for first in range(0, len(rows), together):
        stop.check()
        block = slice(first, min(first + together, len(rows)))
        width = block.stop - first
        scores = room[: number * width].reshape(number, width)
        np.matmul(queries, rows[block].T, out=scores)

        def merge(part: NDArray[np.int64], block: slice = block, scores: Floats = scores) -> None:
            some = slice(part[0], part[-1] + 1)
            neighbours.merge(
                scores[some], scales[block], shifts[block], block.start, found.scores[some], found.rows[some]
            )

        for _ in ordered_map(merge, parts, len(parts)):
            pass
