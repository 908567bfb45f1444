"""GloVe's weighted least squares with AdaGrad, an entry at a time (Pennington et al. 2014; its C program, glove.c).

For an entry x of row i (w, b in `words`) and column j (w̃, b̃ in `contexts`), with learning rate η:

    diff = w · w̃ + b + b̃ − ln x
    f = min(1, (x / x_max)^α) · diff                cost += ½ f diff
    t = η clip(f w̃, ±100),  w ← w − t / √G,  G ← G + t²       and likewise w̃, with w before the update
    b ← b − r f / √G_b,  G_b ← G_b + (r f)²         and likewise b̃; the bias rate r is 1 or η

A matrix is a flat float32 array of rows of `row_length` numbers: w, padded to whole registers; its G; then b, G_b and
zeros to the end of a cache line. The padding of w is zero and stays zero.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.logistic import exponential
from wordvec.kernels.simd import (
    LANES,
    Floats,
    Register,
    align_stack,
    fma,
    load,
    maximum,
    minimum,
    mul,
    rsqrt,
    splat,
    store,
    sub,
    total,
)
from wordvec.kernels.windows import prefetch_row

# Entries whose rows are prefetched ahead.
ENTRIES_AHEAD = 4
CLIP = np.float32(100)
_ZERO, _ONE = np.float32(0), np.float32(1)


class GloveMatrices(NamedTuple):
    """The two matrices, flat; `stride` is dim, padded to whole registers."""

    words: Floats
    contexts: Floats
    stride: int


class ShuffledEntries(NamedTuple):
    """Rows, columns and ln x of all entries; `LANES` more elements are read after the last."""

    rows: NDArray[np.uint32]
    columns: NDArray[np.uint32]
    logs: Floats


class Hyperparameters(NamedTuple):
    """ln x_max, α, η, and the learning rate of the biases."""

    log_x_max: np.float32
    alpha: np.float32
    rate: np.float32
    bias_rate: np.float32


@inline
def row_length(stride: int) -> int:
    """Return the length of a row, in elements."""
    return 2 * stride + LANES


@inline
def _row_offset(row: np.uint32, length: int) -> int:
    """Return the offset of a row."""
    return int(np.int64(row)) * length


@inline
def _weigh(logs: Register, hyper: Hyperparameters) -> Any:
    """Return min(1, (x / x_max)^α), lane by lane."""
    power = mul(sub(logs, splat(hyper.log_x_max)), splat(hyper.alpha))
    return minimum(splat(_ONE), exponential(minimum(splat(_ZERO), power)))


@inline
def _difference(model: GloveMatrices, i: int, j: int, log: np.float32) -> Any:
    """Return w · w̃ + b + b̃ − ln x."""
    words, contexts, bias = model.words, model.contexts, 2 * model.stride
    dot = splat(_ZERO)
    for d in range(0, model.stride, LANES):
        dot = fma(load(words, i + d), load(contexts, j + d), dot)
    return total(dot) + (words[i + bias] + contexts[j + bias] - log)


@inline
def _move(model: GloveMatrices, i: int, j: int, step: np.float32, bound: np.float32) -> None:
    """Update w and w̃ and their G; `step` is −η f, `bound` the clipping limit of a gradient."""
    words, contexts, stride = model.words, model.contexts, model.stride
    s, most, least = splat(step), splat(bound), splat(-bound)
    for d in range(0, stride, LANES):
        w, v = load(words, i + d), load(contexts, j + d)
        squares, others = load(words, i + stride + d), load(contexts, j + stride + d)
        # This order of operands propagates NaN.
        t = minimum(most, maximum(least, mul(s, v)))
        u = minimum(most, maximum(least, mul(s, w)))
        store(words, i + d, fma(t, rsqrt(squares), w))
        store(contexts, j + d, fma(u, rsqrt(others), v))
        store(words, i + stride + d, fma(t, t, squares))
        store(contexts, j + stride + d, fma(u, u, others))


@inline
def _move_bias(matrix: Floats, at: int, t: np.float32) -> None:
    squares = matrix[at + 1]
    matrix[at] -= t / np.sqrt(squares)
    matrix[at + 1] = squares + t * t


@kernel
def train_run(
    model: GloveMatrices, entries: ShuffledEntries, begin: int, end: int, hyper: Hyperparameters, weights: Floats
) -> float:
    """Train the model on the entries from `begin` to `end`; return their cost, Σ ½ f diff.

    Parameters
    ----------
    weights
        (LANES,) float32 workspace for the weights of sixteen entries.
    """
    align_stack()
    length, bias = row_length(model.stride), 2 * model.stride
    bound = hyper.rate * CLIP
    cost = 0.0
    for first in range(begin, end, LANES):
        store(weights, 0, _weigh(load(entries.logs, first), hyper))
        for k in range(first, min(first + LANES, end)):
            prefetch_row(model.words, _row_offset(entries.rows[k + ENTRIES_AHEAD], length), length)
            prefetch_row(model.contexts, _row_offset(entries.columns[k + ENTRIES_AHEAD], length), length)
            i, j = _row_offset(entries.rows[k], length), _row_offset(entries.columns[k], length)
            diff = _difference(model, i, j, entries.logs[k])
            f = weights[k - first] * diff
            cost += 0.5 * np.float64(f) * np.float64(diff)
            _move(model, i, j, -hyper.rate * f, bound)
            _move_bias(model.words, i + bias, hyper.bias_rate * f)
            _move_bias(model.contexts, j + bias, hyper.bias_rate * f)
    return cost
