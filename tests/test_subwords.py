"""Tables of n-grams: the rows of words, and tables that hold only the rows that words use."""

import dataclasses
from pathlib import Path

import naive
import numpy as np
import pytest
from fasttext_ngrams import NGRAMS
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wordvec import Vectors, formats
from wordvec.formats import Plain
from wordvec.subwords import Buckets, Floret, Hashed, Listed, Pruned, Subwords, Table, Used
from wordvec.subwords.hashing import FastTextHash

DIM, SEED = 4, 2166136261
NUMBERS = np.array([0, 3, 4, 11, 17, 36], np.int64)
ROWS = np.random.default_rng(5).normal(size=(len(NUMBERS) + 1, DIM)).astype(np.float32)
ROWS[-1] = 0
WORDS = ["tea", "naïve", "नदी", "e\u0301te\u0301", "👩\u200d🔬", "x", "", "日本"]
SPARSE: list[Hashed] = [
    Subwords(ROWS, 2, 4, used=Used(37, NUMBERS)),
    Floret(ROWS, 2, 4, 2, SEED, "<", ">", used=Used(37, NUMBERS)),
]


def dense(table: Hashed) -> Hashed:
    """Return the table with a row for each bucket."""
    rows = np.zeros((37, DIM), np.float32)
    rows[NUMBERS] = ROWS[:-1]
    return dataclasses.replace(table, rows=rows, used=None)


@pytest.mark.parametrize("table", SPARSE)
def test_buckets_without_a_row_of_their_own_are_zeros(table: Hashed) -> None:
    sums, counts = table.add_up(WORDS)
    expected = dense(table).add_up(WORDS)
    np.testing.assert_array_equal(sums, expected.sums)
    np.testing.assert_array_equal(counts, expected.counts)
    assert table.settings() == dense(table).settings()
    np.testing.assert_array_equal(table.rows_of_buckets(slice(0, 64)), dense(table).rows)


@pytest.mark.parametrize("table", SPARSE)
def test_used_rows_alone_are_stored_in_our_folder_and_all_rows_elsewhere(table: Hashed, tmp_path: Path) -> None:
    words, other = ([], ".floret") if isinstance(table, Floret) else (["tea", "milk"], ".fasttext.bin")
    matrix = np.ones((len(words), DIM), np.float32)
    for ending, rows in ((".vectors", len(ROWS)), (other, 37)):
        formats.save(Plain(words, matrix, None, {}, table), tmp_path / f"a{ending}")
        got = Vectors.load(tmp_path / f"a{ending}").subwords
        assert isinstance(got, Hashed)
        assert (len(got.rows), got.buckets) == (rows, 37)
        np.testing.assert_array_equal(got.means(WORDS).vectors, table.means(WORDS).vectors)


@pytest.mark.parametrize("numbers", [[3, 2], [3, 3], [-1, 3], [3, 37]])
def test_numbers_of_used_buckets_that_do_not_rise_are_damage(numbers: list[int], tmp_path: Path) -> None:
    table = Subwords(ROWS[:3], 2, 4, used=Used(37, np.array(numbers)))
    formats.save(Plain(["tea"], np.ones((1, DIM), np.float32), None, {}, table), tmp_path / "a.vectors")
    with pytest.raises(formats.InputError, match=r"damaged \(ValueError: used.npy"):
        Vectors.load(tmp_path / "a.vectors")


@settings(deadline=None)
@given(st.text(max_size=6), st.integers(1, 3), st.integers(0, 3))
def test_ngrams_are_those_of_the_twin(word: str, shortest: int, more: int) -> None:
    word = word.encode(errors="ignore").decode()
    table = Subwords(np.ones((7, DIM), np.float32), shortest, shortest + more)
    ngrams = table.ngrams(word)
    assert [ngram.text for ngram in ngrams] == naive.fasttext_ngrams(word, shortest, shortest + more)
    assert [row for ngram in ngrams for row in ngram.rows] == table.bags([word]).numbers.tolist()


@pytest.mark.parametrize(
    "table",
    [
        *SPARSE,
        Pruned(ROWS, 2, 4, Used(37, np.arange(7))),
        Buckets(ROWS[:4], 2, 4),
        Listed(ROWS, 2, 4, {"te": 1, "ea>": 2}),
    ],
)
def test_rows_of_ngrams_are_those_of_words(table: Table) -> None:
    for word in WORDS:
        rows = [row for ngram in table.ngrams(word) for row in ngram.rows]
        assert rows == table.bags([word]).numbers.tolist()
        expected = table.rows[rows].astype(np.float64).sum(0)
        np.testing.assert_allclose(table.add_up([word]).sums[0], expected, atol=1e-12)


@pytest.mark.parametrize("sizes", NGRAMS)
def test_ngrams_and_buckets_are_those_of_fasttext(sizes: tuple[int, int, int]) -> None:
    words, hashing = list(NGRAMS[sizes]), FastTextHash(*sizes)
    cut, bags = hashing.cut(words), hashing.bags(words)
    spelled, numbers = cut.spelled(), bags.numbers.tolist()
    for word, begin, end in zip(words, cut.starts[:-1], cut.starts[1:], strict=True):
        assert list(zip(spelled[begin:end], numbers[begin:end], strict=True)) == NGRAMS[sizes][word], ascii(word)
    np.testing.assert_array_equal(bags.starts, cut.starts)


@pytest.mark.parametrize("sizes", NGRAMS)
def test_ngrams_of_any_word_are_those_of_fasttext_itself(sizes: tuple[int, int, int], tmp_path: Path) -> None:
    program = pytest.importorskip("fasttext", reason="the package fasttext is not installed")
    shortest, longest, buckets = sizes
    few = Subwords(np.zeros((buckets, 1), np.float32), shortest, longest)
    Vectors(["</s>"], [[1.0]], subwords=few).save(tmp_path / "a.fasttext.bin")
    model = program.FastText.load_model(str(tmp_path / "a.fasttext.bin"))
    hashing = FastTextHash(*sizes)

    @settings(deadline=None)
    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8))
    @example("e\u0301")
    @example("\U0001f469\u200d\U0001f52c")
    def same(word: str) -> None:
        spelled, numbers = model.get_subwords(word)
        assert hashing.cut([word]).spelled() == spelled
        assert (hashing.bags([word]).numbers + 1).tolist() == [int(number) for number in numbers]

    same()
