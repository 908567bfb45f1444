"""Ends of sentences across the blocks of a text, and the splitting of long sentences.

The kernel finds the ends in one block. Line ends at the end of a block and at the beginning of the next are counted
together. A `Stretch` describes a run of blocks in the same way, so that runs which were read independently are joined
like blocks.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


@dataclass
class Stretch:
    """What the neighbours of a run of blocks need to know about it.

    Parameters
    ----------
    tokens, documents
        Number of tokens, and of documents that end in it.
    leading, trailing
        Number of line ends before the first token or end of a document, and after the last.
    ends_before
        Whether a sentence ends in it before the first token.
    """

    tokens: int = 0
    documents: int = 0
    leading: int = 0
    trailing: int = 0
    ends_before: bool = False

    def add(self, other: "Stretch") -> None:
        """Append another run of blocks."""
        if not self.tokens:
            self.ends_before |= other.ends_before
        if not self.tokens and not self.documents:
            self.leading += other.leading
        continued = not other.tokens and not other.documents
        self.trailing = self.trailing + other.trailing if continued else other.trailing
        self.tokens += other.tokens
        self.documents += other.documents


class SentenceEnds:
    """The ends of sentences in a text that is read block by block.

    Parameters
    ----------
    breaks
        Number of line ends without a token between them that end a sentence (`settings.BREAKS`).
    """

    def __init__(self, breaks: int) -> None:
        self._wanted, self._breaks = breaks, 0
        self.last = 0
        """End of the last sentence."""

    def add(self, stretch: Stretch, ends: NDArray[np.int64], begin: int) -> NDArray[np.int64]:
        """Return the ends of sentences in a block or a longer run, as positions in the whole text.

        Parameters
        ----------
        stretch
            Sizes of the run.
        ends
            Rising ends in the run; positions in the text.
        begin
            Position of the first token in the text.
        """
        if stretch.ends_before or self._breaks < self._wanted <= self._breaks + stretch.leading:
            ends = np.concatenate(([begin], ends))
        continued = not stretch.tokens and not stretch.documents
        self._breaks = self._breaks + stretch.trailing if continued else stretch.trailing
        ends = ends[np.diff(ends, prepend=self.last) > 0]
        if len(ends):
            self.last = int(ends[-1])
        return ends


class Pieces(NamedTuple):
    """The ends of the pieces of some sentences, and how many sentences were split."""

    ends: NDArray[np.int64]
    cut: int


def pieces(previous: int, ends: NDArray[np.int64], longest: int) -> Pieces:
    """Split sentences of more than `longest` tokens.

    Parameters
    ----------
    previous
        End of the sentence before the first.
    ends
        Rising ends of the sentences.
    longest
        Maximal tokens of a piece.
    """
    if not len(ends):
        return Pieces(ends, 0)
    starts = np.concatenate(([previous], ends[:-1]))
    parts = -(-(ends - starts) // longest)
    last = np.cumsum(parts)
    number: NDArray[np.int64] = np.arange(1, last[-1] + 1) - np.repeat(last - parts, parts)
    np.minimum(np.repeat(starts, parts) + longest * number, np.repeat(ends, parts), out=number)
    return Pieces(number, int(np.count_nonzero(parts > 1)))
