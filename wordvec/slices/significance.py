"""Significance: p-values from words of similar frequency, false discovery rates, margins of intervals.

The noise of a word's cosine depends on the smaller of its two counts. A word that is rare in one slice is therefore
compared with words that are equally rare in a permuted slice. A comparison with the word itself, which permutation
distributes evenly, would mistake a change of frequency for a change of use (Dubossarsky, Weinshall and Grossman 2017).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Numbers = NDArray[np.float64]

FALSE_DISCOVERIES = 0.05
LIKE = 1.12
"""Largest ratio of similar counts."""
LEAST_LIKE = 5_000
"""Smallest number of values in a null distribution, over all permutations; the ratio grows until it is reached."""


def p_values(
    observed: Numbers, counts: NDArray[np.int64], null: Numbers, null_counts: NDArray[np.int64]
) -> tuple[Numbers, Numbers]:
    """Return the p-value of each word and the median of its null distribution, (words,) float64 each.

    The null distribution of a word has the values of words of similar frequency in permuted slices. The p-value is the
    share of them that are at most the observed value.

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
    pooled, pooled_counts = null[known][order], null_counts[known][order]
    p, usual = np.empty(len(observed)), np.empty(len(observed))
    for count in np.unique(counts):
        words = np.flatnonzero(counts == count)
        first, last = _like(pooled_counts, count)
        like = np.sort(pooled[first:last])
        p[words] = (1 + np.searchsorted(like, observed[words], side="right")) / (1 + len(like))
        usual[words] = np.median(like) if len(like) else np.nan
    return p, usual


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
    found[enough] = stats.t.ppf(0.975, np.maximum(known[enough] - 1, 1)) * deviations
    return found


def _like(counts: NDArray[np.int64], count: int) -> tuple[int, int]:
    """Return the range of the counts similar to `count` in ascending counts."""
    first = int(np.searchsorted(counts, count / LIKE, side="left"))
    last = int(np.searchsorted(counts, count * LIKE, side="right"))
    if last - first < LEAST_LIKE:
        first = max(0, min((first + last - LEAST_LIKE) // 2, len(counts) - LEAST_LIKE))
        last = min(len(counts), first + LEAST_LIKE)
    return first, last
