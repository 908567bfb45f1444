"""The text of a pass: ids with the words that joined phrases have added."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.representation import short

TOKENS_AT_ONCE = 1 << 20


class PassText(NamedTuple):
    """Sentences of ids.

    Attributes
    ----------
    ids
        (tokens,) uint32 array; ids from ``len(words)`` on are unknown.
    offsets
        (sentences + 1,) int64 array: beginning of each sentence, and the end of the last.
    words
        The words by id, in any order.
    counts
        (words,) int64 array: count of each word, 0 for a word that is only inside phrases.
    """

    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    words: list[str]
    counts: NDArray[np.int64]

    def __repr__(self) -> str:
        return short(self)

    @classmethod
    def of(cls, corpus: EncodedCorpus) -> "PassText":
        """Return the text of an encoded corpus."""
        return cls(corpus.ids, corpus.offsets, corpus.vocabulary.words, corpus.vocabulary.counts)

    def parts(self) -> Iterator["Part"]:
        """Yield the sentences, about `TOKENS_AT_ONCE` tokens at a time."""
        sentence, sentences = 0, len(self.offsets) - 1
        while sentence < sentences:
            begin = int(self.offsets[sentence])
            last = int(np.searchsorted(self.offsets, begin + TOKENS_AT_ONCE, side="right")) - 1
            last = min(max(last, sentence + 1), sentences)
            ends = np.array(self.offsets[sentence + 1 : last + 1]) - begin
            yield Part(np.asarray(self.ids[begin : begin + int(ends[-1])]), ends)
            sentence = last


class Part(NamedTuple):
    """Some sentences: their ids, and the end of each in these."""

    ids: NDArray[np.uint32]
    ends: NDArray[np.int64]
