"""The file of a graph, in the format that is detected from its contents."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec.corpora.graphs.edge_lists import read_edge_list
from wordvec.corpora.graphs.edges import Edges, Rows, enumerated, in_rows, memory_of
from wordvec.corpora.graphs.graphml import read_graphml
from wordvec.corpora.graphs.matrices import is_archive, read_matrix
from wordvec.corpora.graphs.nodes import node_names
from wordvec.corpora.graphs.settings import GraphSettings
from wordvec.corpora.readers import sources
from wordvec.corpora.streams import Stream, opened
from wordvec.corpora.vocabulary import unpack
from wordvec.errors import InputError, MemoryLimitError
from wordvec.representation import short
from wordvec.wording import quantity
from wordvec.workers import StopFlag, available_memory

_XML = re.compile(rb"(\xef\xbb\xbf)?\s*<(\?xml|!DOCTYPE|!--|([\w.-]+:)?(graphml|gexf)[\s>])")
"""Beginning of a file of XML; a node may be called </s>."""


class ReadGraph(NamedTuple):
    """Contents of a file, as `wordvec.corpora.graphs.graph.Graph` describes them."""

    name: str
    names: list[str]
    rows: Rows
    directed: bool
    notes: list[str]

    def __repr__(self) -> str:
        return short(self)


def read_graph(path: Path, settings: GraphSettings, threads: int, stop: StopFlag) -> ReadGraph:
    """Read a graph; see `wordvec.corpora.graphs.graph.Graph.load`."""
    if path.is_dir():
        raise InputError(f"{path}: is a folder; expected the file of a graph")
    (source, *others) = sources(str(path))
    if others:
        raise InputError(f"{path}: stands for {1 + len(others)} files; expected one graph")
    if source.path is not None and is_archive(source.path):
        return _of_matrix(source.path, settings)
    with opened(source.path, source.name) as stream:
        if _XML.match(stream.peek()):
            read = read_graphml(stream, settings, stop)
            names = node_names(read.names, source.name)
            return _whole(source.name, names, [read.edges], read.directed)
        _check_size(stream, source.path, settings.directed)
        lines = read_edge_list(stream, settings, threads, stop)
    names = node_names(unpack(lines.table.packed, lines.table.starts), source.name)
    notes = [
        f"warning: {source.name}: {quantity(lines.comments, 'line')} after the first edge that begin"
        f"{'s' * (lines.comments == 1)} with # or % left out; they are edges with --no-comments"
    ] * bool(lines.comments)
    graph = _whole(source.name, names, lines.parts, settings.directed, notes)
    graph.rows.left_out["header"] = int(lines.header)
    return graph


def _of_matrix(path: Path, settings: GraphSettings) -> ReadGraph:
    read = read_matrix(path, settings)
    notes = [f"{path}: the matrix is not symmetric; its edges are read without direction"]
    notes *= not read.symmetric and not settings.directed
    graph = _whole(str(path), node_names(read.names, str(path)), [read.edges], settings.directed, notes)
    graph.rows.left_out["repeated edge"] = 0  # a matrix has an undirected edge twice
    return graph


def _whole(name: str, names: list[str], parts: list[Edges], directed: bool, notes: Sequence[str] = ()) -> ReadGraph:
    """Return a graph from its edges, at least one of which must be neither a loop nor of weight 0."""
    rows = in_rows(parts, len(names), directed)
    if not len(rows.neighbours):
        left = enumerated(rows.left_out)
        raise InputError(f"{name}: holds no edge between two nodes" + f"; left out: {left}" * bool(left))
    return ReadGraph(name, names, rows, directed, list(notes))


def _check_size(stream: Stream, path: Path | None, directed: bool) -> None:
    """Refuse a file whose edges cannot fit in memory, before it is read; their number follows from its first lines.

    Raises
    ------
    MemoryLimitError
        If it is one.
    """
    if path is None or stream.compression or not path.is_file():
        return
    head = stream.peek()
    edges = path.stat().st_size * head.count(b"\n") // max(1, len(head))
    needed = memory_of(edges * (1 if directed else 2), weighted=False)
    if needed > available_memory():
        raise MemoryLimitError(
            f"{path}: about {edges:,} edges need more than {needed / 1e6:,.0f} MB, more than there is"
        )
