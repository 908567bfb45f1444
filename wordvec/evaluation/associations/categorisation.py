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

from wordvec import arguments
from wordvec.evaluation import intervals
from wordvec.evaluation.associations.models import Model, check_number, each, models_of
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets.word_groups import Categories, read_categories
from wordvec.evaluation.intervals import LEAST_ITEMS, RESAMPLES, Difference, Interval
from wordvec.evaluation.partitions import adjusted_rand, v_measure
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.wording import some

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
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Table:
    """Evaluate vectors on the clustering of words into categories.

    Parameters
    ----------
    vectors
        Vectors, or several by name, which are compared with the first.
    datasets
        Files of lines with a word and its category.
    restarts
        Starts of k-means, of which the best is taken.
    case
        One of `letter_case.CASES`.
    resamples, seed
        Number of bootstrap resamples of the words, and seed of all random numbers.

    Returns
    -------
    Table
        For each dataset and set of vectors purity, V-measure and adjusted Rand index, over the words that all vectors
        know.

    Raises
    ------
    InputError
        If a dataset cannot be read, or fewer than two categories have known words.
    SettingsError
        If a setting is out of range.
    """
    intervals.check_resamples(resamples)
    arguments.seed(seed)
    check_number("restarts", restarts, 1)
    models = models_of(vectors, case)
    rows: list[dict[str, Any]] = []
    notes = [
        f"clusters: spherical k-means, as many as categories, best of {restarts} starts; random: mean of "
        f"{PERMUTATIONS} permutations of the categories; low, high: 95 % of {resamples:,} bootstrap resamples of the "
        f"words in these clusters; seed {seed}",
    ]
    for dataset in each(datasets, Categories):
        read = read_categories(dataset)
        known = [at for at, word in enumerate(read.words) if all(model.knows(word) for model in models)]
        lacking = [word for at, word in enumerate(read.words) if at not in set(known)]
        notes += [f"{read.name}: unknown: {some(lacking)}"] if lacking else []
        names, gold = np.unique([read.categories[at] for at in known], return_inverse=True)
        if len(names) < 2:
            raise CoverageError(
                f"{read.name}: {len(known)} of {len(read.words)} words known, of {len(names)} categories; at least two "
                "categories are needed; check language and case",
                len(known),
            )
        words = [read.words[at] for at in known]
        found = [_clusters(model, words, len(names), restarts, seed) for model in models]
        for at, (model, clusters) in enumerate(zip(models, found, strict=True)):
            row = {"dataset": read.name, "words": len(read.words), "covered": len(known), "categories": len(names)}
            row |= {"vectors": model.name} | _scores(gold, clusters, resamples, seed)
            rows.append(row | (_difference(gold, clusters, found[0], resamples, seed) if at else {}))
    if len(models) > 1:
        notes.append(
            "difference: of purity from the first vectors, with the same resamples; words: those that all know"
        )
    return Table(rows, notes)


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


def _clusters(model: Model, words: Sequence[str], clusters: int, restarts: int, seed: int) -> Ids:
    from wordvec.trainers.senses.kmeans import spherical_kmeans

    units = np.ascontiguousarray(model.units(words), np.float32)
    return spherical_kmeans(units, clusters, (seed,), restarts)


def _scores(gold: Ids, clusters: Ids, resamples: int, seed: int) -> dict[str, Any]:
    bounds, enough = Interval(None, None), len(gold) >= LEAST_ITEMS
    if enough:
        bounds = intervals.interval(purity(gold, clusters, intervals.multiplicities([len(gold)], resamples, seed)))
    permuted = [np.random.default_rng([seed, at]).permutation(gold) for at in range(PERMUTATIONS)]
    return {
        "purity": float(purity(gold, clusters)[0]),
        "low": bounds.low,
        "high": bounds.high,
        "purity_random": float(np.mean([purity(one, clusters)[0] for one in permuted])),
        "v_measure": v_measure(gold, clusters),
        "v_random": float(np.mean([v_measure(one, clusters) for one in permuted])),
        "adjusted_rand": adjusted_rand(gold, clusters),
    }


def _difference(gold: Ids, clusters: Ids, first: Ids, resamples: int, seed: int) -> dict[str, Any]:
    observed = float(purity(gold, clusters)[0] - purity(gold, first)[0])
    found = Difference(observed, None, None, None)
    if len(gold) >= LEAST_ITEMS:
        drawn = intervals.multiplicities([len(gold)], resamples, seed)
        found = intervals.difference(observed, purity(gold, clusters, drawn) - purity(gold, first, drawn))
    return dict(zip(("difference", "difference_low", "difference_high", "p"), found, strict=True))
