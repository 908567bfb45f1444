"""Edges held out of a graph, to judge whether vectors of the rest predict them, and as many pairs without an edge.

The edges of a random spanning forest stay, so that no component of the graph falls apart and no node is left alone.
Scores of pairs have no direction, so both edges between two nodes are held out or stay.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.graphs.graph import Graph
from wordvec.errors import InputError, MemoryLimitError, SettingsError
from wordvec.files import replacing, together
from wordvec.representation import short
from wordvec.workers import available_memory

_32 = np.uint64(32)
_AT_ONCE = 1 << 16
_MOST_ROUNDS = 1_000
_BYTES_OF_EDGE = 115

Pairs = NDArray[np.uint32]
Keys = NDArray[np.uint64]


class HeldOut(NamedTuple):
    """A graph in two parts.

    Attributes
    ----------
    graph
        The whole graph.
    kept
        (edges that stay,) int64 array: their indices in the edges of `Graph.ends`.
    edges, others
        (pairs, 2) uint32 arrays: pairs of nodes whose edges are held out, and as many pairs without an edge; the lower
        node is first.
    components
        Number of components of the graph, without regard to directions.
    """

    graph: Graph
    kept: NDArray[np.int64]
    edges: Pairs
    others: Pairs
    components: int

    def save(self, edges: str | Path, pairs: str | Path, *, overwrite: bool = False) -> None:
        """Write the edges that stay, and the pairs: two nodes, and 1 for an edge or 0 for none; columns have tabs.

        Raises
        ------
        OutputError
            If a file exists and `overwrite` is false, or it cannot be written.
        """
        edges, pairs = arguments.path("edges", edges), arguments.path("pairs", pairs)
        if edges.resolve() == pairs.resolve():
            raise SettingsError(f"{pairs}: is the file of the edges, too", setting="pairs")
        first, second = self.graph.ends()
        weights = self._weights()
        with together(edges), replacing(edges, overwrite) as one, replacing(pairs, overwrite) as other:
            with one.open("w", encoding="utf-8", newline="\n") as file:
                for begin in range(0, len(self.kept), _AT_ONCE):
                    some = self.kept[begin : begin + _AT_ONCE]
                    columns = [self._names(first[some]), self._names(second[some])]
                    columns += [[f"{weight:.9g}" for weight in weights[some].tolist()]] if len(weights) else []
                    file.writelines("\t".join(row) + "\n" for row in zip(*columns, strict=True))
            with other.open("w", encoding="utf-8", newline="\n") as file:
                for rows, label in ((self.edges, "1"), (self.others, "0")):
                    for a, b in rows.tolist():
                        file.write(f"{self.graph.names[a]}\t{self.graph.names[b]}\t{label}\n")

    def _names(self, numbers: NDArray[np.uint32]) -> list[str]:
        return [self.graph.names[number] for number in numbers.tolist()]

    def _weights(self) -> NDArray[np.float32]:
        """Return the weights of the edges of `Graph.ends`; none if all are 1."""
        graph = self.graph
        if graph.directed or not graph.weighted:
            return graph.weights
        first = np.repeat(np.arange(len(graph), dtype=np.uint32), np.diff(graph.begins))
        return graph.weights[first < graph.neighbours]

    def __repr__(self) -> str:
        return short(self)


def hold_out(graph: Graph, share: float = 0.1, *, seed: int = 1) -> HeldOut:
    """Choose edges to hold out at random, and pairs of nodes without an edge.

    Parameters
    ----------
    graph
        The graph.
    share
        Share of the pairs of nodes with an edge, whose edges are held out.
    seed
        Seed of the choice.

    Raises
    ------
    SettingsError
        If the share is not between 0 and 1.
    InputError
        If so many edges cannot be left out while components stay connected, or there are too few pairs without an edge.
    MemoryLimitError
        If memory does not suffice.
    """
    arguments.expect("graph", graph, Graph)
    if not 0 < arguments.real("share", share) < 1:
        raise SettingsError(f"{share}: must be above 0 and below 1", setting="share")
    generator = np.random.default_rng(arguments.seed(seed))
    first, second = graph.ends()
    if not len(first):
        raise InputError(f"{graph.name}: has no edge that could be held out")
    needed = _BYTES_OF_EDGE * len(first)
    if needed > available_memory():
        raise MemoryLimitError(f"{graph.name}: a spanning forest needs {needed / 1e6:,.0f} MB, more than there is")
    joined, joined_by = np.unique(_keys(first, second), return_inverse=True)
    free, components = _free(len(graph), joined, generator)
    wanted = max(1, round(share * len(joined)))
    if wanted > len(free):
        raise InputError(
            f"{graph.name}: of {len(joined):,} edges {len(free):,} can be held out while all nodes stay connected, not "
            f"{wanted:,}",
            advice=f"set {{share}} to {np.floor(1000 * len(free) / len(joined)) / 1000:g} or less" * (len(free) > 0),
        )
    held = np.zeros(len(joined), np.bool_)
    held[generator.permutation(free)[:wanted]] = True
    # Nodes without edges are in no list of edges, and so have no vectors.
    others = _without_edge(graph, joined, wanted, generator)
    return HeldOut(graph, np.flatnonzero(~held[joined_by]), _nodes(joined[held]), others, components)


def _keys(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> Keys:
    """Return a number for each pair of nodes, without regard to its direction."""
    low, high = (ends(first, second).astype(np.uint64) for ends in (np.minimum, np.maximum))
    return (low << _32) | high


def _nodes(keys: Keys) -> Pairs:
    return np.column_stack([keys >> _32, keys & np.uint64(0xFFFFFFFF)]).astype(np.uint32)


def _free(nodes: int, joined: Keys, generator: np.random.Generator) -> tuple[NDArray[np.int64], int]:
    """Return the pairs outside a random spanning forest, and the number of components."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

    # The minimal spanning tree of a random order of the pairs; 0 would be no edge.
    order = generator.permutation(len(joined)) + 1.0
    matrix = coo_array((order, _nodes(joined).T), shape=(nodes, nodes)).tocsr()
    forest = minimum_spanning_tree(matrix)
    stay = np.zeros(len(joined) + 1, np.bool_)
    stay[forest.data.astype(np.int64)] = True
    free = np.flatnonzero(~stay[order.astype(np.int64)])
    return free, int(connected_components(matrix, directed=False, return_labels=False))


def _without_edge(graph: Graph, joined: Keys, wanted: int, generator: np.random.Generator) -> Pairs:
    """Return distinct pairs of different nodes that have edges, but none between them."""
    nodes = np.unique(_nodes(joined))
    found = np.empty(0, np.uint64)
    for _ in range(_MOST_ROUNDS):
        if len(found) >= wanted:
            break
        drawn = nodes[generator.integers(0, len(nodes), (2 * (wanted - len(found)) + 16, 2))]
        keys = _keys(drawn[:, 0], drawn[:, 1])[drawn[:, 0] != drawn[:, 1]]
        places = np.minimum(np.searchsorted(joined, keys), len(joined) - 1)
        fresh = np.concatenate([found, keys[joined[places] != keys]])
        _, at = np.unique(fresh, return_index=True)
        found = fresh[np.sort(at)]
    if len(found) < wanted:
        raise InputError(f"{graph.name}: fewer than {wanted:,} pairs of nodes have no edge; hold out fewer edges")
    return _nodes(found[:wanted])
