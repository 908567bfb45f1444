"""Edges that a reader of graphs yields, and their order in compressed sparse rows."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import MemoryLimitError
from wordvec.representation import short
from wordvec.wording import listed, quantity
from wordvec.workers import available_memory

_32 = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_BYTES_OF_EDGE, _BYTES_OF_WEIGHT = 21, 32
"""Bytes that sorting takes for an edge in one direction, and further ones for its weight."""
_PLURALS = {"edge of weight 0": "edges of weight 0"}


class Edges(NamedTuple):
    """Some edges of a graph.

    Attributes
    ----------
    keys
        (edges,) uint64 array: number of the first node in the upper half, of the second in the lower half.
    weights
        (edges,) float32 array; None if the graph has none.
    """

    keys: NDArray[np.uint64]
    weights: NDArray[np.float32] | None

    @classmethod
    def of(cls, first: NDArray[np.uint32], second: NDArray[np.uint32], weights: NDArray[np.float32] | None) -> "Edges":
        """Return edges between numbered nodes."""
        return cls((first.astype(np.uint64) << _32) | second, weights)

    def __repr__(self) -> str:
        return short(self)


class Rows(NamedTuple):
    """A graph in compressed sparse rows, and the numbers of what was left out.

    Attributes
    ----------
    begins, neighbours, weights
        As in `wordvec.kernels.walks.Adjacency`; no weights if all are 1.
    left_out
        Numbers of loops, repeated edges and edges of weight 0.
    """

    begins: NDArray[np.int64]
    neighbours: NDArray[np.uint32]
    weights: NDArray[np.float32]
    left_out: dict[str, int]

    def __repr__(self) -> str:
        return short(self)


def enumerated(left_out: Mapping[str, int]) -> str:
    """Return what was left out of a graph, with numbers; an empty text for nothing.

    >>> enumerated({"loop": 2, "repeated edge": 0, "edge of weight 0": 3})
    '2 loops and 3 edges of weight 0'
    """
    parts = [quantity(number, what, _PLURALS.get(what, "")) for what, number in left_out.items() if number]
    return listed(parts) if parts else ""


def memory_of(edges: int, weighted: bool) -> int:
    """Return the bytes that `in_rows` takes for a number of edges in one direction."""
    return edges * (_BYTES_OF_EDGE + _BYTES_OF_WEIGHT * weighted)


def check_memory(edges: int, directed: bool, weighted: bool) -> None:
    """Refuse a number of edges that `in_rows` cannot sort.

    Raises
    ------
    MemoryLimitError
        If memory does not suffice.
    """
    needed = memory_of(edges * (1 if directed else 2), weighted)
    if needed > available_memory():
        raise MemoryLimitError(f"sorting {edges:,} edges needs {needed / 1e6:,.0f} MB, more than there is")


def in_rows(parts: list[Edges], nodes: int, directed: bool) -> Rows:
    """Return edges sorted by node and neighbour; loops and edges of weight 0 are left out.

    Of a repeated edge the largest weight counts. An undirected edge is in the rows of both nodes.

    Parameters
    ----------
    parts
        Edges, removed from the list as they are used.
    nodes
        Number of nodes.
    directed
        Whether edges lead from the first node to the second only.

    Raises
    ------
    MemoryLimitError
        If memory does not suffice.
    """
    weighted = any(part.weights is not None for part in parts)
    given = sum(len(part.keys) for part in parts)
    check_memory(given, directed, weighted)
    kept, loops, zeros = _sound(parts)
    keys = _both_ways([part.keys for part in kept], directed)
    weights = np.empty(0, np.float32)
    if weighted:
        weights = np.concatenate([part.weights for part in kept if part.weights is not None] or [weights])
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        weights = weights[order % max(1, len(weights))]
    else:
        keys.sort()
    kept.clear()
    first = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    repeated = len(keys) - int(np.count_nonzero(first))
    if repeated and weighted:
        weights = np.maximum.reduceat(weights, np.flatnonzero(first))
    keys = keys[first] if repeated else keys
    begins = np.searchsorted(keys, np.arange(nodes + 1, dtype=np.uint64) << _32).astype(np.int64)
    repeated = repeated if directed else repeated // 2
    left_out = {"loop": loops, "repeated edge": repeated, "edge of weight 0": zeros}
    if weighted and np.all(weights == 1):
        weights = np.empty(0, np.float32)
    return Rows(begins, (keys & _LOW).astype(np.uint32), weights, left_out)


def _sound(parts: list[Edges]) -> tuple[list[Edges], int, int]:
    """Return the edges that are neither loops nor of weight 0, and the numbers of these; `parts` is emptied."""
    kept, loops, zeros = list[Edges](), 0, 0
    parts.reverse()
    while parts:
        keys, weights = parts.pop()
        sound = (keys >> _32) != (keys & _LOW)
        loops += len(keys) - int(np.count_nonzero(sound))
        if weights is not None:
            positive = weights > 0
            zeros += int(np.count_nonzero(sound & ~positive))
            sound &= positive
        whole = bool(np.all(sound))
        kept.append(Edges(keys if whole else keys[sound], weights if whole or weights is None else weights[sound]))
    return kept, loops, zeros


def _both_ways(parts: Sequence[NDArray[np.uint64]], directed: bool) -> NDArray[np.uint64]:
    """Return the keys of all edges, and behind them, unless directed, those of their opposites."""
    given = sum(map(len, parts))
    keys = np.empty(given if directed else 2 * given, np.uint64)
    end = 0
    for part in parts:
        keys[end : end + len(part)] = part
        if not directed:
            keys[given + end : given + end + len(part)] = (part << _32) | (part >> _32)
        end += len(part)
    return keys
