"""Parts of the rows that are combined after a round: which worker combines which, and the arrays that are exchanged."""

import math
import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels.combination import Replicated, combine
from wordvec.trainers.replicas import Curvature
from wordvec.trainers.schedule import Due, parts

Rows = NDArray[np.float32]
BLOCK_BYTES = 64_000_000
"""About how many bytes one worker has of rows that are exchanged at a time."""


class Span(NamedTuple):
    """Rows of a matrix, by their places in its order.

    Attributes
    ----------
    matrix
        0 for `words`, 1 for `contexts`.
    first, last
        Range of places.
    """

    matrix: int
    first: int
    last: int

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.last - self.first


def part(matrices: Sequence[Replicated], due: Due, member: int, members: int) -> list[Span]:
    """Return the rows that a worker combines."""
    return [Span(number, *parts(*due.places(matrix.levels), members)[member]) for number, matrix in enumerate(matrices)]


def blocks(spans: Sequence[Span], rows: int) -> Iterator[list[Span]]:
    """Yield spans in groups of at most so many rows.

    >>> list(blocks([Span(0, 0, 5), Span(1, 2, 4)], 4))
    [[Span(matrix=0, first=0, last=4)], [Span(matrix=0, first=4, last=5), Span(matrix=1, first=2, last=4)]]
    """
    group: list[Span] = []
    room = rows
    for matrix, begin, last in spans:
        first = begin
        while first < last:
            end = min(last, first + room)
            group.append(Span(matrix, first, end))
            room -= end - first
            first = end
            if room == 0:
                yield group
                group, room = [], rows
    if group:
        yield group


def split(spans: Sequence[Span], number: int) -> list[tuple[int, Span]]:
    """Return spans in `number` parts each, with the number of rows before each part."""
    found, before = [], 0
    for matrix, first, last in spans:
        for begin, end in parts(first, last, number):
            found.append((before + begin - first, Span(matrix, begin, end)))
        before += last - first
    return [(at, span) for at, span in found if span.first < span.last]


def base_of(matrix: Replicated) -> Rows:
    """Return the base as a view (rows, stride)."""
    return matrix.base.reshape(-1, matrix.stride)


def replicas_of(matrix: Replicated) -> Rows:
    """Return the replicas of this process as a view (own replicas, rows, stride)."""
    return matrix.replicas.reshape(-1, len(matrix.base) // matrix.stride, matrix.stride)


def combined_rows(matrices: Sequence[Replicated], spans: Sequence[Span]) -> Rows:
    """Return rows of the bases, (rows, stride)."""
    return np.concatenate([base_of(matrices[span.matrix])[places(matrices, span)] for span in spans])


def replicated_rows(matrices: Sequence[Replicated], spans: Sequence[Span]) -> Rows:
    """Return rows of this process's replicas, (own replicas, rows, stride)."""
    replicas = replicas_of(matrices[0])
    taken = np.empty((len(replicas), sum(span.rows for span in spans), matrices[0].stride), np.float32)
    at = 0
    for span in spans:
        take_replicas(matrices, span, taken[:, at : at + span.rows])
        at += span.rows
    return taken


def take_replicas(matrices: Sequence[Replicated], span: Span, taken: Rows) -> None:
    """Copy rows of this process's replicas to `taken` (own replicas, rows, stride)."""
    rows = places(matrices, span)
    for replica, of_replica in zip(replicas_of(matrices[span.matrix]), taken, strict=True):
        # Half the time of an index. Without mode="clip", `take` makes a copy more.
        np.take(replica, rows, axis=0, out=of_replica, mode="clip")


def store(matrices: Sequence[Replicated], spans: Sequence[Span], rows: Rows) -> None:
    """Write combined rows, (rows, stride), to the bases and to this process's replicas."""
    at = 0
    for span in spans:
        matrix, of_span = matrices[span.matrix], rows[at : at + span.rows]
        rows_of_span = places(matrices, span)
        base_of(matrix)[rows_of_span] = of_span
        for replica in replicas_of(matrix):
            replica[rows_of_span] = of_span
        at += span.rows


class Room(threading.local):
    """Memory of each thread for rows of all replicas, which is kept: new memory makes a copy slower."""

    def __init__(self) -> None:
        self._numbers = np.empty(0, np.float32)

    def array(self, *shape: int) -> Rows:
        """Return an array of this shape, until the next call."""
        size = math.prod(shape)
        if len(self._numbers) < size:
            self._numbers = np.empty(size, np.float32)
        return self._numbers[:size].reshape(shape)


def combine_span(matrix: Replicated, span: Span, copies: Rows, curvature: Curvature, due: Due) -> Rows:
    """Return the combined rows of a span, (rows, stride).

    Parameters
    ----------
    matrix
        Matrix of the span.
    span
        The rows.
    copies
        Their rows in all replicas, (replicas, rows, stride), which are overwritten.
    curvature, due
        As all rows of the matrix are combined with.
    """
    base = base_of(matrix)[matrix.order[span.first : span.last]]
    compact = Replicated(
        base.reshape(-1),
        copies.reshape(-1),
        matrix.stride,
        np.arange(span.rows),
        matrix.levels[span.first : span.last],
        matrix.updates[span.first : span.last],
        matrix.met,
    )
    combine(compact, *curvature, due.tokens, 0, span.rows)
    return base


def places(matrices: Sequence[Replicated], span: Span) -> NDArray[np.int64]:
    """Return the rows of a span."""
    return matrices[span.matrix].order[span.first : span.last]
