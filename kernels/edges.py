"""Edges of a lexicon as kernels draw them, and the step of one edge.

An edge draws word i towards word j, or, between opposites, pushes it away until their cosine is at most zero:

    pull   v_i ← v_i + s (v_j − v_i)                         the gradient of ½ ‖v_i − v_j‖²
    push   v_i ← v_i − s max(0, v_i · v_j) v_j / ‖v_j‖²      the gradient of ½ max(0, v_i · v_j / ‖v_j‖)²

A push is a step towards the nearest vector that makes no acute angle with v_j: the margin of counter-fitting, a cosine
distance of 1 (Mrkšić et al. 2016). Both targets are nearest points of convex sets, so that no step with s ≤ 1 passes
them.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng, sampling
from wordvec.kernels._jit import inline
from wordvec.kernels.simd import LANES, Floats, fma, load, splat, total

TOGETHER = 16
"""Edges that are drawn, and whose rows are prefetched, before the first of them is used."""
_ZERO = np.float32(0)


class Edges(NamedTuple):
    """Words with edges, and the edges of each.

    Attributes
    ----------
    drawn
        (2 · words,) uint32 array: alias table by which places of `words` are drawn.
    words
        (words,) int64 array: rows of words, each with at least one edge.
    begins
        (words + 1,) int64 array: beginning of each word's edges in the next two.
    neighbours
        (edges,) int64 array: row j of a neighbour; −1 − j of an opposite.
    limits
        (edges,) uint32 array: sum of the shares of a word's edges up to this one, scaled to 2³².
    """

    drawn: NDArray[np.uint32]
    words: NDArray[np.int64]
    begins: NDArray[np.int64]
    neighbours: NDArray[np.int64]
    limits: NDArray[np.uint32]


@inline
def draw(edges: Edges, number: int, state: np.uint64, pairs: NDArray[np.int64]) -> np.uint64:
    """Write `number` drawn edges to `pairs`, a row and a neighbour each; return the new stream."""
    for k in range(number):
        state += rng.GOLDEN
        place = sampling.draw_noise(edges.drawn, rng.mix(state))
        state += rng.GOLDEN
        share = rng.low(rng.mix(state))
        first, last = edges.begins[place], edges.begins[place + 1] - 1
        while first < last:
            middle = (first + last) // 2
            if share < edges.limits[middle]:
                last = middle
            else:
                first = middle + 1
        pairs[2 * k], pairs[2 * k + 1] = edges.words[place], edges.neighbours[first]
    return state


@inline
def row_of(neighbour: int) -> int:
    """Return the row of a neighbour or opposite."""
    return neighbour if neighbour >= 0 else -1 - neighbour


@inline
def overlap(x: Floats, i: int, y: Floats, j: int, stride: int) -> Any:
    """Return max(0, x · y) / ‖y‖² of the vectors at ``x[i:]`` and ``y[j:]``; 0 if y is zero."""
    product = squares = splat(_ZERO)
    for d in range(0, stride, LANES):
        other = load(y, j + d)
        product, squares = fma(load(x, i + d), other, product), fma(other, other, squares)
    both, length = total(product), total(squares)
    return both / length if both > _ZERO and length > _ZERO else _ZERO
