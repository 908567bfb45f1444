"""Intervals for scores: the percentile bootstrap (Efron and Tibshirani 1993, ch. 13), paired where two are compared.

A resample draws items of the dataset with replacement; for two vectors it draws the same items for both, so that
what is hard for both does not blur their difference.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import SettingsError

LEVEL = 0.95
LEAST_RESAMPLES, RESAMPLES = 100, 1_000
LEAST_ITEMS = 10
"""Fewer say nothing of how a score would vary."""
_AT_ONCE = 1 << 20  # drawn items held at one time

Statistic = Callable[[NDArray[np.int64]], NDArray[np.float64]]
"""From items (resamples, items) by number to one value for each resample."""


class Interval(NamedTuple):
    """Where a score would lie in 95 of 100 datasets like this one; None where fewer than `LEAST_ITEMS` tell."""

    low: float | None
    high: float | None


class Difference(NamedTuple):
    """How much the first of two exceeds the second.

    Attributes
    ----------
    p
        Twice the share of resamples on the other side of 0, at most 1.
    """

    difference: float | None
    low: float | None
    high: float | None
    p: float | None


def check_resamples(resamples: int) -> None:
    """Refuse a number of resamples that says nothing.

    Raises
    ------
    SettingsError
        If it is below `LEAST_RESAMPLES`.
    """
    if arguments.whole("resamples", resamples) < LEAST_RESAMPLES:
        raise SettingsError(f"resamples: {resamples} are too few for an interval; at least {LEAST_RESAMPLES}")


def resampled(statistic: Statistic, items: int, resamples: int, seed: int) -> NDArray[np.float64]:
    """Give a statistic of `resamples` resamples of so many items; NaN where it is not defined or there are too few."""
    if items < LEAST_ITEMS:
        return np.full(resamples, np.nan)
    chance = np.random.default_rng(seed)
    together = max(1, _AT_ONCE // max(1, items))
    parts = [
        statistic(chance.integers(0, items, (min(together, resamples - begin), items)))
        for begin in range(0, resamples, together)
    ]
    return np.concatenate(parts)


def interval(values: NDArray[np.float64]) -> Interval:
    """Give the middle `LEVEL` of resampled values; resamples without a value are left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(None, None)
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))


def difference(observed: float, values: NDArray[np.float64]) -> Difference:
    """Give a difference with the interval and p of its resampled values."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Difference(observed, None, None, None)
    low, high = interval(known)
    other_side = min(np.count_nonzero(known <= 0), np.count_nonzero(known >= 0))
    return Difference(observed, low, high, min(1.0, 2 * (other_side + 1) / (len(known) + 1)))


def wilson(correct: int, items: int) -> Interval:
    """Give Wilson's interval (1927) of a share, for items that are independent."""
    if items == 0:
        return Interval(None, None)
    z = 1.959963984540054
    share, spread = correct / items, z * z / items
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * np.sqrt(share * (1 - share) / items + spread / (4 * items))
    return Interval(float(max(0.0, centre - half)), float(min(1.0, centre + half)))
