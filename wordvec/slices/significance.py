"""What is chance: p against words of like frequency, false discovery rates, half-widths of intervals.

The noise of a word's cosine is a matter of how often the slice that has it less often has it. So a word that both
slices have, in one rarely, is held against words that slices dealt by chance had as rarely, not against itself dealt
evenly, which would take a change of frequency for a change of use (Dubossarsky, Weinshall and Grossman 2017).
"""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Numbers = NDArray[np.float64]

FALSE_DISCOVERIES = 0.05
LIKE = 1.12
"""Counts are alike up to this ratio,"""
LEAST_LIKE = 5_000
"""or more, where fewer words than so many, over all deals, are."""


def chances(
    observed: Numbers, counts: NDArray[np.int64], null: Numbers, null_counts: NDArray[np.int64]
) -> tuple[Numbers, Numbers]:
    """Give each word's p (words,), how often a number as small is seen by chance among words of like frequency.

    And what is usual by chance (words,): the median of these.

    Parameters
    ----------
    observed
        (words,).
    counts
        (words,), how often the slice that has the word less often has it.
    null
        (deals, words) the same of slices dealt by chance; NaN where a word is missing in one.
    null_counts
        (deals, words) the counts in these.
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
    """Give Benjamini and Hochberg's q of each p: the least rate at which it would be called a discovery."""
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(1, np.minimum.accumulate(scaled[::-1])[::-1])
    return q


def half_widths(drawn: Numbers) -> Numbers:
    """Give half the width of a 95 % interval (words,) from bootstraps (draws, words); NaN where too few have the word.

    By Student's t and the draws' deviation. Their own quantiles would lie too low: a slice drawn with replacement holds
    some text twice and some not at all, so that two of them differ more than the slices do.
    """
    known = np.count_nonzero(~np.isnan(drawn), axis=0)
    enough = known > len(drawn) / 2
    wide = np.full(drawn.shape[1], np.nan)
    deviations = np.nanstd(drawn[:, enough], axis=0, ddof=1)
    wide[enough] = stats.t.ppf(0.975, np.maximum(known[enough] - 1, 1)) * deviations
    return wide


def _like(counts: NDArray[np.int64], count: int) -> tuple[int, int]:
    """Give where the counts like this one begin and end among rising ones."""
    first = int(np.searchsorted(counts, count / LIKE, side="left"))
    last = int(np.searchsorted(counts, count * LIKE, side="right"))
    if last - first < LEAST_LIKE:
        first = max(0, min((first + last - LEAST_LIKE) // 2, len(counts) - LEAST_LIKE))
        last = min(len(counts), first + LEAST_LIKE)
    return first, last
