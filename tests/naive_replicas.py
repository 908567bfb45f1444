"""Slow, obvious twins of the combination of replicas."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]


def factor(x: float, replicas: int) -> float:
    q = (1 + x / 64) ** -64
    return sum(q**power for power in range(replicas)) / replicas


def combined(base: Rows, copies: Rows, updates: Rows, direction: Rows, along: float, across: float) -> Rows:
    """Return the rows that take the place of `base` (rows, dim) and of all `copies` (R, rows, dim)."""
    result = np.empty_like(base)
    for row in range(len(base)):
        change = sum(copy[row] - base[row] for copy in copies)
        part = direction * (direction @ change)
        stiff, rest = factor(along * updates[row], len(copies)), factor(across * updates[row], len(copies))
        result[row] = base[row] + stiff * part + rest * (change - part)
    return result


def mean_squares(rows: Rows, met: Sequence[Sequence[int]]) -> tuple[Rows, float, float]:
    """Return the direction of the mean vector, and the mean squares of the vectors along it and across it."""
    vectors = np.array([rows[list(places)].mean(0) for places in met])
    mean = vectors.mean(0)
    direction = mean / np.linalg.norm(mean) if mean.any() else mean
    along = (vectors @ direction) ** 2
    across = (vectors**2).sum(1) - along
    return direction, along.mean(), across.mean() / (rows.shape[1] - 1)
