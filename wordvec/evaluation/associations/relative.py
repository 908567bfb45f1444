"""Measures of one set of attributes relative to two sets of targets, by their mean vectors or by pairs.

With the mean vectors x and y of the targets' sets X and Y:

- RND: mean over A of ‖a − x‖ − ‖a − y‖ (relative norm distance: Garg et al. 2018).
- ECT: Spearman's correlation over A between cos(a, x) and cos(a, y) (embedding coherence test: Dev and Phillips 2019).
- RIPA: mean over A and pairs of a · (xᵢ − yᵢ) / ‖xᵢ − yᵢ‖ (relational inner product association: Ethayarajh, Duvenaud
  and Hirst 2019).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.evaluation import intervals
from wordvec.evaluation.associations.samples import Samples
from wordvec.evaluation.correlation import correlations_of_rows, ranks
from wordvec.evaluation.permutations import Null, partitions, signs

Numbers = NDArray[np.float64]
_NUMBERS_AT_ONCE = 1 << 21


class _OfMeans:
    """A measure of the mean vectors of the targets' sets."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._targets, (self._attributes,) = np.concatenate(samples.targets), samples.attributes
        self._first = len(samples.targets[0])
        self._gram = self._targets @ self._targets.T
        self._products = self._targets @ self._attributes.T
        self._squares = (self._attributes**2).sum(1)

    def values(self) -> Numbers:
        """Return the measure, (1,)."""
        group = np.arange(len(self._targets)) < self._first
        return self._between(group[None])

    def resampled(self, resamples: int, seed: int) -> Numbers:
        """Return resampled measures (resamples, 1)."""
        sizes = self._samples.sizes
        drawn = intervals.multiplicities(sizes, resamples, seed)
        x, y, a = np.split(drawn, np.cumsum(sizes)[:-1], axis=1)
        first, zeros = self._first, np.zeros_like(drawn)
        left = np.concatenate([x / first, zeros[:, first : len(self._targets)]], axis=1)
        right = np.concatenate([zeros[:, :first], y / (len(self._targets) - first)], axis=1)
        return self._measure(left, right, a)[:, None]

    def null(self, most: int, seed: int) -> tuple[Numbers, Null]:
        """Return the measure (1,), and its values under permutations."""
        blocks, exact = partitions(len(self._targets), self._first, most, seed)
        step = max(1, _NUMBERS_AT_ONCE // max(self._products.shape))
        parts = [self._between(block[begin : begin + step]) for block in blocks for begin in range(0, len(block), step)]
        return self.values(), Null(np.concatenate(parts)[:, None], exact)

    def _between(self, groups: NDArray[np.bool_]) -> Numbers:
        """Return the measure (permutations,) between groups (permutations, targets)."""
        first = self._first
        ones = np.ones((len(groups), len(self._attributes)))
        return self._measure(groups / first, ~groups / (len(self._targets) - first), ones)

    def _measure(self, x: Numbers, y: Numbers, a: Numbers) -> Numbers:
        """Return the measure of means by weights (resamples, targets), with attributes drawn (resamples, words)."""
        raise NotImplementedError


class RND(_OfMeans):
    """The relative norm distance."""

    name, default_alternative = "rnd", "two-sided"
    about = "value: mean distance of A to the mean of X minus that to the mean of Y, below 0 if A is nearer to X"
    permuted = "words between X and Y"
    works = ("garg2018",)

    def by_word(self) -> list[dict[str, Any]]:
        """Return the relative distance of each attribute."""
        group = (np.arange(len(self._targets)) < self._first)[None]
        own = self._distances(group / self._first) - self._distances(~group / (len(self._targets) - self._first))
        return [
            {"set": name, "word": word, "distance": float(value)}
            for (name, word), value in zip(self._samples.attribute_words(), own[0], strict=True)
        ]

    def _measure(self, x: Numbers, y: Numbers, a: Numbers) -> Numbers:
        found: Numbers = ((self._distances(x) - self._distances(y)) * a).sum(1) / a.sum(1)
        return found

    def _distances(self, weights: Numbers) -> Numbers:
        """Return the distances (resamples, attributes) of attributes to weighted means."""
        lengths = np.einsum("ri,ij,rj->r", weights, self._gram, weights, optimize=True)
        squares = lengths[:, None] - 2 * weights @ self._products + self._squares
        found: Numbers = np.sqrt(np.maximum(squares, 0))
        return found


class ECT(_OfMeans):
    """The embedding coherence test."""

    name, default_alternative = "ect", "less"
    about = "value: Spearman's correlation, 1 if A has the same order of similarity to the means of X and of Y"
    permuted = "words between X and Y"
    works = ("dev2019",)

    def by_word(self) -> list[dict[str, Any]]:
        """Return the cosines of each attribute with both means."""
        group = (np.arange(len(self._targets)) < self._first)[None]
        x, y = (self._cosines(one / one.sum(1, keepdims=True))[0] for one in (group, ~group))
        return [
            {"set": name, "word": word, "cosine_x": float(one), "cosine_y": float(other)}
            for (name, word), one, other in zip(self._samples.attribute_words(), x, y, strict=True)
        ]

    def _measure(self, x: Numbers, y: Numbers, a: Numbers) -> Numbers:
        sides = self._cosines(x), self._cosines(y)
        if (a == 1).all():
            return correlations_of_rows(*(ranks(side) for side in sides))
        # Drawn words as positions, each as often as it is drawn.
        n = a.shape[1]
        positions = np.repeat(np.tile(np.arange(n), len(a)), a.astype(np.int64).ravel()).reshape(len(a), n)
        return correlations_of_rows(*(ranks(np.take_along_axis(side, positions, 1)) for side in sides))

    def _cosines(self, weights: Numbers) -> Numbers:
        """Return the cosines (resamples, attributes) of attributes with weighted means, rounded so that ties stay."""
        lengths = np.einsum("ri,ij,rj->r", weights, self._gram, weights, optimize=True)
        scale = np.sqrt(np.outer(lengths, self._squares))
        found: Numbers = (weights @ self._products / np.where(scale > 0, scale, np.nan)).round(12)
        return found


class RIPA:
    """The relational inner product association of attributes with pairs of targets."""

    name, default_alternative = "ripa", "two-sided"
    about = "value: mean inner product of A with the unit differences of the pairs, above 0 if A is nearer to X"
    permuted = "words within the pairs of X and Y"
    works = ("ethayarajh2019",)

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        x, y = samples.targets
        difference = x - y
        lengths = np.linalg.norm(difference, axis=1, keepdims=True)
        self._products = (difference / np.where(lengths > 0, lengths, np.nan)) @ samples.attributes[0].T

    def values(self) -> Numbers:
        """Return the mean association, (1,)."""
        return np.array([self._products.mean()])

    def resampled(self, resamples: int, seed: int) -> Numbers:
        """Return resampled means (resamples, 1)."""
        pairs, words = self._products.shape
        drawn = intervals.multiplicities((pairs, words), resamples, seed)
        found: Numbers = np.einsum("ri,ij,rj->r", drawn[:, :pairs], self._products, drawn[:, pairs:], optimize=True) / (
            pairs * words
        )
        return found[:, None]

    def null(self, most: int, seed: int) -> tuple[Numbers, Null]:
        """Return the mean (1,), and its values with the words of pairs exchanged."""
        own = self._products.mean(1)
        blocks, exact = signs(len(own), most, seed)
        return self.values(), Null(np.concatenate([block @ own / len(own) for block in blocks])[:, None], exact)

    def by_word(self) -> list[dict[str, Any]]:
        """Return the mean association of each attribute, and its standard deviation over the pairs."""
        return [
            {"set": name, "word": word, "association": float(values.mean()), "sd": float(values.std())}
            for (name, word), values in zip(self._samples.attribute_words(), self._products.T, strict=True)
        ]
