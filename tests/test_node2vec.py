"""Random walks as corpora, and node2vec, in Python and on the command line."""

import itertools
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wordvec import EncodedCorpus, SkipGram, Vectors
from wordvec.cli import run
from wordvec.corpora.graphs.graph import Graph
from wordvec.corpora.graphs.hold_out import hold_out
from wordvec.corpora.graphs.walks import random_walks
from wordvec.errors import InputError, Interrupted, MemoryLimitError, SettingsError
from wordvec.kernels.walks import fill_tables
from wordvec.trainers.node2vec import Node2Vec
from wordvec.workers import StopFlag


def clusters(size: int = 12, groups: int = 3) -> list[tuple[str, str]]:
    """Edges of complete graphs that form a ring."""
    edges = [
        (f"{group}.{a}", f"{group}.{b}") for group in range(groups) for a in range(size) for b in range(a + 1, size)
    ]
    return edges + [(f"{group}.0", f"{(group + 1) % groups}.1") for group in range(groups)]


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph.from_edges(clusters())


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "ring.edges"
    path.write_text("".join(f"{a}\t{b}\n" for a, b in clusters()))
    return path


def sentences(corpus: EncodedCorpus) -> list[list[str]]:
    words = np.array(corpus.vocabulary.words, object)[corpus.ids]
    return [walk.tolist() for walk in np.split(words, corpus.offsets[1:-1])]


def test_walks_are_an_encoded_corpus(graph: Graph, tmp_path: Path) -> None:
    with random_walks(graph, tmp_path / "walks", walks=3, length=7, p=0.5, q=2) as corpus:
        walks = sentences(corpus)
        assert len(walks) == 3 * len(graph)
        assert all(len(walk) == 7 for walk in walks)
        assert all(b in graph.neighbours_of(a) for walk in walks for a, b in itertools.pairwise(walk))
        for part in range(3):
            starts = [walk[0] for walk in walks[part * len(graph) : (part + 1) * len(graph)]]
            assert sorted(starts) == sorted(graph.names)
            assert starts != graph.names
        assert corpus.vocabulary.counts.tolist() == np.bincount(corpus.ids).tolist()
        assert corpus.meta["settings"]["walks"]["p"] == 0.5
    with EncodedCorpus.open(tmp_path / "walks") as corpus:
        assert sentences(corpus) == walks


