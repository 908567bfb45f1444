"""Node classification and link prediction, against scikit-learn and by hand."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score

from wordvec import Vectors
from wordvec.cli import run
from wordvec.corpora.graphs.graph import Graph
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import links, nodes
from wordvec.evaluation.probes.links import NodePairs, read_node_pairs
from wordvec.evaluation.probes.node_labels import NodeLabels, read_node_labels


def planted(items: int = 60, noise: float = 0.3) -> tuple[Vectors, NodeLabels]:
    """Return vectors of nodes whose first three components are their labels, of which some have two."""
    generator = np.random.default_rng(4)
    marks = np.eye(3, dtype=bool)[generator.integers(0, 3, items)]
    marks[: items // 6, 0] = True
    matrix = np.hstack([marks + noise * generator.standard_normal((items, 3)), generator.standard_normal((items, 2))])
    names = [f"n{item}" for item in range(items)]
    labels = {name: [f"l{label}" for label in np.flatnonzero(row)] for name, row in zip(names, marks, strict=True)}
    return Vectors(names, matrix.astype(np.float32)), NodeLabels("labels.tsv", labels)


def naive_scores(
    vectors: Vectors, labels: NodeLabels, share: float, splits: int, seed: int
) -> list[tuple[float, float]]:
    """Return micro- and macro-F1 of each split by scikit-learn, as in DeepWalk's scoring.py."""
    names = sorted({label for own in labels.labels.values() for label in own}, key=lambda name: _first(labels, name))
    known = list(labels.labels)
    true = np.array([[name in labels.labels[node] for name in names] for node in known])
    features = np.array([vectors[node] for node in known], float)
    generator, found = np.random.default_rng(seed), []
    for _ in range(splits):
        order = generator.permutation(len(known))
        train, test = order[: round(share * len(known))], order[round(share * len(known)) :]
        models = [LogisticRegression(max_iter=1000).fit(features[train], true[train, at]) for at in range(len(names))]
        scores = np.column_stack([model.decision_function(features[test]) for model in models])
        predicted = np.zeros_like(true[test])
        for row, one in enumerate(scores):
            predicted[row, np.argsort(-one)[: true[test[row]].sum()]] = True
        found.append(tuple(f1_score(true[test], predicted, average=kind) for kind in ("micro", "macro")))
    return found


def _first(labels: NodeLabels, name: str) -> int:
    return next(at for at, own in enumerate(labels.labels.values()) if name in own)


def test_node_classification_is_that_of_deepwalk_s_program() -> None:
    vectors, labels = planted()
    table = nodes(vectors, labels, shares=(0.3, 0.5), splits=3, seed=3)
    for share in (0.3, 0.5):
        row = next(row for row in table.rows if row["share"] == share and row["vectors"] == "vectors")
        scores = np.array(naive_scores(vectors, labels, share, 3, 3))
        assert row["micro_f1"] == pytest.approx(scores[:, 0].mean())
        assert row["macro_f1"] == pytest.approx(scores[:, 1].mean())
        margin = 4.302653 * np.sqrt(scores[:, 1].var(ddof=1) * (1 / 3 + (1 - share) / share))
        assert row["macro_high"] - row["macro_f1"] == pytest.approx(margin)
    assert "the number of labels of each test node is known" in table.notes[2]


def test_good_vectors_beat_the_baselines_and_are_compared_with_the_first() -> None:
    good, labels = planted()
    bad = Vectors(good.words, np.random.default_rng(0).standard_normal((60, 5)).astype(np.float32))
    rows = {row["vectors"]: row for row in nodes({"good": good, "bad": bad}, labels, splits=3).rows}
    assert list(rows) == ["good", "bad", "random, dim 5", "most frequent labels"]
    assert rows["good"]["micro_f1"] > 0.8 > rows["bad"]["micro_f1"]
    assert rows["bad"]["difference"] == pytest.approx(rows["bad"]["macro_f1"] - rows["good"]["macro_f1"])
    assert rows["bad"]["difference_high"] < 0
    assert "difference" not in rows["good"]


def test_a_label_that_no_training_node_has_is_never_predicted() -> None:
    vectors, labels = planted(20)
    labels.labels["n3"] = ["only here"]
    table = nodes(vectors, labels, shares=(0.2,), splits=5)
    assert all(np.isfinite(row["macro_f1"]) for row in table.rows)


