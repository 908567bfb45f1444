"""Intervals of measures of keywords: the percentile bootstrap over documents, drawn in each corpus with replacement."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.document_counts import DocumentCounts
from wordvec.corpora.keyness import Counts, Prior, log_odds, log_ratio
from wordvec.workers import Progress, StopFlag

LEAST_DOCUMENTS = 10
"""With fewer documents in a corpus there are no intervals."""
LEVEL = 0.95
RESAMPLED_AT_ONCE = 1 << 22
"""Largest number of resampled counts in memory."""

Numbers = NDArray[np.float64]

_RESAMPLED: dict[str, Callable[[Counts, Prior], Numbers]] = {
    "log_ratio": lambda counts, _: log_ratio(counts),
    "log_odds": log_odds,
}
"""Effect sizes, which have intervals."""
BOUNDS = [f"{name}_{bound}" for name in _RESAMPLED for bound in ("low", "high")]


def intervals(
    documents: tuple[DocumentCounts, DocumentCounts],
    prior: Prior,
    resamples: int,
    seed: int,
    progress: Progress,
    stop: StopFlag,
) -> dict[str, Numbers]:
    """Return both bounds of the interval of each effect size, (words,) float64 by name.

    Parameters
    ----------
    documents
        Counts of the words in the documents of both corpora.
    prior
        Prior of the words' log-odds.
    resamples, seed
        Number of resamples, and their seed; without resamples, or with too few documents, nothing is returned.
    progress, stop
        Receiver of reports, and flag that stops the work.
    """
    words = len(prior.words)
    if not resamples or min(one.documents for one in documents) < LEAST_DOCUMENTS:
        return {}
    found = {name: np.empty(words) for name in BOUNDS}
    at_once = max(1, RESAMPLED_AT_ONCE // resamples)
    parts = [slice(begin, min(begin + at_once, words)) for begin in range(0, words, at_once)]
    progress.begin("bootstrap", len(parts) * resamples, " resamples")
    try:
        for part_number, part in enumerate(parts):
            drawn = {name: np.empty((resamples, part.stop - part.start)) for name in _RESAMPLED}
            for number in stop.until(range(resamples)):
                # The same documents are drawn for every part of the words.
                (a, tokens_a), (b, tokens_b) = (
                    one.resampled([seed, side, number], part) for side, one in enumerate(documents)
                )
                counts = Counts(a, b, tokens_a, tokens_b)
                for name, measure in _RESAMPLED.items():
                    drawn[name][number] = measure(counts, prior._replace(words=prior.words[part]))
                progress.report(part_number * resamples + number + 1)
            for name, values in drawn.items():
                bounds = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
                found[f"{name}_low"][part], found[f"{name}_high"][part] = bounds
    finally:
        progress.end()
    return found
