"""``wordvec corpus cooccur`` and GloVe's files, as a user calls them."""

import json
import subprocess
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
        (["corpus", "cooccur", "counts", "-o", "c"], 2, "counts: holds co-occurrence counts; expected text"),
        (["train", "skipgram", "counts", "-o", "c.vec"], 2, "counts: holds co-occurrence counts; expected text"),
        (["corpus", "export-glove", "text.txt", "-o", "c"], 1, "text.txt: holds no co-occurrence counts"),
        (["corpus", "import-glove", "text.txt", "counts/vocabulary.txt", "-o", "c"], 1, "text.txt"),
        (
            ["corpus", "cooccur", "text.txt", "-o", "c", "--window-size", "3"],
            2,
            "--window-size: no such option; use --window",
        ),
        (
            ["corpus", "cooccur", "text.txt", "-o", "c", "-symmetric", "0"],
            2,
            "-symmetric: no such option; use --direction",
        ),
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


def test_export_warns_of_the_word_that_glove_refuses(wordvec: Call) -> None:
    Path("unk.txt").write_text("tea <unk> milk tea <unk> <unk>\n" * 5)
    wordvec("corpus", "cooccur", "unk.txt", "-o", "unk.counts", "--quiet")
    done = wordvec("corpus", "export-glove", "unk.counts", "-o", "unk.bin", "--vocab", "my words.txt")
    assert done.code == 0
    command = done.err.partition("rename it before training: ")[2]
    assert done.err.startswith("warning: my words.txt: contains the word <unk>, which Stanford's programs reject")
    subprocess.run(command, shell=True, check=True)
    assert Path("my words.txt").read_text() == "<raw_unk> 15\ntea 10\nmilk 5\n"
    wordvec("corpus", "cooccur", "text.txt", "-o", "counts", "--quiet")
    assert wordvec("corpus", "export-glove", "counts", "-o", "cooccurrence.bin").err == ""


@pytest.mark.parametrize(("name", "place"), [("ids.npy", 200), ("offsets.npy", 200), ("vocabulary.txt", 0)])
def test_vocabulary_prints_nothing_of_a_damaged_folder(wordvec: Call, name: str, place: int) -> None:
    wordvec("corpus", "encode", "text.txt", "-o", "text.corpus", "--quiet")
    wordvec("corpus", "cooccur", "text.corpus", "-o", "text.counts", "--quiet")
    whole = wordvec("corpus", "vocabulary", "text.corpus")
    assert whole.out.startswith("w0 ")
    assert wordvec("corpus", "vocabulary", "text.counts").out == whole.out
    path = Path("text.corpus", name)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    for arguments in (("text.corpus",), ("text.counts", "text.corpus", "-o", "words.txt")):
        done = wordvec("corpus", "vocabulary", *arguments)
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith(
            "wordvec: text.corpus: damaged (the files do not have the digest that meta.json says)"
        )
    assert not Path("words.txt").exists()


def test_vocabulary_of_another_folder_is_one_line(wordvec: Call) -> None:
    Path("other").mkdir()
    Path("other/vocabulary.txt").write_text("a 1\n")
    done = wordvec("corpus", "vocabulary", "other")
    assert done.err.startswith("wordvec: other: holds no encoded corpus")
