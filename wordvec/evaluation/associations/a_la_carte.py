"""Vectors of single uses of a word: the mean of the context words' vectors, by a fitted transform.

À la carte (Khodak et al. 2018): with u_w the mean vector of all context words of all occurrences of w, the transform is

    A = argmin Σ_w α(w) ‖v_w − A u_w‖²

over the words w, with a weight α that rises with their counts. A use with the mean context vector u has the vector A u.
Words without a vector take a position in windows, but no part in means.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.occurrences import Occurrences, context
from wordvec.errors import InputError
from wordvec.evaluation.associations.models import Model
from wordvec.wording import quantity
from wordvec.workers import Progress, StopFlag

Numbers = NDArray[np.float64]
Ids = NDArray[np.int64]
LOG, COUNT, EQUAL = "log", "count", "equal"
WEIGHTINGS = (LOG, COUNT, EQUAL)
_TOKENS_AT_ONCE = 1 << 16


class Contexts:
    """Mean vectors of contexts in an encoded corpus.

    Parameters
    ----------
    corpus
        Encoded text.
    model
        Vectors.
    units
        First token of each unit that no window leaves, from `occurrences.bounds`.
    window
        Tokens on either side.
    """

    def __init__(self, corpus: EncodedCorpus, model: Model, units: Ids, window: int) -> None:
        self._corpus, self._units, self._window = corpus, units, window
        words = corpus.vocabulary.words
        self.known = np.array([model.knows(word) for word in words], bool)
        if not self.known.any():
            raise InputError(f"none of the {len(words):,} words of the corpus has a vector; check language and case")
        # The last row is that of tokens without a word.
        self.rows = np.zeros((len(words) + 1, model.vectors.dim))
        self.rows[:-1][self.known] = model.rows([word for word, there in zip(words, self.known, strict=True) if there])
        self._there = np.append(self.known, False)

    def means(self, found: Occurrences) -> tuple[Numbers, Ids]:
        """Return the mean context vector (occurrences, dim) of each occurrence, and its number of known context words.

        Contexts without a known word have a vector of zeros.
        """
        sums, counts = np.zeros((len(found.at), self.rows.shape[1])), np.zeros(len(found.at), np.int64)
        begin, end = context(found, self._units, self._window)
        for at in _spans(found.at):
            low, high = int(begin[at].min()), int(end[at].max())
            totals, numbers = self._running(low, high)
            first, last, own = begin[at] - low, end[at] - low, found.at[at] - low
            behind = own + found.length[at]
            sums[at] = totals[last] - totals[first] - (totals[behind] - totals[own])
            counts[at] = numbers[last] - numbers[first] - (numbers[behind] - numbers[own])
        return sums / np.maximum(counts, 1)[:, None], counts

    def of_words(self, progress: Progress, stop: StopFlag) -> tuple[Numbers, Ids]:
        """Return the mean context vector of each word (words, dim), over all occurrences, and its number of them.

        As in the definition, all context words of all occurrences have the same weight.
        """
        from scipy.sparse import csr_array

        words, tokens = len(self.known), len(self._corpus.ids)
        sums, numbers = np.zeros((words, self.rows.shape[1])), np.zeros(words, np.int64)
        progress.begin("contexts", tokens, " tokens")
        try:
            for low in stop.until(range(0, tokens, _TOKENS_AT_ONCE)):
                at = np.arange(low, min(low + _TOKENS_AT_ONCE, tokens))
                ids = self._corpus.ids[at[0] : at[-1] + 1].astype(np.int64)
                chosen = ids < words
                at, ids = at[chosen], ids[chosen]
                if len(at):
                    means, counts = self.means(Occurrences(at, np.ones(len(at), np.int64)))
                    ones = csr_array((counts.astype(np.float64), (ids, np.arange(len(at)))), shape=(words, len(at)))
                    sums += ones @ means
                    numbers += np.bincount(ids, counts, words).astype(np.int64)
                progress.report(min(low + _TOKENS_AT_ONCE, tokens))
        finally:
            progress.end()
        return sums / np.maximum(numbers, 1)[:, None], numbers

    def _running(self, low: int, high: int) -> tuple[Numbers, Ids]:
        """Return the sums of the vectors before each token of a range, and the numbers of those that are known."""
        ids = np.minimum(self._corpus.ids[low:high].astype(np.int64), len(self.known))
        totals = np.zeros((len(ids) + 1, self.rows.shape[1]))
        np.cumsum(self.rows[ids], axis=0, out=totals[1:])
        return totals, np.append(0, np.cumsum(self._there[ids]))


def transform(
    contexts: Contexts, counts: Ids, weighting: str, least: int, progress: Progress, stop: StopFlag
) -> tuple[Numbers, int]:
    """Return the transform A (dim, dim) and the number of words to which it is fitted.

    Parameters
    ----------
    contexts
        Contexts of the corpus.
    counts
        (words,) int64 array of the words' counts.
    weighting
        One of `WEIGHTINGS`: weight of a word, the logarithm of its count, the count, or 1.
    least
        Smallest count of the words.
    progress, stop
        Receiver of reports, and flag that stops the work.

    Raises
    ------
    InputError
        If there are fewer words than dimensions.
    """
    means, numbers = contexts.of_words(progress, stop)
    chosen = contexts.known & (counts >= least) & (numbers > 0)
    fitted, dim = int(chosen.sum()), means.shape[1]
    if fitted < dim:
        raise InputError(
            f"the transform needs at least {dim} words, as many as dimensions; "
            f"{quantity(fitted, 'word')} with a vector occur {least} times; use a larger corpus or a smaller "
            "min_count"
        )
    weights: Numbers = np.ones(len(counts))
    if weighting != EQUAL:
        weights = counts.astype(np.float64) if weighting == COUNT else np.log(np.maximum(counts, 1)).astype(np.float64)
    return regression(means[chosen], contexts.rows[:-1][chosen], weights[chosen]), fitted


def regression(sources: Numbers, targets: Numbers, weights: Numbers) -> Numbers:
    """Return the matrix A (dim, dim) that minimises Σ weight ‖target − A source‖²."""
    roots = np.sqrt(weights)[:, None]
    found = np.linalg.lstsq(roots * sources, roots * targets, rcond=None)[0]
    return found.T.astype(np.float64)


def _spans(at: Ids) -> Iterator[slice]:
    """Yield slices of rising positions that are within some tens of thousands of tokens."""
    begin = 0
    while begin < len(at):
        end = max(begin + 1, int(np.searchsorted(at, at[begin] + _TOKENS_AT_ONCE)))
        yield slice(begin, end)
        begin = end
