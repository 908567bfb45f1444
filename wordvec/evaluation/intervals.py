"""Confidence intervals of scores: the percentile bootstrap (Efron and Tibshirani 1993, ch. 13), paired for differences.

A resample draws items of the dataset with replacement. To compare two sets of vectors, the same items are drawn for
both, so that the difficulty of the items cancels in the difference.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import SettingsError

LEVEL = 0.95
LEAST_RESAMPLES, RESAMPLES = 100, 1_000
LEAST_ITEMS = 10
"""With fewer items no interval is given."""
_AT_ONCE = 1 << 20  # drawn items in memory at a time

Statistic = Callable[[NDArray[np.int64]], NDArray[np.float64]]
"""A function from item indices (resamples, items) to one value a resample (resamples,)."""


class Interval(NamedTuple):
    """A 95 % confidence interval of a score; None with fewer than `LEAST_ITEMS` items."""

    low: float | None
    high: float | None


class Difference(NamedTuple):
    """The difference of two scores, its confidence interval and its p-value.

    Attributes
    ----------
    p
        Two-sided p-value: twice the share of resamples on the other side of 0, at most 1.
    """

    difference: float | None
    low: float | None
    high: float | None
    p: float | None


def check_resamples(resamples: int) -> None:
    """Check the number of resamples.

    Raises
    ------
    SettingsError
        If it is below `LEAST_RESAMPLES`.
    """
    if arguments.whole("resamples", resamples) < LEAST_RESAMPLES:
        raise SettingsError(f"{resamples}: must be at least {LEAST_RESAMPLES}", setting="resamples")


def resampled(statistic: Statistic, items: int, resamples: int, seed: int) -> NDArray[np.float64]:
    """Return the statistic of each resample (resamples,); NaN if it is undefined, or with too few items."""
    if items < LEAST_ITEMS:
        return np.full(resamples, np.nan)
    generator = np.random.default_rng(seed)
    together = max(1, _AT_ONCE // max(1, items))
    parts = [
        statistic(generator.integers(0, items, (min(together, resamples - begin), items)))
        for begin in range(0, resamples, together)
    ]
    return np.concatenate(parts)


def multiplicities(sizes: Sequence[int], resamples: int, seed: int) -> NDArray[np.float64]:
    """Return how often each item is drawn in resamples of several sets, each of its own size, (resamples, items).

    The items of all sets are beside each other.
    """
    generator = np.random.default_rng(seed)
    drawn = [generator.multinomial(size, np.full(size, 1 / size), resamples) for size in sizes]
    return np.concatenate(drawn, axis=1).astype(np.float64)


def interval(values: NDArray[np.float64]) -> Interval:
    """Return the percentile interval of resampled values at `LEVEL`; NaN values are left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Interval(None, None)
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))


def difference(observed: float, values: NDArray[np.float64]) -> Difference:
    """Return an observed difference with the interval and the p-value of its resampled values."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Difference(observed, None, None, None)
    low, high = interval(known)
    other_side = min(np.count_nonzero(known <= 0), np.count_nonzero(known >= 0))
    return Difference(observed, low, high, min(1.0, 2 * (other_side + 1) / (len(known) + 1)))


def wilson(correct: int, items: int) -> Interval:
    """Return Wilson's interval (1927) of a proportion of independent items."""
    if items == 0:
        return Interval(None, None)
    z = 1.959963984540054
    share, spread = correct / items, z * z / items
    centre = (share + spread / 2) / (1 + spread)
    margin = z / (1 + spread) * np.sqrt(share * (1 - share) / items + spread / (4 * items))
    return Interval(float(max(0.0, centre - margin)), float(min(1.0, centre + margin)))
