"""Retrofitting: the naive twin's rows, what stays, how it converges; lexicons of every form; the command."""

import json
import os
from pathlib import Path

import naive
import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given
from hypothesis import strategies as st

from wordvec import Vectors
from wordvec.alignment import retrofit
from wordvec.errors import InputError, Interrupted, SettingsError
from wordvec.evaluation import similarity
from wordvec.lexicons.lexicon import Lexicon
from wordvec.lexicons.reading import read_lexicon
from wordvec.workers import StopFlag

DATA = Path(os.environ.get("WORDVEC_DATA", "nowhere"))
GLOVE = DATA / "vector_files/glove50_4k/fixed_header.txt"
MUSE = DATA / "bilingual/muse/en-de.0-5000.txt"
needs_data = pytest.mark.skipif(
    not (GLOVE.is_file() and MUSE.is_file()), reason="no vector_files/glove50_4k and bilingual/muse in WORDVEC_DATA"
)


def drawn(seed: int, words: int = 12, edges: int = 20) -> tuple[Vectors, dict[int, dict[int, float]]]:
    chance = np.random.default_rng(seed)
    vectors = Vectors([f"w{number}" for number in range(words)], chance.standard_normal((words, 5)))
    lexicon: dict[int, dict[int, float]] = {}
    for i, j in chance.integers(0, words, (edges, 2)).tolist():
        if i != j:
            lexicon.setdefault(i, {})[j] = float(chance.uniform(0.1, 3))
    return vectors, lexicon


def named(edges: dict[int, dict[int, float]]) -> Lexicon:
    return Lexicon.of({f"w{i}": {f"w{j}": w for j, w in to.items()} for i, to in edges.items()}, name="drawn")


@given(st.integers(0, 2**32), st.integers(1, 12), st.booleans())
def test_rows_are_the_naive_twin_s(seed: int, iterations: int, keep_lengths: bool) -> None:
    vectors, edges = drawn(seed)
    made = retrofit(vectors, named(edges), iterations=iterations, keep_lengths=keep_lengths)
    began = vectors.matrix.astype(np.float64)
    if not keep_lengths:
        began /= np.linalg.norm(began, axis=1, keepdims=True) + 1e-6
    assert made.matrix == pytest.approx(naive.retrofitted(began, edges, iterations), abs=2e-6)


def test_two_words_meet_at_a_third_and_two_thirds_of_their_way() -> None:
    made = retrofit(Vectors(["a", "b"], [[1, 0], [0, 1]]), Lexicon.of({"a": {"b": 1}, "b": {"a": 1}}, name="two"))
    assert made.matrix == pytest.approx(np.array([[2, 1], [1, 2]]) / 3, abs=1e-5)


def test_weights_count_by_their_ratios_however_large_or_small() -> None:
    vectors = Vectors(["a", "b", "c"], np.eye(3))
    for scale in (1.7e308, 1e-300, 1.0):
        edges = {"a": {"b": scale, "c": scale / 3}}
        made = retrofit(vectors, Lexicon.of(edges, name="l"), iterations=1)
        assert made["a"] == pytest.approx([1 / 2, 3 / 8, 1 / 8], abs=1e-5)
    with pytest.raises(InputError, match="none is known"):
        retrofit(vectors, Lexicon.of({"a": {"a": 1.0}}, name="l"))


def test_words_without_neighbours_keep_their_direction_or_every_bit() -> None:
    vectors, edges = drawn(3, words=40, edges=10)
    others = [row for row in range(40) if row not in edges]
    kept = retrofit(vectors, named(edges), keep_lengths=True)
    assert kept.matrix[others].tobytes() == vectors.matrix[others].tobytes()
    unit = vectors.matrix[others] / np.linalg.norm(vectors.matrix[others], axis=1)[:, None]
    assert retrofit(vectors, named(edges)).matrix[others] == pytest.approx(unit, abs=1e-5)
    assert (kept.words, vectors.metadata) == (vectors.words, {})


@given(st.integers(0, 2**32))
def test_no_word_has_further_to_go_than_the_longest_move(seed: int) -> None:
    vectors, edges = drawn(seed)
    end = retrofit(vectors, named(edges), iterations=60).matrix
    for iterations in (1, 2, 4, 8):
        made = retrofit(vectors, named(edges), iterations=iterations)
        (step,) = made.metadata["history"]
        assert len(step["moves"]) == iterations
        assert np.linalg.norm(made.matrix - end, axis=1).max() <= step["moves"][-1] + 1e-6


def test_words_are_looked_up_as_written_else_in_lower_case_and_unknown_ones_left_out() -> None:
    vectors = Vectors(["tea", "Paris", "paris", "cup"], np.eye(4))
    neighbours = {"TEA": {"cup": 1.0, "saucer": 1.0}, "Paris": {"TEA": 2.0}, "plate": {"tea": 1.0}, "cup": {"Cup": 1.0}}
    made = retrofit(vectors, Lexicon.of(neighbours, name="some"), iterations=1)
    (step,) = made.metadata["history"]
    assert (step["moved"], step["edges"], step["lexicon"]) == (2, 2, "some")
    assert made.matrix == pytest.approx(
        np.array([[0.5, 0, 0, 0.5], [0.25, 0.5, 0, 0.25], [0, 0, 1, 0], [0, 0, 0, 1]]), abs=1e-5
    )


