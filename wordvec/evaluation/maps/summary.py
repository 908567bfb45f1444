"""Rows of the table of a grounding: scores with their deciles, intervals over words, and the permutation control."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.evaluation import intervals
from wordvec.evaluation.intervals import Interval
from wordvec.evaluation.maps.held_out import DIMENSIONS, HeldOut, correlations_of_moments
from wordvec.evaluation.permutations import GREATER, Null

Numbers = NDArray[np.float64]


class Summary:
    """Scores of held-out predictions as rows of a table.

    Parameters
    ----------
    found
        The predictions and their scores.
    measured
        (words, dimensions) measured rows.
    resamples, seed
        Number and seed of the bootstrap resamples of the words.
    """

    def __init__(self, found: HeldOut, measured: Numbers, resamples: int, seed: int) -> None:
        self._observed, self._shuffled = found.scores[0], found.scores[1:]
        self._predicted, self._measured = found.predicted, measured
        self._resamples, self._seed = resamples, seed

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each measure."""
        permuted = [scores.summary() for scores in self._shuffled]
        for measure, values in self._observed.summary().items():
            of_dimensions = measure == DIMENSIONS
            bounds = self._of_dimensions() if of_dimensions else self._of_mean(values)
            row: dict[str, Any] = {"measure": measure, "items": len(values), "mean": float(values.mean())}
            row |= {"low": bounds.low, "high": bounds.high}
            if not measure.startswith("accuracy at"):
                quantiles = np.quantile(values, [0.1, 0.5, 0.9]).tolist()
                row |= dict(zip(("decile_1", "median", "decile_9"), quantiles, strict=True))
            row |= _control(float(values.mean()), np.array([[one[measure].mean()] for one in permuted]))
            yield row | ({"values": values.tolist()} if of_dimensions else {})

    def named(self, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield a row for each dimension."""
        for at, name in enumerate(names):
            value, bounds = float(self._observed.correlations[at]), self._of_dimensions([at])
            row: dict[str, Any] = {"measure": f"correlation of {name}", "items": 1}
            row |= {"mean": value if np.isfinite(value) else None, "low": bounds.low, "high": bounds.high}
            yield row | _control(value, np.array([[scores.correlations[at]] for scores in self._shuffled]))

    def _of_mean(self, values: Numbers) -> Interval:
        def statistic(items: NDArray[np.int64]) -> Numbers:
            means: Numbers = values[items].mean(1)
            return means

        return intervals.interval(intervals.resampled(statistic, len(values), self._resamples, self._seed))

    def _of_dimensions(self, some_of: Sequence[int] | None = None) -> Interval:
        """Return the interval of the mean correlation of dimensions."""
        chosen: Any = slice(None) if some_of is None else list(some_of)
        x, y = (rows[:, chosen] - rows[:, chosen].mean(0) for rows in (self._predicted, self._measured))
        moments = np.hstack([x, y, x * x, y * y, x * y])

        def statistic(items: NDArray[np.int64]) -> Numbers:
            times = np.array([np.bincount(drawn, minlength=len(x)) for drawn in items], np.float64)
            means = np.split(times @ moments / items.shape[1], 5, axis=1)
            found = correlations_of_moments(*means)
            there = ~np.isnan(found)
            mean: Numbers = np.where(there, found, 0).sum(1) / np.where(there.any(1), there.sum(1), np.nan)
            return mean

        return intervals.interval(intervals.resampled(statistic, len(x), self._resamples, self._seed))


def _control(value: float, null: Numbers) -> dict[str, Any]:
    """Return the mean of a measure under permutations (permutations, 1), and the p-value."""
    if not len(null) or not np.isfinite(value):
        return {}
    p = Null(null, exact=False).p_values(np.array([value]), GREATER)
    return {"permuted": float(null.mean()), "p": float(p[0])}
