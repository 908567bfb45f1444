"""The Word Embedding Association Test, and its form for single words (Caliskan, Bryson and Narayanan 2017).

With s(w) = mean of cos(w, a) over A minus mean of cos(w, b) over B:

- WEAT: (mean of s over X − mean of s over Y) / standard deviation of s over X and Y.
- SC-WEAT: s(w) / standard deviation of cos(w, a) over A and B, for each word w of X and Y.

Standard deviations are those of the population (divided by n), as in WEFE.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.evaluation import intervals
from wordvec.evaluation.associations.samples import Samples
from wordvec.evaluation.permutations import Null, partitions

Numbers = NDArray[np.float64]


class WEAT:
    """WEAT of two sets of targets with two sets of attributes."""

    name, default_alternative = "weat", "greater"
    about = (
        "value: effect size d, from -2 to 2, above 0 if X is nearer to A and Y to B; statistic: sum of the "
        "associations of X minus that of Y"
    )
    permuted = "words between X and Y"
    works = ("caliskan2017",)

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        units = samples.unit_targets()
        self._cosines = [units @ side.T for side in samples.unit_attribute_sets()]
        self._first = samples.sizes[0]

    def values(self) -> Numbers:
        """Return the effect size, (1,)."""
        ones = [np.ones((1, side)) for side in self._samples.sizes]
        found: Numbers = self._effects(*ones)
        return found

    def statistic(self) -> float:
        """Return the sum of the associations of X minus that of Y."""
        own = self._associations()
        return float(own[: self._first].sum() - own[self._first :].sum())

    def resampled(self, resamples: int, seed: int) -> Numbers:
        """Return resampled effect sizes (resamples, 1)."""
        sizes = self._samples.sizes
        drawn = intervals.multiplicities(sizes, resamples, seed)
        return self._effects(*np.split(drawn, np.cumsum(sizes)[:-1], axis=1))[:, None]

    def null(self, most: int, seed: int) -> tuple[Numbers, Null]:
        """Return the difference of means (1,) that is tested, and its values under permutations."""
        own, first = self._associations(), self._first
        found, exact = differences(own[:, None], first, most, seed)
        return np.array([own[:first].mean() - own[first:].mean()]), Null(found, exact)

    def by_word(self) -> list[dict[str, Any]]:
        """Return the association of each word."""
        own = self._associations()
        return [
            {"set": name, "word": word, "association": float(value)}
            for (name, word), value in zip(self._samples.target_words(), own, strict=True)
        ]

    def _associations(self) -> Numbers:
        """Return s of all targets, (words,)."""
        found: Numbers = self._cosines[0].mean(1) - self._cosines[1].mean(1)
        return found

    def _effects(self, x: Numbers, y: Numbers, a: Numbers, b: Numbers) -> Numbers:
        """Return the effect sizes (resamples,) of words that are drawn so often (resamples, words)."""
        means = [
            weights @ side.T / weights.sum(1, keepdims=True)
            for weights, side in zip((a, b), self._cosines, strict=True)
        ]
        own = means[0] - means[1]
        difference = (own[:, : self._first] * x).sum(1) / x.sum(1) - (own[:, self._first :] * y).sum(1) / y.sum(1)
        both = np.concatenate([x, y], axis=1)
        middle = (own * both).sum(1) / both.sum(1)
        variance = ((own - middle[:, None]) ** 2 * both).sum(1) / both.sum(1)
        found: Numbers = difference / np.sqrt(np.where(variance > 0, variance, np.nan))
        return found


class SingleWEAT:
    """SC-WEAT: the association of each target word with two sets of attributes."""

    name, default_alternative = "sc-weat", "two-sided"
    about = "value: effect size, from -2 to 2, above 0 if the word is nearer to A; q: false discovery rate of the words"
    permuted = "words between A and B"
    works = ("caliskan2017", "benjamini1995")

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        sides = samples.unit_attribute_sets()
        self._first = len(sides[0])
        self._cosines = samples.unit_targets() @ np.concatenate(sides).T

    def values(self) -> Numbers:
        """Return the effect size of each word, (words,)."""
        found: Numbers = self._effects(np.ones((1, self._cosines.shape[1])))[0]
        return found

    def resampled(self, resamples: int, seed: int) -> Numbers:
        """Return resampled effect sizes (resamples, words)."""
        return self._effects(intervals.multiplicities(self._samples.attribute_sizes, resamples, seed))

    def null(self, most: int, seed: int) -> tuple[Numbers, Null]:
        """Return the differences of means (words,) that are tested, and their values under permutations."""
        found, exact = differences(self._cosines.T, self._first, most, seed)
        cosines = self._cosines
        return cosines[:, : self._first].mean(1) - cosines[:, self._first :].mean(1), Null(found, exact)

    def _effects(self, weights: Numbers) -> Numbers:
        cosines, first = self._cosines, self._first
        a, b = weights[:, :first], weights[:, first:]
        difference = a @ cosines[:, :first].T / a.sum(1, keepdims=True) - b @ cosines[:, first:].T / b.sum(
            1, keepdims=True
        )
        total = weights.sum(1, keepdims=True)
        middle = weights @ cosines.T / total
        variance = weights @ (cosines**2).T / total - middle**2
        found: Numbers = difference / np.sqrt(np.where(variance > 1e-15, variance, np.nan))
        return found


def differences(values: Numbers, first: int, most: int, seed: int) -> tuple[Numbers, bool]:
    """Return the differences of means (permutations, measures) between groups of items, and whether these are all.

    Parameters
    ----------
    values
        (items, measures) float64 array.
    first
        Size of the first group.
    most, seed
        Largest number of permutations, and seed of random ones.
    """
    items, total = len(values), values.sum(0)
    blocks, exact = partitions(items, first, most, seed)
    found = []
    for block in blocks:
        sums = block.astype(np.float64) @ values
        found.append(sums / first - (total - sums) / (items - first))
    return np.concatenate(found), exact
