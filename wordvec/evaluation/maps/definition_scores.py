"""Scores of the ranks of defined words, with bootstrap intervals over words."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.evaluation import intervals

Numbers = NDArray[np.float64]
Ids = NDArray[np.int64]
DEPTHS = (1, 3, 10)


class Scores:
    """Scores of definitions; intervals are of resamples of the words, with all definitions of each.

    Parameters
    ----------
    right
        (tested,) number of each definition's word.
    resamples, seed
        Number and seed of the resamples.
    """

    def __init__(self, right: Ids, resamples: int, seed: int) -> None:
        words, self._number = np.unique(right, return_inverse=True)
        self._times = np.bincount(self._number)
        self._words, self._resamples, self._seed = len(words), resamples, seed

    def row(self, found: Numbers, base: Numbers | None) -> dict[str, Any]:
        """Return the scores of ranks (tested,), and the difference of MRR from those of a baseline."""
        row: dict[str, Any] = {"definitions": len(found), "words": self._words}
        values = {"mrr": 1 / found} | {f"accuracy_{depth}": (found <= depth).astype(float) for depth in DEPTHS}
        for name, value in values.items():
            bounds = intervals.interval(self._resampled(value))
            row |= {name: float(value.mean()), f"{name}_low": bounds.low, f"{name}_high": bounds.high}
        row["median_rank"] = float(np.median(found))
        if base is not None:
            gain = 1 / found - 1 / base
            difference = intervals.difference(float(gain.mean()), self._resampled(gain))
            row |= dict(zip(("difference", "difference_low", "difference_high", "p"), difference, strict=True))
        return row

    def _resampled(self, values: Numbers) -> Numbers:
        sums = np.bincount(self._number, values)

        def statistic(drawn: Ids) -> Numbers:
            means: Numbers = sums[drawn].sum(1) / self._times[drawn].sum(1)
            return means

        return intervals.resampled(statistic, self._words, self._resamples, self._seed)


def random_scores(candidates: int) -> dict[str, Any]:
    """Return the expected scores of a random order of the candidates."""
    expected = float((1 / np.arange(1, candidates + 1)).mean())
    return (
        {"mrr": expected}
        | {f"accuracy_{depth}": min(1.0, depth / candidates) for depth in DEPTHS}
        | {"median_rank": (candidates + 1) / 2}
    )
