"""GloVe's weighted least squares with AdaGrad, an entry at a time (Pennington et al. 2014; its C program, glove.c).

For an entry x of row i (w, b in `words`) and column j (w̃, b̃ in `contexts`), with learning rate η:

    diff = w · w̃ + b + b̃ − ln x
    f = min(1, (x / x_max)^α) · diff                cost += ½ f diff
    t = η clip(f w̃, ±100),  w ← w − t / √G,  G ← G + t²       and likewise w̃, with w as it was
    b ← b − f / √G_b,  G_b ← G_b + f²               and likewise b̃; η f for f where the rule says so

A matrix is flat float32 with rows of `row_length` numbers: w, padded to whole registers; its G; then b, G_b and
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

# Pairs whose rows are asked for before they are needed.
AHEAD = 4
CLIP = np.float32(100)
_ZERO, _ONE = np.float32(0), np.float32(1)


class Model(NamedTuple):
    """The two matrices, flat; `stride` is dim, padded to whole registers."""

    words: Floats
    contexts: Floats
    stride: int


class Entries(NamedTuple):
    """Rows, columns and ln x of all entries; `LANES` more are read behind the last."""

    rows: NDArray[np.uint32]
    columns: NDArray[np.uint32]
    logs: Floats


class Rule(NamedTuple):
    """ln x_max, α, η, and what biases have for η."""

    log_x_max: np.float32
    alpha: np.float32
    rate: np.float32
    bias_rate: np.float32


@inline
def row_length(stride: int) -> int:
    """Give the numbers of a row."""
    return 2 * stride + LANES


@inline
def _place(row: np.uint32, length: int) -> int:
    """Give where a row begins."""
    return int(np.int64(row)) * length


@inline
def _weigh(logs: Register, rule: Rule) -> Any:
    """Give min(1, (x / x_max)^α), lane by lane."""
    power = mul(sub(logs, splat(rule.log_x_max)), splat(rule.alpha))
    return minimum(splat(_ONE), exponential(minimum(splat(_ZERO), power)))


@inline
def _difference(model: Model, i: int, j: int, log: np.float32) -> Any:
    """Give w · w̃ + b + b̃ − ln x."""
    words, contexts, bias = model.words, model.contexts, 2 * model.stride
    dot = splat(_ZERO)
    for d in range(0, model.stride, LANES):
        dot = fma(load(words, i + d), load(contexts, j + d), dot)
    return total(dot) + (words[i + bias] + contexts[j + bias] - log)


@inline
def _move(model: Model, i: int, j: int, step: np.float32, bound: np.float32) -> None:
    """Change w and w̃ and their G; `step` is −η f, `bound` what a change of G is cut at."""
    words, contexts, stride = model.words, model.contexts, model.stride
    s, most, least = splat(step), splat(bound), splat(-bound)
    for d in range(0, stride, LANES):
        w, v = load(words, i + d), load(contexts, j + d)
        squares, others = load(words, i + stride + d), load(contexts, j + stride + d)
        # In this order of operands NaN stays NaN.
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
def train_run(model: Model, entries: Entries, begin: int, end: int, rule: Rule, weights: Floats) -> float:
    """Change the model by the entries from `begin` to `end`; give their cost, Σ ½ f diff.

    Parameters
    ----------
    weights
        (LANES,): room for the weights of sixteen entries.
    """
    length, bias = row_length(model.stride), 2 * model.stride
    bound = rule.rate * CLIP
    cost = 0.0
    for first in range(begin, end, LANES):
        store(weights, 0, _weigh(load(entries.logs, first), rule))
        for k in range(first, min(first + LANES, end)):
            prefetch_row(model.words, _place(entries.rows[k + AHEAD], length), length)
            prefetch_row(model.contexts, _place(entries.columns[k + AHEAD], length), length)
            i, j = _place(entries.rows[k], length), _place(entries.columns[k], length)
            diff = _difference(model, i, j, entries.logs[k])
            f = weights[k - first] * diff
            cost += 0.5 * np.float64(f) * np.float64(diff)
            _move(model, i, j, -rule.rate * f, bound)
            _move_bias(model.words, i + bias, rule.bias_rate * f)
            _move_bias(model.contexts, j + bias, rule.bias_rate * f)
    return cost
