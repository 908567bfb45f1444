"""Trimming of tables of n-grams: rows that words use, the most useful rows, and the command's output."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call

from wordvec import Vectors, formats
from wordvec.errors import InputError, SettingsError
from wordvec.subwords import Floret, Hashed, Subwords, Used
from wordvec.transforms import trimmed

WORDS = ["river", "rivers", "lake", "नदी", "a"]
OTHERS = ["riverside", "lakes", "xyz"]
ROWS = np.random.default_rng(4).normal(size=(200, 4)).astype(np.float32)
DENSE = Subwords(ROWS, 3, 4)
SPARSE = Subwords(np.concatenate([ROWS[::2], np.zeros((1, 4), np.float32)]), 3, 4, used=Used(200, np.arange(0, 200, 2)))
FLORET = Floret(ROWS, 3, 4, 2, 2166136261, "<", ">")


def vectors(table: Hashed | None) -> Vectors:
    """Return five words with subwords."""
    matrix = np.random.default_rng(6).normal(size=(len(WORDS), 4)).astype(np.float32)
    return Vectors(WORDS, matrix, [50, 40, 30, 20, 10], {}, Vectors(WORDS, -matrix), table)


@pytest.mark.parametrize("table", [DENSE, SPARSE, FLORET])
def test_rows_that_no_word_uses_become_zeros(table: Hashed) -> None:
    before = vectors(table)
    after = trimmed(before)
    assert isinstance(after.subwords, Hashed)
    assert after.subwords.used is not None
    own = {row for word in WORDS for ngram in table.ngrams(word) for row in ngram.rows}
    own -= set() if table.used is None else {len(table.used.numbers)}
    assert len(after.subwords.rows) == len(own) + 1
    whole = np.zeros_like(ROWS)
    whole[after.subwords.used.numbers] = after.subwords.rows[:-1]
    dense = dataclasses.replace(table, rows=whole, used=None)
    for word in [*WORDS, *OTHERS]:
        np.testing.assert_array_equal(after.subwords.means([word]).vectors, dense.means([word]).vectors)
    np.testing.assert_array_equal(after.subwords.means(WORDS).vectors, table.means(WORDS).vectors)
    np.testing.assert_array_equal(after.matrix, before.matrix)
    assert after.contexts is before.contexts


@pytest.mark.parametrize("table", [DENSE, SPARSE, FLORET])
def test_the_rows_kept_are_those_of_most_occurrences_times_length(table: Hashed) -> None:
    uses = np.zeros(len(table.rows))
    for word in WORDS:
        for ngram in table.ngrams(word):
            for row in ngram.rows:
                uses[row] += 1
    scores = uses * np.linalg.norm(table.rows.astype(float), axis=1)
    found = trimmed(vectors(table), 7).subwords
    assert isinstance(found, Hashed)
    expected = table.rows[np.sort(np.argsort(-scores)[:7])]
    np.testing.assert_array_equal(found.rows, np.concatenate([expected, np.zeros((1, 4), np.float32)]))


def test_a_row_of_zeros_shortens_a_composed_vector_and_does_not_turn_it() -> None:
    found = trimmed(vectors(DENSE), 12).subwords
    assert isinstance(found, Hashed)
    assert found.used is not None
    bag = DENSE.bags(["rivers"]).numbers
    kept = [row for row in bag.tolist() if row in found.used.numbers]
    assert 0 < len(kept) < len(bag)
    alone, composed = ROWS[kept].astype(float).mean(0), found.means(["rivers"]).vectors[0]
    np.testing.assert_allclose(composed, alone * len(kept) / len(bag), rtol=1e-5)


def test_the_history_has_the_effect() -> None:
    step = trimmed(vectors(DENSE), 12).metadata["history"][-1]
    assert (step["step"], step["keep"], step["before"], step["after"]) == ("trimmed", 12, 200, 13)
    assert 0 < step["cosine"] < 1
    assert trimmed(vectors(DENSE)).metadata["history"][-1]["cosine"] == pytest.approx(1)


def test_words_without_ngrams_have_no_cosine() -> None:
    lonely = Vectors(["a"], [[1, 2, 3, 4]], subwords=Subwords(ROWS, 5, 6))
    step = trimmed(lonely).metadata["history"][-1]
    assert (step["after"], step["cosine"]) == (1, None)


def test_the_command_reports_sizes_and_the_formats_that_keep_them(tmp_path: Path, wordvec: Call) -> None:
    source = tmp_path / "a.fasttext.bin"
    vectors(DENSE).save(source)
    done = wordvec("convert", source, tmp_path / "b.vectors", "--trim", 12)
    first, last = done.err.splitlines()
    assert first.startswith("n-grams: 200 rows (0.0 MB) to 13 rows (0.0 MB); mean cosine of 5 words composed from ")
    assert last == f"{tmp_path}/b.vectors: 5 words, dim 4"
    done = wordvec("convert", tmp_path / "b.vectors", tmp_path / "c.fasttext.bin", "--trim", "used")
    assert "the format fasttext stores all buckets, dropped ones as zeros; .vectors does not" in done.err
    sparse, dense = (Vectors.load(tmp_path / name) for name in ("b.vectors", "c.fasttext.bin"))
    assert sparse.subwords is not None
    assert dense.subwords is not None
    assert (len(sparse.subwords.rows), len(dense.subwords.rows)) == (13, 200)
    for word in OTHERS:
        np.testing.assert_array_equal(sparse.subwords.means([word]).vectors, dense.subwords.means([word]).vectors)
    np.testing.assert_allclose(dense.matrix, sparse.matrix, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("keep", ["x", "0", "-1", "1.5"])
def test_a_number_of_rows_that_is_none_is_refused(keep: str, tmp_path: Path, wordvec: Call) -> None:
    vectors(DENSE).save(tmp_path / "a.vectors")
    done = wordvec("convert", tmp_path / "a.vectors", tmp_path / "b.vectors", f"--trim={keep}")
    assert done == (2, "", f"wordvec: --trim {keep}: expected used, or a number of rows\n")


def test_what_cannot_be_trimmed_is_refused(tmp_path: Path, wordvec: Call) -> None:
    vectors(DENSE).save(tmp_path / "a.vectors")
    done = wordvec("convert", tmp_path / "a.vectors", tmp_path / "b.vec", "--trim", "used")
    assert done.err.startswith("wordvec: --trim: the format word2vec has no subwords; choose one of .fasttext.bin, ")
    vectors(None).save(tmp_path / "c.vec")
    done = wordvec("convert", tmp_path / "c.vec", tmp_path / "d.vectors", "--trim", "used")
    assert done.err.endswith("only n-grams of fastText and floret can be trimmed; these vectors have no subwords\n")
    formats.save(formats.Plain([], np.empty((0, 4), np.float32), None, {}, FLORET), tmp_path / "e.floret")
    done = wordvec("convert", tmp_path / "e.floret", tmp_path / "f.vectors", "--trim", "used")
    assert done.err.endswith("the file has no words that use the n-grams; --words takes a list of them\n")
    with pytest.raises(InputError):
        trimmed(vectors(None))
    with pytest.raises(SettingsError, match="trim True: expected used, or a number of rows"):
        trimmed(vectors(DENSE), True)
