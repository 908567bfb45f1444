"""floret's table: its hash, its text, and the programs that read it."""

import dataclasses
from pathlib import Path

import naive
import numpy as np
import pytest
from cli_helpers import Call
from hypothesis import given, settings
from hypothesis import strategies as st
from test_formats import file_of, message, some

from wordvec import Vectors, formats
from wordvec.errors import SettingsError
from wordvec.formats import Plain
from wordvec.subwords import Floret

WORDS = ["river", "rivers", "naïve", "नदी", "a", "日本", "a-word-of-more-than-sixteen-bytes"]


def table(hashes: int = 2, longest: int = 4, dim: int = 4) -> Floret:
    rows = np.random.default_rng(2).normal(size=(50, dim)).astype(np.float32)
    return Floret(rows, 2, longest, hashes, 2166136261, "<", ">")


def made() -> Plain:
    return Plain([], np.empty((0, 4), np.float32), None, {}, table())


def test_the_hash_of_the_twin_is_the_published_one() -> None:
    # of the author's test program and of other implementations
    assert naive.murmur(b"", 0) == (0, 0)
    one, two = naive.murmur(b"The quick brown fox jumps over the lazy dog", 0)
    assert f"{one:016x}{two:016x}" == "e34bbc7bbc071b6c7a433ca9c49a9347"


@settings(deadline=None)
@given(
    st.text(min_size=1, max_size=20), st.integers(1, 4), st.integers(1, 3), st.integers(0, 4), st.integers(0, 2**32 - 1)
)
def test_the_kernel_adds_up_what_the_twin_does(word: str, hashes: int, shortest: int, more: int, seed: int) -> None:
    word = word.encode(errors="ignore").decode() or "a"
    floret = dataclasses.replace(table(), hashes=hashes, shortest=shortest, longest=shortest + more, seed=seed)
    expected = naive.floret_vector(word, floret.rows, (shortest, shortest + more), hashes, seed, ("<", ">"))
    got = floret.vector(word)
    assert got is not None
    np.testing.assert_allclose(got, expected, atol=1e-5)


def test_a_table_comes_back_bit_by_bit(tmp_path: Path) -> None:
    for name in ("a.floret", "a.floret.gz", "a.vectors"):
        formats.save(made(), tmp_path / name)
        got = formats.load(tmp_path / name).subwords
        assert isinstance(got, Floret)
        assert got.settings() == table().settings()
        np.testing.assert_array_equal(got.rows, table().rows)
    assert (tmp_path / "a.floret").read_text().startswith("50 4 2 4 2 2166136261 < >\n0 ")
    assert formats.detect(tmp_path / "a.floret") == "floret"


def test_a_list_of_words_gets_its_vectors(tmp_path: Path, wordvec: Call) -> None:
    formats.save(made(), tmp_path / "a.floret")
    (tmp_path / "list.txt").write_text("\n".join(WORDS))
    assert wordvec("convert", tmp_path / "a.floret", tmp_path / "b.vec", "--words", tmp_path / "list.txt").code == 0
    got, floret = Vectors.load(tmp_path / "b.vec"), Vectors.load(tmp_path / "a.floret")
    assert got.words == WORDS
    for word in WORDS:
        np.testing.assert_array_equal(got[word], floret[word])


def test_vectors_of_words_do_not_become_a_table(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="only vectors read from floret can"):
        formats.save(some(), tmp_path / "a.floret")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"999999999 300 2 4 2 1 < >\n0 1\n", "the header says 999999999 rows"),
        (b"2 1 2 4 2 1 < >\n0 1\n2 1\n", "line 3: begins with '2' instead of the row number 1"),
        (b"2 1 2 4 2 1 < >\n0 1\n1 x\n", "line 3: 'x' in the vector of '1' is not a number"),
        (b"3 1 2 4 2 1 < >\n0 1\n1 5\n", "the header says 3 rows, but there are 2"),
    ],
)
def test_a_damaged_table_is_one_clear_line(content: bytes, expected: str, tmp_path: Path) -> None:
    assert expected in message(file_of(tmp_path, content, "a.floret"))


def test_vectors_are_those_of_floret_itself(tmp_path: Path) -> None:
    floret = pytest.importorskip("floret", reason="the package floret is not installed")
    # floret's own vector of the vocabulary's first word differs from that of its table, as spaCy computes it, by 1 %.
    (tmp_path / "text.txt").write_text("the river the lake ocean town naïve नदी\n" * 500)
    model = floret.train_unsupervised(
        str(tmp_path / "text.txt"), mode="floret", hashCount=2, bucket=500, minn=2, maxn=4, dim=4, minCount=1, lr=1.0
    )
    model.save_floret_vectors(str(tmp_path / "a.floret"))
    ours = Vectors.load(tmp_path / "a.floret")
    for word in WORDS:
        np.testing.assert_allclose(ours[word], model.get_word_vector(word), rtol=1e-3, atol=1e-4)


def test_spacy_reads_what_we_write(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="the package spacy is not installed")
    formats.save(made(), tmp_path / "a.spacy")
    vocabulary = spacy.load(tmp_path / "a.spacy").vocab
    for word in WORDS:
        np.testing.assert_allclose(vocabulary.get_vector(word), table().vector(word), atol=1e-6)
    again = formats.load(tmp_path / "a.spacy").subwords
    assert isinstance(again, Floret)
    assert again.settings() == table().settings()
    np.testing.assert_array_equal(again.rows, table().rows)