@pytest.mark.parametrize(
    ("text", "form", "neighbours"),
    [
        ("a b\nb a\n\nc a\n", "edges", {"a": {"b": 1, "c": 1}, "b": {"a": 1}, "c": {"a": 1}}),
        ("a\tb\t2\nb\ta\t.5\n", "weighted edges", {"a": {"b": 2}, "b": {"a": 2}}),
        ("\ufeffa b c\r\nb c\r\nd\r\n", "neighbours", {"a": {"b": 1, "c": 1}, "b": {"c": 1}}),
        ("a b 3\nb c d\n", "neighbours", {"a": {"b": 1, "3": 1}, "b": {"c": 1, "d": 1}}),
        ("new york\tlos angeles\n", "edges", {"new york": {"los angeles": 1}, "los angeles": {"new york": 1}}),
    ],
)
def test_a_lexicon_s_form_is_found_out(
    tmp_path: Path, text: str, form: str, neighbours: dict[str, dict[str, float]]
) -> None:
    path = tmp_path / "lexicon.txt"
    path.write_bytes(text.encode())
    read = read_lexicon(path)
    assert (read.name, read.form, read.neighbours(), read.opposites()) == (str(path), form, neighbours, {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n", "is empty; each line must have two words, or a word and its neighbours"),
        ("a b\nc\n", "line 2: expected two words, as in the other lines; found 'c'"),
        ("a b 1\na c\n", "line 2: expected two words and a weight, as in the other lines; found 'a c'"),
        ("a b 1\na c 0\n", "line 2: the weight 0 is not a positive number"),
        ("a b nan\n", "line 1: the weight nan is not a positive number"),
    ],
)
def test_what_is_no_lexicon_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "lexicon.txt"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_lexicon(path)


def test_what_cannot_be_retrofitted_is_an_error() -> None:
    vectors, edges = drawn(1)
    with pytest.raises(InputError, match="far: of its 1 words with neighbours, none is known with one of them"):
        retrofit(vectors, Lexicon.of({"x": {"w1": 1.0}}, name="far"))
    with pytest.raises(SettingsError, match="iterations: must be at least 1; got 0"):
        retrofit(vectors, named(edges), iterations=0)
    broken = Vectors(vectors.words, np.where(np.arange(12)[:, None] == 7, np.nan, vectors.matrix))
    with pytest.raises(InputError, match=r"'w7' \(row 8\): its vector holds NaN or infinity"):
        retrofit(broken, named(edges))
    stop = StopFlag()
    stop.set()
    with pytest.raises(Interrupted):
        retrofit(vectors, named(edges), stop=stop)


def test_the_command_says_what_it_read_and_how_it_converged(
    wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.vec").write_text("3 2\nnorth 2 0\nup 0 1\nwest -1 0\n")
    Path("lexicon.txt").write_text("north up\n")
    done = wordvec("retrofit", "a.vec", "lexicon.txt", "--iterations", 3, "-o", "b.vec")
    assert (done.code, done.out) == (0, "")
    assert done.err.removeprefix("compiling kernels (first run only)\n") == (
        "lexicon.txt: 2 words, read as edges\n"
        "longest move of each iteration: 0.71, 0.18, 0.044\n"
        "b.vec: 2 of 3 words moved, by 2 neighbours\n"
    )
    assert Vectors.load("b.vec")["west"] == pytest.approx([-1, 0], abs=1e-5)
    assert json.loads(Path("b.json").read_text())["history"][-1]["step"] == "retrofit"
    again = wordvec("retrofit", "a.vec", "lexicon.txt", "-o", "b.vec")
    assert (again.code, again.err) == (
        1,
        "wordvec: b.vec: exists already; choose another name, or --force (overwrite=True) to replace it\n",
    )
    for arguments in (["-o", "a.vec"], ["-o", "c.vec", "--log", "lexicon.txt"]):
        over = wordvec("retrofit", "a.vec", "lexicon.txt", *arguments, "--force")
        assert over.code == 2
        assert over.err == f"wordvec: {arguments[-1]}: would be written over an input; choose another name\n"
    assert Path("lexicon.txt").read_text() == "north up\n"
    none = wordvec("retrofit", "a.vec", "none.txt", "-o", "c.vec")
    assert (none.code, none.err) == (1, "wordvec: none.txt: cannot be read (No such file or directory)\n")
    assert not Path("c.vec").exists()


@needs_data
def test_words_that_share_a_translation_make_glove_agree_more_with_people() -> None:
    pairs = [line.split() for line in MUSE.read_text().splitlines()]
    pivots: dict[str, set[str]] = {}
    for english, german in pairs:
        pivots.setdefault(german, set()).add(english)
    lexicon: dict[str, dict[str, float]] = {}
    for english, german in pairs:
        lexicon.setdefault(english, {}).update(dict.fromkeys(pivots[german] - {english}, 1.0))
    vectors = Vectors.load(GLOVE)
    made = retrofit(vectors, Lexicon.of(lexicon, name="pivots"))
    before, after = similarity({"before": vectors, "after": made}, "simlex999", resamples=100).rows
    assert after["covered"] == before["covered"]
    assert after["spearman"] > before["spearman"]
