"""The words of a corpus that are trained: those that are frequent enough, and those of `keep_words`, however rare.

Kept words that are too rare for `min_count` are rarer than all others that are trained. They come after these, so that
the trained words are by falling count, too. Only ids of rare words change; they are translated when tokens are read.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.vocabulary import Vocabulary
from wordvec.representation import short

if TYPE_CHECKING:
    from wordvec.corpora.document_table import Documents


class RenumberedIds:
    """Ids of tokens that are renumbered when they are read.

    Parameters
    ----------
    stored
        (tokens,) uint32 array of ids.
    numbers
        (ids,) uint32 array: number of each id.
    """

    def __init__(self, stored: NDArray[np.uint32], numbers: NDArray[np.uint32]) -> None:
        self.stored, self.numbers = stored, numbers

    def __len__(self) -> int:
        return len(self.stored)

    def __getitem__(self, tokens: slice) -> NDArray[np.uint32]:
        return self.numbers[self.stored[tokens]]

    def __repr__(self) -> str:
        return f"<{len(self):,} renumbered ids>"


def stored(ids: NDArray[np.uint32] | RenumberedIds) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return ids as they are stored, and the number of each; no numbers if they are not renumbered."""
    return (ids.stored, ids.numbers) if isinstance(ids, RenumberedIds) else (ids, np.empty(0, np.uint32))


class TrainedText(NamedTuple):
    """The trained words of a corpus, and its tokens in their ids.

    Attributes
    ----------
    vocabulary
        The trained words, by falling count.
    ids
        (tokens,) uint32 ids; those from ``len(vocabulary)`` on are of words that are not trained.
    offsets
        (sentences + 1,) int64 array: beginning of each sentence, and the end of the last.
    documents
        The documents of the corpus.
    """

    vocabulary: Vocabulary
    ids: NDArray[np.uint32] | RenumberedIds
    offsets: NDArray[np.int64]
    documents: "Documents"

    def __repr__(self) -> str:
        return short(self)


class TrainedWords(NamedTuple):
    """The words that are trained of a vocabulary.

    Attributes
    ----------
    vocabulary
        These words.
    numbers
        (words + 1,) uint32 array: their id for each id of the larger vocabulary, and ``len(vocabulary)`` for others;
        empty if the ids of all of them are the same.
    """

    vocabulary: Vocabulary
    numbers: NDArray[np.uint32]

    def __repr__(self) -> str:
        return short(self)


def trained_words(vocabulary: Vocabulary, min_count: int, kept: NDArray[np.int64]) -> TrainedWords:
    """Return the words that occur `min_count` times, and those with the rising ids `kept`.

    Examples
    --------
    >>> vocabulary = Vocabulary.from_words(["the", "cat", "sat", "yon"], [5, 2, 1, 1])
    >>> found = trained_words(vocabulary, 2, np.array([0, 3]))
    >>> found.vocabulary.words, found.numbers.tolist()
    (['the', 'cat', 'yon'], [0, 1, 3, 2, 3])
    """
    size = vocabulary.cut(min_count)
    rare = kept[kept >= size]
    if not len(rare):
        starts = vocabulary.starts[: size + 1]
        words = Vocabulary(vocabulary.packed[: starts[-1]], starts, vocabulary.counts[:size])
        return TrainedWords(words, np.empty(0, np.uint32))
    chosen = np.concatenate([np.arange(size), rare])
    numbers = np.full(len(vocabulary) + 1, len(chosen), np.uint32)
    numbers[chosen] = np.arange(len(chosen))
    return TrainedWords(Vocabulary.of(vocabulary.packed, vocabulary.starts, vocabulary.counts, chosen), numbers)


def ids_of(words: Collection[str], vocabulary: Vocabulary) -> NDArray[np.int64]:
    """Return the rising ids of those words that are in a vocabulary."""
    if not words:
        return np.empty(0, np.int64)
    among = set(words)
    return np.array([number for number, word in enumerate(vocabulary.words) if word in among], np.int64)
