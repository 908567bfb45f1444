"""Edge lists and edges in Python as graphs, and what becomes of odd edges."""

import gzip
from pathlib import Path

import pytest
from graph_helpers import SAME, edges_of, read
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.corpora.graphs import edge_lists
from wordvec.corpora.graphs.graph import Graph
from wordvec.errors import InputError, MemoryLimitError, WordvecError


@pytest.mark.parametrize(
    "text",
    [
        "a b\nb c\n",
        "a b\nb c",
        "a\tb\nb\tc\n",
        "a,b\nb,c\n",
        "a, b\nb , c\n",
        "a;b\nb;c\n",
        "a|b\nb|c\n",
        "  a   b \n\n\nb\t c\n",
        "a b\r\nb c\r\n",
        "a b\rb c\r",
        "\ufeffa b\nb c\n",
        "# a comment\n% another\na b\n#\nb c\n",
        "source,target\na,b\nb,c\n",
        "From\tTo\na\tb\nb\tc\n",
        '"a","b"\n"b","c"\n',
        "a b 1\nb c 1.0\n",
        "a b\nb c\nb a\na a\n",
        "a,b,\nb,c,\n",
    ],
)
def test_edge_lists_of_many_kinds_are_read_alike(tmp_path: Path, text: str) -> None:
    graph = read(tmp_path, text)
    assert edges_of(graph) == SAME
    assert not graph.weighted
    assert graph.names == ["a", "b", "c"]


@pytest.mark.parametrize(
    "text",
    [
        "a b 0.5\nb c 2\n",
        "a\tb\t.5\nb\tc\t2e0\n",
        "a,b,0.5\nb,c,2\n",
        "a;b;0,5\nb;c;2,0\n",
        "source,target,weight\na,b,0.5\nb,c,2\n",
        "x y strength\na b 0.5\nb c 2\n",
        "a b 0.5\nb c 2\nb a 0.25\nc d 0\n",
    ],
)
def test_weights_are_read_alike(tmp_path: Path, text: str) -> None:
    graph = read(tmp_path, text)
    assert edges_of(graph) == {("a", "b"): 0.5, ("b", "c"): 2.0}


def test_compressed_and_encoded_lists_are_read(tmp_path: Path) -> None:
    (tmp_path / "graph.gz").write_bytes(gzip.compress(b"a b\nb c\n"))
    assert edges_of(Graph.load(tmp_path / "graph.gz")) == SAME
    assert edges_of(read(tmp_path, "\ufeffa b\nb c\n".encode("utf-16-le"))) == SAME


def test_directions_are_kept(tmp_path: Path) -> None:
    graph = read(tmp_path, "b a\na c\nb a\n", directed=True)
    assert edges_of(graph) == {("b", "a"): 1.0, ("a", "c"): 1.0}
    assert graph.edges == 2
    assert graph.isolated == 1


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    graph = read(tmp_path, "from to weight\na b 1\nb a 3\na a 1\nb c 0\nb c 2\nd d 1\nc d 0\n")
    assert edges_of(graph) == {("a", "b"): 3.0, ("b", "c"): 2.0}
    assert graph.left_out == {"loop": 2, "repeated edge": 1, "edge of weight 0": 2, "header": 1}
    assert graph.summary().endswith(
        "4 nodes and 2 edges, undirected, with weights; left out: 2 loops, 1 repeated edge, 2 edges of weight 0 and "
        "1 header; 1 node without edges"
    )


def test_an_edge_between_words_of_headers_is_an_edge_if_it_has_a_weight(tmp_path: Path) -> None:
    graph = read(tmp_path, "source\ttarget\t2\nhead\ttail\t1\n")
    assert edges_of(graph) == {("source", "target"): 2.0, ("head", "tail"): 1.0}
    assert graph.left_out["header"] == 0


