"""GraphML and sparse matrices as graphs."""

from pathlib import Path

import numpy as np
import pytest
from graph_helpers import SAME, edges_of, read
from scipy import sparse

from wordvec.corpora.graphs.graph import Graph
from wordvec.errors import InputError, MemoryLimitError

GRAPHML = """<?xml version="1.0"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d0" for="edge" attr.name="weight" attr.type="double"/>
<key id="d1" for="node" attr.name="weight" attr.type="double"/>
<graph edgedefault="undirected">
<node id="a"><data key="d1">7</data></node><node id="b"/><node id="alone"/>
<edge source="a" target="b"><data key="d0">0.5</data></edge>
<edge source="b" target="c"><data key="d0">2</data></edge>
</graph></graphml>
"""


def test_graphml_has_isolated_nodes_and_weights(tmp_path: Path) -> None:
    graph = read(tmp_path, GRAPHML)
    assert graph.names == ["a", "b", "alone", "c"]
    assert edges_of(graph) == {("a", "b"): 0.5, ("b", "c"): 2.0}
    assert graph.isolated == 1
    assert edges_of(read(tmp_path, GRAPHML, unweighted=True)) == SAME


def test_graphml_says_its_directions(tmp_path: Path) -> None:
    directed = GRAPHML.replace('edgedefault="undirected"', 'edgedefault="directed"')
    assert edges_of(read(tmp_path, directed)) == {("a", "b"): 0.5, ("b", "c"): 2.0}
    assert read(tmp_path, directed).directed
    mixed = directed.replace('source="b" target="c"', 'source="b" target="c" directed="false"')
    assert edges_of(read(tmp_path, mixed)) == {("a", "b"): 0.5, ("b", "c"): 2.0, ("c", "b"): 2.0}


def test_graphml_weights_have_a_default(tmp_path: Path) -> None:
    text = GRAPHML.replace('attr.type="double"/>', 'attr.type="double"><default>3</default></key>', 1)
    text = text.replace('<data key="d0">2</data>', "")
    assert edges_of(read(tmp_path, text)) == {("a", "b"): 0.5, ("b", "c"): 3.0}


def test_graphml_of_networkx_has_a_key_of_weights_for_each_type_of_number(tmp_path: Path) -> None:
    keys = '<key id="d0" for="edge" attr.name="weight" attr.type="double"/>'
    text = GRAPHML.replace(keys, keys + keys.replace("d0", "d7").replace("double", "long"))
    text = text.replace('<data key="d0">2</data>', '<data key="d7">2</data>')
    assert edges_of(read(tmp_path, text)) == {("a", "b"): 0.5, ("b", "c"): 2.0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<gexf></gexf>", "graph.txt: line 1: the first element is <gexf>; of the formats of XML only GraphML is read"),
        (GRAPHML.replace("0.5", "-1"), "graph.txt: line 7: the weight '-1' is negative"),
        (GRAPHML.replace("0.5", "nan"), "graph.txt: line 7: the weight 'nan' is not a finite number"),
        (GRAPHML.replace('<data key="d0">2</data>', ""), "graph.txt: line 8: the edge has no weight"),
        (GRAPHML.replace(' target="b"', ""), "graph.txt: line 7: an edge lacks its source or target"),
        (GRAPHML.replace("<node id=", "<node name="), "graph.txt: line 6: a node has no id"),
        (GRAPHML[:200], "is not well-formed XML"),
        (GRAPHML.replace("<edge ", "<hyperedge/><edge "), "line 7: has a hyperedge"),
        ('<!DOCTYPE graphml [<!ENTITY a "b">]><graphml/>', "line 1: declares the entity a"),
        ("<graphml></graphml>", "graph.txt: holds no node"),
        (GRAPHML.replace("<edge", "<!-- <edge").replace("</edge>", "</edge> -->"), "holds no edge between two nodes"),
    ],
)
def test_bad_graphml_is_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["csr", "csc", "coo"])
def test_sparse_matrices_are_read(tmp_path: Path, kind: str) -> None:
    matrix = np.array([[0, 0.5, 0, 0], [0.5, 0, 2, 0], [0, 2, 0, 0], [0, 0, 0, 0]])
    sparse.save_npz(tmp_path / "graph.npz", sparse.csr_array(matrix).asformat(kind))
    graph = Graph.load(tmp_path / "graph.npz")
    assert edges_of(graph) == {("0", "1"): 0.5, ("1", "2"): 2.0}
    assert (len(graph), graph.isolated, graph.notes) == (4, 1, [])
    assert sum(graph.left_out.values()) == 0


