"""Significance: p-values from words of similar frequency, false discovery rates, margins of intervals.

The noise of a word's cosine depends on the smaller of its two counts. A word that is rare in one slice is therefore
compared with words that are equally rare in a permuted slice. A comparison with the word itself, which permutation
distributes evenly, would mistake a change of frequency for a change of use (Dubossarsky, Weinshall and Grossman 2017).

Words of one frequency differ, too: some have several uses in any slice. Compared with all of them, most words would
have to change a great deal. What is compared is therefore the deviation of a word's measure from its own level: the
mean at its counts, plus the mean deviation of this word in the permuted slices.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from wordvec.representation import short
from wordvec.slices import tail

Numbers = NDArray[np.float64]

FALSE_DISCOVERIES = 0.05
LIKE = 1.12
"""Largest ratio of similar counts."""
PRIOR = 3
"""Weight of the level of all words of similar frequency in a word's own level, in permutations."""
ROUNDING = 1e-9
"""Difference of two measures that is due to rounding."""
LEAST_LIKE = 5_000
"""Smallest number of values in a null distribution, over all permutations; the ratio grows until it is reached."""


class Tested(NamedTuple):
    """Result of a test of each word, (words,) float64 arrays.

    Attributes
    ----------
    p
        The p-values.
    usual
        Levels of the words: their expected measures without change.
    smallest
        Smallest attainable p-values.
    tails
        Whether small p-values are from a fitted tail, (words,) bool.
    """

    p: Numbers
    usual: Numbers
    smallest: Numbers
    tails: NDArray[np.bool_]

    def __repr__(self) -> str:
        return short(self)


def tested(observed: Numbers, counts: NDArray[np.int64], null: Numbers, null_counts: NDArray[np.int64]) -> Tested:
    """Test each word against the null distribution of words of similar frequency in permuted slices.

    The p-value is the share of null deviations that are at most the observed one. Where these are fewer than
    `tail.FEW`, it is computed from a fitted tail, if the tail can be fitted.

    Parameters
    ----------
    observed
        (words,) float64 array: a measure.
    counts
        (words,) int64 array: the smaller count of each word in the two slices.
    null
        (permutations, words) float64 array: the measure between permuted slices; NaN if a word is missing in one.
    null_counts
        (permutations, words) int64 array: the smaller counts in permuted slices.
    """
    known = ~np.isnan(null)
    order = np.argsort(null_counts[known], kind="stable")
    pooled_counts = null_counts[known][order]
    means = _Means(null[known][order], pooled_counts)
    deviations = null - means.at(null_counts)
    usual = means.at(counts) + _own_level(np.nansum(deviations, axis=0), known.sum(axis=0))
    # Without the permutation itself, as the observed measure is not among those that its level is computed from.
    others = np.nansum(deviations, axis=0) - np.where(known, deviations, 0), known.sum(axis=0) - known
    pooled = (deviations - _own_level(*others))[known][order]
    p, smallest, tails = np.empty(len(observed)), np.empty(len(observed)), np.zeros(len(observed), np.bool_)
    for count in np.unique(counts):
        words = np.flatnonzero(counts == count)
        first, last = _like(pooled_counts, count)
        like = np.sort(pooled[first:last])
        p[words], smallest[words], tails[words] = _p_values((observed - usual)[words], like)
    return Tested(p, usual, smallest, tails)


def tested_alone(observed: Numbers, null: Numbers, resolution: float) -> Tested:
    """Test each word against permutations of its own labels, which keep its counts.

    A value is compared with the mean and standard deviation of the word's permuted values, for a permuted value those
    of the others. The p-value is the share of all words' permuted values that are as far below, or that of a fitted
    tail: see `tested`.

    Parameters
    ----------
    observed
        (words,) float64 array: a measure.
    null
        (permutations, words) float64 array: the measure with permuted labels; not NaN.
    resolution
        Smallest difference of two values, so that values which happen to be equal have a deviation.
    """
    number = len(null)
    usual = null.mean(axis=0)
    means = (null.sum(axis=0) - null) / (number - 1)
    squares = ((null - usual) ** 2).sum(axis=0) + (number - 1) * resolution**2
    # The squares about the mean of the others: Σ (x − m)² less the value's own share.
    others = np.maximum(squares - (null - usual) ** 2 * number / (number - 1), 0)
    pooled = np.sort(_scaled(null - means, others, number - 1).ravel())
    p, smallest, tails = _p_values(_scaled(observed - usual, squares, number), pooled)
    words = len(observed)
    return Tested(p, usual, np.full(words, smallest), np.full(words, tails))


