"""Files of graphs for tests, and what was read from them."""

from pathlib import Path

import numpy as np

from wordvec.corpora.graphs.graph import Graph

SAME = {("a", "b"): 1.0, ("b", "c"): 1.0}


def read(tmp_path: Path, text: str | bytes, **how: bool) -> Graph:
    path = tmp_path / "graph.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Graph.load(path, **how)


def edges_of(graph: Graph) -> dict[tuple[str, str], float]:
    first, second = (
        np.repeat(np.arange(len(graph)), np.diff(graph.begins)),
        graph.neighbours,
    )
    weights = graph.weights if graph.weighted else np.ones(len(second))
    names = graph.names
    return {
        (names[a], names[b]): round(float(w), 6)
        for a, b, w in zip(first, second, weights, strict=True)
        if graph.directed or a < b
    }
