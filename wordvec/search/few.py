"""The best of few scores, by NumPy alone: kernels would take longer to load, and seconds to compile at first use."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MOST_SCORES = 1 << 20
"""Scores that are few: up to here, loading the kernels of `wordvec.kernels.neighbours` takes longer than the search."""
_SAMPLE = 4096
"""Scores of a query, at least, whose k-th best is a lower bound of the k-th best of all."""


def best_of(scores: Floats, k: int) -> tuple[Floats, NDArray[np.int64]]:
    """Return the k best scores of each row and their columns, best first; of equal scores the lower column comes first.

    Scores of NaN and −∞ are not kept; where fewer than k are found, the rest is −∞ and −1.

    Parameters
    ----------
    scores
        (queries, rows) array.
    k
        Number of scores for each query.
    """
    found = np.full((len(scores), k), -np.inf, np.float32)
    columns = np.full((len(scores), k), -1, np.int64)
    for query, row in enumerate(scores):
        sample = row[: max(_SAMPLE, 4 * k)]
        sample = sample[sample > -np.inf]
        bound = np.partition(sample, -k)[-k] if len(sample) >= k else -np.inf
        candidates = np.flatnonzero((row >= bound) & (row > -np.inf))
        kept = candidates[np.argsort(-row[candidates], kind="stable")[:k]]
        found[query, : len(kept)], columns[query, : len(kept)] = row[kept], kept
    return found, columns
