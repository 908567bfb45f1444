"""The k best scores of each row of a matrix that is computed block by block.

Each row keeps a heap of its k best scores with the worst on top, which a better score replaces. A score is kept with
its column. Of equal scores the one of the lower column comes first, so that the result depends neither on the order of
the blocks nor on the heaps that saw them; `merge` makes one heap of two. Sixteen scores at once are compared with the
worst, and nearly all are lower, so that keeping the best takes little time beside the product.

Blocks are flat with `width` scores a row, a multiple of 16; padding has a shift of −∞. A score that is NaN or −∞ is
never kept. Free entries of a heap have the score −∞ and the column −1.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import lowest_bit, without_lowest_bit
from wordvec.kernels.simd import LANES, Floats, add, at_least, fma, load, splat, store


class Heaps(NamedTuple):
    """The best scores of some rows so far, and their columns.

    Attributes
    ----------
    scores, columns
        (rows, k) float32 and int64 arrays; −∞ and −1 at first.
    worst
        (rows,) float32 array, the worst score of each heap, which is its first; −∞ at first.
    """

    scores: NDArray[np.float32]
    columns: NDArray[np.int64]
    worst: Floats


@inline
def _before(score: np.float32, column: np.int64, other: np.float32, other_column: np.int64) -> Any:
    """Return whether the first of two scores is the better one."""
    return score > other or (score == other and column < other_column)


@inline
def _sink(scores: Floats, columns: NDArray[np.int64], size: int, score: np.float32, column: np.int64) -> None:
    """Insert a score and its column into a heap of `size` whose first entry is free."""
    free = 0
    while 2 * free + 1 < size:
        child = 2 * free + 1
        if child + 1 < size and _before(scores[child], columns[child], scores[child + 1], columns[child + 1]):
            child += 1
        if not _before(score, column, scores[child], columns[child]):
            break
        scores[free], columns[free] = scores[child], columns[child]
        free = child
    scores[free], columns[free] = score, column


@inline
def offer(heaps: Heaps, row: int, score: np.float32, column: np.int64) -> None:
    """Keep a score and its column if it is better than the worst of its row."""
    scores, columns = heaps.scores[row], heaps.columns[row]
    if _before(score, column, scores[0], columns[0]):
        _sink(scores, columns, len(scores), score, column)
        heaps.worst[row] = scores[0]


@kernel
def adjust(block: Floats, width: int, scales: Floats, shifts: Floats) -> None:
    """Change products into scores, in place: product · scale of the column + shift of the column, each rounded.

    Parameters
    ----------
    block
        (rows · width,) float32 array.
    scales, shifts
        (width,) float32 arrays.
    """
    zero = splat(np.float32(0))
    for row in range(len(block) // width):
        for column in range(0, width, LANES):
            score = fma(load(block, row * width + column), load(scales, column), zero)
            store(block, row * width + column, add(score, load(shifts, column)))


@kernel
def keep(block: Floats, width: int, first: int, heaps: Heaps) -> None:
    """Keep the best scores of each row of a block, whose first column is column `first` of the matrix."""
    for row in range(len(heaps.scores)):
        for column in range(0, width, LANES):
            at = row * width + column
            mask = at_least(load(block, at), splat(heaps.worst[row]))
            while mask:
                lane = lowest_bit(mask)
                offer(heaps, row, block[at + lane], np.int64(first + column + lane))
                mask = without_lowest_bit(mask)


@kernel
def merge(heaps: Heaps, others: Heaps) -> None:
    """Add the scores that other heaps keep for the same rows."""
    for row in range(len(heaps.scores)):
        for k in range(others.scores.shape[1]):
            if others.columns[row, k] >= 0:
                offer(heaps, row, others.scores[row, k], others.columns[row, k])


@kernel
def order(heaps: Heaps) -> None:
    """Sort the scores of each row, the best first; the arrays are not heaps afterwards."""
    for row in range(len(heaps.scores)):
        scores, columns = heaps.scores[row], heaps.columns[row]
        for last in range(len(scores) - 1, 0, -1):
            score, column = scores[last], columns[last]
            scores[last], columns[last] = scores[0], columns[0]
            _sink(scores, columns, last, score, column)