def test_edges_in_python_have_finite_weights() -> None:
    for weight in (-1, float("nan"), float("inf"), 1e39):
        with pytest.raises(InputError, match=r"edges\[0\]: the weight .* is not a finite number of at least 0"):
            Graph.from_edges([("a", "b", weight)])


def test_names_are_any_text(tmp_path: Path) -> None:
    graph = read(tmp_path, "</s>\tNew York\n日本\t</s>\nNew York\tSão\u00a0Paulo\n0\t00\n__label__\t\U0001f600\n")
    assert graph.names == ["</s>", "New_York", "日本", "São_Paulo", "0", "00", "__label__", "\U0001f600"]


def test_names_in_quotes_have_separators(tmp_path: Path) -> None:
    graph = read(tmp_path, 'x,y,1\n"Doe, Jane",b,2\n"say ""hi""",b,2\n')
    assert graph.names == ["x", "y", "Doe,_Jane", "b", 'say_"hi"']


def test_hashtags_are_nodes_without_comments(tmp_path: Path) -> None:
    text = "a b\n#cat #dog\n#dog a\n"
    assert edges_of(read(tmp_path, text)) == {("a", "b"): 1.0}
    assert "2 lines after the first edge that begin with # or % left out" in read(tmp_path, text).notes[0]
    assert read(tmp_path, text, comments=False).edges == 3


def test_further_columns_are_left_out_on_demand(tmp_path: Path) -> None:
    assert edges_of(read(tmp_path, "a b likes 2020\nb c\n", unweighted=True)) == SAME
    assert not read(tmp_path, "a b nan\nb c 3\n", unweighted=True).weighted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "graph.txt: holds no edge"),
        ("# only\n# comments\n", "graph.txt: holds no edge; lines that begin with # or % are comments"),
        ("a a\nb b\n", "graph.txt: holds no edge between two nodes; left out: 2 loops"),
        ("a b 0\n", "graph.txt: holds no edge between two nodes; left out: 1 edge of weight 0"),
        ("source target\n", "graph.txt: holds no edge between two nodes"),
        ("a b\nc\n", "graph.txt: line 2: expected two nodes, found 1 column: c"),
        (
            "# x\n\na b 1\nb c\n",
            "graph.txt: line 4: expected two nodes and a weight, as in the first line, found 2 columns: b c",
        ),
        ("a b\nb c 1\n", "graph.txt: line 2: expected two nodes, found 3 columns: b c 1"),
        ("a b 1\nb c -2\n", "graph.txt: line 2: the weight is negative; walks need weights of at least 0: b c -2"),
        ("a b nan\nb c 1\n", "graph.txt: line 1: the weight is not a finite number: a b nan"),
        ("a b -inf\nb c 1\n", "graph.txt: line 1: the weight is negative; walks need weights of at least 0: a b -inf"),
        ("a b 1\nb c nan\n", "graph.txt: line 2: the weight is not a finite number: b c nan"),
        ("a b 1\nb c inf\n", "graph.txt: line 2: the weight is not a finite number: b c inf"),
        ("a b 1\nb c 1e39\n", "graph.txt: line 2: the weight is not a finite number: b c 1e39"),
        ("a b 1\nb c much\n", "graph.txt: line 2: the weight is not a finite number: b c much"),
        ("a b 1\nb c 1_0\n", "graph.txt: line 2: the weight is not a finite number: b c 1_0"),
        ("a,b,1\nb,,2\n", "graph.txt: line 2: has an empty column"),
        (",b\na,b\n", "graph.txt: line 1: has an empty column"),
        (
            "a b 1 2020\n",
            "graph.txt: line 1: expected two nodes and perhaps a weight, found 4 columns; unweighted reads",
        ),
        ("one\ntwo\n", "graph.txt: line 1: expected two nodes and perhaps a weight, separated by blanks"),
        ("one\ntwo\x1fthree\n", "graph.txt: line 1: expected two nodes and perhaps a weight, separated by blanks"),
        (b"a\xff b\n", "graph.txt: line 1: is not UTF-8"),
        ('a,b\n"c,d\n', "graph.txt: line 2: has an open quote"),
        ("New York\tb\nNew_York\tc\n", "'New York' and 'New_York' would both be called 'New_York'"),
        ("%%MatrixMarket matrix\n3 3 1\n1 2 1\n", "graph.txt: is a Matrix Market file"),
        (b"%PDF-1.4", "graph.txt: is a PDF document"),
        ("né x\nà x\nété x\nforêt x\n".encode("latin-1"), "graph.txt: line 1: is not UTF-8; the words look like"),
    ],
)
def test_a_bad_file_is_one_clear_line(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_line_is_right_in_later_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_lists, "BLOCK", 64)
    lines = [f"n{i} n{i + 1}" for i in range(200)]
    graph = read(tmp_path, "\n".join(lines))
    assert (len(graph), graph.edges) == (201, 200)
    assert graph.names == [f"n{i}" for i in range(201)]
    lines[150] = "alone"
    with pytest.raises(InputError, match="line 151: expected two nodes, found 1 column: alone"):
        read(tmp_path, "\n".join(lines))
    with pytest.raises(InputError, match="line 1 is longer"):
        read(tmp_path, "a" * 300)


