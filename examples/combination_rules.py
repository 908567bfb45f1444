"""Published rules by which replicas become one model, in NumPy, to compare with `wordvec.kernels.combination`."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels.combination import Replicated

Rows = NDArray[np.float32]
Rule = Callable[[Replicated, Rows, float, float, NDArray[np.float64], int, int], None]
"""Combines rows of a matrix, with the arguments of `wordvec.kernels.combination.combine`."""


def adaptive_sum() -> Rule:
    """Return Adasum: changes are combined in pairs, each without half of what it has in common with the other.

    Orthogonal changes are added, and equal ones averaged (Maleki et al. 2021, Scaling Distributed Training with
    Adaptive Summation). The number of replicas is a power of two.
    """

    def combine(
        matrix: Replicated, _q: Rows, _along: float, _across: float, _t: NDArray[np.float64], first: int, last: int
    ) -> None:
        rows = _rows(matrix, first, last)
        changes = _changes(matrix, rows)
        while len(changes) > 1:
            one, other = changes[0::2], changes[1::2]
            common = _products(one, other)
            changes = one * (1 - common / _twice_squares(one)) + other * (1 - common / _twice_squares(other))
        _write(matrix, rows, changes[0])

    return combine


def momentum(share: float | None = None, step: float = 1, *, ahead: bool = False) -> Rule:
    """Return the mean of the changes with momentum, whose share of the last one is 1 - 1/R if not given.

    As given this is BMUF (Chen and Huo 2016, Scalable training of deep learning machines by incremental block training
    with intra-block parallel optimization and blockwise model-update filtering). SlowMo (Wang et al. 2020) gives the
    share, and divides by the learning rate, which hardly changes between rounds. With a step and `ahead`, Nesterov's
    momentum, it is the outer optimizer of DiLoCo (Douillard et al. 2023).
    """
    kept: dict[int, Rows] = {}

    def combine(
        matrix: Replicated, _q: Rows, _along: float, _across: float, _t: NDArray[np.float64], first: int, last: int
    ) -> None:
        rows = _rows(matrix, first, last)
        changes = _changes(matrix, rows)
        of_last = 1 - 1 / len(changes) if share is None else share
        mean = changes.mean(0)
        speed = kept.setdefault(id(matrix), np.zeros((len(matrix.order), matrix.stride), np.float32))
        speed[rows] = of_last * speed[rows] + mean
        _write(matrix, rows, step * (mean + of_last * speed[rows] if ahead else speed[rows]))

    return combine


RULES: dict[str, Callable[[], Rule]] = {
    "adasum": adaptive_sum,
    "bmuf": momentum,
    "slowmo-0.5": partial(momentum, 0.5),
    "slowmo-0.7": partial(momentum, 0.7),
    "diloco": partial(momentum, 0.9, 0.7, ahead=True),
    "nesterov-0.7": partial(momentum, 0.7, ahead=True),
}


def _rows(matrix: Replicated, first: int, last: int) -> NDArray[np.int64] | slice:
    """Return the rows at places of the order; as a slice, which copies nothing, if they follow each other."""
    rows = matrix.order[first:last]
    return slice(int(rows[0]), int(rows[-1]) + 1) if (np.diff(rows) == 1).all() else rows


def _changes(matrix: Replicated, rows: NDArray[np.int64] | slice) -> Rows:
    """Return the changes of rows, (replicas, rows, stride)."""
    base = matrix.base.reshape(-1, matrix.stride)
    return np.asarray(matrix.replicas.reshape(-1, *base.shape)[:, rows] - base[rows])


def _products(one: Rows, other: Rows) -> Rows:
    return np.asarray(np.einsum("...i,...i->...", one, other)[..., None])


def _twice_squares(changes: Rows) -> Rows:
    return np.maximum(2 * _products(changes, changes), np.finfo(np.float32).tiny)


def _write(matrix: Replicated, rows: NDArray[np.int64] | slice, changes: Rows) -> None:
    """Add changes to the base, and copy its rows to all replicas."""
    base = matrix.base.reshape(-1, matrix.stride)
    base[rows] += changes
    matrix.replicas.reshape(-1, *base.shape)[:, rows] = base[rows]
