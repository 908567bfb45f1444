"""Lexicons in arrays: the naive twin's edges for random files and random blocks, and lines that are split at once."""

import itertools
from pathlib import Path

import naive_lexicon
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec.errors import InputError
from wordvec.lexicons import held_lines, known_edges
from wordvec.lexicons.columns import alternatives
from wordvec.lexicons.lexicon import Lexicon
from wordvec.lexicons.neighbourhoods import neighbourhoods
from wordvec.lexicons.reading import read_lexicon
from wordvec.lexicons.regular_lines import Regular, regular

NAMES = ["tea", "Tea", "TEA", "new york", "New_York", "cup", "</s>", "saucer", "pot"]
WORDS = ["tea", "TEA", "new_york", "cup", "</s>", "pot"]
names = st.sampled_from(NAMES)
weights = st.sampled_from([0.25, 1.0, 2.0])


def near(words: list[str], lexicon: Lexicon) -> naive_lexicon.Near:
    found = neighbourhoods(words, lexicon)
    return {
        row: dict(zip(found.neighbours[begin:end].tolist(), found.weights[begin:end].tolist(), strict=True))
        for row, begin, end in zip(found.words.tolist(), found.begins, found.begins[1:], strict=False)
    }


def in_order(edges: naive_lexicon.Near) -> list[tuple[int, int, float]]:
    return [(row, edge, pytest.approx(share)) for row, others in edges.items() for edge, share in others.items()]


def assert_same(found: naive_lexicon.Near, expected: naive_lexicon.Near) -> None:
    assert [(row, *pair) for row, others in found.items() for pair in others.items()] == in_order(expected)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(names, names, weights, st.sampled_from(["synonym", "antonym"])), min_size=1), st.data())
def test_relations_are_the_naive_twin_s(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, float, str]], data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "relations.tsv"
    path.write_text("".join(f"{one}\t{relation}\t{other}\t{weight}\n" for one, other, weight, relation in rows))
    edges = [(one, other, weight * (1 if to == "synonym" else -1)) for one, other, weight, to in rows if one != other]
    expected = naive_lexicon.directed(edges, mutual=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(known_edges, "_AT_ONCE", data.draw(st.integers(1, 9)))
        read = read_lexicon(path)
        assert_same(near(WORDS, read), naive_lexicon.neighbourhoods(WORDS, expected))
    assert read.opposites() == naive_lexicon.dictionaries(expected, -1)
    assert read.words == len({word for word, _, _ in expected})


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from(["edges", "weighted edges", "neighbours"]), st.integers(1, 5))
def test_lists_are_the_naive_twin_s_whether_lines_are_split_at_once_or_not(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, form: str, lines_at_once: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "lexicon.txt"
    fewest, most = (2, 5) if form == "neighbours" else (1, 1)
    rows = data.draw(st.lists(st.tuples(names, st.lists(names, min_size=fewest, max_size=most), weights), min_size=1))
    given_weight = form == "weighted edges"
    edges = [(word, other, weight if given_weight else 1.0) for word, others, weight in rows for other in others]
    lines = ["\t".join([word, *others, *([str(weight)] if given_weight else [])]) for word, others, weight in rows]
    path.write_text("".join(f"{line}{data.draw(st.sampled_from(['', ' ', chr(10)]))}\n" for line in lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(held_lines, "_AT_ONCE", lines_at_once)
        read = read_lexicon(path)
    assert read.form == form
    expected = naive_lexicon.directed(edges, mutual=form != "neighbours")
    assert read.neighbours() == naive_lexicon.dictionaries(expected, 1)
    assert_same(near(WORDS, read), naive_lexicon.neighbourhoods(WORDS, expected))
    assert read.words == len({word for word, _, _ in expected})


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("tea chai\npot cup\n", Regular(" ", 2)),
        ("tea\tgreen tea\nnew york\tcity\n", Regular("\t", 2)),
        ("tea chai 1\npot cup .5\n", None),
        ("tea chai 1\npot cup 0.50\n", Regular(" ", 3)),
        ("tea\tchai\t1\npot\tcup\t0.0\n", None),
        ("tea\tchai\t2\npot\tcup\t10\n", Regular("\t", 3)),
        ("tea chai\n\npot cup\n", None),
        ("tea  chai\n", None),
        ("tea chai, cup\n", None),
        ("tea: chai\n", None),
        ("tea chai\ntea\n", None),
        ("tea\u00a0chai pot\n", None),
    ],
)
def test_lines_are_regular_that_have_the_same_plain_columns(text: str, columns: Regular | None) -> None:
    assert regular(text) == columns


def test_a_broken_line_among_regular_blocks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_lines, "_AT_ONCE", 4)
    path = tmp_path / "lexicon.tsv"
    path.write_text("a\tb\t1\n" * 9 + "a\tb\t0\n" + "a\tb\t1\n" * 9)
    with pytest.raises(InputError, match=r"line 10: the weight 0 is not a positive number"):
        read_lexicon(path)
    path.write_text("a\tb\n" * 9 + "a\n" + "a\tb\n" * 9)
    with pytest.raises(InputError, match=r"line 10: expected two words, as in the other lines; found 'a'"):
        read_lexicon(path)


def test_edges_take_sixteen_bytes_and_no_word_is_repeated() -> None:
    words = [f"w{number}" for number in range(50)]
    lexicon = Lexicon.of({one: dict.fromkeys(words, 1.0) for one in words})
    assert sum(part.nbytes for part in lexicon.edges[:3]) == 16 * 2500
    assert sorted(lexicon.names) == sorted(words)


def test_rows_are_in_order_whatever_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    words = [f"w{number}" for number in range(30)]
    pairs = {words[i]: {words[j]: 1.0 for j in chance.integers(0, 30, 5).tolist()} for i in range(0, 30, 2)}
    whole = neighbourhoods(words, Lexicon.of(pairs))
    for at_once in (1, 7, 70):
        monkeypatch.setattr(known_edges, "_AT_ONCE", at_once)
        cut = neighbourhoods(words, Lexicon.of(pairs))
        assert all(np.array_equal(one, other) for one, other in zip(whole, cut, strict=True))


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_weights_in_dictionaries_are_positive(weight: float) -> None:
    with pytest.raises(InputError, match=r"mine: the weight .* of 'tea' and 'chai' is not positive"):
        Lexicon.of({"tea": {"chai": weight}}, name="mine")


def test_cells_without_marks_are_one_word() -> None:
    for cell, mark in itertools.product(["tea", "new york"], ["", ";", "|", ",", "/"]):
        assert alternatives(cell + mark) == [cell + mark]