def test_a_matrix_of_one_triangle_is_undirected_with_a_note(tmp_path: Path) -> None:
    sparse.save_npz(tmp_path / "graph.npz", sparse.csr_array(np.triu(np.ones((3, 3)), 1)))
    graph = Graph.load(tmp_path / "graph.npz")
    assert graph.edges == 3
    assert "is not symmetric" in graph.notes[0]
    assert Graph.load(tmp_path / "graph.npz", directed=True).edges == 3


@pytest.mark.parametrize("dense", [False, True])
def test_graphs_of_pecanpy_are_read(tmp_path: Path, dense: bool) -> None:
    names, matrix = ["x", "y z", "</s>"], sparse.csr_array(np.array([[0, 1, 3], [1, 0, 0], [3, 0, 0]], np.float32))
    if dense:
        np.savez(tmp_path / "graph.npz", data=matrix.toarray(), IDs=names)
    else:
        unsigned = {"indptr": matrix.indptr.astype(np.uint32), "indices": matrix.indices.astype(np.uint32)}
        np.savez(tmp_path / "graph.npz", IDs=names, data=matrix.data, **unsigned)
    assert edges_of(Graph.load(tmp_path / "graph.npz")) == {("x", "y_z"): 1.0, ("x", "</s>"): 3.0}


MATRIX = np.array([[0, 1], [1, 0]])


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"data": [1.0], "indices": [0], "indptr": [0, 1], "IDs": ["a", "b"]}, "has 2 names for 1 nodes"),
        ({"data": [1.0], "indices": [5], "indptr": [0, 1, 1]}, "holds no sparse matrix of SciPy or graph of PecanPy"),
        ({"data": -MATRIX, "IDs": ["a", "b"]}, "the weight -1 at (0, 1) is negative"),
        ({"data": np.where(MATRIX, np.nan, 0), "IDs": ["a", "b"]}, "the weight nan at (0, 1) is not finite"),
        ({"data": MATRIX * 1j, "IDs": ["a", "b"]}, "the weights have the type complex128"),
        ({"data": 0 * MATRIX, "IDs": ["a", "b"]}, "holds no edge between two nodes"),
        ({"data": np.eye(2), "IDs": ["a", "b"]}, "holds no edge between two nodes; left out: 2 loops"),
        ({"data": MATRIX, "IDs": ["a", "a"]}, "two nodes are called 'a'; rename one"),
        ({"data": MATRIX, "IDs": ["a", ""]}, "node 2 has an empty name"),
        ({"data": MATRIX, "IDs": [["a", "b"], ["c", "d"]]}, "graph of PecanPy (IDs of the shape (2, 2))"),
        ({"data": np.ones((2, 3)), "IDs": ["a", "b"]}, "has the shape 2 x 3; that of a graph is square"),
        ({"data": np.array([{}, None], object)}, "graph of PecanPy (Object arrays cannot be loaded"),
        ({"words": ["a"]}, "holds no sparse matrix of SciPy or graph of PecanPy"),
    ],
)
def test_a_bad_matrix_is_one_clear_line(tmp_path: Path, arrays: dict[str, object], message: str) -> None:
    np.savez(tmp_path / "graph.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(InputError) as caught:
        Graph.load(tmp_path / "graph.npz")
    assert str(caught.value).startswith(f"{tmp_path / 'graph.npz'}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_vectors_and_damaged_archives_are_no_graphs(tmp_path: Path) -> None:
    path = tmp_path / "graph.npz"
    sparse.save_npz(path, sparse.coo_array(np.ones(4)))
    with pytest.raises(InputError, match="has the shape 4; that of a graph is square"):
        Graph.load(path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match=r"graph\.npz"):
        Graph.load(path)


def test_matrices_that_do_not_fit_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wordvec.corpora.graphs.matrices.available_memory", lambda: 100)
    np.savez(tmp_path / "graph.npz", data=np.ones((5, 5)))
    with pytest.raises(MemoryLimitError, match=r"graph\.npz: its arrays need more than"):
        Graph.load(tmp_path / "graph.npz")
