"""Published rules by which replicas become one model, in NumPy, to compare with `wordvec.kernels.combination`."""

from collections.abc import Callable

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
        rows = matrix.order[first:last]
        changes = _changes(matrix, rows)
        while len(changes) > 1:
            one, other = changes[0::2], changes[1::2]
            common = (one * other).sum(-1, keepdims=True)
            changes = one * (1 - common / _twice_squares(one)) + other * (1 - common / _twice_squares(other))
        _write(matrix, rows, changes[0])

    return combine


def block_momentum() -> Rule:
    """Return the mean of the changes, with a momentum of 1 - 1/R that makes up for it (Chen and Huo 2016, BMUF)."""
    steps: dict[int, Rows] = {}

    def combine(
        matrix: Replicated, _q: Rows, _along: float, _across: float, _t: NDArray[np.float64], first: int, last: int
    ) -> None:
        rows = matrix.order[first:last]
        changes = _changes(matrix, rows)
        step = steps.setdefault(id(matrix), np.zeros((len(matrix.order), matrix.stride), np.float32))
        step[rows] = (1 - 1 / len(changes)) * step[rows] + changes.mean(0)
        _write(matrix, rows, step[rows])

    return combine


RULES: dict[str, Callable[[], Rule]] = {"adasum": adaptive_sum, "block-momentum": block_momentum}


def _changes(matrix: Replicated, rows: NDArray[np.int64]) -> Rows:
    """Return the changes of rows, (replicas, rows, stride)."""
    base = matrix.base.reshape(-1, matrix.stride)
    return np.asarray(matrix.replicas.reshape(-1, *base.shape)[:, rows] - base[rows])


def _twice_squares(changes: Rows) -> Rows:
    squares: Rows = (changes * changes).sum(-1, keepdims=True)
    return np.maximum(2 * squares, np.finfo(np.float32).tiny)


def _write(matrix: Replicated, rows: NDArray[np.int64], changes: Rows) -> None:
    """Add changes to the base, and copy its rows to all replicas."""
    base = matrix.base.reshape(-1, matrix.stride)
    base[rows] += changes
    matrix.replicas.reshape(-1, *base.shape)[:, rows] = base[rows]
