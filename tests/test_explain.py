"""Explanation of a word's vector: the n-grams, their shares, the word's own row, and what has no row."""

import json
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call
from composing import composing, fasttext, planted

from wordvec import Vectors
from wordvec.errors import InputError, SettingsError
from wordvec.subwords import Buckets, Floret, Listed, Pruned, Subwords, Table, Used
from wordvec.vectors import UnknownWordError

DIM = 5
ROWS = np.random.default_rng(7).standard_normal((64, DIM)).astype(np.float32)
NUMBERS = np.arange(0, 128, 2)
TABLES: list[Table] = [
    Subwords(ROWS, 3, 5),
    Subwords(np.vstack([ROWS, np.zeros((1, DIM), np.float32)]), 3, 5, used=Used(128, NUMBERS)),
    Pruned(ROWS, 3, 5, Used(128, NUMBERS)),
    Buckets(ROWS, 3, 5),
    Listed(ROWS, 3, 5, {"<ri": 0, "riv": 1, "ver": 2, "er>": 3}),
    Floret(ROWS, 3, 5, 2, 2166136261, "<", ">"),
]
named = pytest.mark.parametrize("table", TABLES, ids=lambda table: type(table).__name__)


def with_own_rows(table: Table, words: list[str], own: np.ndarray) -> Vectors:
    """Return vectors that are means of own rows and n-grams, as fastText's files are read."""
    sums, counts = table.add_up(words)
    return Vectors(words, (own + sums) / (1 + counts[:, None]), subwords=table)


@named
def test_the_n_grams_of_an_unknown_word_have_their_projections_as_shares(table: Table) -> None:
    vectors = Vectors(["tea"], np.ones((1, DIM)), subwords=table)
    found = vectors.explain("river", 0)
    vector = vectors["river"].astype(np.float64)
    length, count = np.linalg.norm(vector), len(table.bags(["river"]).numbers)
    assert [row["ngram"] for row in found.rows] == [ngram.text for ngram in table.ngrams("river")]
    for row, ngram in zip(found.rows, table.ngrams("river"), strict=True):
        assert row["rows"] == list(ngram.rows)
        if not ngram.rows:
            assert (row["row"], row["share"]) == ("missing", None)
            continue
        part = ROWS[[number for number in ngram.rows if number < len(ROWS)]].astype(np.float64).sum(axis=0) / count
        assert row["row"] == ("found" if part.any() else "zeros")
        assert row["share"] == pytest.approx(part @ vector / length**2, abs=1e-5)
    assert sum(row["share"] or 0 for row in found.rows) == pytest.approx(1)
    assert f"river: not among the words, composed; length {length:.4f}, mean of {count} rows" in found.notes


@pytest.mark.parametrize("table", TABLES[:5], ids=lambda table: type(table).__name__)
def test_a_word_of_the_vocabulary_has_its_own_row_first(table: Table) -> None:
    own = np.random.default_rng(8).standard_normal((2, DIM))
    vectors = with_own_rows(table, ["tea", "river"], own)
    first, *others = vectors.explain("river", 0).rows
    vector, count = vectors["river"].astype(np.float64), 1 + len(table.bags(["river"]).numbers)
    assert (first["part"], first["ngram"], first["row"]) == ("own row", None, "found")
    assert first["share"] == pytest.approx(own[1] @ vector / (count * vector @ vector), abs=1e-4)
    assert first["share"] + sum(row["share"] or 0 for row in others) == pytest.approx(1)
    assert len(others) == len(table.ngrams("river"))


def test_the_own_row_is_that_of_fasttext_s_file(tmp_path: Path) -> None:
    vectors = fasttext(["</s>", "river", "tea"], dim=DIM)
    vectors.save(tmp_path / "a.fasttext.bin")
    read = Vectors.load(tmp_path / "a.fasttext.bin")
    assert vectors.subwords is not None
    sums, counts = vectors.subwords.add_up(["river"])
    own = vectors.matrix[1] * (1 + counts[0]) - sums[0]
    vector = read["river"]
    expected = float(own @ vector / ((1 + counts[0]) * vector @ vector))
    assert read.explain("river").rows[0]["share"] == pytest.approx(expected, abs=1e-4)
    end = read.explain("</s>")
    assert [(row["part"], row["share"]) for row in end.rows] == [("own row", pytest.approx(1))]


def test_a_word_of_floret_is_its_n_grams_and_what_its_row_has_besides() -> None:
    table = TABLES[-1]
    composed = table.means(["river"]).vectors
    vectors = Vectors(["river"], composed, subwords=table)
    found = vectors.explain("river", 0)
    assert {row["part"] for row in found.rows} == {"n-gram"}
    assert found.rows[0]["ngram"] == "<river>"
    assert len(found.rows[0]["rows"]) == 2
    moved = Vectors(["river"], composed + 1, subwords=table).explain("river", 0)
    assert [row["part"] for row in moved.rows][:2] == ["rest", "n-gram"]
    assert sum(row["share"] for row in moved.rows) == pytest.approx(1)


