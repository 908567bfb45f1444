"""Slices of a corpus (years, papers, regions): encoded each by itself, numbered alike by one vocabulary."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.vocabulary import Vocabulary

BLOCK_TOKENS = 1_000
"""Tokens of a block, the unit that is dealt anew: tokens near each other are not independent."""


class Slice(NamedTuple):
    """The text of one slice.

    Attributes
    ----------
    name
        What it is called.
    ids
        (tokens,) uint32, numbered by the vocabulary of all; ``words`` of it for those that are not in it.
    offsets
        (sentences + 1,) int64.
    words
        How many words the vocabulary has.
    """

    name: str
    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    words: int

    @property
    def counts(self) -> NDArray[np.int64]:
        """(words,), how often each word occurs."""
        return np.bincount(self.ids, minlength=self.words + 1)[: self.words]

    def blocks(self) -> "list[Block]":
        """Cut into blocks of about `BLOCK_TOKENS`, whole sentences."""
        starts = np.searchsorted(self.offsets, np.arange(0, len(self.ids), BLOCK_TOKENS))
        cuts = np.unique(np.append(starts, len(self.offsets) - 1)).tolist()
        return [Block(self, first, last) for first, last in itertools.pairwise(cuts)]


class Block(NamedTuple):
    """The sentences of a slice from `first` to `last`."""

    text: Slice
    first: int
    last: int


def dealt(blocks: Sequence[Block], name: str) -> Slice:
    """Give a slice of some blocks, which may come more than once."""
    ids = [text.ids[text.offsets[first] : text.offsets[last]] for text, first, last in blocks]
    lengths = [np.diff(text.offsets[first : last + 1]) for text, first, last in blocks]
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    return Slice(name, np.concatenate(ids), offsets, blocks[0].text.words)


def numbered(corpus: EncodedCorpus, vocabulary: Vocabulary, name: str) -> Slice:
    """Give an encoded corpus as a slice, by another vocabulary."""
    known = {word: number for number, word in enumerate(vocabulary.words)}
    table = np.full(len(corpus.vocabulary) + 1, len(vocabulary), np.uint32)
    for number, word in enumerate(corpus.vocabulary.words):
        table[number] = known.get(word, len(vocabulary))
    return Slice(name, table[corpus.ids], np.asarray(corpus.offsets), len(vocabulary))


def joined(slices: Sequence[Slice]) -> Slice:
    """Give all slices as one, in their order."""
    ends = np.cumsum([0] + [len(one.ids) for one in slices])
    offsets = [one.offsets[:-1] + end for one, end in zip(slices, ends, strict=False)]
    ids = np.concatenate([one.ids for one in slices])
    return Slice("all", ids, np.append(np.concatenate(offsets), len(ids)), slices[0].words)
