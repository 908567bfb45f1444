"""Occurrences of referenced words in two slices, and their labels, which may be permuted."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wordvec.slices.references import References
from wordvec.slices.texts import Block, Ids, Slice
from wordvec.trainers import pieces

_AT_ONCE = 1 << 20

Numbers = NDArray[np.int64]


@dataclasses.dataclass(frozen=True)
class Occurrences:
    """Tokens of referenced words in two slices, as arrays (occurrences,) int64.

    Attributes
    ----------
    at
        Positions in the text of all slices, ascending.
    word
        Which referenced word it is.
    second
        Whether the token is in the second slice.
    block
        Number of its block, over both slices.
    rows
        For each of the two slices, the rows of the referenced words.
    """

    at: Numbers
    word: Numbers
    second: NDArray[np.bool_]
    block: Numbers
    rows: tuple[Numbers, Numbers]

    @classmethod
    def find(
        cls, ids: Ids, references: References, numbers: tuple[int, int], blocks: tuple[list[Block], list[Block]]
    ) -> "Occurrences":
        """Find the occurrences in the slices with two numbers.

        Parameters
        ----------
        ids
            Referenced text of all slices: runs of each, in order.
        references
            The referenced words.
        numbers, blocks
            Numbers and blocks of the two slices.
        """
        rows = references.own_rows(numbers[0]), references.own_rows(numbers[1])
        at, row = _tokens(ids, references.size)
        chosen = np.isin(row, np.concatenate(rows))
        at, row = at[chosen], row[chosen]
        second = np.isin(row, rows[1])
        block = np.empty(len(at), np.int64)
        # A slice's tokens are in their own order in the text of all slices.
        for part, own, first in ((~second, blocks[0], 0), (second, blocks[1], len(blocks[0]))):
            block[part] = first + _block_of_each(own, references)
        return cls(at, (row - references.size) % len(references.words), second, block, rows)

    def permuted(self, generator: np.random.Generator) -> NDArray[np.bool_]:
        """Return labels permuted within each word, (occurrences,) bool: whether a token is of the second slice.

        The blocks that have a word are permuted, and split where the word's counts in both slices are the nearest to
        the actual ones.
        """
        labels = self.second.copy()
        for word in np.unique(self.word):
            tokens = np.flatnonzero(self.word == word)
            blocks, inverse, counts = np.unique(self.block[tokens], return_inverse=True, return_counts=True)
            if len(blocks) < 2:
                continue
            order = generator.permutation(len(blocks))
            sizes = np.cumsum(counts[order][:-1])
            split = 1 + int(np.abs(sizes - np.count_nonzero(~self.second[tokens])).argmin())
            of_second = np.zeros(len(blocks), np.bool_)
            of_second[order[split:]] = True
            labels[tokens] = of_second[inverse]
        return labels


@dataclasses.dataclass(frozen=True)
class Relabelled:
    """Sentences of which some tokens have other ids, which are put in when tokens are read."""

    ids: "_Changed"
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, text: Slice, occurrences: Occurrences, second: NDArray[np.bool_]) -> "Relabelled":
        """Return a text in which the occurrences have labels of the first or of the second slice."""
        first, other = (rows[occurrences.word] for rows in occurrences.rows)
        return cls(_Changed(text.ids, occurrences.at, np.where(second, other, first).astype(np.uint32)), text.offsets)


class _Changed:
    def __init__(self, ids: pieces.Ids, at: Numbers, changed: NDArray[np.uint32]) -> None:
        self._ids, self._at, self._changed = ids, at, changed

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, tokens: slice) -> NDArray[np.uint32]:
        found = np.array(self._ids[tokens])
        first, last = np.searchsorted(self._at, [tokens.start, tokens.stop])
        found[self._at[first:last] - tokens.start] = self._changed[first:last]
        return found


def _tokens(ids: Ids, size: int) -> tuple[Numbers, Numbers]:
    """Return the positions and ids of the tokens beyond the vocabulary."""
    at, found = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for begin in range(0, len(ids), _AT_ONCE):
        some = ids[begin : begin + _AT_ONCE]
        where = np.flatnonzero(some >= size)
        at.append(begin + where)
        found.append(some[where].astype(np.int64))
    return np.concatenate(at), np.concatenate(found)


def _block_of_each(blocks: Sequence[Block], references: References) -> Numbers:
    """Return the block of each occurrence of a referenced word in a slice's own order."""
    referenced = np.zeros(references.size + 1, np.bool_)
    referenced[references.words] = True
    numbers = [
        int(np.count_nonzero(referenced[text.ids[text.offsets[first] : text.offsets[last]]]))
        for text, first, last in blocks
    ]
    return np.repeat(np.arange(len(blocks)), numbers)
