"""When replicas are combined: rounds of pieces, and rows that are combined every 1, 2, 4, … rounds.

A round is a fixed number of pieces, of which each replica trains a share. Rows that are updated often are combined
after each round, other rows every 2^k rounds, so that a replica updates any row about as often (`UPDATES`) between two
combinations. This is level k of a row. All rows are combined at the end of an epoch.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wordvec.trainers.pieces import Pieces

UPDATES = 64
LEVELS = 16


class Schedule:
    """Rounds of a training run.

    Parameters
    ----------
    pieces
        The corpus.
    replicas
        Number of replicas.
    round_tokens
        About how many tokens each replica trains in a round.

    Attributes
    ----------
    size
        Number of pieces in a round.
    """

    def __init__(self, pieces: Pieces, replicas: int, round_tokens: int) -> None:
        self.pieces, self.replicas = pieces, replicas
        self.size = replicas * max(1, round(round_tokens * pieces.per_epoch / pieces.tokens))

    def rounds(self, first: int, last: int) -> Iterator[range]:
        """Yield ranges of pieces, cut at the ends of epochs, from piece `first`, with which a round begins."""
        while first < last:
            end = min(first + self.size, (first // self.pieces.per_epoch + 1) * self.pieces.per_epoch)
            yield range(first, end)
            first = end

    def shares(self, pieces: range) -> list[range]:
        """Return the pieces of a round that each replica trains."""
        return [pieces[replica :: self.replicas] for replica in range(self.replicas)]

    def last_level(self, end: int) -> int:
        """Return the highest level of rows that are combined at the end of a round, before piece `end`."""
        position = end % self.pieces.per_epoch
        if position == 0:
            return LEVELS - 1
        number = position // self.size
        return min(LEVELS - 1, (number & -number).bit_length() - 1)

    def tokens(self, pieces: range) -> NDArray[np.float64]:
        """Return for each level how many tokens a replica has trained since its last combination, after a round."""
        begin = pieces.start - pieces.start % self.pieces.per_epoch
        number = (pieces.start - begin) // self.size
        combined = [begin + self.size * (number >> level << level) for level in range(LEVELS)]
        end = self.pieces.tokens_before(pieces.stop)
        return np.array([end - self.pieces.tokens_before(index) for index in combined]) / self.replicas

    def levels(self, updates: NDArray[np.float64]) -> NDArray[np.uint8]:
        """Return the level of rows with these expected numbers of updates for a token."""
        in_round = updates * (self.pieces.tokens * self.size / (self.pieces.per_epoch * self.replicas))
        exponents = np.frexp(UPDATES / np.maximum(in_round, UPDATES / 2**LEVELS))[1] - 1
        levels: NDArray[np.uint8] = np.clip(exponents, 0, LEVELS - 1).astype(np.uint8)
        return levels