@pytest.mark.parametrize("path", ["missing.txt", ".", "*.nothing"])
def test_a_missing_file_is_one_clear_line(tmp_path: Path, path: str) -> None:
    with pytest.raises(InputError):
        Graph.load(tmp_path / path)


def test_a_graph_that_does_not_fit_is_refused_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wordvec.corpora.graphs.reading.available_memory", lambda: 100)
    with pytest.raises(MemoryLimitError, match=r"about 40 edges need more than"):
        read(tmp_path, "a b\n" * 40)


def test_a_compressed_graph_that_does_not_fit_is_refused_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "graph.gz"
    path.write_bytes(gzip.compress(b"a b\n" * 40 + b"a\n"))
    monkeypatch.setattr(edge_lists, "BLOCK", 80)
    monkeypatch.setattr("wordvec.corpora.graphs.edges.available_memory", lambda: 100)
    with pytest.raises(MemoryLimitError, match=r"sorting 20 edges needs"):
        Graph.load(path, threads=1)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.booleans())
def test_any_text_is_a_graph_or_one_clear_line(
    tmp_path_factory: pytest.TempPathFactory, text: str, comments: bool
) -> None:
    path = tmp_path_factory.mktemp("any") / "graph"
    path.write_text(text, encoding="utf-8", newline="", errors="replace")
    try:
        graph = Graph.load(path, comments=comments, threads=1)
    except WordvecError as error:
        message = str(error)
    else:
        message = ""
        assert len(graph) == len(set(graph.names))
    assert "\n" not in message


names = st.text(st.characters(exclude_categories=("Z", "C")), min_size=1, max_size=4).filter(
    lambda name: not set('#%",;|') & set(name)
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(names, names), min_size=1, max_size=12), st.sampled_from(["\t", " "]))
def test_names_are_read_as_they_are_written(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, str]], separator: str
) -> None:
    path = tmp_path_factory.mktemp("names") / "graph"
    pairs = [*pairs, ("one", "another")]
    path.write_text("".join(f"{a}{separator}{b}\n" for a, b in pairs), encoding="utf-8", newline="")
    graph = Graph.load(path, comments=False, threads=1)
    wanted = Graph.from_edges(pairs)
    assert (graph.names, edges_of(graph)) == (wanted.names, edges_of(wanted))


def test_lines_of_white_space_are_blank_whatever_separates_columns(tmp_path: Path) -> None:
    path = tmp_path / "graph.txt"
    path.write_text("a ö;b\n\t\nb;c\n \t", encoding="utf-8")
    assert Graph.load(path).names == ["a_ö", "b", "c"]
    path.write_text("ä b\n\x0b\nb\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 3: expected two nodes, found 1 column"):
        Graph.load(path)
