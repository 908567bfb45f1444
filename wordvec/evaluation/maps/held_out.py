"""Measured rows predicted for held-out words, and scores of these predictions.

Each word is predicted by a map that is fitted to the words of the other folds; what the map chooses, such as penalties,
it chooses there. Scores over words use rows that are standardised by the means and deviations of the measured words,
so that dimensions count alike.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.grounding.settings import Grounding
from wordvec.evaluation.maps.ranking import ranks
from wordvec.representation import short
from wordvec.rows import unit_float64
from wordvec.workers import Progress, StopFlag

Numbers = NDArray[np.float64]
Ids = NDArray[np.int64]
DIMENSIONS = "correlation of dimensions"
LEAST_DIMENSIONS = 3
"""Fewest dimensions in which rows have a direction of interest: with one, a cosine is 1 or −1."""


class Scores(NamedTuple):
    """Scores of predicted rows.

    Attributes
    ----------
    correlations
        (dimensions,) Pearson's correlation of predicted and measured numbers over words; NaN of a constant dimension.
    cosines
        (words,) cosine of the predicted and the measured row; empty with few dimensions.
    ranks
        (words,) rank of the measured row among those of the words of the same fold; empty with few dimensions.
    candidates
        (words,) number of these words.
    """

    correlations: Numbers
    cosines: Numbers
    ranks: Numbers
    candidates: Numbers

    def __repr__(self) -> str:
        return short(self)

    def summary(self) -> dict[str, Numbers]:
        """Return the values of each measure, whose mean is its score."""
        found = {DIMENSIONS: self.correlations[~np.isnan(self.correlations)]}
        if len(self.ranks):
            found |= {
                "cosine of words": self.cosines,
                "rank accuracy": 1 - (self.ranks - 1) / np.maximum(self.candidates - 1, 1),
                "accuracy at 1": (self.ranks <= 1).astype(float),
                "accuracy at 10": (self.ranks <= 10).astype(float),
            }
        return found


class HeldOut(NamedTuple):
    """Predictions for held-out words.

    Attributes
    ----------
    predicted
        (words, dimensions) predictions of the measured rows as they are.
    scores
        Scores of the measured rows as they are, and of each permutation of them.
    sizes
        Different numbers of words of a fold.
    """

    predicted: Numbers
    scores: list[Scores]
    sizes: list[int]

    def __repr__(self) -> str:
        return short(self)


def held_out(
    settings: Grounding,
    rows: Numbers,
    measured: Numbers,
    orders: Sequence[Ids],
    folds: int,
    seed: int,
    progress: Progress,
    stop: StopFlag,
) -> HeldOut:
    """Return predictions by maps that are fitted to the other folds.

    A fold's rows are factorised once for all permutations, so that memory holds one fold's copy of them.

    Parameters
    ----------
    settings
        Method of the map.
    rows, measured
        (words, dim) vectors, and (words, dimensions) measured rows.
    orders
        Permutations (words,) of the measured rows.
    folds, seed
        Number of folds, at most one for each word, and their seed.
    progress, stop
        Receiver of reports, and flag that stops the work.
    """
    order, predicted = np.random.default_rng(seed).permutation(len(rows)), np.empty_like(measured)
    parts = np.array_split(order, min(folds, len(rows)))
    tallies = [Tally(measured) for _ in range(1 + len(orders))]
    fits = iter(range(1, 1 + len(parts) * len(tallies)))
    progress.begin("grounding", len(parts) * len(tallies), " fits")
    try:
        for fold in parts:
            others = np.setdiff1d(order, fold)
            regression = settings.regression(rows[others])
            for number, tally in enumerate(stop.until(tallies)):
                given = measured[orders[number - 1]] if number else measured
                found = regression.fit(given[others]).measured.rows(rows[fold])
                tally.add(found, given[fold])
                if not number:
                    predicted[fold] = found
                progress.report(next(fits))
    finally:
        progress.end()
    return HeldOut(predicted, [tally.scores() for tally in tallies], sorted({len(fold) for fold in parts}))


class Tally:
    """Scores of predictions, fold by fold."""

    def __init__(self, measured: Numbers) -> None:
        self._level, spread = measured.mean(0), measured.std(0)
        self._varied = spread > 0
        self._scales = np.where(self._varied, spread, 1)
        self._moments, self._count = np.zeros((5, measured.shape[1])), 0
        self._of_words: list[tuple[Numbers, ...]] = []

    def add(self, predicted: Numbers, measured: Numbers) -> None:
        """Count predictions (n, dimensions) of a fold."""
        x, y = ((rows - self._level) / self._scales for rows in (predicted, measured))
        self._moments += [x.sum(0), y.sum(0), (x * x).sum(0), (y * y).sum(0), (x * y).sum(0)]
        self._count += len(x)
        if np.count_nonzero(self._varied) >= LEAST_DIMENSIONS:
            guesses, truths = (unit_float64(rows[:, self._varied]) for rows in (x, y))
            cosines, number = (guesses * truths).sum(1), len(truths)
            among = ranks(guesses, truths, np.arange(number))
            self._of_words.append((cosines, among, np.full(number, float(number))))

    def scores(self) -> Scores:
        """Return the scores of all folds."""
        correlations = correlations_of_moments(*(self._moments / self._count))
        if not self._of_words:
            return Scores(correlations, *(np.empty(0) for _ in range(3)))
        return Scores(correlations, *map(np.concatenate, zip(*self._of_words, strict=True)))


def correlations_of_moments(x: Numbers, y: Numbers, xx: Numbers, yy: Numbers, xy: Numbers) -> Numbers:
    """Return Pearson's correlations from the means of x, y, x², y² and xy; NaN if one is constant."""
    spread = np.sqrt(np.maximum(xx - x * x, 0) * np.maximum(yy - y * y, 0))
    found: Numbers = np.where(spread > 0, xy - x * y, np.nan) / np.where(spread > 0, spread, 1)
    return found
