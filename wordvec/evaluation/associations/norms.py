"""Norms: ratings of words, such as concreteness, predicted from unit vectors by ridge regression.

Cross-validation is nested: each word is predicted by a regression on the other folds, whose penalty is chosen there by
generalised cross-validation; see `wordvec.alignment.grounding.ridge`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.grounding.ridge import Ridge
from wordvec.errors import InputError
from wordvec.evaluation import intervals
from wordvec.evaluation.associations.models import Model, check_number, each
from wordvec.evaluation.associations.word_scores import Task, WordScores, judge
from wordvec.evaluation.correlation import correlations_of_rows, pearson, ranks, spearman
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets.word_groups import Ratings, read_ratings
from wordvec.evaluation.intervals import RESAMPLES, Difference
from wordvec.vectors import Vectors

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
    oov: str | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> WordScores:
    """Evaluate how well vectors predict ratings of words.

    Parameters
    ----------
    vectors, case, oov
        As for `evaluation.similarity`; ``zero`` is not a policy.
    datasets
        Files of lines with a word and its rating.
    columns
        Columns of word and rating in all files, such as ``"Word,Conc.M"``; default: detected.
    folds
        Folds of the outer cross-validation.
    resamples, seed
        Number of bootstrap resamples of the words, and seed of all random numbers.

    Returns
    -------
    WordScores
        For each dataset and set of vectors, Pearson's and Spearman's correlation of predicted and given ratings and R²,
        over the words that all vectors know.

    Raises
    ------
    InputError
        If a dataset cannot be read, or fewer than `LEAST` words are known, or all ratings are equal.
    SettingsError
        If a setting is out of range.
    """
    return judge(Norms(columns, folds, resamples, seed), vectors, datasets, case, oov)


class Norms(Task[Ratings, Numbers]):
    """The prediction of ratings; an outcome has the predicted rating of each word."""

    compared = "pearson"

    def __init__(self, columns: str | None, folds: int, resamples: int, seed: int) -> None:
        super().__init__(resamples, seed)
        self.columns, self.folds = columns, check_number("folds", folds, 2)

    def read(self, datasets: Any) -> list[Ratings]:
        """Return the words and ratings of each dataset."""
        return [read_ratings(dataset, self.columns) for dataset in each(datasets, Ratings)]

    def notes(self, data: Sequence[Ratings]) -> list[str]:
        """Return how ratings are predicted, and the notes on each file."""
        said = (
            f"ridge regression on unit vectors, nested cross-validation ({self.folds} folds; penalty by "
            "generalised cross-validation); "
            f"low, high: 95 % of {self.resamples:,} bootstrap resamples of the words' predictions; seed {self.seed}"
        )
        return [said, *(f"{one.name}: {note}" for one in data for note in one.notes)]

    def words(self, data: Ratings) -> list[str]:
        """Return all words."""
        return data.words

    def known(self, data: Ratings, known: set[str]) -> Ratings:
        """Return the known words, of which there are enough, with different ratings."""
        kept = [at for at, word in enumerate(data.words) if word in known]
        if len(kept) < LEAST:
            raise CoverageError(
                f"{data.name}: {len(kept)} of {len(data.words)} words known, at least {LEAST} needed; check language",
                len(kept),
            )
        found = Ratings(data.name, [data.words[at] for at in kept], [data.ratings[at] for at in kept])
        if np.ptp(found.ratings) == 0:
            raise InputError(f"{data.name}: the ratings of all known words are equal")
        return found

    def sizes(self, data: Ratings, known: Ratings) -> dict[str, Any]:
        """Return the numbers of words."""
        return {"dataset": data.name, "words": len(data.words), "covered": len(known.words)}

    def outcome(self, model: Model, data: Ratings) -> Numbers:
        """Return the predicted rating of each word."""
        return predicted(model.units(data.words), np.array(data.ratings), self.folds, self.seed)

    def scores(self, data: Ratings, outcome: Numbers) -> dict[str, Any]:
        """Return Pearson's and Spearman's correlation and R²."""
        ratings = np.array(data.ratings)

        def of_values(items: NDArray[np.int64]) -> Numbers:
            return correlations_of_rows(outcome[items], ratings[items])

        def of_ranks(items: NDArray[np.int64]) -> Numbers:
            return correlations_of_rows(ranks(outcome[items]), ranks(ratings[items]))

        row: dict[str, Any] = {}
        for name, observed, statistic in (
            ("pearson", pearson(outcome, ratings), of_values),
            ("spearman", spearman(outcome, ratings), of_ranks),
        ):
            bounds = intervals.interval(intervals.resampled(statistic, len(ratings), self.resamples, self.seed))
            value = float(observed) if np.isfinite(observed) else None
            row |= {name: value, f"{name}_low": bounds.low, f"{name}_high": bounds.high}
        explained = 1 - ((ratings - outcome) ** 2).sum() / ((ratings - ratings.mean()) ** 2).sum()
        return row | {"r_squared": float(explained)}

    def difference(self, data: Ratings, outcome: Numbers, first: Numbers) -> Difference:
        """Return the difference of Pearson's correlation."""
        ratings = np.array(data.ratings)

        def apart(items: NDArray[np.int64]) -> Numbers:
            return correlations_of_rows(outcome[items], ratings[items]) - correlations_of_rows(
                first[items], ratings[items]
            )

        observed = pearson(outcome, ratings) - pearson(first, ratings)
        return intervals.difference(observed, intervals.resampled(apart, len(ratings), self.resamples, self.seed))


def predicted(units: Numbers, ratings: Numbers, folds: int, seed: int) -> Numbers:
    """Return the rating (words,) that is predicted for each word by the regression on the other folds."""
    order = np.random.default_rng(seed).permutation(len(ratings))
    found = np.empty(len(ratings))
    for fold in np.array_split(order, min(folds, len(ratings))):
        others = np.setdiff1d(order, fold)
        fit = Ridge(units[others]).fit(ratings[others, None])
        found[fold] = fit.measured.rows(units[fold])[:, 0]
    return found
