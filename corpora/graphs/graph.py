"""A graph in memory: names of nodes, and edges in compressed sparse rows."""

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.graphs.edges import Edges, Rows, enumerated, in_rows
from wordvec.corpora.graphs.nodes import node_names
from wordvec.corpora.graphs.reading import read_graph
from wordvec.corpora.graphs.settings import GraphSettings
from wordvec.errors import InputError, MemoryLimitError
from wordvec.kernels.walks import Adjacency, fill_tables
from wordvec.wording import quantity
from wordvec.workers import StopFlag, available_memory, thread_count

_LARGEST = float(np.finfo(np.float32).max)


class Graph:
    """A graph whose edges may have weights and directions.

    Attributes
    ----------
    name : str
        Path of the file.
    names : list of str
        Names of the nodes.
    begins : (nodes + 1,) int64
        Beginning of each node's edges in `neighbours` and `weights`, and the end of the last.
    neighbours : (edges,) uint32
        Numbers of the neighbours, rising for each node; an undirected edge is in the rows of both nodes.
    weights : (edges,) float32
        Weights; empty if all are 1.
    directed : bool
        Whether edges lead from the first node to the second only.
    left_out : dict
        Numbers of loops, repeated edges and edges of weight 0, and of an edge list 1 for a header.
    notes : list of str
        What a user should know about the file.

    Examples
    --------
    >>> graph = Graph.from_edges([("a", "b"), ("b", "c"), ("c", "a"), ("a", "a")])
    >>> graph
    <Graph of 3 nodes and 3 edges, undirected, without weights>
    >>> graph.left_out["loop"], graph.neighbours_of("a")
    (1, ['b', 'c'])
    """

    def __init__(self, name: str, names: list[str], rows: Rows, directed: bool, notes: Iterable[str] = ()) -> None:
        self.name, self.names, self.directed = name, names, directed
        self.begins, self.neighbours, self.weights, self.left_out = rows
        self.notes = list(notes)

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        directed: bool = False,
        unweighted: bool = False,
        comments: bool = True,
        threads: int | None = None,
        stop: StopFlag | None = None,
    ) -> "Graph":
        """Read an edge list, GraphML or a ``.npz`` file; the format is detected from the contents.

        A line of an edge list is two nodes and perhaps a weight, separated by blanks, tabs, commas, semicolons or bars,
        plain or compressed. Names are any text; white space in them becomes ``_``. Loops and edges of weight 0 are left
        out, of a repeated edge the largest weight counts, and `left_out` has the numbers. A node without edges is kept.
        Nodes of a matrix are called by their row numbers, from 0, unless the file has names, as PecanPy's do.

        Parameters
        ----------
        path
            File, or ``-`` for standard input.
        directed
            Whether edges lead from the first node to the second only. GraphML says so itself.
        unweighted
            Ignore weights, and columns of an edge list after the second.
        comments
            Leave out lines of an edge list that begin with ``#`` or ``%``.
        threads
            Number of threads; the result does not depend on it.
        stop
            Flag that stops the work.

        Raises
        ------
        InputError
            If the file cannot be read, holds no edge between two nodes, or a line or weight is wrong.
        MemoryLimitError
            If the graph does not fit in memory.
        Interrupted
            If `stop` was set.
        """
        settings = GraphSettings(directed=directed, unweighted=unweighted, comments=comments)
        return cls(*read_graph(arguments.path("path", path), settings, thread_count(threads), stop or StopFlag()))

    @classmethod
    def from_edges(cls, edges: Iterable[tuple[Any, ...]], *, directed: bool = False) -> "Graph":
        """Return the graph of pairs of names, or of triples with a weight.

        Raises
        ------
        InputError
            If there is no edge, or an edge is something else.
        """
        numbers: dict[str, int] = {}
        ends: list[tuple[int, int]] = []
        weights: list[float] = []
        for number, edge in enumerate(arguments.items("edges", edges, "an iterable of pairs of names")):
            if not isinstance(edge, tuple | list) or len(edge) not in (2, 3):
                raise InputError(f"edges[{number}]: expected two names and perhaps a weight, got {edge!r:.60}")
            first, second = (arguments.word(f"edges[{number}]", name) for name in edge[:2])
            ends.append((numbers.setdefault(first, len(numbers)), numbers.setdefault(second, len(numbers))))
            weight = arguments.real(f"edges[{number}]", edge[2]) if len(edge) == 3 else 1.0
            if not 0 <= weight <= _LARGEST:
                raise InputError(f"edges[{number}]: the weight {weight} is not a finite number of at least 0")
            weights.append(weight)
        if not ends:
            raise InputError("edges: there is none")
        names = node_names(list(numbers), "edges")
        both = np.array(ends, np.uint32)
        of = Edges.of(both[:, 0], both[:, 1], np.array(weights, np.float32))
        return cls("edges", names, in_rows([of], len(names), directed), directed)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def edges(self) -> int:
        """Number of edges; an undirected one counts once."""
        return len(self.neighbours) // (1 if self.directed else 2)

    @property
    def weighted(self) -> bool:
        """Whether the weights of some edges are not 1."""
        return len(self.weights) > 0

    @property
    def isolated(self) -> int:
        """Number of nodes without edges; in a directed graph without edges from them."""
        return int(np.count_nonzero(self.begins[1:] == self.begins[:-1]))

    @property
    def memory(self) -> int:
        """Bytes of the arrays, with those for walks."""
        tables = 2 * 4 * len(self.weights) + 8 * len(self) * self.weighted
        return self.begins.nbytes + self.neighbours.nbytes + self.weights.nbytes + tables

    @functools.cached_property
    def number_of(self) -> dict[str, int]:
        """Number of each node by its name."""
        return {name: number for number, name in enumerate(self.names)}

    def neighbours_of(self, name: str) -> list[str]:
        """Return the names of a node's neighbours.

        Raises
        ------
        InputError
            If there is no such node.
        """
        number = self.number_of.get(arguments.word("name", name))
        if number is None:
            raise InputError(f"{self.name}: has no node {name!r}")
        return [self.names[other] for other in self.neighbours[self.begins[number] : self.begins[number + 1]]]

    def ends(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Return the numbers of the first and the second node of each edge, an undirected one from its lower node."""
        first = np.repeat(np.arange(len(self), dtype=np.uint32), np.diff(self.begins))
        if self.directed:
            return first, self.neighbours
        once = first < self.neighbours
        return first[once], self.neighbours[once]

    @functools.cached_property
    def adjacency(self) -> Adjacency:
        """Edges and alias tables for walks.

        Raises
        ------
        MemoryLimitError
            If the tables do not fit in memory.
        """
        empty = np.empty(0, np.uint32), np.empty(0)
        plain = Adjacency(self.begins, self.neighbours, self.weights, *empty)
        if not self.weighted:
            return plain
        if self.memory > available_memory():
            needed = f"{self.memory / 1e6:,.0f} MB"
            raise MemoryLimitError(f"{self.name}: tables for walks need {needed}, more than there is")
        graph = plain._replace(draws=np.empty(2 * len(self.weights), np.uint32), totals=np.empty(len(self)))
        largest = int(np.diff(self.begins).max())
        fill_tables(graph, 0, len(self), np.empty(largest), np.empty((2, largest), np.int64))
        return graph

    def thresholds(self) -> NDArray[np.float32]:
        """Return the mean weight of each node's edges (nodes,), 0 for a node without edges: node2vec+'s threshold."""
        if not self.weighted:
            return np.zeros(len(self), np.float32)
        means, degrees = np.zeros(len(self)), np.diff(self.begins)
        filled = degrees > 0
        # The sum of equal weights is exact in float64, so that none of them is below their mean.
        sums = np.add.reduceat(self.weights, self.begins[:-1][filled], dtype=np.float64)
        means[filled] = sums / degrees[filled]
        return means.astype(np.float32)

    def summary(self) -> str:
        """Return a line about the graph and what was left out."""
        said = f"{self.name}: {self._sizes()}"
        if left := enumerated(self.left_out):
            said += f"; left out: {left}"
        if self.isolated:
            where = "edges from them" if self.directed else "edges"
            said += f"; {quantity(self.isolated, 'node')} without {where}"
        return said

    def _sizes(self) -> str:
        kind = "directed" if self.directed else "undirected"
        return (
            f"{quantity(len(self), 'node')} and {quantity(self.edges, 'edge')}, {kind}, "
            f"{'with' if self.weighted else 'without'} weights"
        )

    def __repr__(self) -> str:
        return f"<Graph of {self._sizes()}>"