def test_walks_are_the_same_for_any_number_of_threads(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = set()
    for threads, together in ((1, 1 << 17), (2, 100), (3, 1)):
        monkeypatch.setattr("wordvec.corpora.graphs.walks._NODES_AT_ONCE", together)
        with random_walks(graph, walks=2, length=9, q=0.3, threads=threads) as corpus:
            digests.add(corpus.digest)
    assert len(digests) == 1
    with random_walks(graph, walks=2, length=9, q=0.3, seed=2) as corpus:
        assert corpus.digest not in digests


def test_tables_of_weights_are_made_once_for_all_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def fill(graph: Any, begin: int, end: int, *workspaces: Any) -> None:
        made.append((begin, end))
        time.sleep(0.02)
        fill_tables(graph, begin, end, *workspaces)

    monkeypatch.setattr("wordvec.corpora.graphs.graph.fill_tables", fill)
    monkeypatch.setattr("wordvec.corpora.graphs.walks._NODES_AT_ONCE", 1)
    with random_walks(Graph.from_edges([("a", "b", 2), ("b", "c", 1)]), walks=4, length=3, threads=3):
        assert made == [(0, 3)]


def test_a_node_without_edges_has_walks_of_one_node() -> None:
    with random_walks(Graph.from_edges([("a", "b"), ("c", "c")]), walks=2, length=4) as corpus:
        assert sorted(map(len, sentences(corpus))) == [1, 1, 4, 4, 4, 4]


@pytest.mark.parametrize(
    "wrong", [{"walks": 0}, {"length": 1}, {"p": 0}, {"q": -1.0}, {"p": float("nan")}, {"length": 10**6}, {"steps": 3}]
)
def test_settings_of_walks_are_checked(graph: Graph, wrong: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        random_walks(graph, **wrong)


def test_walks_stop_without_output(graph: Graph, tmp_path: Path) -> None:
    stop = StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        random_walks(graph, tmp_path / "walks", stop=stop)
    assert list(tmp_path.iterdir()) == []


def cosine_gap(vectors: Vectors) -> float:
    """Return the mean cosine inside clusters minus that between them."""
    rows = vectors.matrix / np.linalg.norm(vectors.matrix, axis=1, keepdims=True)
    groups = np.array([word.partition(".")[0] for word in vectors.words])
    same = groups[:, None] == groups[None, :]
    cosines = rows @ rows.T
    return float(cosines[same & ~np.eye(len(same), dtype=bool)].mean() - cosines[~same].mean())


def test_nodes_of_a_cluster_have_similar_vectors(graph: Graph) -> None:
    vectors = Node2Vec(dim=16, length=40, window=5).fit(graph)
    assert set(vectors.words) == set(graph.names)
    assert cosine_gap(vectors) > 0.3


def test_node2vec_is_skip_gram_on_the_walks(graph: Graph) -> None:
    trainer = Node2Vec(dim=16, walks=2, length=20, q=0.5)
    same = {"window": 10, "epochs": 1, "min_count": 1, "sample": 0, "learning_rate": 0.05, "negatives_per": "pair"}
    with random_walks(graph, walks=2, length=20, q=0.5) as corpus:
        plain = SkipGram(dim=16, **same).fit(corpus)
        again = trainer.fit(corpus)
    assert np.array_equal(trainer.fit(graph).matrix, plain.matrix)
    assert np.array_equal(again.matrix, plain.matrix)


def test_node2vec_has_no_automatic_settings_of_text(graph: Graph) -> None:
    with random_walks(graph, walks=1, length=5) as corpus:
        assert set(Node2Vec().resolved(corpus).automatic) == {"replicas", "round_tokens"}


def test_a_graph_is_expected(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="corpus: expected a Graph"):
        Node2Vec().fit([("a", "b")])  # type: ignore[arg-type]
    assert Node2Vec(dim=8).estimate(Graph.from_edges([("a", "b")])).words == 2


def test_the_command_trains_and_describes_itself(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "ring.vec"
    assert run(["train", "node2vec", str(file), "--dim", "8", "--length", "20", "-p", "0.5", "-o", str(out)]) == 0
    said = capsys.readouterr().err
    assert "36 nodes and 201 edges, undirected, without weights" in said
    assert "36 nodes, dim 8" in said
    assert not (tmp_path / "ring.partial").exists()
    assert json.loads((tmp_path / "ring.json").read_text())["method"] == "node2vec"
    assert run(["info", str(out), "--methods-text"]) == 0
    text = capsys.readouterr().out
    assert "biased random walks (node2vec; Grover and Leskovec, 2016; p = 0.5, q = 1)" in text
    assert "an undirected, unweighted graph of 36 nodes and 201 edges: 10 walks of 20 nodes from each node" in text
    assert "@inproceedings{grover2016," in text


def test_walks_are_written_for_every_method(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "ring.corpus"
    walk = ["corpus", "walks", str(file), "--walks", "2", "--length", "10", "-o", str(folder)]
    assert run([*walk, "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines()[:2] == ["nodes    36", "edges    201"]
    assert not folder.exists()
    assert run(walk) == 0
    assert "720 tokens, 36 words, 72 sentences" in capsys.readouterr().err
    assert run(walk) == 1
    assert run(["corpus", "info", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert "\nsettings.walks        walks 2, length 10, p 1, q 1, plus no, seed 1\n" in shown
    assert "\nsettings.walks.graph  nodes 36, edges 201, directed no, weighted no" in shown
    for method in ("cbow", "glove"):
        options = ["--dim", "4", "--epochs", "1", "--min-count", "1", "--quiet"]
        assert run(["train", method, str(folder), *options, "-o", str(tmp_path / f"{method}.vec")]) == 0
    assert run(["train", "node2vec", str(folder), "-o", str(tmp_path / "x.vec")]) == 2
    assert "node2vec reads a graph" in capsys.readouterr().err


def test_a_dry_run_of_training_writes_nothing(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "node2vec", str(file), "--dry-run", "--length", "10", "-o", str(tmp_path / "x.vec")]) == 0
    assert "tokens   3,600" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no GRAPH: name the file of a graph"),
        (["missing.edges"], "missing.edges: No such file"),
        (["FILE", "FILE"], "a graph is one file"),
        (["FILE", "-p", "0"], "-p 0.0: must be above 0"),
        (["FILE", "--length", "1"], "--length 1: must be at least 2"),
        (["FILE", "--tokenizer", "words"], "--tokenizer: no such option"),
    ],
)
def test_wrong_calls_are_one_clear_line(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    given = [str(file) if argument == "FILE" else argument for argument in arguments]
    assert run(["train", "node2vec", *given, "-o", str(tmp_path / "x.vec")]) != 0
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("directed", [False, True])
def test_edges_held_out_leave_components_whole(directed: bool) -> None:
    # Two rings, one with chords, and a pair.
    edges = [*clusters(6), *((f"r{i}", f"r{(i + 1) % 9}") for i in range(9)), ("s", "t"), ("t", "s")]
    graph = Graph.from_edges(edges, directed=directed)
    held = hold_out(graph, 0.3, seed=3)
    first, second = graph.ends()
    every = [frozenset(pair) for pair in zip(first.tolist(), second.tolist(), strict=True)]
    kept = {every[edge] for edge in held.kept.tolist()}
    out = {frozenset(pair) for pair in held.edges.tolist()}
    assert [edge for edge, pair in enumerate(every) if pair not in out] == held.kept.tolist()
    assert len(out) == len(held.others) == round(0.3 * len(set(every)))
    assert held.components == 3
    assert components(len(graph), kept) == components(len(graph), set(every)) == 3
    others = {frozenset(pair) for pair in held.others.tolist()}
    assert {len(pair) for pair in others | out} == {2}
    assert len(others) == len(out)
    assert not others & set(every)
    again = hold_out(graph, 0.3, seed=3)
    assert np.array_equal(again.kept, held.kept)
    assert np.array_equal(again.others, held.others)


def components(nodes: int, edges: set[frozenset[int]]) -> int:
    groups = [{node} for node in range(nodes)]
    for a, b in edges:
        one, other = (next(group for group in groups if node in group) for node in (a, b))
        if one is not other:
            groups.remove(other)
            one |= other
    return len(groups)


def test_pairs_without_an_edge_have_nodes_with_edges(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = [(f"alone{number}", f"alone{number}") for number in range(50)]
    graph = Graph.from_edges([*alone, *clusters(6), *alone])
    held = hold_out(graph, 0.2)
    assert held.others.min() >= 50
    assert len(held.others) == len(held.edges)
    monkeypatch.setattr("wordvec.corpora.graphs.hold_out.available_memory", lambda: 1000)
    with pytest.raises(MemoryLimitError, match="a spanning forest needs"):
        hold_out(graph, 0.2)


def test_no_edge_of_a_tree_can_be_held_out() -> None:
    with pytest.raises(InputError, match="has no edge that could be held out"):
        hold_out(Graph.from_edges([("a", "a")]), 0.1)
    with pytest.raises(InputError, match="of 2 edges 0 can be held out"):
        hold_out(Graph.from_edges([("a", "b"), ("b", "c")]), 0.1)
    with pytest.raises(InputError, match="fewer than 1 pairs of nodes have no edge"):
        hold_out(Graph.from_edges([("a", "b"), ("b", "c"), ("c", "a")]), 0.1)
    with pytest.raises(SettingsError, match="must be above 0 and below 1"):
        hold_out(Graph.from_edges([("a", "b")]), 1.0)
    with pytest.raises(InputError, match=r"set share to 0.333 or less"):
        hold_out(Graph.from_edges([("a", "b"), ("b", "c"), ("c", "a")]), 0.6)


def test_held_out_files_are_read_again(tmp_path: Path) -> None:
    edges = [(a, b, 0.25 + len(a + b)) for a, b in clusters(5)]
    graph = Graph.from_edges(edges)
    held = hold_out(graph, 0.2)
    held.save(tmp_path / "rest.edges", tmp_path / "out.pairs")
    rest = Graph.load(tmp_path / "rest.edges")
    assert rest.edges == graph.edges - len(held.edges)
    assert set(rest.names) == set(graph.names)
    assert set(rest.weights.tolist()) <= set(graph.weights.tolist())
    lines = (tmp_path / "out.pairs").read_text().splitlines()
    assert [line.split("\t")[2] for line in lines] == ["1"] * len(held.edges) + ["0"] * len(held.edges)
