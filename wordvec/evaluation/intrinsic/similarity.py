"""Word similarity: how well cosines agree with people's scores of pairs of words.

Pairs with an unknown word are left out, as gensim does (which also leaves out words beyond the first 300,000), and, in
a second pair of figures, given the cosine 0, as Lai et al. (2016) do: the first flatters vectors that know few words,
the second punishes them. Both are shown with the coverage. Scores of two vectors are compared on the pairs that both
know, by a paired bootstrap.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError
from wordvec.evaluation import intervals
from wordvec.evaluation.correlation import correlations_of_rows, pearson, ranks, spearman
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets import Pairs, files_of, read_pairs
from wordvec.evaluation.intervals import RESAMPLES, Difference, Interval
from wordvec.evaluation.lookup import MISSING, Lookup
from wordvec.evaluation.tables import Table
from wordvec.vectors import Vectors

Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Similarity:
    """How one set of vectors does on one dataset.

    Attributes
    ----------
    pairs, covered
        How many there are, and how many have both words known.
    spearman, pearson
        Correlations of cosines and scores over the covered pairs, with their bootstrap intervals.
    spearman_zero, pearson_zero
        Over all pairs, the others at cosine 0.
    """

    pairs: int
    covered: int
    spearman: float
    spearman_interval: Interval
    pearson: float
    pearson_interval: Interval
    spearman_zero: float
    pearson_zero: float


def correlations(vectors: Vectors, pairs: Pairs, case: str = "ignore") -> tuple[float, float]:
    """Give Spearman's correlation over the covered pairs, and over all, the others at cosine 0; NaN if undefined."""
    (cosines, known), scores = _cosines(vectors, pairs, case), np.array(pairs.scores)
    return spearman(cosines[known], scores[known]), spearman(cosines, scores)


def judge(
    vectors: Vectors, pairs: Pairs, *, case: str = "ignore", resamples: int = RESAMPLES, seed: int = 1
) -> Similarity:
    """Judge vectors by one dataset.

    Raises
    ------
    InputError
        If fewer than two pairs are covered, or all cosines or scores are alike, so that nothing correlates.
    SettingsError
        If `case` is unknown or `resamples` too few.
    """
    intervals.check_resamples(resamples)
    cosines, known = _cosines(vectors, pairs, case)
    scores = np.array(pairs.scores)
    if known.sum() < 2:
        raise CoverageError(
            f"{pairs.name}: {known.sum()} of {len(known):,} pairs have both words among the {len(vectors):,} known "
            f"ones (case: {case}), too few to correlate; check language and case",
            int(known.sum()),
        )
    x, y = cosines[known], scores[known]
    by_rank, by_value = spearman(x, y), pearson(x, y)
    if np.isnan(by_rank):
        raise CoverageError(
            f"{pairs.name}: all cosines or all scores are alike; nothing correlates with that", int(known.sum())
        )

    def of_ranks(items: NDArray[np.int64]) -> Numbers:
        return correlations_of_rows(ranks(x[items]), ranks(y[items]))

    def of_values(items: NDArray[np.int64]) -> Numbers:
        return correlations_of_rows(x[items], y[items])

    spreads = (
        intervals.interval(intervals.resampled(statistic, len(x), resamples, seed))
        for statistic in (of_ranks, of_values)
    )
    return Similarity(
        len(scores),
        len(x),
        by_rank,
        next(spreads),
        by_value,
        next(spreads),
        spearman(cosines, scores),
        pearson(cosines, scores),
    )


def compare(
    first: Vectors, second: Vectors, pairs: Pairs, *, case: str = "ignore", resamples: int = RESAMPLES, seed: int = 1
) -> Difference:
    """Give Spearman's correlation of the first minus that of the second, over the pairs that both cover.

    Raises
    ------
    InputError, SettingsError
        As `judge`.
    """
    intervals.check_resamples(resamples)
    (x, known), (y, also_known) = (_cosines(vectors, pairs, case) for vectors in (first, second))
    both = known & also_known
    if both.sum() < 2:
        message = f"{pairs.name}: {both.sum()} pairs are known to both vectors, too few to compare them"
        raise CoverageError(message, int(both.sum()))
    x, y, scores = x[both], y[both], np.array(pairs.scores)[both]

    def statistic(items: NDArray[np.int64]) -> Numbers:
        right = ranks(scores[items])
        return correlations_of_rows(ranks(x[items]), right) - correlations_of_rows(ranks(y[items]), right)

    observed = spearman(x, scores) - spearman(y, scores)
    if np.isnan(observed):
        return Difference(None, None, None, None)
    return intervals.difference(observed, intervals.resampled(statistic, len(x), resamples, seed))