def test_nodes_that_vectors_lack_are_left_out_with_a_note() -> None:
    vectors, labels = planted()
    some = Vectors(vectors.words[5:], vectors.matrix[5:])
    table = nodes({"all": vectors, "some": some}, labels, splits=2)
    assert table.rows[0]["nodes"] == 55
    assert "5 nodes with labels left out" in table.notes[-1]


def test_numbers_that_are_shifted_by_one_are_noticed() -> None:
    vectors, labels = planted()
    numbered = Vectors([str(at) for at in range(60)], vectors.matrix)
    shifted = NodeLabels("labels.tsv", {str(at + 1): own for at, own in enumerate(labels.labels.values())})
    assert "counts nodes from 1, vectors from 0" in nodes(numbered, shifted, splits=2).notes[-1]


@pytest.mark.parametrize(
    "wrong", [{"shares": ()}, {"shares": (1.0,)}, {"splits": 1}, {"strength": 0}, {"strength": -1}]
)
def test_settings_of_node_classification_are_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        nodes(*planted(), **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["a x\nb y\nb z\n", "a\tx\nb\ty\tz\n", "# labels\na,x\nb,y,z\n", "a x\r\nb y z\r\n"])
def test_labels_are_read_from_several_lines_or_columns(tmp_path: Path, text: str) -> None:
    (tmp_path / "labels").write_text(text)
    assert read_node_labels(tmp_path / "labels").labels == {"a": ["x"], "b": ["y", "z"]}


def test_nodes_that_begin_like_comments_have_labels_on_demand(tmp_path: Path) -> None:
    (tmp_path / "labels").write_text("# labels\na x\n#cat y\n%dog x\n")
    read = read_node_labels(tmp_path / "labels")
    assert (read.labels, read.comments) == ({"a": ["x"]}, 2)
    every = read_node_labels(tmp_path / "labels", comments=False)
    assert (list(every.labels), every.comments) == (["#", "a", "#cat", "%dog"], 0)
    vectors, labels = planted()
    warned = nodes(vectors, labels._replace(comments=1), splits=2).notes[-1]
    assert warned.endswith("1 line after the first that begins with # or % left out; they are nodes with --no-comments")


@pytest.mark.parametrize("separator", ["\t", " ", ","])
def test_names_are_those_of_an_edge_list_also_in_quotes(tmp_path: Path, separator: str) -> None:
    rows = [['"a"', '"b"', "1"], ['"b"', '"c"', "0"]]
    for name, cells in (("pairs", rows), ("graph", [row[:2] for row in rows]), ("labels", [row[:2] for row in rows])):
        (tmp_path / name).write_text("".join(separator.join(row) + "\n" for row in cells))
    names = set(Graph.load(tmp_path / "graph").names)
    assert {name for pair in read_node_pairs(tmp_path / "pairs").pairs for name in pair} == names
    assert set(read_node_labels(tmp_path / "labels").labels) < names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("#cat x\n", "holds only lines that begin with # or %"),
        ("a x\nb\n", "line 2: 'b' has no label"),
        ('a,x\nb,"y\n', "line 2: has an open quote"),
    ],
)
def test_bad_labels_are_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "labels").write_text(text)
    with pytest.raises(InputError, match=message):
        read_node_labels(tmp_path / "labels")


def test_labels_of_other_nodes_are_refused() -> None:
    vectors, _ = planted()
    with pytest.raises(InputError, match=r"of 2 nodes with labels \(x, y\), all vectors have 0, and 4 are needed"):
        nodes(vectors, NodeLabels("labels", {"x": ["1"], "y": ["2"]}))
    with pytest.raises(InputError, match="all nodes have the label '1'"):
        nodes(vectors, NodeLabels("labels", {name: ["1"] for name in vectors.words}))


def pairs_of(vectors: Vectors, count: int = 40) -> NodePairs:
    generator = np.random.default_rng(1)
    pairs = [tuple(vectors.words[at] for at in generator.integers(0, len(vectors), 2)) for _ in range(count)]
    cosines = [float(vectors.similarity(a, b)) for a, b in pairs]
    edges = np.array(cosines) + 0.5 * generator.standard_normal(count) > 0.3
    return NodePairs("pairs", [(a, b) for a, b in pairs], edges)


