"""Definitions: files and WordNet, the split, a planted map, the naive twin of scores, the command."""

import json
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given, settings
from hypothesis import strategies as st

from wordvec import Vectors
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import definitions
from wordvec.evaluation.datasets.definitions import Definitions, read_definitions
from wordvec.evaluation.lookup import Lookup
from wordvec.evaluation.maps.definition_items import known_items
from wordvec.evaluation.maps.definition_scores import Scores, random_scores
from wordvec.evaluation.maps.finding import Finder
from wordvec.workers import Progress, StopFlag

NOUNS = """\
  1 This software and database is being provided to you, the LICENSEE
00001740 03 n 02 river 0 stream 0 001 ~ 00001930 n 0000 | a natural flow of water; "the river was navigable"
00001930 03 n 01 New_York 0 000 | the largest city; located (in part) on islands: "a visit"
00002000 00 a 01 galore(ip) 0 000 | in great numbers
00002001 00 a 01 mute 0 000 | "only an example"
"""


def planted(seed: int = 1) -> tuple[Vectors, Definitions]:
    """Return vectors and definitions whose words have vectors that are a linear map of the mean of their definition."""
    chance = np.random.default_rng(seed)
    parts = [f"part{at}" for at in range(40)]
    rows = chance.normal(size=(40, 8))
    turn = np.linalg.qr(chance.normal(size=(8, 8)))[0]
    texts = [chance.choice(40, 4, replace=False) for _ in range(150)]
    defined = np.array([rows[text].mean(0) @ turn for text in texts])
    words = [f"word{at}" for at in range(150)]
    vectors = Vectors([*parts, *words], np.r_[rows, defined].astype(np.float32))
    return vectors, Definitions("planted", words, [" ".join(parts[at] for at in text) for text in texts])


