"""The words of a text while it is counted: a table that grows, and drops its rarest words where it must not."""

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import MemoryLimitError
from wordvec.kernels.vocabulary import Table, add_words, gather_words
from wordvec.kernels.words import Words, fill_slots, find_keys
from wordvec.workers import available_memory

_FIRST_ROOM = 1 << 17
_FIRST_BYTES = 1 << 20
_MOST_NAMES = (1 << 32) - 2


class WordTable:
    """Words and counts, added to block by block.

    Each word has a name, the id its tokens get in the text until the final ids are known; names are given in the
    order in which words first appear. A word that was dropped and appears again has a new name.

    Parameters
    ----------
    max_words
        When there are more than four times so many words, the rarest are dropped down to twice so many.
    """

    def __init__(self, max_words: int | None = None) -> None:
        self.max_words = max_words
        self.words = self.names_given = 0
        self.dropped_words = self.dropped_tokens = 0
        self._table = _empty_table(_FIRST_ROOM, _FIRST_BYTES)

    @property
    def packed(self) -> NDArray[np.uint8]:
        """All words' bytes, one after another."""
        return self._table.packed[: self.starts[-1]]

    @property
    def starts(self) -> NDArray[np.int64]:
        """Where each word begins in `packed`, and where the last ends."""
        return self._table.starts[: self.words + 1]

    @property
    def counts(self) -> NDArray[np.int64]:
        """How often each word was seen since it is in the table."""
        return self._table.counts[: self.words]

    @property
    def names(self) -> NDArray[np.uint32]:
        """The name of each word."""
        return self._table.names[: self.words]

    def add(self, data: NDArray[np.uint8], words: Words) -> NDArray[np.uint32]:
        """Add words of the text `data`; give the name of each.

        Raises
        ------
        MemoryLimitError
            If the table has to grow and there is no memory for it.
        """
        self._make_room(self.words + len(words.keys), int(self.starts[-1] + words.lengths.sum()))
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
        """Add words as `Vocabulary` has them; return the name of each."""
        keys = np.empty(len(counts), np.uint64)
        find_keys(packed, starts, keys)
        return self.add(packed, Words(keys, starts[:-1], np.diff(starts), counts))

    def _make_room(self, words: int, size: int) -> None:
        """Grow so that there is room for `words` words of `size` bytes."""
        old = self._table
        if self.names_given + words - self.words > _MOST_NAMES:
            raise MemoryLimitError("more than 4 billion different words: keep the most frequent only (--max-words)")
        if words > len(old.keys) or size > len(old.packed):
            room = _power_of_two(max(words, len(old.keys)))
            self._table = _empty_table(room, _power_of_two(max(size, len(old.packed))))
            self._fill(old, np.arange(self.words))

    def _drop_rarest(self, kept: int) -> None:
        """Keep the most frequent words; of equally frequent ones, those seen first."""
        old, counts = self._table, self.counts
        order = np.argsort(-counts, kind="stable")
        stay = np.sort(order[:kept])
        self.dropped_words += self.words - kept
        self.dropped_tokens += int(counts[order[kept:]].sum())
        self._table = _empty_table(len(old.keys), len(old.packed))
        self.words = kept
        self._fill(old, stay)

    def _fill(self, old: Table, stay: NDArray[np.int64]) -> None:
        """Take over the words `stay` of a table into the empty one."""
        new, words = self._table, len(stay)
        new.keys[:words], new.names[:words], new.counts[:words] = old.keys[stay], old.names[stay], old.counts[stay]
        gather_words(old.packed, old.starts, stay, new.packed, new.starts)
        fill_slots(new.slots, new.keys, words)


def _power_of_two(number: int) -> int:
    return 1 << (number - 1).bit_length()


def _empty_table(room: int, size: int) -> Table:
    """Make a table for `room` words (a power of two) of `size` bytes in all."""
    needed = room * (4 * 8 + 8 + 4 + 8 + 8) + size
    if needed > available_memory():
        raise MemoryLimitError(
            f"the table of {room:,} words needs {needed / 1e6:,.0f} MB, more than there is: "
            "keep the most frequent words only (--max-words)"
        )
    return Table(
        slots=np.zeros(4 * room, np.uint64),
        keys=np.empty(room, np.uint64),
        names=np.empty(room, np.uint32),
        counts=np.empty(room, np.int64),
        starts=np.zeros(room + 1, np.int64),
        packed=np.empty(size, np.uint8),
    )