def test_auc_is_that_of_scikit_learn_and_so_are_those_of_resamples() -> None:
    vectors, _ = planted()
    read = pairs_of(vectors)
    table = links(vectors, read, resamples=100)
    one, other = (np.array([vectors[pair[side]] for pair in read.pairs], float) for side in (0, 1))
    products = (one * other).sum(1)
    cosines = products / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    rows = {(row["vectors"], row["score"]): row for row in table.rows}
    for name, scores in (("cosine", cosines), ("product", products)):
        assert rows["vectors", name]["auc"] == pytest.approx(roc_auc_score(read.edges, scores))
    drawn = np.random.default_rng(1).integers(0, 40, (100, 40))
    naive = [roc_auc_score(read.edges[items], cosines[items]) for items in drawn if len(set(read.edges[items])) == 2]
    low, high = np.quantile(naive, [0.025, 0.975])
    assert rows["vectors", "cosine"]["low"] == pytest.approx(low)
    assert rows["vectors", "cosine"]["high"] == pytest.approx(high)


def test_scores_of_pairs_do_not_depend_on_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = planted()
    whole = links(vectors, pairs_of(vectors), resamples=100).rows
    monkeypatch.setattr("wordvec.evaluation.probes.links._AT_ONCE", 7)
    assert links(vectors, pairs_of(vectors), resamples=100).rows == whole


def test_pairs_of_other_nodes_are_refused() -> None:
    read = NodePairs("pairs", [("n1", "n2"), ("x", "y")], np.array([True, False]))
    with pytest.raises(InputError, match="of its 2 pairs, all vectors have both nodes of 1 edges and 0 pairs without"):
        links(planted()[0], read)


def test_equal_scores_count_half() -> None:
    vectors = Vectors(["a", "b"], np.ones((2, 3), np.float32))
    table = links(vectors, NodePairs("pairs", [("a", "b"), ("b", "a")] * 6, np.array([True, False] * 6)))
    assert table.rows[0]["auc"] == 0.5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b 1\nb c 2\n", "line 2: expected two nodes and 1 or 0"),
        ("a b 1\n", "needs edges"),
        ("a b\n", "line 1"),
        ('a,b,1\na,"c,0\n', "line 2: has an open quote"),
    ],
)
def test_bad_pairs_are_one_clear_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "pairs").write_text(text)
    with pytest.raises(InputError, match=message):
        read_node_pairs(tmp_path / "pairs")


def test_the_commands_print_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vectors, labels = planted()
    vectors.save(tmp_path / "a.vec")
    (tmp_path / "labels").write_text("".join(f"{node} {' '.join(own)}\n" for node, own in labels.labels.items()))
    (tmp_path / "graph").write_text("".join(f"n{at} n{(at + step) % 60}\n" for at in range(60) for step in (1, 2, 3)))
    graph = ["corpus", "hold-out", str(tmp_path / "graph"), "-o", str(tmp_path / "rest"), "--pairs"]
    assert run([*graph, str(tmp_path / "pairs")]) == 0
    assert "162 edges, in 1 component as before" in capsys.readouterr().err
    assert run([*graph, str(tmp_path / "rest"), "--force"]) == 2
    assert run([*graph, str(tmp_path / "pairs")]) == 1
    capsys.readouterr()
    arguments = [str(tmp_path / "a.vec"), "--labels", str(tmp_path / "labels"), "--splits", "2", "--share", "0.3"]
    assert run(["evaluate", "nodes", *arguments]) == 0
    assert "most frequent labels" in capsys.readouterr().out
    assert run(["evaluate", "nodes", *arguments, "--no-comments"]) == 0
    capsys.readouterr()
    assert run(["evaluate", "links", str(tmp_path / "a.vec"), "--pairs", str(tmp_path / "pairs"), "--csv"]) == 0
    assert capsys.readouterr().out.startswith("vectors,score,auc,low,high")
    assert run(["evaluate", "nodes", *arguments, "--share", "2"]) == 2
    assert "--share 2.0: must be above 0 and below 1" in capsys.readouterr().err
