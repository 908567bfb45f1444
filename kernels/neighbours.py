"""The k best-scoring partners of each row, and of each column, of a matrix of scores that is computed block by block.

Each row or column of the whole matrix has a heap of its k best partners with the worst on top, which is replaced by any
better one. Ties go to the lower partner, so that the result depends neither on the order of the blocks nor on the
division of the work: `merge` combines two sets of heaps. Sixteen scores at once are compared with the worst, and nearly
all fail, so that keeping the best costs little beside the product (6 to 13 % at dim 300).

Blocks are flat, `width` scores a row, a multiple of 16; padding has a shift of −∞. A score of NaN or −∞ is never kept.
Free elements of a heap have the score −∞ and the partner −1.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import lowest_bit, without_lowest_bit
from wordvec.kernels.simd import LANES, Floats, add, at_least, fma, load, splat, store


class Heaps(NamedTuple):
    """Heaps of the best partners so far of some rows or columns.

    Attributes
    ----------
    scores, partners
        (heaps, k) float32 and int64 arrays; −∞ and −1 at first.
    worst
        (heaps,) float32 array: the worst score of each heap, its first; −∞ at first.
    """

    scores: NDArray[np.float32]
    partners: NDArray[np.int64]
    worst: Floats


@inline
def _ranks_above(score: np.float32, partner: np.int64, other: np.float32, other_partner: np.int64) -> Any:
    """Return whether the first pair ranks above the other; ties go to the lower partner."""
    return score > other or (score == other and partner < other_partner)


@inline
def _sink(scores: Floats, partners: NDArray[np.int64], size: int, score: np.float32, partner: np.int64) -> None:
    """Insert a pair into a heap of `size` elements whose first is free."""
    free = 0
    while 2 * free + 1 < size:
        child = 2 * free + 1
        if child + 1 < size and _ranks_above(scores[child], partners[child], scores[child + 1], partners[child + 1]):
            child += 1
        if not _ranks_above(score, partner, scores[child], partners[child]):
            break
        scores[free], partners[free] = scores[child], partners[child]
        free = child
    scores[free], partners[free] = score, partner


@inline
def _offer(heaps: Heaps, heap: int, score: np.float32, partner: np.int64) -> None:
    """Replace the worst pair of a heap by a better one."""
    scores, partners = heaps.scores[heap], heaps.partners[heap]
    if _ranks_above(score, partner, scores[0], partners[0]):
        _sink(scores, partners, len(scores), score, partner)
        heaps.worst[heap] = scores[0]


@kernel
def adjust(block: Floats, width: int, scales: Floats, shifts: Floats, row_shifts: Floats) -> None:
    """Compute scores in place: product · scale of the column + shift of the row + shift of the column.

    Parameters
    ----------
    block
        (rows · width,) float32 array of products, changed to scores.
    scales, shifts
        (width,) float32 arrays: scales and shifts of the columns.
    row_shifts
        (rows,) float32 array: shifts of the rows.
    """
    for row in range(len(row_shifts)):
        shift = splat(row_shifts[row])
        for column in range(0, width, LANES):
            score = fma(load(block, row * width + column), load(scales, column), shift)
            store(block, row * width + column, add(score, load(shifts, column)))


@kernel
def keep_of_rows(block: Floats, width: int, first: int, heaps: Heaps) -> None:
    """Update the heap of each row; the block's first column is the partner `first`."""
    for row in range(len(heaps.scores)):
        for column in range(0, width, LANES):
            at = row * width + column
            mask = at_least(load(block, at), splat(heaps.worst[row]))
            while mask:
                lane = lowest_bit(mask)
                _offer(heaps, row, block[at + lane], np.int64(first + column + lane))
                mask = without_lowest_bit(mask)


@kernel
def keep_of_columns(block: Floats, width: int, rows: int, begin: int, first: int, heaps: Heaps) -> None:
    """Update the heaps of the columns, from `first` on; the block's first row is the partner `begin`."""
    for row in range(rows):
        for column in range(0, width, LANES):
            at = row * width + column
            mask = at_least(load(block, at), load(heaps.worst, first + column))
            while mask:
                lane = lowest_bit(mask)
                _offer(heaps, first + column + lane, block[at + lane], np.int64(begin + row))
                mask = without_lowest_bit(mask)


@kernel
def merge(heaps: Heaps, other: Heaps) -> None:
    """Merge the pairs of other heaps of the same rows or columns into `heaps`."""
    for heap in range(len(heaps.scores)):
        for k in range(other.scores.shape[1]):
            if other.partners[heap, k] >= 0:
                _offer(heaps, heap, other.scores[heap, k], other.partners[heap, k])


@kernel
def order(heaps: Heaps) -> None:
    """Sort the pairs of each heap, the best first; they are no heaps afterwards."""
    for heap in range(len(heaps.scores)):
        scores, partners = heaps.scores[heap], heaps.partners[heap]
        for last in range(len(scores) - 1, 0, -1):
            score, partner = scores[last], partners[last]
            scores[last], partners[last] = scores[0], partners[0]
            _sink(scores, partners, last, score, partner)
