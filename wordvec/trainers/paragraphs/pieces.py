"""A corpus as pieces of whole documents: a row of a document is only ever trained by the thread that has its piece.

A document that is longer than a piece is trained in parts, one after another, by one thread.
"""

import dataclasses
from collections.abc import Iterator
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wordvec.trainers.pieces import Ids, Piece, Pieces, piece_tokens


class Bounds(Protocol):
    """Documents of a corpus."""

    @property
    def offsets(self) -> NDArray[np.int64]:
        """(documents + 1,) first sentence of each document, and the number of sentences."""


class DocumentCorpus(Protocol):
    """Token ids with bounds of sentences and documents."""

    @property
    def ids(self) -> Ids:
        """(tokens,) token ids."""

    @property
    def offsets(self) -> NDArray[np.int64]:
        """(sentences + 1,) beginnings of the sentences, and the end of the last."""

    @property
    def documents(self) -> Bounds:
        """The documents."""


class Part(NamedTuple):
    """Text that a kernel trains in one call: some documents, or a part of a long one.

    Attributes
    ----------
    number
        Number of the part of a long document; otherwise 0.
    first
        Number of its first document.
    bounds
        (documents + 1,) int64 array: first sentence of each document in this text, and the number of sentences.
    ids, offsets
        Tokens, and bounds of the sentences in the corpus.
    """

    number: int
    first: int
    bounds: NDArray[np.int64]
    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]


@dataclasses.dataclass(frozen=True)
class DocumentPiece(Piece):
    """One piece of one epoch, with the documents in it.

    Attributes
    ----------
    first
        Number of the first document.
    bounds
        (documents + 1,) int64 array: first sentence of each document in the piece, and the number of sentences.
    longest
        Tokens of a long document's part.
    """

    first: int
    bounds: NDArray[np.int64]
    longest: int

    def parts(self) -> Iterator[Part]:
        """Yield the documents of the piece together, and the last one, if it is long, in parts."""
        last, end = len(self.bounds) - 2, len(self.offsets) - 1
        begin = int(self.bounds[last])
        if self.offsets[end] - self.offsets[begin] <= 2 * self.longest:
            yield self._part(0, 0, last + 1, 0, end)
            return
        if last:
            yield self._part(0, 0, last, 0, begin)
        wanted = np.arange(self.offsets[begin], self.offsets[end], self.longest)
        cuts = np.unique(np.append(begin + np.searchsorted(self.offsets[begin:], wanted), end))
        for number in range(len(cuts) - 1):
            yield self._part(number, last, last + 1, int(cuts[number]), int(cuts[number + 1]))

    def _part(self, number: int, first: int, last: int, begin: int, end: int) -> Part:
        """Return the documents from `first` to `last`, with the sentences from `begin` to `end`."""
        offsets = self.offsets[begin : end + 1]
        ids = self.ids[offsets[0] - self.offsets[0] : offsets[-1] - self.offsets[0]]
        bounds = np.clip(self.bounds[first : last + 1], begin, end) - begin
        return Part(number, self.first + first, bounds, ids, offsets)


class DocumentPieces(Pieces):
    """A corpus as pieces of whole documents; parameters and attributes are those of `Pieces`."""

    corpus: DocumentCorpus

    def __init__(self, corpus: DocumentCorpus, epochs: int, work: int, final_rate: float) -> None:
        super().__init__(corpus, epochs, work, final_rate)
        self.longest = piece_tokens(work)
        documents = corpus.documents.offsets
        tokens = corpus.offsets[documents]
        cuts = np.searchsorted(tokens, np.arange(0, self.tokens, self.longest))
        # Documents without sentences at either end belong to the first and the last piece.
        self._documents = np.unique(np.append(cuts, len(documents) - 1))
        self._documents[0] = 0
        self._starts = documents[self._documents]
        self.per_epoch = len(self._starts) - 1
        self.most_sentences = int(np.diff(self._starts).max())
        longest_sentence = int(np.diff(corpus.offsets).max(initial=0))
        whole = int(np.diff(corpus.offsets[self._starts]).max())
        self.most_tokens = min(whole, 3 * self.longest + longest_sentence)

    def __getitem__(self, index: int) -> DocumentPiece:
        piece = super().__getitem__(index)
        first, last = self._documents[piece.number : piece.number + 2].tolist()
        bounds = self.corpus.documents.offsets[first : last + 1] - self._starts[piece.number]
        return DocumentPiece(
            piece.epoch, piece.number, piece.ids, piece.offsets, piece.rate, first, bounds, self.longest
        )