def test_lines_and_synsets_are_pairs_of_a_word_and_its_definition(tmp_path: Path) -> None:
    (tmp_path / "data.noun").write_text(NOUNS)
    found = read_definitions(tmp_path)
    assert list(zip(found.words, found.definitions, strict=True)) == [
        ("river", "a natural flow of water"),
        ("stream", "a natural flow of water"),
        ("New_York", "the largest city; located (in part) on islands"),
        ("galore", "in great numbers"),
    ]
    assert read_definitions(tmp_path / "data.noun").words == found.words
    (tmp_path / "lines.tsv").write_text("tea\ta hot drink\n\ntea\ta hot drink\nice\tfrozen water\n")
    assert read_definitions(tmp_path / "lines.tsv") == Definitions(
        "lines.tsv", ["tea", "ice"], ["a hot drink", "frozen water"]
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tea\ta hot drink\nice\n", "line 2: 'ice': expected a word, a tab and its definition"),
        ("tea\t\n", "line 1"),
        ("\ta hot drink\n", "line 1"),
        ("", "holds no definition; expected lines of a word"),
        ("00001740 03 n 02 river 0 000\n", "line 1: a damaged synset of WordNet"),
        ("00001740 03 n 03 river 0 | water\n", "line 1: a damaged synset of WordNet"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "d.tsv").write_text(text)
    with pytest.raises(InputError, match=message):
        read_definitions(tmp_path / "d.tsv")


def test_a_folder_without_data_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no definition; expected data\.\* of WordNet"):
        read_definitions(tmp_path)


@given(st.integers(0, 10**6), st.floats(0.05, 0.9))
@settings(max_examples=25, deadline=None)
def test_no_word_and_no_definition_is_on_both_sides_of_the_split(seed: int, share: float) -> None:
    chance = np.random.default_rng(seed)
    words, texts = chance.integers(0, 12, 60), chance.integers(0, 25, 60)
    data = Definitions("d", [f"w{at}" for at in words], [f"text {at}" for at in texts])
    vectors = Vectors([f"w{at}" for at in range(12)], np.eye(12))
    items = known_items(data, [Lookup.of(vectors)])
    train, tested = items.split(share, seed)
    for column in (items.words, items.definitions):
        assert not {column[at] for at in train} & {column[at] for at in tested}
    left_out = set(range(60)) - set(train.tolist()) - set(tested.tolist())
    assert {items.definitions[at] for at in left_out} <= {items.definitions[at] for at in tested}
    for item, others in zip(tested.tolist(), items.also_right(tested), strict=True):
        expected = {
            word for word, text in zip(items.words, items.definitions, strict=True) if text == items.definitions[item]
        }
        assert {items.candidates[at] for at in others} == expected - {items.words[item]}


def test_candidates_are_the_words_that_all_vectors_know() -> None:
    one = Vectors(["tea", "Ice", "rum", "zero"], [[1, 0], [0, 1], [1, 1], [0, 0]])
    two = Vectors(["ice", "tea"], [[1, 0, 0], [0, 1, 0]])
    data = Definitions("d", ["ICE", "rum", "tea", "zero"], ["a", "b", "c", "d"])
    items = known_items(data, [Lookup.of(one), Lookup.of(two)])
    assert (items.candidates, items.words, items.right.tolist()) == (["tea", "Ice"], ["ICE", "tea"], [1, 0])


def test_a_planted_map_finds_words_that_their_sentence_vectors_do_not() -> None:
    vectors, data = planted()
    found = {row["method"]: row for row in definitions(vectors, data, resamples=100).rows}
    for method in ("ridge to words", "ridge to definitions"):
        assert found[method]["mrr"] > 0.6
        assert found[method]["difference_low"] > 0
        assert found[method]["definitions"] == 30
    assert found["sif, no map"]["mrr"] < 0.2
    assert found["random"]["median_rank"] == 95.5


def test_the_defined_word_in_its_definition_is_of_no_use() -> None:
    vectors, data = planted()
    spoken = Definitions(
        "d", data.words, [f"{text} {word.upper()} {word}" for word, text in zip(*data[1:], strict=True)]
    )
    plain, other = (definitions(vectors, one, resamples=100).rows for one in (data, spoken))
    assert [row["mrr"] for row in plain] == [row["mrr"] for row in other]


def test_a_definition_without_a_known_word_has_the_rank_of_a_random_order() -> None:
    vectors, data = planted()
    unknown = Definitions("d", data.words, [*data.definitions[:75], *(f"nothing {at}" for at in range(75))])
    lookup = Lookup.of(vectors)
    items = known_items(unknown, [lookup])
    train, tested = items.split(0.5, 1)
    finder = Finder(vectors, lookup, items, "words")
    ranked = dict(finder.ranks(train, tested, Progress(), StopFlag()))
    assert len(ranked) == 4
    assert finder.no_word == np.count_nonzero(tested >= 75) > 0
    for found in ranked.values():
        assert (found[tested >= 75] == 95.5).all()
        assert (found[tested < 75] != 95.5).any()


def test_folded_vectors_are_judged_by_their_mean() -> None:
    from wordvec.sentences import Sentences

    vectors, data = planted()
    counted = Vectors(vectors.words, vectors.matrix, np.arange(len(vectors), 0, -1))
    folded = Sentences().fit(counted).vectors(counted)
    found = definitions({"plain": counted, "folded": folded}, data, resamples=100).rows
    methods = [row["method"] for row in found if row["vectors"] == "folded"]
    assert methods == ["ridge to words", "ridge to definitions", "mean, no map"]
    assert all("difference" not in row for row in found if row["vectors"] == "folded")


def test_scores_are_means_over_definitions_and_intervals_over_words() -> None:
    ranks = np.array([1.0, 2.0, 4.0, 10.0, 11.0, 100.0])
    row = Scores(np.array([5, 5, 7, 7, 8, 9]), 100, 1).row(ranks, np.full(6, 2.0))
    assert row["mrr"] == pytest.approx(np.mean([1, 1 / 2, 1 / 4, 1 / 10, 1 / 11, 1 / 100]))
    assert [row[f"accuracy_{depth}"] for depth in (1, 3, 10)] == pytest.approx([1 / 6, 2 / 6, 4 / 6])
    assert (row["median_rank"], row["definitions"], row["words"]) == (7.0, 6, 4)
    assert row["mrr_low"] is None  # too few words
    assert row["difference"] == pytest.approx(row["mrr"] - 0.5)
    assert random_scores(4)["mrr"] == pytest.approx((1 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
    assert random_scores(4)["accuracy_10"] == 1.0


def test_too_few_known_words_and_wrong_settings_are_refused() -> None:
    vectors, data = planted()
    with pytest.raises(InputError, match="0 of 150 defined words known, at least 20 needed"):
        definitions(Vectors(["tea"], [[1.0]]), data)
    few = data._replace(words=data.words[:2], definitions=data.definitions[:2])
    with pytest.raises(InputError, match=r"2 of 2 defined words known, at least 20 needed$"):
        definitions(vectors, few)
    with pytest.raises(InputError, match="definitions are left for training"):
        definitions(vectors, data, test=0.95)
    for share in (0.0, 1.0, -1.0):
        with pytest.raises(SettingsError, match="must be between 0 and 1"):
            definitions(vectors, data, test=share)
    with pytest.raises(InputError, match="no vectors"):
        definitions({}, data)


def test_the_command_prints_the_table(tmp_path: Path, wordvec: Call) -> None:
    vectors, data = planted()
    vectors.save(tmp_path / "v.vec")
    lines = [f"{word}\t{text}" for word, text in zip(*data[1:], strict=True)]
    (tmp_path / "d.tsv").write_text("\n".join(lines) + "\n")
    command = ("evaluate", "definitions", tmp_path / "v.vec", "--dataset", tmp_path / "d.tsv")
    done = wordvec(*command, "--resamples", 100, "--json")
    assert done.code == 0
    rows = json.loads(done.out)["rows"]
    assert [row["method"] for row in rows] == [
        "ridge to words",
        "ridge to definitions",
        "sif, no map",
        "mean, no map",
        "random",
    ]
    assert rows[0]["mrr"] > 0.6
    limited = json.loads(wordvec(*command, "--limit", 100, "--json", "--quiet").out)["notes"]
    assert any(note.startswith("candidates: 100 words") for note in limited)
    bad = wordvec(*command, "--test", 2)
    assert (bad.code, bad.err) == (2, "wordvec: --test 2.0: must be between 0 and 1\n")
