"""Consecutive rows of a matrix, such as those of a word's senses: products with a vector, weighted sums, updates.

At most `MOST` rows, so that a register holds one number for each.
"""

from typing import Any

import numpy as np

from wordvec.kernels._jit import inline
from wordvec.kernels.simd import LANES, Floats, fma, load, splat, store, sums

MOST = LANES
"""Largest number of rows."""
_TOGETHER = 6
_ZERO = np.float32(0)


@inline
def _six_products(rows: Floats, first: int, number: int, stride: int, vector: Floats, at: int) -> Any:
    """Return six registers, whose sums are the products of rows with a vector; beyond `number` those of the last."""
    last = number - 1
    o0, o1, o2 = first, first + min(1, last) * stride, first + min(2, last) * stride
    o3, o4, o5 = first + min(3, last) * stride, first + min(4, last) * stride, first + min(5, last) * stride
    a0 = a1 = a2 = a3 = a4 = a5 = splat(_ZERO)
    for d in range(0, stride, LANES):
        x = load(vector, at + d)
        a0 = fma(x, load(rows, o0 + d), a0)
        a1 = fma(x, load(rows, o1 + d), a1)
        a2 = fma(x, load(rows, o2 + d), a2)
        a3 = fma(x, load(rows, o3 + d), a3)
        a4 = fma(x, load(rows, o4 + d), a4)
        a5 = fma(x, load(rows, o5 + d), a5)
    return a0, a1, a2, a3, a4, a5


@inline
def products(rows: Floats, first: int, number: int, stride: int, vector: Floats, at: int) -> Any:
    """Return a register with the products of ``vector[at:]`` with the rows from offset `first` on.

    Lanes beyond `number` have no meaning.
    """
    zero = splat(_ZERO)
    a0, a1, a2, a3, a4, a5 = _six_products(rows, first, number, stride, vector, at)
    b0 = b1 = b2 = b3 = b4 = b5 = c0 = c1 = c2 = c3 = zero
    if number > _TOGETHER:
        following = first + _TOGETHER * stride
        b0, b1, b2, b3, b4, b5 = _six_products(rows, following, number - _TOGETHER, stride, vector, at)
    if number > 2 * _TOGETHER:
        following = first + 2 * _TOGETHER * stride
        c0, c1, c2, c3, _, _ = _six_products(rows, following, number - 2 * _TOGETHER, stride, vector, at)
    return sums((a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5, c0, c1, c2, c3))


@inline
def weighted_sum(
    rows: Floats, first: int, number: int, stride: int, weights: Floats, from_weight: int, target: Floats, at: int
) -> None:
    """Write Σ_s ``weights[from_weight + s]`` · row s to ``target[at:]``."""
    for d in range(0, stride, LANES):
        total = splat(_ZERO)
        for s in range(number):
            total = fma(splat(weights[from_weight + s]), load(rows, first + s * stride + d), total)
        store(target, at + d, total)


@inline
def add_outer(
    rows: Floats, first: int, number: int, stride: int, weights: Floats, from_weight: int, vector: Floats, at: int
) -> None:
    """Add ``weights[from_weight + s]`` · ``vector[at:]`` to each row s."""
    for d in range(0, stride, LANES):
        x = load(vector, at + d)
        for s in range(number):
            row = first + s * stride + d
            store(rows, row, fma(splat(weights[from_weight + s]), x, load(rows, row)))