def test_repeated_n_grams_count_each_time() -> None:
    vectors = Vectors(["tea"], [[1.0, 0]], subwords=Listed(np.eye(2, dtype=np.float32), 2, 2, {"na": 0, "an": 1}))
    found = vectors.explain("nana", 0)
    assert [(row["ngram"], row["share"]) for row in found.rows if row["rows"]] == [
        ("na", pytest.approx(0.4)),
        ("an", pytest.approx(0.2)),
        ("na", pytest.approx(0.4)),
    ]


def test_rows_of_zeros_and_words_without_n_grams_are_shown() -> None:
    rows = np.array([[1, 0], [0, 0]], np.float32)
    vectors = Vectors(["ab", "tea"], [[1, 0], [0, 0]], subwords=Listed(rows, 3, 3, {"<te": 0, "tea": 1}))
    assert [(row["part"], row["row"], row["share"]) for row in vectors.explain("ab").rows] == [
        ("own row", "found", pytest.approx(1)),
        ("n-gram", "missing", None),
        ("n-gram", "missing", None),
    ]
    found = vectors.explain("teas").rows
    assert [(row["ngram"], row["row"], row["share"]) for row in found[:2]] == [("<te", "found", 1), ("tea", "zeros", 0)]
    with pytest.raises(UnknownWordError, match=r"^tea: has no vector, its row is all zeros$"):
        vectors.explain("tea")
    with pytest.raises(UnknownWordError, match=r"^sky: not among the 2 words, and none of its n-grams has a row$"):
        vectors.explain(["ab", "sky"])


def test_nearest_words_are_those_of_the_rows() -> None:
    words = planted("north south tea", dim=2)
    vectors = composing(words, {"east": [1.0, 0.2]})
    (row,) = [row for row in vectors.explain("east", 2).rows if row["rows"]]
    near = vectors.nearest(np.array([1.0, 0.2]), 2)
    assert list(zip(row["neighbours"], row["cosines"], strict=True)) == near
    assert row["nearest"].startswith(f"{near[0][0]} {near[0][1]:.4f}".replace("0.", "."))
    assert "nearest" not in vectors.explain("east", 0).columns


def test_a_table_of_floret_without_words_has_no_neighbours() -> None:
    vectors = Vectors([], np.empty((0, DIM)), subwords=TABLES[-1])
    found = vectors.explain(["river", "tea"])
    assert list(dict.fromkeys(row["word"] for row in found.rows)) == ["river", "tea"]
    assert "nearest" not in found.columns


def test_the_table_has_every_format() -> None:
    pandas = pytest.importorskip("pandas")
    found = fasttext(["river"]).explain("rivers")
    assert isinstance(found.to_pandas(), pandas.DataFrame)
    assert json.loads(found.to_json())["rows"][0]["ngram"] == "<ri"
    assert found.to_csv().startswith("word,part,ngram,row,share,nearest\n")


def test_what_cannot_be_explained_has_a_reason() -> None:
    with pytest.raises(InputError, match=r"^the vectors have no n-grams, as files of fastText"):
        Vectors(["tea"], [[1, 0]]).explain("tea")
    with pytest.raises(SettingsError, match="-1: must be at least 0"):
        fasttext(["tea"]).explain("tea", -1)
    with pytest.raises(TypeError, match="words"):
        fasttext(["tea"]).explain([3])  # type: ignore[list-item]


class TestCommand:
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        vectors = fasttext(["river", "tea"])
        vectors.save("a.fasttext.bin")
        vectors.save("a.vec")

    def test_it_prints_a_row_for_each_n_gram(self, wordvec: Call) -> None:
        done = wordvec("explain", "a.fasttext.bin", "tea", "teas", "-n", 1)
        lines = done.out.splitlines()
        assert (done.code, lines[0].split()) == (0, ["word", "part", "ngram", "row", "share", "nearest"])
        assert lines[1].split()[:5] == ["tea", "own", "row", "-", "found"]
        assert sum(line.startswith("teas ") for line in lines) == len("<teas>") - 2 + 3 + 2 + 1
        assert done.err == "wordvec: teas: not among the 2 words; composed from its n-grams\n"
        rows = json.loads(wordvec("explain", "a.fasttext.bin", "tea", "-n", 0, "--json").out)["rows"]
        assert sum(row["share"] for row in rows) == pytest.approx(1)
        assert wordvec("explain", "a.fasttext.bin", "tea", "--csv").out.startswith(
            "word,part,ngram,row,share,nearest\n"
        )

    def test_vectors_and_words_without_n_grams_are_one_line(self, wordvec: Call) -> None:
        done = wordvec("explain", "a.vec", "tea")
        assert (done.code, done.out) == (1, "")
        assert done.err == (
            "wordvec: a.vec: its vectors have no n-grams, as files of fastText (.bin, .ftz), floret and finalfusion "
            "do\n"
        )
        fasttext(["river"], shortest=6).save("b.fasttext.bin")
        done = wordvec("explain", "b.fasttext.bin", "ab")
        assert done == (1, "", "wordvec: ab: not among the 1 words, and has no n-grams to make its vector of\n")
        done = wordvec("explain", "b.fasttext.bin", "ab", "river", "-n", 0)
        assert done.code == 0
        assert done.err == "wordvec: ab: not among the 1 words, and has no n-grams to make its vector of\n"
        assert wordvec("explain", "b.fasttext.bin", "ab", "river", "--strict").code == 1
        assert wordvec("explain", "b.fasttext.bin").code == 2
