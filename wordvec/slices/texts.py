"""Texts of slices (years, papers, regions): encoded separately, with the ids of one common vocabulary.

Nothing is copied: a slice, all slices together, and slices resampled from blocks are lists of parts of encoded corpora.
Ids are translated to the common vocabulary when tokens are read.
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
from wordvec.representation import short

BLOCK_TOKENS = 1_000
"""Tokens of a block, the unit of permutation: tokens near each other are not independent."""
LEAST_BLOCKS = 10
"""Smallest number of blocks for a permutation test."""
MOST_BLOCKS = 10_000
"""Largest number of blocks that are documents; with more, permutation takes longer than training."""
RUN_TOKENS = 5_000
"""Tokens of one slice between which a compass learns from the other slices."""
_COUNTED_AT_ONCE = 1 << 20


class Part(NamedTuple):
    """Tokens of an encoded corpus; `table` has the id in the common vocabulary for each id of the corpus."""

    ids: NDArray[np.uint32]
    table: NDArray[np.uint32]

    def __repr__(self) -> str:
        return short(self)


class Ids:
    """Ids of consecutive parts, (tokens,) uint32, translated to the common vocabulary when they are read."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._parts = list(parts)
        self._ends = np.cumsum([0] + [len(part.ids) for part in self._parts])

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getitem__(self, tokens: slice) -> NDArray[np.uint32]:
        numbered = [part.table[part.ids] for part in self.parts(tokens.start, tokens.stop)]
        return numbered[0] if len(numbered) == 1 else np.concatenate([np.empty(0, np.uint32), *numbered])

    def parts(self, begin: int, end: int) -> Iterator[Part]:
        """Yield the parts between two tokens."""
        first = int(np.searchsorted(self._ends, begin, side="right")) - 1
        for number in range(max(first, 0), len(self._parts)):
            before = int(self._ends[number])
            if before >= end:
                return
            ids, table = self._parts[number]
            yield Part(ids[max(0, begin - before) : end - before], table)


class SubsampledIds(Ids):
    """Ids of which each token is kept with the probability of its word, and is otherwise unknown.

    Whether a token is kept is a function of the seed and its position, so that every reading is the same.
    """

    def __init__(self, ids: Ids, keep: NDArray[np.float64], seed: int) -> None:
        super().__init__(ids.parts(0, len(ids)))
        self._keep, self._seed = np.append(keep, 1), np.uint64(seed)

    def __getitem__(self, tokens: slice) -> NDArray[np.uint32]:
        found = super().__getitem__(tokens)
        positions = np.arange(tokens.start, tokens.start + len(found), dtype=np.uint64)
        lost = _uniform(positions, self._seed) >= self._keep[found]
        return np.where(lost, np.uint32(len(self._keep) - 1), found)


