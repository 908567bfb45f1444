"""The table of words while a text is counted: it grows, or drops the rarest words if the vocabulary is bounded."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import MemoryLimitError
from wordvec.kernels.vocabulary import WordHashTable, add_words, gather_words
from wordvec.kernels.words import WordSpans, fill_slots, find_keys
from wordvec.workers import available_memory

_FIRST_CAPACITY = 1 << 17
_FIRST_BYTES = 1 << 20
_MOST_NAMES = (1 << 32) - 2


class WordTable:
    """WordSpans and counts, added to block by block.

    Each word has a name: the provisional id of its tokens until the final ids are known. Names are assigned in order of
    first appearance. A word that was dropped and appears again gets a new name.

    Parameters
    ----------
    max_words
        Above four times this number of words, the rarest are dropped until twice this number remain; None: no bound.
    among_kept
        Returns which of some words are never dropped; None: no word is kept.
    """

    def __init__(
        self, max_words: int | None = None, among_kept: Callable[[list[str]], NDArray[np.bool_]] | None = None
    ) -> None:
        self.max_words, self._among_kept = max_words, among_kept
        self.words = self.names_given = 0
        self.dropped_words = self.dropped_tokens = 0
        self._table = _empty_table(_FIRST_CAPACITY, _FIRST_BYTES)

    @property
    def packed(self) -> NDArray[np.uint8]:
        """The concatenated bytes of all words."""
        return self._table.packed[: self.starts[-1]]

    @property
    def starts(self) -> NDArray[np.int64]:
        """The beginning of each word in `packed`, and the end of the last."""
        return self._table.starts[: self.words + 1]

    @property
    def counts(self) -> NDArray[np.int64]:
        """The count of each word since it was added to the table."""
        return self._table.counts[: self.words]

    @property
    def names(self) -> NDArray[np.uint32]:
        """The name (provisional id) of each word."""
        return self._table.names[: self.words]

    def add(self, data: NDArray[np.uint8], words: WordSpans) -> NDArray[np.uint32]:
        """Add the words of the text `data`; return the name of each.

        Raises
        ------
        MemoryLimitError
            If the table must grow and memory does not suffice.
        """
        self._reserve(self.words + len(words.keys), int(self.starts[-1] + words.lengths.sum()))
        names = np.empty(len(words.keys), np.uint32)
        before = self.words
        self.words = add_words(self._table, self.words, self.names_given, data, words, names)
        self.names_given += self.words - before
        if self.max_words is not None and self.words > 4 * self.max_words:
            self._drop_rarest(2 * self.max_words)
        return names

    def add_packed(
        self, packed: NDArray[np.uint8], starts: NDArray[np.int64], counts: NDArray[np.int64]
    ) -> NDArray[np.uint32]:
        """Add packed words, as in `Vocabulary`; return the name of each."""
        keys = np.empty(len(counts), np.uint64)
        find_keys(packed, starts, keys)
        return self.add(packed, WordSpans(keys, starts[:-1], np.diff(starts), counts))

    def _reserve(self, words: int, size: int) -> None:
        """Grow to a capacity of `words` words of `size` bytes."""
        old = self._table
        if self.names_given + words - self.words > _MOST_NAMES:
            raise MemoryLimitError("more than 4 billion different words: keep the most frequent only (--max-words)")
        if words > len(old.keys) or size > len(old.packed):
            capacity = _power_of_two(max(words, len(old.keys)))
            self._table = _empty_table(capacity, _power_of_two(max(size, len(old.packed))))
            self._fill(old, np.arange(self.words))

    def _drop_rarest(self, kept: int) -> None:
        """Keep the most frequent words; ties go to the words seen first."""
        old, counts = self._table, self.counts
        order = np.argsort(-counts, kind="stable")
        go = order[kept:]
        if self._among_kept is not None:
            go = go[~self._among_kept([self._word(number) for number in go.tolist()])]
        stay = np.delete(np.arange(self.words), go)
        self.dropped_words += len(go)
        self.dropped_tokens += int(counts[go].sum())
        self._table = _empty_table(len(old.keys), len(old.packed))
        self.words = len(stay)
        self._fill(old, stay)

    def _word(self, number: int) -> str:
        return self.packed[self.starts[number] : self.starts[number + 1]].tobytes().decode()

    def _fill(self, old: WordHashTable, kept: NDArray[np.int64]) -> None:
        """Copy the words `kept` of another table into this empty one."""
        new, words = self._table, len(kept)
        new.keys[:words], new.names[:words], new.counts[:words] = old.keys[kept], old.names[kept], old.counts[kept]
        gather_words(old.packed, old.starts, kept, new.packed, new.starts)
        fill_slots(new.slots, new.keys, words)


def _power_of_two(number: int) -> int:
    return 1 << (number - 1).bit_length()


def _empty_table(capacity: int, size: int) -> WordHashTable:
    """Return a table with a capacity of `capacity` words (a power of two) and `size` bytes."""
    needed = capacity * (4 * 8 + 8 + 4 + 8 + 8) + size
    if needed > available_memory():
        raise MemoryLimitError(
            f"the table of {capacity:,} words needs {needed / 1e6:,.0f} MB, more than there is: "
            "keep the most frequent words only (--max-words)"
        )
    return WordHashTable(
        slots=np.zeros(4 * capacity, np.uint64),
        keys=np.empty(capacity, np.uint64),
        names=np.empty(capacity, np.uint32),
        counts=np.empty(capacity, np.int64),
        starts=np.zeros(capacity + 1, np.int64),
        packed=np.empty(size, np.uint8),
    )