def _scaled(deviations: Numbers, squares: Numbers, number: int) -> Numbers:
    """Return deviations from a mean of `number` values, by the standard deviation of such a deviation.

    Deviations of words whose values do not vary are 0, or infinite.
    """
    scale = np.sqrt(squares / (number - 1) * (1 + 1 / number))
    tiny = np.abs(deviations) < ROUNDING
    with np.errstate(divide="ignore"):
        found: Numbers = np.where(tiny, 0, deviations) / np.where(tiny, 1, scale)
    return found


class _Means:
    """Mean of the null values of words of similar frequency, by count."""

    def __init__(self, null: Numbers, ascending: NDArray[np.int64]) -> None:
        self._sums, self._ascending = np.append(0, np.cumsum(null)), ascending

    def at(self, counts: NDArray[np.int64]) -> Numbers:
        """Return the mean at each count, in the shape of `counts`; NaN without null values."""
        distinct, positions = np.unique(counts, return_inverse=True)
        means = np.full(len(distinct), np.nan)
        for row, count in enumerate(distinct):
            first, last = _like(self._ascending, count)
            if last > first:
                means[row] = (self._sums[last] - self._sums[first]) / (last - first)
        found: Numbers = means[positions].reshape(counts.shape)
        return found


def _own_level(sums: Numbers, numbers: NDArray[np.int64]) -> Numbers:
    """Return the mean deviation of a word from its sum, shrunk towards 0 as if it had `PRIOR` more deviations of 0."""
    found: Numbers = sums / (numbers + PRIOR)
    return found


def _p_values(observed: Numbers, null: Numbers) -> tuple[Numbers, float, bool]:
    """Return p-values by an ascending null distribution, the smallest attainable one, and whether a tail is fitted."""
    smallest = 1 / (1 + len(null))
    beyond = np.searchsorted(null, observed, side="right")
    p = (1 + beyond) / (1 + len(null))
    few = beyond < tail.FEW
    fitted = tail.fit(null)
    if fitted is None:
        return p, smallest, False
    smallest /= tail.EXTRAPOLATION
    p[few] = np.maximum(fitted.p(observed[few]), smallest)
    return p, smallest, True


def false_discovery_rates(p: Numbers) -> Numbers:
    """Return the q-values of Benjamini and Hochberg: the smallest false discovery rates at which p is significant."""
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(1, np.minimum.accumulate(scaled[::-1])[::-1])
    return q


def margins(drawn: Numbers) -> Numbers:
    """Return the margins of 95 % intervals from bootstraps (draws, words), (words,) float64.

    A margin is NaN if half of the draws or more lack the word. It is computed from Student's t and the standard
    deviation of the draws. Quantiles of the draws would be biased downwards: a slice drawn with replacement holds some
    text twice and some not at all, so that two of them differ more than the slices do.
    """
    known = np.count_nonzero(~np.isnan(drawn), axis=0)
    enough = known > len(drawn) / 2
    found = np.full(drawn.shape[1], np.nan)
    deviations = np.nanstd(drawn[:, enough], axis=0, ddof=1)
    found[enough] = stdtrit(np.maximum(known[enough] - 1, 1), 0.975) * deviations
    return found


def _like(counts: NDArray[np.int64], count: int) -> tuple[int, int]:
    """Return the range of the counts similar to `count` in ascending counts."""
    first = int(np.searchsorted(counts, count / LIKE, side="left"))
    last = int(np.searchsorted(counts, count * LIKE, side="right"))
    if last - first < LEAST_LIKE:
        first = max(0, min((first + last - LEAST_LIKE) // 2, len(counts) - LEAST_LIKE))
        last = min(len(counts), first + LEAST_LIKE)
    return first, last
