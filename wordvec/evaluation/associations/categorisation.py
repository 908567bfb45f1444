"""Categorisation: unit vectors clustered by spherical k-means into as many clusters as there are categories.

Purity is the share of words in the most frequent category of their cluster; V-measure and the adjusted Rand index are
those of `evaluation.partitions`. Purity and V-measure rise with the number of clusters, also of random ones, so that
their means under permuted categories are beside them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.evaluation import intervals
from wordvec.evaluation.associations.models import Model, check_number, each
from wordvec.evaluation.associations.word_scores import Task, WordScores, judge
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets.word_groups import Categories, read_categories
from wordvec.evaluation.intervals import LEAST_ITEMS, RESAMPLES, Difference, Interval
from wordvec.evaluation.partitions import adjusted_rand, v_measure
from wordvec.vectors import Vectors

RESTARTS = 10
PERMUTATIONS = 100
"""Permutations of the categories for the baseline."""
Ids = NDArray[np.int64]


def categorise(
    vectors: Vectors | Mapping[str, Vectors],
    datasets: str | Path | Categories | Sequence[str | Path | Categories],
    *,
    restarts: int = RESTARTS,
    case: str = "ignore",
    oov: str | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> WordScores:
    """Evaluate vectors on the clustering of words into categories.

    Parameters
    ----------
    vectors, case, oov
        As for `evaluation.similarity`; ``zero`` is not a policy.
    datasets
        Files of lines with a word and its category.
    restarts
        Starts of k-means, of which the best is taken.
    resamples, seed
        Number of bootstrap resamples of the words, and seed of all random numbers.

    Returns
    -------
    WordScores
        For each dataset and set of vectors purity, V-measure and adjusted Rand index, over the words that all vectors
        know.

    Raises
    ------
    InputError
        If a dataset cannot be read, or fewer than two categories have known words.
    SettingsError
        If a setting is out of range.
    """
    return judge(Categorisation(restarts, resamples, seed), vectors, datasets, case, oov)


class Categorisation(Task[Categories, Ids]):
    """The clustering of words into categories; an outcome has the cluster of each word."""

    compared = "purity"

    def __init__(self, restarts: int, resamples: int, seed: int) -> None:
        super().__init__(resamples, seed)
        self.restarts = check_number("restarts", restarts, 1)

    def read(self, datasets: Any) -> list[Categories]:
        """Return the words and categories of each dataset."""
        return [read_categories(dataset) for dataset in each(datasets, Categories)]

    def notes(self, data: Sequence[Categories]) -> list[str]:
        """Return how words are clustered and scored."""
        return [
            f"clusters: spherical k-means, as many as categories, best of {self.restarts} starts; random: mean of "
            f"{PERMUTATIONS} permutations of the categories; low, high: 95 % of {self.resamples:,} bootstrap resamples "
            f"of the words in these clusters; seed {self.seed}",
        ]

    def words(self, data: Categories) -> list[str]:
        """Return all words."""
        return data.words

    def known(self, data: Categories, known: set[str]) -> Categories:
        """Return the known words, of two or more categories."""
        kept = [at for at, word in enumerate(data.words) if word in known]
        found = Categories(data.name, *([side[at] for at in kept] for side in data[1:]))
        if (number := len(set(found.categories))) < 2:
            raise CoverageError(
                f"{data.name}: {len(kept)} of {len(data.words)} words known, of {number} categories; at least two "
                "categories are needed; check language and case",
                len(kept),
            )
        return found

    def sizes(self, data: Categories, known: Categories) -> dict[str, Any]:
        """Return the numbers of words and of categories."""
        return {
            "dataset": data.name,
            "words": len(data.words),
            "covered": len(known.words),
            "categories": len(set(known.categories)),
        }

    def outcome(self, model: Model, data: Categories) -> Ids:
        """Return the cluster of each word."""
        from wordvec.trainers.senses.kmeans import spherical_kmeans

        units = np.ascontiguousarray(model.units(data.words), np.float32)
        return spherical_kmeans(units, len(set(data.categories)), (self.seed,), self.restarts)

    def scores(self, data: Categories, outcome: Ids) -> dict[str, Any]:
        """Return purity, V-measure and adjusted Rand index, and the first two of permuted categories."""
        gold, drawn, bounds = _gold(data), self._drawn(data), Interval(None, None)
        if drawn is not None:
            bounds = intervals.interval(purity(gold, outcome, drawn))
        permuted = [np.random.default_rng([self.seed, at]).permutation(gold) for at in range(PERMUTATIONS)]
        return {
            "purity": float(purity(gold, outcome)[0]),
            "purity_low": bounds.low,
            "purity_high": bounds.high,
            "purity_random": float(np.mean([purity(one, outcome)[0] for one in permuted])),
            "v_measure": v_measure(gold, outcome),
            "v_random": float(np.mean([v_measure(one, outcome) for one in permuted])),
            "adjusted_rand": adjusted_rand(gold, outcome),
        }

    def difference(self, data: Categories, outcome: Ids, first: Ids) -> Difference:
        """Return the difference of purity."""
        gold, drawn = _gold(data), self._drawn(data)
        observed = float(purity(gold, outcome)[0] - purity(gold, first)[0])
        if drawn is None:
            return Difference(observed, None, None, None)
        return intervals.difference(observed, purity(gold, outcome, drawn) - purity(gold, first, drawn))

    def _drawn(self, data: Categories) -> NDArray[np.float64] | None:
        """Return how often each word is drawn (resamples, words), None if there are too few."""
        if len(data.words) < LEAST_ITEMS:
            return None
        return intervals.multiplicities([len(data.words)], self.resamples, self.seed)


def _gold(data: Categories) -> Ids:
    """Return the number of each word's category."""
    return np.unique(data.categories, return_inverse=True)[1]


def purity(gold: Ids, clusters: Ids, drawn: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Return the purity (resamples,) of clusters.

    Parameters
    ----------
    gold, clusters
        (words,) int64 arrays of categories and clusters.
    drawn
        (resamples, words) array, how often each word is drawn; default: once.

    Examples
    --------
    >>> purity(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1]))
    array([0.75])
    """
    times = np.ones((1, len(gold))) if drawn is None else drawn
    indicator = np.zeros((len(gold), (clusters.max() + 1) * (gold.max() + 1)))
    indicator[np.arange(len(gold)), clusters * (gold.max() + 1) + gold] = 1
    tables = (times @ indicator).reshape(len(times), clusters.max() + 1, gold.max() + 1)
    found: NDArray[np.float64] = tables.max(2).sum(1) / times.sum(1)
    return found
