"""Ridge regression of several outcomes, each with the penalty that generalised cross-validation chooses.

With the eigenvalues s and eigenvectors V of XᵀX, X the n centred rows, and c = VᵀXᵀy, the weights for a penalty λ are
V c / (s + λ). The residual sum of squares is yᵀy − Σ c² (s + 2λ) / (s + λ)², and the trace of the hat matrix, with the
intercept, h = 1 + Σ s / (s + λ). The penalty minimises n RSS / (n − h)² (Golub, Heath and Wahba 1979), which is the
leave-one-out error with all hat values replaced by their mean. Nothing but c depends on y, so that a permutation of y
costs one product.
"""

import numpy as np

from wordvec.alignment.grounding.maps import AffineMap, Fit, Numbers

PENALTIES = np.logspace(-4, 4, 17)
"""Penalties that are tried, as multiples of the mean eigenvalue."""


class Ridge:
    """Ridge regression on rows.

    Parameters
    ----------
    rows
        (n, dim) array.
    strength
        Penalty of all outcomes as a multiple of the mean eigenvalue of the centred rows; None to choose one of
        `PENALTIES` for each outcome.
    """

    def __init__(self, rows: Numbers, strength: float | None = None) -> None:
        self._centre = rows.mean(0)
        self._rows = rows - self._centre
        values, self._vectors = np.linalg.eigh(self._rows.T @ self._rows)
        self._values = np.maximum(values, 0)
        # n centred rows have a variance in at most n − 1 directions.
        mean = float(self._values.sum()) / max(1, min(len(rows) - 1, len(values)))
        self._multiples = PENALTIES if strength is None else np.array([strength])
        self._penalties = self._multiples * max(mean, np.finfo(np.float64).tiny)

    def fit(self, measured: Numbers) -> Fit:
        """Return the regression of outcomes (n, outcomes)."""
        level = measured.mean(0)
        centred = measured - level
        along = self._vectors.T @ (self._rows.T @ centred)
        chosen = np.argmin(self._errors(along, (centred**2).sum(0)), axis=0)
        weights = self._vectors @ (along / (self._values[:, None] + self._penalties[chosen]))
        found = AffineMap(self._centre, weights, level)
        low, median, high = np.quantile(self._multiples[chosen], [0, 0.5, 1]).tolist()
        return Fit(found, found, {"chosen_strength": {"lowest": low, "median": median, "highest": high}})

    def _errors(self, along: Numbers, squares: Numbers) -> Numbers:
        """Return the errors of generalised cross-validation (penalties, outcomes) from c and yᵀy."""
        n, inverse = len(self._rows), 1 / (self._values + self._penalties[:, None])
        shrunk = self._values * inverse
        residual = np.maximum(squares - (inverse * (2 - shrunk)) @ along**2, 0)
        free = np.maximum(n - 1 - shrunk.sum(1), 1e-12 * n)
        found: Numbers = n * residual / free[:, None] ** 2
        return found
