"""Rows that start from vectors with subwords: new words are composed of theirs, not drawn by chance."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_helpers import SMALL, Call, write_text

from wordvec import CBOW, EncodedCorpus, GloVe, SkipGram, Vectors
from wordvec.subwords import Buckets, Floret, Listed, Pruned, Subwords, Table, Used
from wordvec.workers import Progress

DIM = 8
STILL = {"dim": DIM, "epochs": 1, "min_count": 1, "threads": 1, "sample": 0, "learning_rate": 1e-30}
ROWS = np.random.default_rng(3).normal(size=(50, DIM)).astype(np.float32)
TABLES = [
    Subwords(ROWS, 3, 5),
    Floret(ROWS, 3, 5, 2, 2166136261, "<", ">"),
    Buckets(ROWS[:32], 3, 5),
    Pruned(ROWS, 3, 5, Used(60, np.arange(50))),
    Listed(ROWS, 3, 5, {"<so": 4, "out": 4, "Süd": 7, "ind": 9}),
]


@pytest.fixture(scope="module")
def corpus() -> Iterator[EncodedCorpus]:
    # "a" has no n-gram of three characters, since <a> is cut only where 3 fit.
    with EncodedCorpus.from_sentences(["north south Süden tea", "tea with a north wind", "south wind"]) as encoded:
        yield encoded


def known(table: Table) -> Vectors:
    return Vectors(["north", "tea"], np.ones((2, DIM)) * [[1], [2]], subwords=table)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("trainer", [SkipGram, CBOW, GloVe])
def test_new_words_start_from_their_subwords(
    trainer: Any, table: Table, corpus: EncodedCorpus, capsys: pytest.CaptureFixture[str]
) -> None:
    start, options = known(table), {"combine": "words"} if trainer is GloVe else {}
    vectors = trainer(**STILL, **options).fit(corpus, init=start, progress=Progress(quiet=False))
    composed = [word for word in vectors.words if word not in start and table.vector(word) is not None]
    assert {"south", "Süden", "wind"} <= set(composed)
    for word in (*composed, "north", "tea"):
        np.testing.assert_array_equal(vectors[word], start[word])
    training = vectors.metadata["training"]
    assert (training["rows_copied"], training["rows_composed"]) == (2, len(composed))
    new = len(vectors) - 2 - len(composed)
    copied = "2 copied" if trainer is GloVe else "0 kept, 2 updated"
    assert f"starting rows: {copied}, {len(composed)} composed of subwords, {new} new\n" in capsys.readouterr().err


def test_words_too_short_for_an_ngram_start_by_chance(corpus: EncodedCorpus) -> None:
    table = Subwords(ROWS, 5, 6)
    assert table.vector("a") is None
    vectors = SkipGram(**STILL).fit(corpus, init=known(table))
    by_chance = SkipGram(**STILL).fit(corpus)
    np.testing.assert_array_equal(vectors["a"], by_chance["a"])
    assert not np.array_equal(vectors["south"], by_chance["south"])


def test_means_of_many_words_are_the_vectors_of_each() -> None:
    words = ["north", "", "a", "ü", "日本", *(f"word{number}" for number in range(3000))]
    for table in (*TABLES, Subwords(ROWS, 2, 3)):
        means = table.means(words)
        for row in [*range(8), *range(8, len(words), 61)]:
            vector = table.vector(words[row])
            assert means.found[row] == (vector is not None)
            if vector is not None:
                np.testing.assert_array_equal(means.vectors[row], vector)


@pytest.mark.parametrize("ending", [".fasttext.bin", ".floret"])
def test_a_file_with_subwords_is_a_start_for_the_command(
    ending: str, wordvec: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_text(tmp_path / "corpus.txt", words=40)
    words = [] if ending == ".floret" else ["w0", "w1", "elsewhere"]
    table = TABLES[1] if ending == ".floret" else Subwords(ROWS, 2, 5)
    Vectors(words, np.ones((len(words), DIM)), subwords=table).save(f"start{ending}")
    done = wordvec("train", "skipgram", "corpus.txt", "-o", "out.vec", "--init", f"start{ending}", *SMALL)
    assert done.code == 0
    copied = 0 if ending == ".floret" else 2
    kept = len(words) - copied
    assert f"starting rows: {kept} kept, {copied} updated, {40 - copied} composed of subwords, 0 new\n" in done.err
    training = Vectors.load("out.vec").metadata["training"]
    assert (training["rows_copied"], training["rows_composed"]) == (copied, 40 - copied)
