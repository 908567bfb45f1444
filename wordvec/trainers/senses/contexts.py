"""A sample of the contexts of each word of a corpus, as vectors.

An occurrence is in the sample if a pseudo-random number, a function of the seed and its position, is below the share of
the word's occurrences that is wanted. One pass over blocks of the ids finds the sample, of about the same size for all
frequent words, in memory that depends on the number of words only.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.occurrences import mixed
from wordvec.kernels.sense_contexts import sum_contexts
from wordvec.kernels.simd import LANES
from wordvec.representation import short
from wordvec.workers import Progress, StopFlag

Numbers = NDArray[np.int64]
_BLOCK = 1 << 20


class SampledTokens(NamedTuple):
    """Sampled tokens, grouped by word.

    Attributes
    ----------
    words
        (words,) ids of the words.
    offsets
        (words + 1,) beginning of the tokens of each word.
    at
        Positions of tokens in the corpus, rising within a word.
    """

    words: Numbers
    offsets: Numbers
    at: Numbers

    def __repr__(self) -> str:
        return short(self)


def sample_tokens(
    corpus: EncodedCorpus,
    words: Numbers,
    number: int,
    seed: int,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> SampledTokens:
    """Return about `number` tokens of each word, or all of a rarer one.

    Parameters
    ----------
    corpus
        Encoded text.
    words
        Ids of words, rising.
    number
        Expected number of tokens.
    seed
        Seed of the sample.
    """
    progress, stop = progress or Progress(), stop or StopFlag()
    shares = np.zeros(len(corpus.vocabulary) + 1)
    shares[words] = np.minimum(1.0, number / np.maximum(corpus.vocabulary.counts[words], 1))
    parts = [np.empty(0, np.int64)]
    progress.begin("sampling", len(corpus.ids), " tokens")
    try:
        for begin in stop.until(range(0, len(corpus.ids), _BLOCK)):
            ids = np.minimum(corpus.ids[begin : begin + _BLOCK], len(corpus.vocabulary)).astype(np.int64)
            wanted = shares[ids]
            candidates = np.flatnonzero(wanted > 0)
            keys = mixed(mixed((candidates + begin).astype(np.uint64) + mixed(np.array([seed], np.uint64))))
            drawn = (keys >> np.uint64(11)).astype(np.float64) * 2.0**-53
            parts.append(candidates[drawn < wanted[candidates]] + begin)
            progress.report(begin + len(ids))
    finally:
        progress.end()
    at = np.concatenate(parts)
    owners = corpus.ids[at].astype(np.int64)
    order = np.argsort(owners, kind="stable")
    offsets = np.searchsorted(owners[order], np.append(words, len(corpus.vocabulary) + 1))
    return SampledTokens(words, offsets, at[order])


class ContextVectors:
    """Vectors of contexts: sums of weighted rows of the words within a window, scaled to length 1.

    Parameters
    ----------
    corpus
        Encoded text.
    rows
        (vocabulary, dim) rows of words, already weighted; zeros for words that do not count.
    window
        Number of tokens on either side, within the sentence.
    """

    def __init__(self, corpus: EncodedCorpus, rows: NDArray[np.float32], window: int) -> None:
        self._corpus, self.dim = corpus, rows.shape[1]
        self._stride = -(-self.dim // LANES) * LANES
        padded = np.zeros((len(rows), self._stride), np.float32)
        padded[:, : self.dim] = rows
        self._rows = padded.reshape(-1)
        self._known = np.append(rows.any(axis=1), np.False_)
        self._reach = np.concatenate([np.arange(-window, 0), np.arange(1, window + 1)])

    def of(self, at: Numbers) -> NDArray[np.float32]:
        """Return the vectors of the contexts of tokens, (tokens, dim); zeros for a context without a word."""
        sentence = np.searchsorted(self._corpus.offsets, at, side="right")
        begin, end = self._corpus.offsets[sentence - 1], self._corpus.offsets[sentence]
        places = at[:, None] + self._reach
        inside = (places >= begin[:, None]) & (places < end[:, None])
        ids = self._corpus.ids[np.where(inside, places, 0)].astype(np.int64)
        inside &= self._known[np.minimum(ids, len(self._known) - 1)]
        offsets = np.concatenate([[0], np.cumsum(inside.sum(axis=1), dtype=np.int64)])
        sums = np.empty(len(at) * self._stride, np.float32)
        sum_contexts(self._rows, self._stride, ids[inside], offsets, sums)
        found = sums.reshape(len(at), self._stride)[:, : self.dim]
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        units: NDArray[np.float32] = np.divide(found, lengths, out=np.zeros_like(found), where=lengths > 0)
        return units
