"""``wordvec corpus cooccur`` and GloVe's files, as a user calls them."""

import json
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call, files_in, write_text

from wordvec import Cooccurrence
from wordvec.corpora.glove_files import RECORD


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_text(tmp_path / "text.txt")
    return tmp_path


def test_text_and_an_encoded_corpus_give_the_same_counts_and_leave_nothing_else(wordvec: Call, folder: Path) -> None:
    assert wordvec("corpus", "encode", "text.txt", "-o", "text.corpus").code == 0
    before = files_in(folder)
    for source, name in (("text.txt", "a"), ("text.corpus", "b")):
        done = wordvec("corpus", "cooccur", source, "-o", name, "--window", "3", "--weighting", "dynamic")
        assert (done.code, done.out) == (0, "")
        assert done.err.endswith(f"{name}: 40 words, 1,398 entries, of 3,600 tokens\n")
    assert {path.split("/")[0] for path in set(files_in(folder)) - set(before)} == {"a", "b"}
    first, second = Cooccurrence.open("a"), Cooccurrence.open("b")
    assert first.digest == second.digest
    assert first.meta["settings"]["weighting"] == "dynamic"


def test_counts_are_described(wordvec: Call) -> None:
    wordvec("corpus", "cooccur", "text.txt", "-o", "counts", "--quiet")
    for command in (("corpus", "info"), ("info",)):
        shown = json.loads(wordvec(*command, "counts", "--json").out)
        assert (shown["kind"], shown["words"], shown["settings"]["window"]) == ("co-occurrence counts", 40, 10)


def test_counts_go_to_glove_and_come_back(wordvec: Call) -> None:
    wordvec("corpus", "cooccur", "text.txt", "-o", "counts", "--quiet")
    assert wordvec("corpus", "export-glove", "counts", "-o", "cooccurrence.bin").code == 0
    assert Path("vocab.txt").read_text() == Path("counts/vocabulary.txt").read_text()
    assert len(np.fromfile("cooccurrence.bin", RECORD)) == len(Cooccurrence.open("counts").columns)
    done = wordvec("corpus", "import-glove", "cooccurrence.bin", "vocab.txt", "-o", "back")
    assert (done.code, done.out) == (0, "")
    assert Cooccurrence.open("back").digest == Cooccurrence.open("counts").digest
    again = wordvec("corpus", "export-glove", "counts", "-o", "other.bin")
    assert (again.code, again.err) == (
        1, "wordvec: vocab.txt: exists already; choose another name, or --force (overwrite=True) to replace it\n"
    )  # fmt: skip
    assert not Path("other.bin").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["corpus", "cooccur", "text.txt", "-o", "c", "--window", "0"], 2, "--window 0: must be at least 1"),
        (["corpus", "cooccur", "text.txt", "-o", "c", "--memory", "0"], 2, "--memory 0.0: must be above 0"),
        (["corpus", "cooccur", "text.txt", "-o", "c", "--memory", "1e-5"], 1, "raise --memory, or --min-count"),
        (["corpus", "cooccur", "text.txt", "-o", "c", "--min-count", "9999"], 1, "too few to count"),
        (["corpus", "cooccur", "none.txt", "-o", "c"], 1, "none.txt"),
        (["corpus", "cooccur", "counts", "-o", "c"], 2, "counts: holds co-occurrence counts; this takes text"),
        (["train", "skipgram", "counts", "-o", "c.vec"], 2, "counts: holds co-occurrence counts; this takes text"),
        (["corpus", "export-glove", "text.txt", "-o", "c"], 1, "text.txt: holds no co-occurrence counts"),
        (["corpus", "import-glove", "text.txt", "counts/vocabulary.txt", "-o", "c"], 1, "text.txt"),
        (["corpus", "cooccur", "text.txt", "-o", "c", "--window-size", "3"], 2, "--window-size: here it is --window"),
        (["corpus", "cooccur", "text.txt", "-o", "c", "-symmetric", "0"], 2, "-symmetric: here it is --direction"),
    ],
)
def test_bad_input_is_one_clear_line_and_leaves_nothing(
    wordvec: Call, folder: Path, arguments: list[str], code: int, message: str
) -> None:
    wordvec("corpus", "cooccur", "text.txt", "-o", "counts", "--quiet")
    before = files_in(folder)
    done = wordvec(*arguments)
    last = done.err.splitlines()[-1]
    assert (done.code, done.out) == (code, "")
    assert last.startswith("wordvec: ")
    assert message in last
    assert files_in(folder) == before
