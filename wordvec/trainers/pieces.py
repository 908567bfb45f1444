"""A corpus as pieces of whole sentences, over several epochs.

The random stream of a piece depends on (seed, epoch, piece) and its learning rate on its position, not on the thread
that trains it.
"""

import dataclasses
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

# Long enough that calling a kernel costs nothing, short enough that Ctrl-C and the learning rate are prompt.
PIECE_TOKENS = 20_000
LEAST_TOKENS = 1_000
# Numbers read for a piece, about a quarter of a second's work of one thread.
PIECE_WORK = 1_000_000_000


def piece_tokens(work: int) -> int:
    """Return about how many tokens a piece has, if training reads `work` numbers for each."""
    return max(LEAST_TOKENS, min(PIECE_TOKENS, PIECE_WORK // work))


@dataclasses.dataclass(frozen=True)
class Piece:
    """One piece of one epoch.

    Attributes
    ----------
    ids, offsets
        (tokens,) uint32 array of its tokens, and (sentences + 1,) int64 array of its sentences' bounds in the corpus.
    rate
        Fraction of the initial learning rate.
    """

    epoch: int
    number: int
    ids: NDArray[np.uint32]
    offsets: NDArray[np.int64]
    rate: float


class Ids(Protocol):
    """Token ids, in memory, on disk or computed when they are read."""

    def __len__(self) -> int: ...

    def __getitem__(self, tokens: slice, /) -> NDArray[np.uint32]: ...


class Sentences(Protocol):
    """Token ids and bounds of sentences, of an encoded corpus or of parts of several."""

    @property
    def ids(self) -> Ids:
        """(tokens,) token ids."""

    @property
    def offsets(self) -> NDArray[np.int64]:
        """(sentences + 1,) beginnings of the sentences, and the end of the last."""


class Pieces:
    """A corpus as pieces of whole sentences, over `epochs` passes.

    Parameters
    ----------
    corpus
        Tokens and sentences.
    epochs
        Number of passes over the corpus.
    work
        Numbers that training reads for each token; if they are many, pieces are smaller than `PIECE_TOKENS`.
    final_rate
        Fraction of the initial learning rate that remains at the end.

    Attributes
    ----------
    per_epoch
        Number of pieces in an epoch.
    most_tokens, most_sentences
        Largest numbers in one piece.
    """

    def __init__(self, corpus: Sentences, epochs: int, work: int, final_rate: float) -> None:
        self.corpus, self.epochs, self.final_rate = corpus, epochs, final_rate
        self.tokens = len(corpus.ids)
        wanted = np.arange(0, self.tokens, piece_tokens(work))
        starts = np.append(np.searchsorted(corpus.offsets, wanted), len(corpus.offsets) - 1)
        self._starts = starts[np.append(True, np.diff(starts) > 0)]  # ascending; np.unique imports masked arrays
        self.per_epoch = len(self._starts) - 1
        self.most_sentences = int(np.diff(self._starts).max())
        self.most_tokens = int(np.diff(corpus.offsets[self._starts]).max())

    def __len__(self) -> int:
        return self.per_epoch * self.epochs

    def __getitem__(self, index: int) -> Piece:
        epoch, number = divmod(index, self.per_epoch)
        offsets = self.corpus.offsets[self._starts[number] : self._starts[number + 1] + 1]
        return Piece(epoch, number, self.corpus.ids[offsets[0] : offsets[-1]], offsets, self.rate(index))

    def rate(self, index: int) -> float:
        """Return the fraction of the initial learning rate at the beginning of a piece."""
        return 1 - (1 - self.final_rate) * self.tokens_before(index) / (self.tokens * self.epochs)

    def tokens_before(self, index: int) -> int:
        """Return the number of tokens in all pieces before this one, over all epochs."""
        epoch, number = divmod(index, self.per_epoch)
        return epoch * self.tokens + int(self.corpus.offsets[self._starts[number]])
