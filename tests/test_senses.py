"""Sense vectors after training: names, inventory, lookup, neighbours and files."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordvec.errors import InputError, SettingsError
from wordvec.senses.files import listed_senses, read_senses, senses_path, write_senses
from wordvec.senses.inventory import SenseInventory, record
from wordvec.senses.names import free_mark, sense_name, split_name
from wordvec.vectors import SenseNeighbours, UnknownWordError, Vectors

NAMES = ["tea", "bank#1", "money", "river", "bank#2", "loan", "shore"]
ROWS = [[0, 0, 1], [1, 0.1, 0], [1, 0, 0.1], [0, 1, 0.1], [0.1, 1, 0], [1, 0, 0], [0, 1, 0]]
COUNTS = [20, 9, 8, 7, 3, 2, 1]


@pytest.fixture
def vectors() -> Vectors:
    return Vectors(NAMES, ROWS, COUNTS, {"senses": record("planted", 1, "#")})


@given(st.lists(st.text("a#12", min_size=1, max_size=6), unique=True))
def test_no_word_is_mistaken_for_a_sense_with_the_free_mark(words: list[str]) -> None:
    mark = free_mark(words)
    assert all(split_name(word, mark) is None for word in words)
    for word in words:
        assert split_name(sense_name(word, 12, mark), mark) == (word, 12)


@given(st.dictionaries(st.text("a#1", min_size=1, max_size=4), st.integers(1, 4), min_size=1))
def test_an_inventory_finds_the_senses_that_were_named(senses: dict[str, int]) -> None:
    mark = free_mark(senses)
    names = [
        word if number == 1 else sense_name(word, k, mark)
        for word, number in senses.items()
        for k in range(1, number + 1)
    ]
    inventory = SenseInventory(names, mark=mark)
    assert inventory.words == list(senses)
    for word, number in senses.items():
        rows = inventory.rows_of(word).tolist()
        assert len(rows) == number
        assert all(inventory.word_of(row) == word for row in rows)


def test_senses_have_names_shares_and_vectors(vectors: Vectors) -> None:
    senses = vectors.senses("bank")
    assert [(sense.name, sense.share) for sense in senses] == [("bank#1", 0.75), ("bank#2", 0.25)]
    np.testing.assert_array_equal(senses[1].vector, vectors["bank#2"])
    assert [(sense.name, sense.share) for sense in vectors.senses("tea")] == [("tea", 1.0)]


def test_shares_are_unknown_without_counts() -> None:
    plain = Vectors(NAMES, ROWS, metadata={"senses": record("planted", 1, "#")})
    assert [sense.share for sense in plain.senses("bank")] == [None, None]


def test_a_word_without_counted_tokens_has_equal_shares() -> None:
    assert SenseInventory(["a#1", "a#2"], [0, 0]).shares_of("a") == pytest.approx([0.5, 0.5])


def test_words_that_look_like_senses_are_plain_without_the_record() -> None:
    plain = Vectors(NAMES, ROWS, COUNTS)
    assert plain.inventory is None
    assert plain.nearest("bank#1", 1)[0][0] == "loan"
    with pytest.raises(InputError, match=r"no rows of senses; .* with_senses"):
        plain.senses("bank")
    assert plain.with_senses().senses("bank")[0].name == "bank#1"


def test_vectors_without_marked_words_are_not_given_senses() -> None:
    with pytest.raises(InputError, match="no word has several senses"):
        Vectors(["a", "b#1"], np.eye(2)).with_senses()
    with pytest.raises(SettingsError, match="mark"):
        Vectors(["a#1", "a#2"], np.eye(2)).with_senses("")


def test_neighbours_of_a_word_are_grouped_by_its_senses(vectors: Vectors) -> None:
    found = vectors.nearest("bank", 2)
    assert isinstance(found, SenseNeighbours)
    assert {name: [word for word, _ in near] for name, near in found.senses.items()} == {
        "bank#1": ["loan", "money"],
        "bank#2": ["shore", "river"],
    }
    assert sorted(word for word, _ in found) == ["loan", "shore"]


def test_senses_of_a_word_are_not_its_neighbours(vectors: Vectors) -> None:
    everything = 100
    for query in ("bank", "bank#1", "bank#2"):
        assert not {word for word, _ in vectors.nearest(query, everything)} & {"bank#1", "bank#2"}
    both = vectors.nearest(positive=["bank#1", "river"], n=everything)
    assert {word for word, _ in both} == {"tea", "money", "loan", "shore"}
    several = vectors.nearest(["river", "bank"], everything)
    assert [word for word, _ in several[0]][:2] == ["shore", "bank#2"]
    assert isinstance(several[1], SenseNeighbours)


def test_the_row_of_a_word_with_senses_is_asked_by_its_sense(vectors: Vectors) -> None:
    with pytest.raises(UnknownWordError, match="bank: has the senses bank#1, bank#2; name one of them"):
        vectors["bank"]
    with pytest.raises(UnknownWordError, match="not among"):
        vectors.senses("bunk")


def test_a_damaged_record_is_one_line() -> None:
    for damaged in ("yes", {"mark": ""}, {"mark": 3}, {}):
        broken = Vectors(NAMES, ROWS, COUNTS, {"senses": damaged})
        with pytest.raises(InputError, match="record of senses is damaged"):
            broken.senses("bank")


ENDINGS = [".vec", ".vec.gz", ".bin", ".txt", ".npz", ".kv", "-w.npy", ".parquet", ".vectors", ".hub", ".projector"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_senses_survive_formats(ending: str, vectors: Vectors, tmp_path: Path) -> None:
    path = tmp_path / f"v{ending}"
    vectors.save(path)
    read = Vectors.load(path, trust_pickle=True)
    assert [(sense.name, sense.share) for sense in read.senses("bank")] == [("bank#1", 0.75), ("bank#2", 0.25)]


def test_the_list_of_senses_is_read_as_it_was_written(vectors: Vectors, tmp_path: Path) -> None:
    path = senses_path(tmp_path / "v.vec")
    rows = list(listed_senses(vectors, {"bank#2": ["the left [bank] of\tthe river", "along the [bank]"]}))
    write_senses(rows, path)
    read = list(read_senses(path))
    assert [(row.word, row.number, row.name, row.share, row.tokens) for row in read] == [
        ("bank", 1, "bank#1", 0.75, 9),
        ("bank", 2, "bank#2", 0.25, 3),
    ]
    assert read[0].neighbours[:2] == ("loan", "money")
    assert read[1].contexts == ("the left [bank] of the river", "along the [bank]")
    assert not math.isnan(read[0].share)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("word\tsense\n", "is not a list of senses"),
        ("word\tsense\trow\tshare\ttokens\tneighbours\tcontexts\na\t1\n", "line 2: expected 7 columns, found 2"),
        ("word\tsense\trow\tshare\ttokens\tneighbours\tcontexts\na\tx\ta#1\t1\t1\t\t\n", "must be numbers; found x"),
    ],
)
def test_another_file_is_no_list_of_senses(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.senses.tsv"
    path.write_text(content)
    with pytest.raises(InputError, match=message):
        list(read_senses(path))
