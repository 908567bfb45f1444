"""Axes between two poles of words, as linear combinations of rows that the poles define.

With unit vectors aᵢ and bᵢ of the words of the poles:

- ``pairs``: Σᵢ (aᵢ − bᵢ) / n, the mean of the pair differences (Kozlowski, Taddy and Evans 2019).
- ``pca``: the first principal component of the words of each pair, centred at the middle of the pair (Bolukbasi et al.
  2016), which is the first right singular vector of the pair differences.
- ``semaxis``: the mean of A minus the mean of B, of vectors that are not scaled, each with its nearest words if so
  asked (An, Kwak and Ahn 2018).
- ``seeds``: Σ aᵢ / n − Σ bⱼ / m (latent semantic scaling: Watanabe 2021).

A word's projection is the cosine of its vector with the axis; with ``seeds`` it is its mean cosine with A minus that
with B. The rows B (units, dim) and the coefficients c (units,) of an axis Bᵀc are all that resampling needs: a unit
that is drawn w times has w times the weight, the axis has the length √(cᵀGc) with G = BBᵀ, and the projection of a unit
vector u is (Bu)ᵀc / √(cᵀGc). Units are pairs, or words of the poles.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.evaluation.associations.models import Model
from wordvec.representation import short
from wordvec.rows import unit_float64

Numbers = NDArray[np.float64]
PAIRS, PCA, SEMAXIS, SEEDS = "pairs", "pca", "semaxis", "seeds"
METHODS = (PAIRS, PCA, SEMAXIS, SEEDS)
PAIRED = (PAIRS, PCA)
"""Methods whose units are pairs."""
_MATRICES_AT_ONCE = 1 << 22  # numbers


class Poles(NamedTuple):
    """The words of the poles that define an axis; with a method of `PAIRED`, as pairs in the same order."""

    a: list[str]
    b: list[str]

    def __repr__(self) -> str:
        return short(self)


class Basis(NamedTuple):
    """The rows of an axis in one model.

    Attributes
    ----------
    method
        One of `METHODS`.
    rows
        (units, dim) float64 array, what the axis is combined from.
    gram
        (units, units) float64 array, products of the rows.
    first
        (units,) bool array, whether a unit is a word of the first pole. All true for pairs.
    """

    method: str
    rows: Numbers
    gram: Numbers
    first: NDArray[np.bool_]

    def __repr__(self) -> str:
        return short(self)

    @classmethod
    def of(cls, model: Model, poles: Poles, method: str, expand: int = 0) -> "Basis":
        """Return the rows of an axis.

        Parameters
        ----------
        model
            Vectors that have all words of the poles.
        poles
            The words.
        method
            One of `METHODS`.
        expand
            With ``semaxis``, number of nearest words by which each word of a pole is expanded.

        Raises
        ------
        InputError
            If a vector holds NaN or infinity.
        """
        n, m = len(poles.a), len(poles.b)
        if method in PAIRED:
            rows = model.units(poles.a) - model.units(poles.b)
            return cls(method, rows, rows @ rows.T, np.ones(n, bool))
        words = [*poles.a, *poles.b]
        rows = model.units(words) if method == SEEDS else _expanded(model, words, expand)
        first = np.arange(n + m) < n
        return cls(method, rows, rows @ rows.T, first)

    @property
    def ends(self) -> tuple[int, ...]:
        """Numbers of units that are drawn separately: those of each pole, or the pairs."""
        n = int(self.first.sum())
        return (n,) if self.method in PAIRED else (n, len(self.first) - n)

    def coefficients(self, weights: Numbers) -> Numbers:
        """Return the coefficients (axes, units) of axes whose units have weights (axes, units).

        The axes have length 1, but for ``seeds``. NaN where an axis is undefined, as that of units that cancel out.
        """
        if self.method == PCA:
            return self._scaled(self._principal(weights))
        signed = weights * np.where(self.first, 1.0, -1.0)
        for side in {True: self.first, False: ~self.first}.values():
            total = weights[:, side].sum(1, keepdims=True)
            signed[:, side] /= np.where(total > 0, total, np.nan)
        return signed if self.method == SEEDS else self._scaled(signed)

    def projections(self, words: Numbers, coefficients: Numbers) -> Numbers:
        """Return the projections (axes, words) of unit vectors (words, dim)."""
        found: Numbers = coefficients @ (words @ self.rows.T).T
        return found

    def explained(self) -> float:
        """Return the share of the pair differences' sum of squares along their first principal component."""
        values = np.linalg.eigvalsh(self.gram)
        return float(values[-1] / values.sum()) if values.sum() > 0 else float("nan")

    def consistency(self) -> float:
        """Return the mean cosine between the differences of different pairs; NaN for one pair."""
        units = unit_float64(self.rows)
        n = len(units)
        return float(((units.sum(0) ** 2).sum() - (units**2).sum()) / (n * (n - 1))) if n > 1 else float("nan")

    def _scaled(self, coefficients: Numbers) -> Numbers:
        squares = np.einsum("ri,ij,rj->r", coefficients, self.gram, coefficients, optimize=True)
        lengths = np.sqrt(np.where(squares > 1e-24, squares, np.nan))
        scaled: Numbers = coefficients / lengths[:, None]
        return scaled

    def _principal(self, weights: Numbers) -> Numbers:
        """Return the coefficients of first principal components, which point from B to A on the whole."""
        n = len(self.gram)
        found = np.empty_like(weights)
        step = max(1, _MATRICES_AT_ONCE // (n * n))
        for begin in range(0, len(weights), step):
            roots = np.sqrt(weights[begin : begin + step])
            _, vectors = np.linalg.eigh(roots[:, :, None] * self.gram * roots[:, None, :])
            found[begin : begin + step] = roots * vectors[:, :, -1]
        along = np.einsum("ri,ij,rj->r", found, self.gram, weights, optimize=True)
        return found * np.where(along < 0, -1.0, 1.0)[:, None]


def _expanded(model: Model, words: list[str], expand: int) -> Numbers:
    """Return the mean (words, dim) of the vectors of each word and of its nearest ones."""
    rows = model.rows(words)
    if not expand:
        return rows
    found = model.vectors.nearest([model.spelling(word) for word in words], expand, exact=True)
    others = [model.rows([near for near, _ in neighbours]) for neighbours in found]
    return np.stack([np.vstack([own[None], near]).mean(0) for own, near in zip(rows, others, strict=True)])
