"""Slices of a corpus (years, papers, regions): encoded each by itself, numbered alike by one vocabulary.

Nothing is copied: a slice, all slices together, and slices dealt anew from blocks of others are lists of parts of
encoded corpora, whose ids are numbered by the vocabulary of all when a piece of them is read.
"""

import dataclasses
import functools
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.vocabulary import Vocabulary

BLOCK_TOKENS = 1_000
"""Tokens of a block, the unit that is dealt anew: tokens near each other are not independent."""
LEAST_BLOCKS = 10
"""The fewest that chance can be told from."""
RUN_TOKENS = 5_000
"""Tokens of a slice that a compass learns at a time."""
_COUNTED_AT_ONCE = 1 << 20


class Part(NamedTuple):
    """Tokens of an encoded corpus: `table` gives the id of each of its words in the vocabulary of all."""

    ids: NDArray[np.uint32]
    table: NDArray[np.uint32]


class Ids:
    """(tokens,) ids of parts one after another; reading a piece numbers it."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._parts = list(parts)
        self._ends = np.cumsum([0] + [len(part.ids) for part in self._parts])

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getitem__(self, tokens: slice) -> NDArray[np.uint32]:
        numbered = [part.table[part.ids] for part in self.parts(tokens.start, tokens.stop)]
        return numbered[0] if len(numbered) == 1 else np.concatenate([np.empty(0, np.uint32), *numbered])

    def parts(self, begin: int, end: int) -> Iterator[Part]:
        """Give the parts from one token to another."""
        first = int(np.searchsorted(self._ends, begin, side="right")) - 1
        for number in range(max(first, 0), len(self._parts)):
            before = int(self._ends[number])
            if before >= end:
                return
            ids, table = self._parts[number]
            yield Part(ids[max(0, begin - before) : end - before], table)


@dataclasses.dataclass(frozen=True)
class Slice:
    """The text of one slice.

    Attributes
    ----------
    name
        What it is called.
    ids
        (tokens,), numbered by the vocabulary of all; `words` for those that are not in it.
    offsets
        (sentences + 1,) int64.
    documents
        (source files,) int64, the first sentence of each.
    words
        How many words the vocabulary has.
    """

    name: str
    ids: Ids
    offsets: NDArray[np.int64]
    documents: NDArray[np.int64]
    words: int

    @functools.cached_property
    def counts(self) -> NDArray[np.int64]:
        """(words,), how often each word occurs."""
        counts = np.zeros(self.words + 1, np.int64)
        for begin in range(0, len(self.ids), _COUNTED_AT_ONCE):
            counts += np.bincount(self.ids[begin : begin + _COUNTED_AT_ONCE], minlength=self.words + 1)
        return counts[: self.words]

    @property
    def by_document(self) -> bool:
        """Whether there are source files enough to be the blocks."""
        return len(self.documents) >= LEAST_BLOCKS

    def blocks(self, by_document: bool) -> "list[Block]":
        """Cut into what is dealt: source files, or blocks of about `BLOCK_TOKENS`, whole sentences of one file.

        Sentences that are longer, as of text without paragraphs, are cut into such blocks.
        """
        text = self if by_document else self._cut()
        cuts = np.append(text.documents, len(text.offsets) - 1)
        if not by_document:
            cuts = np.append(cuts, np.searchsorted(text.offsets, np.arange(0, len(text.ids), BLOCK_TOKENS)))
        return [Block(text, first, last) for first, last in itertools.pairwise(np.unique(cuts).tolist())]

    def _cut(self) -> "Slice":
        """Give the slice with no sentence longer than a block."""
        starts, lengths = self.offsets[:-1], np.diff(self.offsets)
        pieces = -(-lengths // BLOCK_TOKENS)
        first = np.cumsum(pieces) - pieces
        number = np.arange(int(pieces.sum())) - np.repeat(first, pieces)
        offsets = np.append(np.repeat(starts, pieces) + BLOCK_TOKENS * number, self.offsets[-1])
        return dataclasses.replace(self, offsets=offsets, documents=np.append(first, len(number))[self.documents])


class Block(NamedTuple):
    """The sentences of a slice from `first` to `last`."""

    text: Slice
    first: int
    last: int

    @property
    def tokens(self) -> int:
        """How many it has."""
        return int(self.text.offsets[self.last] - self.text.offsets[self.first])


def dealt(blocks: Sequence[Block], name: str) -> Slice:
    """Give a slice of some blocks, which may come more than once."""
    lengths = [np.diff(text.offsets[first : last + 1]) for text, first, last in blocks]
    ids = (text.ids.parts(int(text.offsets[first]), int(text.offsets[last])) for text, first, last in blocks)
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    documents = np.cumsum([0] + [len(one) for one in lengths[:-1]])
    return Slice(name, Ids(itertools.chain.from_iterable(ids)), offsets, documents, blocks[0].text.words)


def numbered(corpus: EncodedCorpus, vocabulary: Vocabulary, name: str) -> Slice:
    """Give an encoded corpus as a slice, by another vocabulary."""
    known = {word: number for number, word in enumerate(vocabulary.words)}
    table = np.full(len(corpus.vocabulary) + 1, len(vocabulary), np.uint32)
    for number, word in enumerate(corpus.vocabulary.words):
        table[number] = known.get(word, len(vocabulary))
    documents = np.array(corpus.meta["sources"]["first_sentences"], np.int64)
    return Slice(name, Ids([Part(corpus.ids, table)]), np.asarray(corpus.offsets), documents, len(vocabulary))


def mixed(slices: Sequence[Slice]) -> Slice:
    """Give all slices as one, in runs of `RUN_TOKENS` by turns, each slice spread over the whole.

    One after another, as the original has them, the last would be what a compass has learnt last: on held-out text it
    then foretold the slices at its end better than their own vectors did, and, in the other order, the first ones.
    """
    runs = []
    for number, text in enumerate(slices):
        cuts = np.searchsorted(text.offsets, np.arange(0, len(text.ids), RUN_TOKENS))
        cuts = np.unique(np.append(cuts, len(text.offsets) - 1)).tolist()
        for first, last in itertools.pairwise(cuts):
            middle = (text.offsets[first] + text.offsets[last]) / (2 * len(text.ids))
            runs.append((middle, number, Block(text, first, last)))
    return dealt([run for *_, run in sorted(runs, key=lambda run: run[:2])], "all")
