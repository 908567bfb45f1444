"""The bit-cipher (Zhao and Williams 2023): a code of few active bits for each word, and sums of context words' codes.

The t-th most frequent word gets the t-th code, in order of the number of active bits. Among codes of k bits out of b,
the o-th is, in closed form,

    level(b, 1, o) = {o}
    level(b, k, o) = {i} ∪ level(i, k − 1, C(i, k − 1) − 1 − o'),   i the largest bit for which o falls into its
                     C(i, k − 1) codes, counted from b − 1 downwards, and o' the rank among these

which is the order of Williams' search without searching. A word's row is the sum of the codes of its
context words over its positions p, Σ_p Σ_d weight(d) v_c, with v_c = code / k. Weights and shares are integer multiples
of common units, so that sums are exact and independent of the order of addition. The row of a few hundred bits stays in
the first-level cache, where a row of counts needs the second.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import Int
from wordvec.kernels.cooccurrence import BORDER, GAP, prefetch_windows


class AggregationWindow(NamedTuple):
    """Weights and target blocks of context words.

    ``weights[min(c, last), d]`` int64 is the weight of word c at distance d ≤ radius. ``blocks[side, d]`` int64 is the
    block to which such a word is added, on the left (0) and on the right (1).
    """

    weights: NDArray[np.int64]
    blocks: NDArray[np.int64]


@kernel
def unrank(first: int, binomials: NDArray[np.int64], active: NDArray[np.int32], lengths: NDArray[np.int64]) -> None:
    """Compute the codes of the words from `first` on.

    Parameters
    ----------
    binomials
        (bits + 1, most + 1) int64 array: C(n, k), or a number above any rank where C(n, k) is larger.
    active, lengths
        (words, most) int32 array of active bits, padded with −1, and (words,) int64 array of their number; filled.
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
    position: Int,
    side: int,
    codes: NDArray[np.int32],
    span: AggregationWindow,
    row: NDArray[np.int64],
    stride: Int,
) -> None:
    """Add the codes of context words on one side of a position, up to the radius or a border."""
    last, step, most = np.int64(len(span.weights) - 1), 2 * side - 1, codes.shape[1] - 1
    for distance in range(1, span.weights.shape[1]):
        other = np.int64(stream[position + step * distance])
        if other >= GAP:
            if other == BORDER:
                break
            continue
        weight = span.weights[min(other, last), distance]
        begin = span.blocks[side, distance] * stride
        amount = weight * np.int64(codes[other, most])
        # The same number of additions for every word: surplus ones of a short code go to unused elements, which is
        # faster than a loop of unpredictable length. Unsigned indices need no check for negative values.
        for k in range(most):
            row[np.uint64(begin + np.int64(codes[np.uint64(other), np.uint64(k)]))] += amount
        row[np.uint64(begin + stride - 1)] += weight


@inline
def _move(row: NDArray[np.int64], stride: Int, sums: NDArray[np.int64], totals: NDArray[np.int64]) -> None:
    """Add a thread's accumulator to a word's row, and set it to zero."""
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
    positions: NDArray[np.uint32],
    first: int,
    codes: NDArray[np.int32],
    span: AggregationWindow,
    row: NDArray[np.int64],
    sums: NDArray[np.int64],
    totals: NDArray[np.int64],
) -> None:
    """Add the codes of context words to the rows of the words from `first` on.

    Parameters
    ----------
    stream, starts, positions
        As for `cooccurrence.count_rows`.
    codes
        (words, most + 1) int32 array: active bits of a word, padded with bits, bits + 1, ..., and in the last column
        the weight of each bit.
    row
        (blocks · (bits + most + 1),) int64 array: accumulator of this thread, zero before and after.
    sums
        (words, blocks · bits) int64 array: rows of the words, incremented.
    totals
        (words, blocks) int64 array: sums of the weights, incremented.
    """
    radius, stride = span.weights.shape[1] - 1, np.int64(len(row) // totals.shape[1])
    for word in range(len(sums)):
        for k in range(starts[first + word], starts[first + word + 1]):
            position = np.int64(positions[k])
            prefetch_windows(stream, positions, k, radius)
            _walk(stream, position, 0, codes, span, row, stride)
            _walk(stream, position, 1, codes, span, row, stride)
        if starts[first + word + 1] > starts[first + word]:
            _move(row, stride, sums[word], totals[word])