def similarity(
    vectors: Vectors | Mapping[str, Vectors],
    datasets: str | Path | Pairs | Sequence[str | Path | Pairs] = ("wordsim353", "simlex999"),
    *,
    columns: str | None = None,
    case: str = "ignore",
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Table:
    """Judge one or several sets of vectors by datasets of similarity.

    Parameters
    ----------
    vectors
        Vectors by name. Each but the first is compared with the first.
    datasets
        Files of words and scores, folders of such files, or ``"wordsim353"``, ``"simlex999"``, which come with gensim.
    columns
        The columns of all files, such as ``"word1,word2,score"`` or ``"1,2,mean(3-12)"``; default: found out.
    case
        One of `lookup.CASES`.
    resamples, seed
        Number and seed of the bootstrap resamples.

    Returns
    -------
    Table
        A row for each dataset and set of vectors. The notes say which columns were used, what was left out, and which
        dataset could not be judged.

    Raises
    ------
    InputError
        As `read_pairs`; if no dataset can be judged.
    SettingsError
        If a setting makes no sense.
    """
    named = vectors if isinstance(vectors, Mapping) else {"vectors": vectors}
    rows: list[dict[str, Any]] = []
    lacking: list[str] = []
    read = read_all(datasets, columns)
    for pairs in read:
        for name in named:
            try:
                row = _judged(named, name, pairs, case, resamples, seed)
            except CoverageError as error:
                lacking.append(f"{name}: {error}")
                row = {"pairs": len(pairs.scores), "covered": error.covered, "spearman": None}
            except InputError as error:
                raise InputError(f"{name}: {error}") from error
            rows.append({"dataset": pairs.name, "vectors": name} | row)
    if lacking and len(lacking) == len(rows):
        raise InputError(lacking[0])
    notes = [
        f"case: {case}; low and high: 95 % of {resamples:,} bootstrap resamples of the pairs, seed {seed}",
        "spearman, pearson: pairs with an unknown word left out; spearman_zero, pearson_zero: these at cosine 0",
        *(f"{pairs.name}: {note}" for pairs in read for note in pairs.notes),
        *lacking,
    ]
    if len(named) > 1:
        notes.append("difference: Spearman minus that of the first vectors, over the pairs both know, and its p")
    return Table(rows, notes)


def read_all(datasets: str | Path | Pairs | Sequence[str | Path | Pairs], columns: str | None = None) -> list[Pairs]:
    """Read datasets of similarity, those of folders one by one.

    Raises
    ------
    InputError, SettingsError
        As `read_pairs`.
    """
    given = (
        [datasets]
        if isinstance(datasets, str | Path | Pairs)
        else arguments.items("datasets", datasets, "a path or a list of paths")
    )
    read: list[Pairs] = []
    for one in given:
        read += [one] if isinstance(one, Pairs) else [read_pairs(file, columns) for file in files_of([one])]
    return read


def _judged(
    named: Mapping[str, Vectors], name: str, pairs: Pairs, case: str, resamples: int, seed: int
) -> dict[str, Any]:
    """Return the figures of one set of vectors, and how they differ from those of the first where both have them."""
    row = _row(judge(named[name], pairs, case=case, resamples=resamples, seed=seed))
    first = next(iter(named))
    if name != first:
        try:
            difference = compare(named[name], named[first], pairs, case=case, resamples=resamples, seed=seed)
        except CoverageError:
            difference = Difference(None, None, None, None)
        row |= dict(zip(("difference", "difference_low", "difference_high", "p"), difference, strict=True))
    return row


def _row(found: Similarity) -> dict[str, Any]:
    return {
        "pairs": found.pairs,
        "covered": found.covered,
        "spearman": found.spearman,
        "low": found.spearman_interval.low,
        "high": found.spearman_interval.high,
        "pearson": found.pearson,
        "pearson_low": found.pearson_interval.low,
        "pearson_high": found.pearson_interval.high,
        "spearman_zero": found.spearman_zero,
        "pearson_zero": found.pearson_zero,
    }


def _cosines(vectors: Vectors, pairs: Pairs, case: str) -> tuple[Numbers, NDArray[np.bool_]]:
    """Give the cosine of each pair, 0 where a word is unknown, and which pairs are known."""
    lookup = Lookup.of(vectors, case)
    rows = np.stack([lookup.rows(pairs.first), lookup.rows(pairs.second)])
    known: NDArray[np.bool_] = (rows != MISSING).all(0)
    left, right = vectors.matrix[rows[:, known]].astype(np.float64)
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    cosines = np.zeros(len(known))
    cosines[known] = np.einsum("ij,ij->i", left, right) / np.where(lengths == 0, 1, lengths)
    if not np.isfinite(cosines).all():
        raise InputError("a vector of a dataset's word holds NaN or infinity")
    # A word is as similar to itself as any other to itself: rounding makes these ties.
    return cosines.round(12), known
