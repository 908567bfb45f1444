"""Word similarity: correlation of cosines with human scores of word pairs.

Pairs with an unknown word are left out, as in gensim (which also leaves out words beyond the first 300,000). In a
second pair of figures their cosine is 0, as in Lai et al. (2016). The first figures favour vectors with few words, the
second penalise them; both are reported with the coverage. Two sets of vectors are compared on the pairs that both
cover, by a paired bootstrap.
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
from wordvec.evaluation.lookup import MISSING, Lookup, by_name
from wordvec.tables import Table
from wordvec.vectors import Vectors

Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Similarity:
    """Scores of one set of vectors on one dataset.

    Attributes
    ----------
    pairs, covered
        Numbers of pairs: all, and those with two known words.
    spearman, pearson
        Correlations of cosines and scores over the covered pairs.
    spearman_interval, pearson_interval
        Their bootstrap intervals.
    spearman_zero, pearson_zero
        Correlations over all pairs, the others with cosine 0.
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
    """Return Spearman's correlation over the covered pairs, and over all, the others at 0; NaN if undefined."""
    (cosines, known), scores = _cosines(vectors, pairs, case), np.array(pairs.scores)
    return spearman(cosines[known], scores[known]), spearman(cosines, scores)


def judge(
    vectors: Vectors, pairs: Pairs, *, case: str = "ignore", resamples: int = RESAMPLES, seed: int = 1
) -> Similarity:
    """Evaluate vectors on one dataset.

    Raises
    ------
    InputError
        If fewer than two pairs are covered, or all cosines or all scores are equal.
    SettingsError
        If `case` is unknown or `resamples` too few.
    """
    intervals.check_resamples(resamples)
    cosines, known = _cosines(vectors, pairs, case)
    scores = np.array(pairs.scores)
    if known.sum() < 2:
        raise CoverageError(
            f"{pairs.name}: {known.sum()} of {len(known):,} pairs have both words among the {len(vectors):,} of the "
            f"vectors (case: {case}), too few for a correlation; check language and case",
            int(known.sum()),
        )
    x, y = cosines[known], scores[known]
    by_rank, by_value = spearman(x, y), pearson(x, y)
    if np.isnan(by_rank):
        raise CoverageError(
            f"{pairs.name}: all cosines or all scores are equal, so that their correlation is undefined",
            int(known.sum()),
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
    """Return Spearman's correlation of the first minus that of the second, over the pairs that both cover.

    Raises
    ------
    InputError, SettingsError
        As `judge`.
    """
    intervals.check_resamples(resamples)
    (x, known), (y, also_known) = (_cosines(vectors, pairs, case) for vectors in (first, second))
    both = known & also_known
    if both.sum() < 2:
        message = f"{pairs.name}: both vectors cover {both.sum()} common pairs, too few for a comparison"
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
    """Evaluate one or several sets of vectors on datasets of similarity.

    Parameters
    ----------
    vectors
        Vectors, or several by name. Each but the first is compared with the first.
    datasets
        Files of words and scores, folders of such files, or ``"wordsim353"``, ``"simlex999"``, which are included in
        gensim.
    columns
        Columns of all files, such as ``"word1,word2,score"`` or ``"1,2,mean(3-12)"``; default: detected.
    case
        One of `letter_case.CASES`.
    resamples, seed
        Number and seed of the bootstrap resamples.

    Returns
    -------
    Table
        A row for each dataset and set of vectors. The notes list the columns used, the lines left out, and the datasets
        that are not covered.

    Raises
    ------
    InputError
        As `read_pairs`; if no dataset is covered.
    SettingsError
        If a setting is unknown or out of range.
    """
    named = by_name("vectors", vectors)
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
        "spearman, pearson: without the pairs with an unknown word; spearman_zero, pearson_zero: these with cosine 0",
        *(f"{pairs.name}: {note}" for pairs in read for note in pairs.notes),
        *lacking,
    ]
    if len(named) > 1:
        notes.append("difference: Spearman minus that of the first vectors, over the pairs both cover, and its p-value")
    return Table(rows, notes)


def read_all(datasets: str | Path | Pairs | Sequence[str | Path | Pairs], columns: str | None = None) -> list[Pairs]:
    """Read datasets of similarity; a folder is read file by file.

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
    """Return the scores of one set of vectors, and their difference from the first one's if both have them."""
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
    """Return the cosine of each pair (pairs,), 0 if a word is unknown, and whether both are known (pairs,)."""
    lookup = Lookup.of(vectors, case)
    rows = np.stack([lookup.rows(pairs.first), lookup.rows(pairs.second)])
    known: NDArray[np.bool_] = (rows != MISSING).all(0)
    left, right = vectors.matrix[rows[:, known]].astype(np.float64)
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    cosines = np.zeros(len(known))
    cosines[known] = np.einsum("ij,ij->i", left, right) / np.where(lengths == 0, 1, lengths)
    if not np.isfinite(cosines).all():
        raise InputError("a vector of a dataset's word holds NaN or infinity")
    # Every word has the same similarity to itself: rounding makes these cosines ties.
    return cosines.round(12), known
