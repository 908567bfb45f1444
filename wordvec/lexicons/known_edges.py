"""The edges of a lexicon between known words, in blocks of rows, so that sorting them takes little memory."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wordvec.lexicons.edges import EdgeList
from wordvec.lexicons.merging import Block
from wordvec.rows import ragged_blocks

_AT_ONCE = 1 << 20
"""Edges of a block, if no row has more."""
_UNKNOWN = -1

Direction = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]
"""Rows from which and to which edges lead, and the numbers of the words from which they lead."""


class KnownEdges:
    """Edges between rows.

    Those of a row are in the order of a dictionary of dictionaries: opposites first; then, if several words have the
    row, by the first edge of the word; then as in the file.

    Parameters
    ----------
    edges
        All edges.
    rows
        (names,) int32 array: row of each word; -1 of an unknown one.
    """

    def __init__(self, edges: EdgeList, rows: NDArray[np.int32]) -> None:
        self._edges, self._rows = edges, int(rows.max(initial=0)) + 1
        self._begun = _first_positions(edges, len(rows))
        sources, targets = rows[edges.sources], rows[edges.targets]
        left_out = (sources < 0) | (targets < 0) | (sources == targets)
        sources[left_out] = targets[left_out] = _UNKNOWN
        self._directions: list[Direction] = [(sources, targets, edges.sources)]
        if edges.mutual:
            self._directions.append((targets, sources, edges.targets))

    def blocks(self) -> Iterator[Block]:
        """Yield the edges from ranges of rows, which are in order."""
        ends = np.cumsum(sum(self._degrees(sources) for sources, _, _ in self._directions))
        for rows in ragged_blocks(ends, _AT_ONCE):
            block = self._block(rows.start, rows.stop)
            if len(block.rows):
                yield block

    def _degrees(self, sources: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the number of edges from each row."""
        return np.bincount(sources[sources >= 0], minlength=self._rows)

    def _block(self, begin: int, end: int) -> Block:
        """Return the edges from rows between two bounds."""
        parts = []
        for number, (sources, targets, names) in enumerate(self._directions):
            at = np.flatnonzero((sources >= begin) & (sources < end))
            weights = self._edges.weights[at]
            begun = self._begun[(weights > 0).astype(np.int8), names[at]]
            parts.append((sources[at], targets[at], weights, begun, 2 * at + number))
        rows, others, weights, begun, positions = map(np.concatenate, zip(*parts, strict=True))
        order = np.lexsort((positions, begun, weights > 0, rows))
        return Block(rows[order].astype(np.int64), others[order].astype(np.int64), weights[order])


def _first_positions(edges: EdgeList, names: int) -> NDArray[np.int64]:
    """Return the positions of the first edge to an opposite, and to a neighbour, of each word: (2, names)."""
    found = np.full(2 * names, np.iinfo(np.int64).max)
    neighbours = (edges.weights > 0) * np.int64(names)
    for number, sources in enumerate((edges.sources, edges.targets) if edges.mutual else (edges.sources,)):
        np.minimum.at(found, neighbours + sources, np.arange(number, 2 * len(sources), 2))
    return found.reshape(2, names)
