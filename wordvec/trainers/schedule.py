"""When replicas are combined: rounds of pieces, and rows that are combined every 1, 2, 4, … rounds.

A round is a fixed number of pieces, of which each replica trains a share. Rows that are updated often are combined
after each round, other rows every 2^k rounds, so that a replica updates any row about as often (`UPDATES`) between two
combinations. This is level k of a row. All rows are combined at the end of an epoch.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from wordvec.trainers.pieces import Pieces

UPDATES = 64
"""About how often a replica may update a row before it is combined."""
LEVELS = 16
"""Number of levels; the last one has all rows that are updated more rarely, too."""

Result = TypeVar("Result")


class Due(NamedTuple):
    """Rows that are combined after a round.

    Attributes
    ----------
    tokens
        (levels,) float64 array: for each level the number of tokens that a replica has trained since rows of this level
        were last combined, times the learning rate.
    lowest, highest
        Levels of the rows.
    """

    tokens: NDArray[np.float64]
    lowest: int
    highest: int

    def places(self, levels: NDArray[np.uint8]) -> tuple[int, int]:
        """Return the range of these rows, where rows have these ascending levels."""
        first, last = np.searchsorted(levels, [self.lowest, self.highest + 1]).tolist()
        return first, last


def parts(first: int, last: int, number: int) -> list[tuple[int, int]]:
    """Return a range in parts of about the same length.

    >>> parts(10, 20, 3)
    [(10, 13), (13, 16), (16, 20)]
    """
    return list(pairwise(first + (last - first) * part // number for part in range(number + 1)))


def in_order(done: Sequence[Sequence[Result]], pieces: range) -> Iterator[Result]:
    """Yield the results of the pieces of a round, in order, from those of the replicas' shares."""
    for place in range(len(pieces)):
        yield done[place % len(done)][place // len(done)]


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

    def due(self, pieces: range, learning_rate: float) -> Due:
        """Return the rows that are combined after a round.

        `learning_rate` is the initial one.
        """
        steps = self.tokens(pieces) * (learning_rate * self.pieces.rate(pieces.start))
        return Due(steps, 0, self.last_level(pieces.stop))

    def rest(self, done: int, learning_rate: float) -> Due | None:
        """Return the rows that are not yet combined after `done` pieces; None at the end of an epoch."""
        if done % self.pieces.per_epoch == 0:
            return None
        (last,) = self.rounds(done - (done % self.pieces.per_epoch - 1) % self.size - 1, done)
        return self.due(last, learning_rate)._replace(lowest=self.last_level(done) + 1, highest=LEVELS - 1)

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
