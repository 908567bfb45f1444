"""Norms: ratings of words, such as concreteness, predicted from unit vectors by ridge regression.

Cross-validation is nested: each word is predicted by a regression on the other folds, whose penalty is chosen there by
generalised cross-validation; see `wordvec.alignment.grounding.ridge`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.alignment.grounding.ridge import Ridge
from wordvec.errors import InputError
from wordvec.evaluation import intervals
from wordvec.evaluation.associations.models import check_number, each, models_of
from wordvec.evaluation.correlation import correlations_of_rows, pearson, ranks, spearman
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets.word_groups import Ratings, read_ratings
from wordvec.evaluation.intervals import RESAMPLES
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.wording import some

Numbers = NDArray[np.float64]
FOLDS = 10
LEAST = 20
"""Fewest known words of a dataset."""


def norms(
    vectors: Vectors | Mapping[str, Vectors],
    datasets: str | Path | Ratings | Sequence[str | Path | Ratings],
    *,
    columns: str | None = None,
    folds: int = FOLDS,
    case: str = "ignore",
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Table:
    """Evaluate how well vectors predict ratings of words.

    Parameters
    ----------
    vectors
        Vectors, or several by name, which are compared with the first.
    datasets
        Files of lines with a word and its rating.
    columns
        Columns of word and rating in all files, such as ``"Word,Conc.M"``; default: detected.
    folds
        Folds of the outer cross-validation.
    case
        One of `letter_case.CASES`.
    resamples, seed
        Number of bootstrap resamples of the words, and seed of all random numbers.

    Returns
    -------
    Table
        For each dataset and set of vectors, Pearson's and Spearman's correlation of predicted and given ratings and R²,
        over the words that all vectors know.

    Raises
    ------
    InputError
        If a dataset cannot be read, or fewer than `LEAST` words are known, or all ratings are equal.
    SettingsError
        If a setting is out of range.
    """
    intervals.check_resamples(resamples)
    arguments.seed(seed)
    check_number("folds", folds, 2)
    models = models_of(vectors, case)
    rows: list[dict[str, Any]] = []
    notes = [
        f"ridge regression on unit vectors, nested cross-validation ({folds} folds; penalty by "
        "generalised cross-validation); low, high: "
        f"95 % of {resamples:,} bootstrap resamples of the words' predictions; seed {seed}"
    ]
    for dataset in each(datasets, Ratings):
        read = read_ratings(dataset, columns)
        notes += [f"{read.name}: {note}" for note in read.notes]
        known = [at for at, word in enumerate(read.words) if all(model.knows(word) for model in models)]
        lacking = [word for at, word in enumerate(read.words) if at not in set(known)]
        notes += [f"{read.name}: unknown: {some(lacking)}"] if lacking else []
        if len(known) < LEAST:
            raise CoverageError(
                f"{read.name}: {len(known)} of {len(read.words)} words known, at least {LEAST} needed; check language",
                len(known),
            )
        words, ratings = [read.words[at] for at in known], np.array([read.ratings[at] for at in known])
        if np.ptp(ratings) == 0:
            raise InputError(f"{read.name}: the ratings of all known words are equal")
        found = [predicted(model.units(words), ratings, folds, seed) for model in models]
        for at, (model, own) in enumerate(zip(models, found, strict=True)):
            row: dict[str, Any] = {"dataset": read.name, "words": len(read.words), "covered": len(known)}
            row |= {"vectors": model.name} | _scores(own, ratings, resamples, seed)
            rows.append(row | (_difference(own, found[0], ratings, resamples, seed) if at else {}))
    if len(models) > 1:
        notes.append(
            "difference: of Pearson's correlation from the first vectors, with the same resamples; words: "
            "those that all "
            "know"
        )
    return Table(rows, notes)


def predicted(units: Numbers, ratings: Numbers, folds: int, seed: int) -> Numbers:
    """Return the rating (words,) that is predicted for each word by the regression on the other folds."""
    order = np.random.default_rng(seed).permutation(len(ratings))
    found = np.empty(len(ratings))
    for fold in np.array_split(order, min(folds, len(ratings))):
        others = np.setdiff1d(order, fold)
        fit = Ridge(units[others]).fit(ratings[others, None])
        found[fold] = fit.measured.rows(units[fold])[:, 0]
    return found


def _scores(own: Numbers, ratings: Numbers, resamples: int, seed: int) -> dict[str, Any]:
    def of_values(items: NDArray[np.int64]) -> Numbers:
        return correlations_of_rows(own[items], ratings[items])

    def of_ranks(items: NDArray[np.int64]) -> Numbers:
        return correlations_of_rows(ranks(own[items]), ranks(ratings[items]))

    row: dict[str, Any] = {}
    for name, observed, statistic in (
        ("pearson", pearson(own, ratings), of_values),
        ("spearman", spearman(own, ratings), of_ranks),
    ):
        bounds = intervals.interval(intervals.resampled(statistic, len(own), resamples, seed))
        value = float(observed) if np.isfinite(observed) else None
        row |= {name: value, f"{name}_low": bounds.low, f"{name}_high": bounds.high}
    explained = 1 - ((ratings - own) ** 2).sum() / ((ratings - ratings.mean()) ** 2).sum()
    return row | {"r_squared": float(explained)}


def _difference(own: Numbers, first: Numbers, ratings: Numbers, resamples: int, seed: int) -> dict[str, Any]:
    def apart(items: NDArray[np.int64]) -> Numbers:
        given = ratings[items]
        return correlations_of_rows(own[items], given) - correlations_of_rows(first[items], given)

    observed = pearson(own, ratings) - pearson(first, ratings)
    found = intervals.difference(observed, intervals.resampled(apart, len(own), resamples, seed))
    return dict(zip(("difference", "difference_low", "difference_high", "p"), found, strict=True))
