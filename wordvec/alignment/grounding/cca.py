"""Canonical correlation analysis with covariances that are shrunk towards a multiple of the identity.

With the covariances C and D of rows and measured rows, shrunk by weights a and b, and the singular value decomposition
√((1 − a)(1 − b)) C^(−½) Cov D^(−½) = P R Qᵀ, the canonical variables are x C^(−½) P and y D^(−½) Q, with correlations R
(Hotelling 1936). Since the covariance between both is shrunk, too, no correlation exceeds 1. A word's place in the
shared space is the prediction of its measured row there, x C^(−½) P R: a variable counts as much as it is correlated.
In the measured space, that prediction is x C^(−½) P R Qᵀ D^(½).

The weight of the identity is, by default, the one that minimises the expected squared error of the covariance,
estimated by the formula of Ledoit and Wolf (2004).
"""

import math
from typing import NamedTuple

import numpy as np

from wordvec.alignment.grounding.maps import AffineMap, Fit, Numbers
from wordvec.alignment.grounding.settings import MOST


class Whitening(NamedTuple):
    """The shrunk covariance of rows to the powers −½ and ½, and the weight of the identity in it."""

    inverse_root: Numbers
    root: Numbers
    weight: float

    @classmethod
    def of(cls, centred: Numbers, weight: float | None) -> "Whitening":
        """Return the whitening of centred rows (n, dim); with weight None, of the weight by Ledoit and Wolf."""
        covariance = centred.T @ centred / len(centred)
        mean = max(float(np.trace(covariance)) / len(covariance), np.finfo(np.float64).tiny)
        if weight is None:
            weight = ledoit_wolf(centred, covariance)
        shrunk = (1 - weight) * covariance + weight * mean * np.eye(len(covariance))
        values, vectors = np.linalg.eigh(shrunk)
        # Without shrinkage a covariance may be singular; its null space holds no variable.
        there = values > values[-1] * len(values) * np.finfo(np.float64).eps
        lengths = np.sqrt(np.where(there, values, 1))
        return cls((vectors * (there / lengths)) @ vectors.T, (vectors * (there * lengths)) @ vectors.T, weight)


def ledoit_wolf(centred: Numbers, covariance: Numbers) -> float:
    """Return the weight of the identity in the shrunk covariance of centred rows (n, dim), from 0 to `MOST`."""
    n, dim = centred.shape
    norm = float((covariance**2).sum())
    distance = norm - float(np.trace(covariance)) ** 2 / dim
    error = (float(((centred**2).sum(1) ** 2).mean()) - norm) / n
    if distance <= norm * np.finfo(np.float64).eps:  # the covariance is a multiple of the identity
        return 0.0
    return min(MOST, max(0.0, float(error / distance)))


class CanonicalCorrelation:
    """Canonical correlation analysis of rows with measured rows.

    Parameters
    ----------
    rows
        (n, dim) array.
    strength
        Weight of the identity in both covariances, from 0 to `MOST`; None for the one by Ledoit and Wolf.
    dim
        Dimensions of the shared space; None for as many as the smaller of the two spaces has.
    """

    def __init__(self, rows: Numbers, strength: float | None = None, dim: int | None = None) -> None:
        self._centre, self._strength, self._dim = rows.mean(0), strength, dim
        self._rows = rows - self._centre
        self._whitening = Whitening.of(self._rows, strength)

    def fit(self, measured: Numbers) -> Fit:
        """Return the maps to measured rows (n, dimensions) and to the shared space."""
        level = measured.mean(0)
        other = Whitening.of(measured - level, self._strength)
        share = math.sqrt((1 - self._whitening.weight) * (1 - other.weight))
        together = share * self._rows.T @ (measured - level) / len(measured)
        left, correlations, right = np.linalg.svd(
            self._whitening.inverse_root @ together @ other.inverse_root, full_matrices=False
        )
        left, correlations, right = left[:, : self._dim], correlations[: self._dim], right[: self._dim]
        shared = self._whitening.inverse_root @ (left * correlations)
        return Fit(
            AffineMap(self._centre, shared @ right @ other.root, level),
            AffineMap(self._centre, shared, np.zeros(len(correlations))),
            {
                "canonical_correlations": [float(f"{value:.6g}") for value in correlations],
                "shrinkage": {"vectors": self._whitening.weight, "measured": other.weight},
            },
        )
