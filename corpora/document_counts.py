"""Counts of chosen words in each document of a corpus: dispersion, and bootstraps over documents.

Words cluster in documents, so that tokens are not independent; documents nearly are (Lijffijt et al. 2016,
"Significance testing of word frequencies in corpora").
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import MemoryLimitError
from wordvec.workers import StopFlag, available_memory

if TYPE_CHECKING:
    from scipy.sparse import csr_array

BLOCK_TOKENS = 1 << 22
_BYTES_OF_AN_ENTRY = 48
"""Of a count, with the copies that are made while blocks are joined."""


class DocumentCounts:
    """Counts of words in the documents that have tokens.

    Parameters
    ----------
    counts
        (documents, words) sparse matrix.
    tokens
        (documents,) int64 array: tokens of each document.
    """

    def __init__(self, counts: "csr_array", tokens: NDArray[np.int64]) -> None:
        self.counts, self.tokens = counts, tokens
        self._by_word = counts.T.tocsr()

    @classmethod
    def of(cls, corpus: EncodedCorpus, words: Sequence[str], stop: StopFlag) -> "DocumentCounts":
        """Count words of a corpus, which may lack some, in one pass over its ids.

        Raises
        ------
        MemoryLimitError
            If the counts might not fit in memory.
        """
        from scipy.sparse import csr_array

        starts = corpus.offsets[corpus.documents.offsets]
        lengths = np.diff(starts)
        starts = np.append(starts[:-1][lengths > 0], starts[-1])
        column = np.full(len(corpus.vocabulary) + 1, -1, np.int64)
        for number, word in enumerate(words):
            if word in corpus.vocabulary:
                column[corpus.vocabulary.id(word)] = number
        tokens = int(corpus.vocabulary.counts[column[:-1] >= 0].sum())
        _check_memory(min(tokens, len(words) * (len(starts) - 1)), len(words))
        keys, numbers = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for begin in stop.until(range(0, len(corpus.ids), BLOCK_TOKENS)):
            columns = column[corpus.ids[begin : begin + BLOCK_TOKENS]]
            at = np.flatnonzero(columns >= 0)
            document = np.searchsorted(starts, begin + at, side="right") - 1
            key, number = np.unique(document * len(words) + columns[at], return_counts=True)
            keys.append(key)
            numbers.append(number)
        row, where = np.divmod(np.concatenate(keys), max(1, len(words)))
        # A document in two blocks has two counts of a word, which are added.
        counts = csr_array((np.concatenate(numbers), (row, where)), shape=(len(starts) - 1, len(words)))
        return cls(counts, np.diff(starts))

    @property
    def documents(self) -> int:
        """Number of documents."""
        return len(self.tokens)

    def with_word(self) -> NDArray[np.int64]:
        """Return the number of documents that have each word, (words,) int64."""
        found: NDArray[np.int64] = np.diff(self._by_word.indptr).astype(np.int64)
        return found

    def dispersion(self) -> NDArray[np.float64]:
        r"""Return the deviation of proportions DP of each word, (words,) float64; NaN for words that do not occur.

        DP = ½ Σ_i \|v_i - s_i\|, where v_i is document i's share of the word's tokens and s_i its share of all tokens
        (Gries 2008, "Dispersions and adjusted frequencies in corpora"). It is 0 for a word that is spread like the
        text, and near 1 for one that is in a single small document.
        """
        share = self.tokens / max(1, self.tokens.sum())
        by_word = self._by_word
        totals = np.asarray(by_word.sum(axis=1), np.float64)
        word = np.repeat(np.arange(len(totals)), np.diff(by_word.indptr))
        of_word, of_text = by_word.data / totals[word], share[by_word.indices]
        apart = np.bincount(word, np.abs(of_word - of_text), len(totals))
        elsewhere = 1 - np.bincount(word, of_text, len(totals))
        found = (apart + np.maximum(elsewhere, 0)) / 2
        found[totals == 0] = np.nan
        return found

    def resampled(self, seeds: Sequence[int], words: slice) -> tuple[NDArray[np.float64], np.float64]:
        """Return counts of some words, and numbers of tokens, in a resample of the documents.

        Parameters
        ----------
        seeds
            Seed of the resample, as of `numpy.random.default_rng`.
        words
            The words.
        """
        drawn = np.random.default_rng(seeds).integers(0, self.documents, self.documents)
        weights = np.bincount(drawn, minlength=self.documents).astype(np.float64)
        return self._by_word[words] @ weights, np.float64(self.tokens @ weights)


def _check_memory(entries: int, words: int) -> None:
    needed, there = entries * _BYTES_OF_AN_ENTRY, available_memory()
    if needed > there:
        raise MemoryLimitError(
            f"the counts of {words:,} words in each document take up to {needed / 1e9:.1f} GB, and {there / 1e9:.1f} "
            "GB are free; ask for fewer words (-n)"
        )
