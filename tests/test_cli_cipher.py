"""``wordvec train bit-cipher`` and ``wordvec cipher``."""

import json
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call, files_in, write_text

from wordvec import BitCipher, EncodedCorpus, Vectors


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    EncodedCorpus.from_text(write_text(tmp_path / "text.txt"), "text.corpus").close()
    return tmp_path


def test_text_and_corpus_give_the_library_s_bits(wordvec: Call, folder: Path) -> None:
    for source, name in (("text.txt", "a.vec"), ("text.corpus", "b.vec")):
        done = wordvec("train", "bit-cipher", source, "--bits", 8, "--mode", "cat", "-o", name)
        assert (done.code, done.out) == (0, "")
    with EncodedCorpus.open("text.corpus") as corpus:
        expected = BitCipher(bits=8, mode="cat").fit(corpus)
    for name in ("a.vec", "b.vec"):
        assert np.array_equal(Vectors.load(name).matrix, expected.matrix)
    assert [name for name in files_in(folder) if "partial" in name] == []


def test_a_dry_run_prints_what_it_would_take(wordvec: Call) -> None:
    done = wordvec("train", "bit-cipher", "text.corpus", "--bits", 8, "-o", "a.vec", "--dry-run")
    assert done.out.startswith("words    40\ntokens   3,600\nmemory   0 MB\n")


def test_codes_are_written_as_lines_or_vectors(wordvec: Call) -> None:
    assert wordvec("cipher", "codes", "text.corpus", "--bits", 6, "-o", "codes.tsv").code == 0
    lines = [line.split("\t") for line in Path("codes.tsv").read_text().splitlines()]
    assert len(lines) == 40
    assert [line[2] for line in lines[:8]] == ["0", "1", "2", "3", "4", "5", "4 5", "3 5"]
    assert wordvec("cipher", "codes", "text.corpus", "--bits", 6, "-o", "codes.vec", "--noise", "f").code == 0
    vectors = Vectors.load("codes.vec")
    assert vectors.counts is not None
    assert [line[:2] for line in lines] == [
        [word, str(count)] for word, count in zip(vectors.words, vectors.counts, strict=True)
    ]
    assert vectors.matrix.sum(1) == pytest.approx(np.ones(40), abs=1e-5)


def test_a_dimension_is_explained_in_lines_and_json(wordvec: Call) -> None:
    wordvec("train", "bit-cipher", "text.corpus", "--bits", 6, "-o", "a.vec")
    done = wordvec("cipher", "explain", "a.vec", 2, "-n", 2)
    first, owner, *_ = done.out.splitlines()
    assert first.startswith("dimension 2: within 5, bit 2, in the codes of ")
    assert owner.split("\t")[:2] == ["owner", "w2"]
    assert done.out.count("\n") == 5
    assert json.loads(wordvec("cipher", "explain", "a.vec", 2, "--json").out)["bit"] == 2


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["train", "bit-cipher", "text.corpus", "--bits", "0", "-o", "a.vec"], 2, "--bits 0: must be at least 1"),
        (["train", "bit-cipher", "text.corpus", "--radius", "0", "-o", "a.vec"], 2, "--radius 0: must be at least 1"),
        (
            ["train", "bit-cipher", "text.corpus", "--bits", "5", "-o", "a.vec"],
            2,
            "--bits 5: makes 31 codes, too few for 40 words; at least 6 bits are needed, or a larger --min-count",
        ),
        (
            ["train", "bit-cipher", "text.corpus", "--dim", "7", "--mode", "cat", "-o", "a.vec"],
            2,
            "--dim 7: cannot be divided into 2 blocks; use a multiple of 2",
        ),
        (["cipher", "codes", "text.txt", "--bits", "6", "-o", "codes.tsv"], 1, "text.txt: "),
        (["cipher", "codes", "text.corpus", "--bits", "2", "-o", "codes.tsv"], 2, "--bits 2: makes 3 codes"),
        (["cipher", "explain", "missing.vec", "1"], 1, "missing.vec: cannot be read"),
    ],
)
def test_a_mistake_is_one_line(wordvec: Call, arguments: list[str], code: int, message: str) -> None:
    done = wordvec(*arguments)
    assert (done.code, done.out) == (code, "")
    assert done.err.splitlines()[-1].startswith(f"wordvec: {message}")
    assert not Path("a.vec").exists()
    assert not Path("codes.tsv").exists()
