"""The bit-cipher (Zhao and Williams 2023): a code of few active bits for each word, and sums of the codes around words.

The t-th most frequent word gets the t-th code in the order: one active bit, two, and so on. Among codes of k bits out
of b, the o-th is, in closed form,

    level(b, 1, o) = {o}
    level(b, k, o) = {i} ∪ level(i, k − 1, C(i, k − 1) − 1 − o'),   i the largest bit for which o falls into its
                     C(i, k − 1) codes, counted from b − 1 downwards, and o' the place among these

which is the order of Williams' own search, without the search. A word's row is then the sum of the codes of the words
around its places, Σ_p Σ_d weight(d) v_c, with v_c = code / k. Weights and shares are whole multiples of common units,
so that sums are exact and do not depend on the order of adding.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import Int
from wordvec.kernels.cooccurrence import BORDER, GAP, ask_ahead


class Span(NamedTuple):
    """What is added up around a word.

    ``weights[min(c, last), d]`` int64 is what word c at distance d ≤ radius counts; ``blocks[side, d]`` int64 the block
    that such a word is added to, on the left (0) and the right (1).
    """

    weights: NDArray[np.int64]
    blocks: NDArray[np.int64]


@kernel
def unrank(first: int, binomials: NDArray[np.int64], active: NDArray[np.int32], lengths: NDArray[np.int64]) -> None:
    """Write the codes of the words from `first` on.

    Parameters
    ----------
    binomials
        (bits + 1, most + 1): C(n, k), or a number above any rank where that is larger.
    active, lengths
        (words, most) and (words,), filled.
    """
    bits = len(binomials) - 1
    for row in range(len(lengths)):
        rank, level = first + row, 1
        while rank >= binomials[bits, level]:
            rank -= binomials[bits, level]
            level += 1
        lengths[row] = level
        active[row, :] = -1
        below = bits
        for k in range(level, 1, -1):
            bit = below - 1
            while rank >= binomials[bit, k - 1]:
                rank -= binomials[bit, k - 1]
                bit -= 1
            active[row, k - 1] = bit
            rank, below = binomials[bit, k - 1] - 1 - rank, bit
        active[row, 0] = rank


@inline
def _walk(
    stream: NDArray[np.uint32],
    place: Int,
    side: int,
    codes: NDArray[np.int32],
    span: Span,
    row: NDArray[np.int64],
    stride: Int,
) -> None:
    """Add the codes on one side of a place, up to the radius or a border."""
    last, step, most = np.int64(len(span.weights) - 1), 2 * side - 1, codes.shape[1] - 1
    for distance in range(1, span.weights.shape[1]):
        other = np.int64(stream[place + step * distance])
        if other >= GAP:
            if other == BORDER:
                break
            continue
        weight = span.weights[min(other, last), distance]
        begin = span.blocks[side, distance] * stride
        amount = weight * np.int64(codes[other, most])
        # As many additions for every word: those that a short code lacks go to where nobody looks, which is faster
        # than a loop whose length cannot be foreseen. Unsigned indices are not looked at for being negative.
        for k in range(most):
            row[np.uint64(begin + np.int64(codes[np.uint64(other), np.uint64(k)]))] += amount
        row[np.uint64(begin + stride - 1)] += weight


@inline
def _move(row: NDArray[np.int64], stride: Int, sums: NDArray[np.int64], totals: NDArray[np.int64]) -> None:
    """Add a thread's row to the word's, and empty it."""
    bits = len(sums) // len(totals)
    for block in range(len(totals)):
        for bit in range(bits):
            sums[block * bits + bit] += row[block * stride + bit]
        totals[block] += row[block * stride + stride - 1]
    row[:] = 0


@kernel
def add_codes(
    stream: NDArray[np.uint32],
    starts: NDArray[np.int64],
    places: NDArray[np.uint32],
    first: int,
    codes: NDArray[np.int32],
    span: Span,
    row: NDArray[np.int64],
    sums: NDArray[np.int64],
    totals: NDArray[np.int64],
) -> None:
    """Add up what stands around the words from `first` on.

    Parameters
    ----------
    stream, starts, places
        As `cooccurrence.count_rows` takes them.
    codes
        (words, most + 1): a word's active bits, then bits, bits + 1, ... in place of those that its code lacks, and
        last what each of its bits counts.
    row
        (blocks · (bits + most + 1),) of this thread, zeros, and left so.
    sums
        (words, blocks · bits): each word's row, added to.
    totals
        (words, blocks): the weights of all words that were added up, added to.
    """
    radius, stride = span.weights.shape[1] - 1, np.int64(len(row) // totals.shape[1])
    for word in range(len(sums)):
        for k in range(starts[first + word], starts[first + word + 1]):
            place = np.int64(places[k])
            ask_ahead(stream, places, k, radius)
            _walk(stream, place, 0, codes, span, row, stride)
            _walk(stream, place, 1, codes, span, row, stride)
        if starts[first + word + 1] > starts[first + word]:
            _move(row, stride, sums[word], totals[word])
