"""Word similarity: correlation of cosines with human scores of word pairs.

Pairs with an unknown word are left out, as in gensim (which also leaves out words beyond the first 300,000), or their
cosine is 0, as in Lai et al. (2016), or their words are composed from n-grams (see `evaluation.oov`). The first favours
vectors with few words, the second penalises them; both are reported with the coverage. Two sets of vectors are compared
on the pairs that both cover, by a paired bootstrap.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError
from wordvec.evaluation import intervals
from wordvec.evaluation.correlation import correlations_of_rows, pearson, ranks, spearman
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets import Pairs, files_of, read_pairs
from wordvec.evaluation.intervals import RESAMPLES, Difference, Interval
from wordvec.evaluation.lookup import MISSING, Lookup, by_name, normal_form_notes
from wordvec.evaluation.oov import SKIP, SUBWORDS, ZERO, Entry, check_oov, entries
from wordvec.evaluation.oov import notes as oov_notes
from wordvec.tables import Table
from wordvec.vectors import Vectors

Numbers = NDArray[np.float64]

_OOV = {
    SKIP: "pairs with an unknown word are left out",
    ZERO: "pairs with an unknown word have cosine 0",
    SUBWORDS: "unknown words are composed, pairs with another unknown word left out",
}


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


def similarity(
    vectors: Vectors | Mapping[str, Vectors],
    datasets: str | Path | Pairs | Sequence[str | Path | Pairs] = ("wordsim353", "simlex999"),
    *,
    columns: str | None = None,
    case: str = "ignore",
    oov: str | None = None,
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
    oov
        Policy for unknown words, one of `oov.POLICIES`; default: ``skip``, and a second row with ``subwords`` for
        vectors with n-grams.
    resamples, seed
        Number and seed of the bootstrap resamples.

    Returns
    -------
    Table
        A row for each dataset, set of vectors and policy. The notes list the columns used, the lines left out, and the
        datasets that are not covered.

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
    read, asked = read_all(datasets, columns), entries(named, oov)
    for pairs in read:
        for entry in asked:
            try:
                row = _judged(entry, asked[0], pairs, case, resamples, seed)
            except CoverageError as error:
                lacking.append(f"{entry.label}: {error}")
                row = {"pairs": len(pairs.scores), "covered": error.covered, "spearman": None}
            except InputError as error:
                raise InputError(f"{entry.name}: {error}") from error
            rows.append({"dataset": pairs.name} | entry.columns | row)
    if lacking and len(lacking) == len(rows):
        raise InputError(lacking[0])
    notes = [
        f"case: {case}; low and high: 95 % of {resamples:,} bootstrap resamples of the pairs, seed {seed}",
        *oov_notes(asked, case, _OOV),
        *normal_form_notes(named, [word for pairs in read for word in pairs.words], case),
        *(f"{pairs.name}: {note}" for pairs in read for note in pairs.notes),
        *lacking,
    ]
    if oov != ZERO:
        notes.insert(
            2, "spearman_zero, pearson_zero: as with oov zero, over all pairs, those not covered with cosine 0"
        )
    if len(named) > 1:
        notes.append(
            "difference: Spearman minus that of the first vectors with the same oov, over the pairs both cover, and "
            "its p-value"
        )
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


def _judged(entry: Entry, first: Entry, pairs: Pairs, case: str, resamples: int, seed: int) -> dict[str, Any]:
    """Return the scores of one set of vectors, and their difference from the first one's if both have them."""
    row = _row(judge(entry.vectors, pairs, case=case, oov=entry.oov, resamples=resamples, seed=seed), entry.oov)
    if entry.name != first.name:
        try:
            difference = compare(
                entry.vectors, first.vectors, pairs, case=case, oov=entry.oov, resamples=resamples, seed=seed
            )
        except CoverageError:
            difference = Difference(None, None, None, None)
        row |= dict(zip(("difference", "difference_low", "difference_high", "p"), difference, strict=True))
    return row


def _row(found: Similarity, oov: str) -> dict[str, Any]:
    row: dict[str, Any] = {"pairs": found.pairs, "covered": found.covered}
    if oov == SUBWORDS:
        row["composed_words"] = found.composed_words
    row |= {
        "spearman": found.spearman,
        "low": found.spearman_interval.low,
        "high": found.spearman_interval.high,
        "pearson": found.pearson,
        "pearson_low": found.pearson_interval.low,
        "pearson_high": found.pearson_interval.high,
    }
    return row | ({} if oov == ZERO else {"spearman_zero": found.spearman_zero, "pearson_zero": found.pearson_zero})


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
