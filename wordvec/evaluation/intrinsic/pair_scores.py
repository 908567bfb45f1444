"""Scores of one set of vectors, and of two, on pairs of words: correlation of cosines with human scores.

Two sets of vectors are compared on the pairs that both cover, by a paired bootstrap.
"""

import dataclasses
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.evaluation import intervals
from wordvec.evaluation.correlation import correlations_of_rows, pearson, ranks, spearman
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets import Pairs
from wordvec.evaluation.intervals import RESAMPLES, Difference, Interval
from wordvec.evaluation.lookup import MISSING, Lookup
from wordvec.evaluation.oov import SKIP, SUBWORDS, ZERO, check_oov
from wordvec.vectors import Vectors

Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Similarity:
    """Scores of one set of vectors on one dataset.

    Attributes
    ----------
    pairs, covered
        Numbers of pairs: all, and those whose two words are known or composed.
    composed_words
        Number of different words of the covered pairs that are composed.
    spearman, pearson
        Correlations of cosines and scores over the covered pairs; with ``zero`` over all.
    spearman_interval, pearson_interval
        Their bootstrap intervals.
    spearman_zero, pearson_zero
        Correlations over all pairs, the others with cosine 0.
    """

    pairs: int
    covered: int
    composed_words: int
    spearman: float
    spearman_interval: Interval
    pearson: float
    pearson_interval: Interval
    spearman_zero: float
    pearson_zero: float


class PairCosines(NamedTuple):
    """Cosines (pairs,) of pairs, 0 if not covered, whether each is covered (pairs,), and number of composed words."""

    values: Numbers
    covered: NDArray[np.bool_]
    composed: int

    def counted(self, oov: str) -> NDArray[np.bool_]:
        """Return whether each pair counts under a policy, (pairs,)."""
        return self.covered | (oov == ZERO)


def correlation(vectors: Vectors, pairs: Pairs, case: str = "ignore", oov: str = SKIP) -> float:
    """Return Spearman's correlation under a policy for unknown words, without interval; NaN if undefined."""
    cosines, scores = pair_cosines(vectors, pairs, case, oov), np.array(pairs.scores)
    counted = cosines.counted(oov)
    return spearman(cosines.values[counted], scores[counted])


def judge(
    vectors: Vectors,
    pairs: Pairs,
    *,
    case: str = "ignore",
    oov: str = SKIP,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Similarity:
    """Evaluate vectors on one dataset.

    Raises
    ------
    InputError
        If fewer than two pairs count, or all cosines or all scores are equal.
    SettingsError
        If `case` or `oov` is unknown or `resamples` too few.
    """
    intervals.check_resamples(resamples)
    check_oov(oov)
    cosines, known, composed = found = pair_cosines(vectors, pairs, case, oov)
    scores, counted = np.array(pairs.scores), found.counted(oov)
    if counted.sum() < 2:
        where = f"among the {len(vectors):,} of the vectors" + ", or composed," * (oov == SUBWORDS)
        raise CoverageError(
            f"{pairs.name}: {known.sum()} of {len(known):,} pairs have both words {where} (case: {case}), too few for "
            "a correlation; check language and case",
            int(known.sum()),
        )
    x, y = cosines[counted], scores[counted]
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
        int(known.sum()),
        composed,
        by_rank,
        next(spreads),
        by_value,
        next(spreads),
        spearman(cosines, scores),
        pearson(cosines, scores),
    )


def compare(
    first: Vectors,
    second: Vectors,
    pairs: Pairs,
    *,
    case: str = "ignore",
    oov: str = SKIP,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Difference:
    """Return Spearman's correlation of the first minus that of the second, over the pairs that both cover.

    With ``zero``, these are all pairs.

    Raises
    ------
    InputError, SettingsError
        As `judge`.
    """
    intervals.check_resamples(resamples)
    check_oov(oov)
    one, other = (pair_cosines(vectors, pairs, case, oov) for vectors in (first, second))
    both = one.counted(oov) & other.counted(oov)
    if both.sum() < 2:
        message = f"{pairs.name}: both vectors cover {both.sum()} common pairs, too few for a comparison"
        raise CoverageError(message, int(both.sum()))
    x, y, scores = one.values[both], other.values[both], np.array(pairs.scores)[both]

    def statistic(items: NDArray[np.int64]) -> Numbers:
        right = ranks(scores[items])
        return correlations_of_rows(ranks(x[items]), right) - correlations_of_rows(ranks(y[items]), right)

    observed = spearman(x, scores) - spearman(y, scores)
    if np.isnan(observed):
        return Difference(None, None, None, None)
    return intervals.difference(observed, intervals.resampled(statistic, len(x), resamples, seed))


def pair_cosines(vectors: Vectors, pairs: Pairs, case: str, oov: str) -> PairCosines:
    """Return the cosines of pairs."""
    lookup = Lookup.of(vectors, case, compose=pairs.words if oov == SUBWORDS else ())
    rows = np.stack([lookup.rows(pairs.first), lookup.rows(pairs.second)])
    known: NDArray[np.bool_] = (rows != MISSING).all(0)
    left, right = (lookup.vectors(side[known]).astype(np.float64) for side in rows)
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    cosines = np.zeros(len(known))
    cosines[known] = np.einsum("ij,ij->i", left, right) / np.where(lengths == 0, 1, lengths)
    if not np.isfinite(cosines).all():
        raise InputError("a vector of a dataset's word holds NaN or infinity")
    # Every word has the same similarity to itself: rounding makes these cosines ties.
    return PairCosines(cosines.round(12), known, len(np.unique(rows[lookup.composed(rows) & known])))
