"""The k best of each row, and of each column, of a matrix of scores that is seen block by block.

Each place, a row or column of the whole matrix, keeps a heap of its k best with the worst on top, whose place is taken
by whatever is better. Of equal scores the one with the lower partner goes first, so that what is kept does not depend
on the order of the blocks, nor on who has seen which: `merge` gives one of two. Sixteen scores at once are held against
the worst, and nearly all fail, so that keeping the best costs little beside the product.

Blocks are flat, `width` scores a row, a multiple of 16; what fills them up has a shift of −∞. A score that is NaN or −∞
is never kept, and what is left free has the score −∞ and the partner −1.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import lowest, without_lowest
from wordvec.kernels.simd import LANES, Floats, add, at_least, fma, load, splat, store


class Heaps(NamedTuple):
    """The best so far of some places.

    Attributes
    ----------
    scores, partners
        (places, k): float32 and int64; −∞ and −1 at first.
    worst
        (places,): the worst score of each, the first of its heap; −∞ at first.
    """

    scores: NDArray[np.float32]
    partners: NDArray[np.int64]
    worst: Floats


@inline
def _before(score: np.float32, partner: np.int64, other: np.float32, other_partner: np.int64) -> Any:
    """Say whether the first goes before the other."""
    return score > other or (score == other and partner < other_partner)


@inline
def _sink(scores: Floats, partners: NDArray[np.int64], size: int, score: np.float32, partner: np.int64) -> None:
    """Put a pair into a heap of `size` whose first is free."""
    free = 0
    while 2 * free + 1 < size:
        child = 2 * free + 1
        if child + 1 < size and _before(scores[child], partners[child], scores[child + 1], partners[child + 1]):
            child += 1
        if not _before(score, partner, scores[child], partners[child]):
            break
        scores[free], partners[free] = scores[child], partners[child]
        free = child
    scores[free], partners[free] = score, partner


@inline
def _offer(heaps: Heaps, place: int, score: np.float32, partner: np.int64) -> None:
    """Keep a pair if it goes before the worst."""
    scores, partners = heaps.scores[place], heaps.partners[place]
    if _before(score, partner, scores[0], partners[0]):
        _sink(scores, partners, len(scores), score, partner)
        heaps.worst[place] = scores[0]


@kernel
def adjust(block: Floats, width: int, scales: Floats, shifts: Floats, of_rows: Floats) -> None:
    """Make scores of products, in place: product · scale of the column + shift of the row + shift of the column.

    Parameters
    ----------
    block
        (rows · width,).
    scales, shifts
        (width,), of the columns.
    of_rows
        (rows,), shifts.
    """
    for row in range(len(of_rows)):
        shift = splat(of_rows[row])
        for column in range(0, width, LANES):
            score = fma(load(block, row * width + column), load(scales, column), shift)
            store(block, row * width + column, add(score, load(shifts, column)))


@kernel
def keep_of_rows(block: Floats, width: int, first: int, heaps: Heaps) -> None:
    """Keep the best of each row, a place each; the block's first column is the partner `first`."""
    for row in range(len(heaps.scores)):
        for column in range(0, width, LANES):
            at = row * width + column
            mask = at_least(load(block, at), splat(heaps.worst[row]))
            while mask:
                lane = lowest(mask)
                _offer(heaps, row, block[at + lane], np.int64(first + column + lane))
                mask = without_lowest(mask)


@kernel
def keep_of_columns(block: Floats, width: int, rows: int, begin: int, first: int, heaps: Heaps) -> None:
    """Keep the best of each column, the places from `first` on; the block's first row is the partner `begin`."""
    for row in range(rows):
        for column in range(0, width, LANES):
            at = row * width + column
            mask = at_least(load(block, at), load(heaps.worst, first + column))
            while mask:
                lane = lowest(mask)
                _offer(heaps, first + column + lane, block[at + lane], np.int64(begin + row))
                mask = without_lowest(mask)


@kernel
def merge(heaps: Heaps, others: Heaps) -> None:
    """Keep the best of what others have kept for the same places, too."""
    for place in range(len(heaps.scores)):
        for k in range(others.scores.shape[1]):
            if others.partners[place, k] >= 0:
                _offer(heaps, place, others.scores[place, k], others.partners[place, k])


@kernel
def order(heaps: Heaps) -> None:
    """Sort what each place has kept, the best first; they are no heaps after that."""
    for place in range(len(heaps.scores)):
        scores, partners = heaps.scores[place], heaps.partners[place]
        for last in range(len(scores) - 1, 0, -1):
            score, partner = scores[last], partners[last]
            scores[last], partners[last] = scores[0], partners[0]
            _sink(scores, partners, last, score, partner)
