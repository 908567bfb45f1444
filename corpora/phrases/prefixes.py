"""Beginnings of phrases with connectors, and the text in which two adjacent numbers are a candidate.

Without connectors and with no word joined, that text is the corpus itself. With connectors, "bank of america" becomes
``bank | (bank of) america``, in which ``|`` is a gap and ``(bank of)`` one number, so that the counter of
co-occurrences counts candidates of any length as pairs of adjacent numbers.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.arrayfile import ArrayFile
from wordvec.corpora.npy import map_array
from wordvec.corpora.phrases.text import PassText
from wordvec.errors import MemoryLimitError
from wordvec.kernels.phrases import CONNECTOR, Trie, fill_edges, prefix_stream
from wordvec.workers import StopFlag, available_memory

_FIRST_CAPACITY = 1 << 16
_NODE_BYTES = 4 * 8 + 2 * 4
MOST_NODES = 1 << 31


class _Counts(NamedTuple):
    """Counts of words, in the place of a vocabulary."""

    counts: NDArray[np.int64]


class Candidates(NamedTuple):
    """A text in which adjacent numbers are the beginning and the last word of a candidate.

    Attributes
    ----------
    ids, offsets, vocabulary
        Text as `wordvec.corpora.positions.TokenSequence`; the vocabulary has only counts.
    words
        Number of words, below which a number is a word.
    parents, lasts
        (nodes,) uint32 arrays: beginning and last connector of each number from `words` on.
    """

    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    vocabulary: _Counts
    words: int
    parents: NDArray[np.uint32]
    lasts: NDArray[np.uint32]

    @property
    def numbers(self) -> int:
        """Number of words and longer beginnings."""
        return self.words + len(self.parents)

    def parts(self, number: int) -> list[int]:
        """Return the words of a beginning."""
        found = []
        while number >= self.words:
            found.append(int(self.lasts[number - self.words]))
            number = int(self.parents[number - self.words])
        return [number, *reversed(found)]

    def firsts(self) -> NDArray[np.int64]:
        """Return the first word of each beginning, (numbers,)."""
        found = np.arange(self.numbers)
        # Parents have lower numbers than their children, so a few rounds reach the first word.
        while len(longer := np.flatnonzero(found >= self.words)):
            found[longer] = self.parents[found[longer] - self.words]
        return found


def without_connectors(text: PassText) -> Candidates:
    """Return the text itself."""
    nothing = np.empty(0, np.uint32)
    return Candidates(text.ids, text.offsets, _Counts(text.counts), len(text.words), nothing, nothing)


def with_connectors(text: PassText, connectors: NDArray[np.bool_], path: Path, stop: StopFlag) -> Candidates:
    """Write the text of candidates.

    Parameters
    ----------
    text
        Text of the pass.
    connectors
        (words,) array: whether a word is a connector.
    path
        File to write.
    stop
        Flag that stops the work.

    Raises
    ------
    MemoryLimitError
        If there are too many beginnings.
    Interrupted
        If the flag is set.
    """
    flags = connectors.astype(np.uint8) * CONNECTOR
    trie, nodes, filled = _empty(_FIRST_CAPACITY), 0, np.zeros(1, np.int64)
    with ArrayFile(path, np.uint32) as file:
        for ids, ends in stop.until(text.parts()):
            if nodes + len(ids) > len(trie.parents):
                trie = _grown(trie, nodes, nodes + len(ids), len(flags))
            out = np.empty(2 * len(ids) + len(ends), np.uint32)
            nodes = prefix_stream(ids, ends, flags, trie, nodes, out, filled)
            file.append(out[: filled[0]])
        length = file.length
    numbers = len(flags) + nodes
    if numbers > MOST_NODES:
        raise MemoryLimitError("more than 2 billion beginnings of phrases: use fewer connectors")
    counts = np.ones(numbers, np.int64)
    offsets = np.array([0, length], np.int64)
    parents, lasts = trie.parents[:nodes].copy(), trie.lasts[:nodes].copy()
    return Candidates(np.asarray(map_array(path)), offsets, _Counts(counts), len(flags), parents, lasts)


def _empty(capacity: int) -> Trie:
    if capacity * _NODE_BYTES > available_memory():
        raise MemoryLimitError(
            f"{capacity:,} beginnings of phrases need {capacity * _NODE_BYTES / 1e6:,.0f} MB, more than there is: use "
            "fewer connectors"
        )
    return Trie(np.zeros(4 * capacity, np.uint64), np.empty(capacity, np.uint32), np.empty(capacity, np.uint32))


def _grown(old: Trie, nodes: int, wanted: int, words: int) -> Trie:
    """Return a trie with the same nodes, and room for `wanted`."""
    new = _empty(1 << (wanted - 1).bit_length())
    new.parents[:nodes], new.lasts[:nodes] = old.parents[:nodes], old.lasts[:nodes]
    values = np.arange(words, words + nodes, dtype=np.uint32)
    fill_edges(new.slots, new.parents[:nodes], new.lasts[:nodes], values)
    return new
