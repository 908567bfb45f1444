"""Combination of replicas: matrices that were trained separately for a while become one again, row by row.

R replicas begin with the same row b and end with the rows v_1 … v_R. Their changes are added up, Δ = Σ_r (v_r − b),
and the combined row, in all of them, is

    b + f(x_∥) q (q · Δ) + f(x_⊥) (Δ − q (q · Δ))        f(x) = (1 + e^(−x) + … + e^(−(R−1) x)) / R

An update moves a row a share of its way to where it would settle, in proportion to the curvature of the loss. Let x be
the curvature in a direction, times the learning rate, times the expected number of the row's updates in one replica.
Then one replica moves the row 1 − e^(−x) of its way, and all updates one after another would move it 1 − e^(−R x).
The factor f makes the sum of the changes, R (1 − e^(−x)), as long as that: it is 1 where the row has hardly moved (the
changes are added) and 1/R where it has settled in every replica (their mean).

The curvature of a pair with the row u of the other matrix is σ(1 − σ) u uᵀ, σ the score's logistic. Rows have a common
part, so its mean over pairs has one large eigenvalue, with the mean row as eigenvector q, and small ones: on 16.9 M
tokens of Wikipedia (dim 100, two epochs) 0.44 and next 0.05, median 0.003 for `words`, 0.09, 0.025 and 0.004 for
`contexts`. A single factor for all directions is wrong for either: the sum of the changes diverges along q, and their
mean learns too slowly everywhere else.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.simd import LANES, Floats, add, fma, load, mul, prefetch_to_write, splat, store, sub, total

_SQUARINGS = 6
_ZERO = np.float32(0)


class Met(NamedTuple):
    """A sample of the vectors that rows of the other matrix are scored with, each the mean of some rows of a matrix.

    Attributes
    ----------
    starts, rows
        (samples + 1,) and (rows,) int64 arrays: the mean of ``rows[starts[i]:starts[i + 1]]`` is the vector i.
    """

    starts: NDArray[np.int64]
    rows: NDArray[np.int64]


class Replicated(NamedTuple):
    """A matrix and its replicas.

    Attributes
    ----------
    base, replicas
        Flat float32 arrays: (rows · stride,) and (R · rows · stride,).
    stride
        Length of a row in memory.
    order
        (rows,) int64 array: the rows in the order in which they are combined.
    levels
        (rows,) uint8 array: for each place of `order` its level, ascending; see `trainers.schedule`.
    updates
        (rows,) float64 array: for each place of `order` the expected number of updates for a token.
    met
        Rows as a row of the other matrix meets them in updates.
    """

    base: Floats
    replicas: Floats
    stride: int
    order: NDArray[np.int64]
    levels: NDArray[np.uint8]
    updates: NDArray[np.float64]
    met: Met


@inline
def _mean(matrix: Replicated, sample: int, d: int) -> Any:
    """Return a register of a vector of the sample, from the first replica."""
    first, last = matrix.met.starts[sample], matrix.met.starts[sample + 1]
    mean = splat(_ZERO)
    for place in range(first, last):
        mean = add(mean, load(matrix.replicas, matrix.met.rows[place] * matrix.stride + d))
    return mul(mean, splat(np.float32(1) / np.float32(max(1, last - first))))


@kernel
def mean_squares(matrix: Replicated, direction: Floats) -> tuple[float, float]:
    """Return the mean squares of the vectors that the other matrix meets, along their mean and across it.

    Parameters
    ----------
    matrix
        A matrix and its replicas; the first of these is measured.
    direction
        (stride,) float32 array, to which the mean vector is written, with length 1.
    """
    stride, samples = matrix.stride, len(matrix.met.starts) - 1
    squares = splat(_ZERO)
    for d in range(0, stride, LANES):
        mean = splat(_ZERO)
        for sample in range(samples):
            mean = add(mean, _mean(matrix, sample, d))
        store(direction, d, mean)
        squares = fma(mean, mean, squares)
    length = np.sqrt(np.float64(total(squares)))
    share = splat(np.float32(1 / length if length > 0 else 0))
    for d in range(0, stride, LANES):
        store(direction, d, mul(load(direction, d), share))
    along, everywhere = 0.0, 0.0
    for sample in range(samples):
        product = squares = splat(_ZERO)
        for d in range(0, stride, LANES):
            vector = _mean(matrix, sample, d)
            product = fma(vector, load(direction, d), product)
            squares = fma(vector, vector, squares)
        along += np.float64(total(product)) ** 2
        everywhere += np.float64(total(squares))
    return along / samples, max(everywhere - along, 0.0) / (samples * (stride - 1))


@inline
def factor(x: float, replicas: int) -> float:
    """Return f(x).

    For e^(−x) stands (1 + x/64)^(−64), whose bits are the same with every library of mathematical functions.
    """
    q = 1 / (1 + x / (1 << _SQUARINGS))
    for _ in range(_SQUARINGS):
        q *= q
    terms = 1.0
    for _ in range(1, replicas):
        terms = 1 + q * terms
    return terms / replicas


@kernel
def combine(
    matrix: Replicated,
    direction: Floats,
    along: float,
    across: float,
    tokens: NDArray[np.float64],
    first: int,
    last: int,
) -> None:
    """Combine the rows ``order[first:last]``, and write them to the base and to every replica.

    Parameters
    ----------
    matrix
        The matrix and its replicas.
    direction, along, across
        Unit vector q, and the curvature along and across it, which follows from `mean_squares`.
    tokens
        (levels,) float64 array: for each level the number of tokens that a replica has trained since rows of this level
        were last combined, times the learning rate.
    first, last
        Range of places of `order`.
    """
    base, copies, stride = matrix.base, matrix.replicas, matrix.stride
    size = len(base)
    replicas = len(copies) // size
    for place in range(first, last):
        if place + 1 < last:
            following = matrix.order[place + 1] * stride
            for d in range(0, stride, LANES):
                prefetch_to_write(base, following + d)
                for replica in range(replicas):
                    prefetch_to_write(copies, replica * size + following + d)
        row = matrix.order[place] * stride
        updates = tokens[matrix.levels[place]] * matrix.updates[place]
        everywhere = factor(across * updates, replicas)
        product = splat(_ZERO)
        for d in range(0, stride, LANES):
            product = fma(_change(matrix, row + d, size, replicas), load(direction, d), product)
        extra = splat(np.float32((factor(along * updates, replicas) - everywhere) * np.float64(total(product))))
        share = splat(np.float32(everywhere))
        for d in range(0, stride, LANES):
            after = fma(share, _change(matrix, row + d, size, replicas), load(base, row + d))
            after = fma(extra, load(direction, d), after)
            store(base, row + d, after)
            for replica in range(replicas):
                store(copies, replica * size + row + d, after)


@inline
def _change(matrix: Replicated, at: int, size: int, replicas: int) -> Any:
    """Return a register of Δ."""
    before = load(matrix.base, at)
    change = sub(load(matrix.replicas, at), before)
    for replica in range(1, replicas):
        change = add(change, sub(load(matrix.replicas, replica * size + at), before))
    return change