@dataclasses.dataclass(frozen=True)
class Slice:
    """The text of one slice.

    Attributes
    ----------
    name
        Name of the slice.
    ids
        (tokens,) uint32 ids of the common vocabulary; `words` for unknown words.
    offsets
        (sentences + 1,) int64 array: first token of each sentence, and the number of tokens.
    documents
        (documents,) int64 array: first sentence of each document.
    words
        Size of the common vocabulary.
    """

    name: str
    ids: Ids
    offsets: NDArray[np.int64]
    documents: NDArray[np.int64]
    words: int

    def __repr__(self) -> str:
        return short(self)

    @functools.cached_property
    def counts(self) -> NDArray[np.int64]:
        """Count of each word, (words,) int64."""
        counts = np.zeros(self.words + 1, np.int64)
        for begin in range(0, len(self.ids), _COUNTED_AT_ONCE):
            counts += np.bincount(self.ids[begin : begin + _COUNTED_AT_ONCE], minlength=self.words + 1)
        return counts[: self.words]

    @property
    def by_document(self) -> bool:
        """Whether there are enough documents to be the blocks."""
        return len(self.documents) >= LEAST_BLOCKS

    def blocks(self, by_document: bool) -> "list[Block]":
        """Return the blocks: documents, or whole sentences of one document with about `BLOCK_TOKENS` tokens.

        Longer sentences, as of text without paragraphs, are split into such blocks. Of more than `MOST_BLOCKS`
        documents, neighbours are in one block.
        """
        text = self if by_document else self._cut()
        cuts = np.append(text.documents, len(text.offsets) - 1)
        if by_document and len(text.documents) > MOST_BLOCKS:
            ends = np.linspace(0, len(text.ids), MOST_BLOCKS + 1)
            cuts = cuts[np.searchsorted(text.offsets[cuts], ends)]
        if not by_document:
            cuts = np.append(cuts, np.searchsorted(text.offsets, np.arange(0, len(text.ids), BLOCK_TOKENS)))
        return [Block(text, first, last) for first, last in itertools.pairwise(np.unique(cuts).tolist())]

    def subsampled(self, keep: NDArray[np.float64], seed: int) -> "Slice":
        """Return the slice with tokens dropped at random: `keep` is the (words,) float64 array of probabilities."""
        return dataclasses.replace(self, ids=SubsampledIds(self.ids, keep, seed))

    def _cut(self) -> "Slice":
        """Return the slice with sentences split that are longer than a block."""
        starts, lengths = self.offsets[:-1], np.diff(self.offsets)
        pieces = -(-lengths // BLOCK_TOKENS)
        first = np.cumsum(pieces) - pieces
        number = np.arange(int(pieces.sum())) - np.repeat(first, pieces)
        offsets = np.append(np.repeat(starts, pieces) + BLOCK_TOKENS * number, self.offsets[-1])
        return dataclasses.replace(self, offsets=offsets, documents=np.append(first, len(number))[self.documents])


class Block(NamedTuple):
    """Sentences of a slice from `first` to before `last`."""

    text: Slice
    first: int
    last: int

    @property
    def tokens(self) -> int:
        """Number of tokens."""
        return int(self.text.offsets[self.last] - self.text.offsets[self.first])


def from_blocks(blocks: Sequence[Block], name: str) -> Slice:
    """Return a slice of the given blocks, which may be repeated."""
    lengths = [np.diff(text.offsets[first : last + 1]) for text, first, last in blocks]
    ids = (text.ids.parts(int(text.offsets[first]), int(text.offsets[last])) for text, first, last in blocks)
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    documents = np.cumsum([0] + [len(one) for one in lengths[:-1]])
    return Slice(name, Ids(itertools.chain.from_iterable(ids)), offsets, documents, blocks[0].text.words)


def numbered(corpus: EncodedCorpus, vocabulary: Vocabulary, name: str) -> Slice:
    """Return an encoded corpus as a slice with the ids of another vocabulary."""
    known = {word: number for number, word in enumerate(vocabulary.words)}
    table = np.full(len(corpus.vocabulary) + 1, len(vocabulary), np.uint32)
    for number, word in enumerate(corpus.vocabulary.words):
        table[number] = known.get(word, len(vocabulary))
    documents = np.unique(corpus.documents.offsets)[:-1]  # without those that are empty
    return Slice(name, Ids([Part(corpus.ids, table)]), np.asarray(corpus.offsets), documents, len(vocabulary))


def mixed(slices: Sequence[Slice]) -> Slice:
    """Return all slices as one, interleaved in runs of `RUN_TOKENS` tokens, each slice spread over the whole.

    With slices one after another, as in the original, the compass learns the last slices last. Its held-out likelihood
    was then higher than that of the slices' own vectors for the last slices and, in reverse order, for the first ones.
    """
    runs = []
    for number, text in enumerate(slices):
        cuts = np.searchsorted(text.offsets, np.arange(0, len(text.ids), RUN_TOKENS))
        cuts = np.unique(np.append(cuts, len(text.offsets) - 1)).tolist()
        for first, last in itertools.pairwise(cuts):
            middle = (text.offsets[first] + text.offsets[last]) / (2 * len(text.ids))
            runs.append((middle, number, Block(text, first, last)))
    return from_blocks([run for *_, run in sorted(runs, key=lambda run: run[:2])], "all")


def _uniform(positions: NDArray[np.uint64], seed: np.uint64) -> NDArray[np.float64]:
    """Return a number from 0 to 1 for each position, by SplitMix64 of position and seed."""
    mixed_bits = (positions << np.uint64(20)) + seed
    mixed_bits *= np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed_bits ^= mixed_bits >> np.uint64(shift)
        mixed_bits *= np.uint64(factor)
    mixed_bits ^= mixed_bits >> np.uint64(31)
    return (mixed_bits >> np.uint64(11)).astype(np.float64) / 2**53
