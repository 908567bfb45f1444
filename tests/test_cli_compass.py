"""``wordvec compass``: from a folder of texts to a table of changed words."""

import contextlib
import csv
import json
from pathlib import Path

import pytest
from cli_helpers import Call, files_in
from test_compass import sentences

from wordvec import Vectors
from wordvec.slices.store import is_compass

TRAIN = ("--dim", 12, "--min-count", 2, "--epochs", 2, "--slice-epochs", 2, "--threads", 1, "--negatives", 3)


def write(path: Path, seed: int, swapped: float = 0.0, count: int = 1000) -> None:
    path.write_text("".join(" ".join(words) + "\n" for words in sentences(seed, count, swapped)))


@pytest.fixture
def years(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("years").mkdir()
    write(Path("years/2.txt"), 1)
    write(Path("years/10.txt"), 2, swapped=1.0)
    write(Path("3.txt"), 3)
    return tmp_path


def test_a_folder_becomes_slices_in_natural_order(wordvec: Call, years: Path) -> None:
    done = wordvec("compass", "train", "years", *TRAIN, "-o", "out")
    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines()[-1].startswith("out: 2 slices, ")
    assert "warning: 2: 12,000 tokens are few, so that much random change is to be expected" in done.err
    assert [name for name in files_in(Path("out")) if name.startswith("slices/") and name.endswith(".vec")] == [
        "slices/10.vec", "slices/2.vec",
    ]  # fmt: skip
    assert wordvec("compass", "add", "out", "3.txt").code == 0
    assert wordvec("info", "out").out.startswith("kind      compass\n")
    traced = wordvec("compass", "trace", "out", "t0w2", "-n", 3).out.splitlines()
    assert [line.split("\t")[0] for line in traced] == ["2", "10", "3"]
    assert traced[0].split("\t")[2] == "1.0000"
    near = wordvec("compass", "nearest", "out", "2:t0w2", "--in", 10, "-n", 5).out
    assert near.count("\n") == 5
    assert wordvec("compass", "train", "years", *TRAIN, "-o", "out").err.count("\n") == 1


def test_a_compass_without_matrices_of_its_own_is_recognised(wordvec: Call, years: Path) -> None:
    method = ("--method", "procrustes", "--reference", "first")
    assert wordvec("compass", "train", "years", *TRAIN, *method, "-o", "out", "--quiet").code == 0
    assert not Path("out/contexts.vec").exists()
    assert wordvec("info", "out").out.split()[:2] == ["kind", "compass"]
    Path("encoded").mkdir()
    for about in ("{}", "[]", "[", '{"format": "wordvec encoded corpus"}'):
        Path("encoded/meta.json").write_text(about)
        assert not is_compass(Path("encoded"))


def test_a_slice_that_cannot_be_added_leaves_nothing_in_the_way(wordvec: Call, years: Path) -> None:
    assert wordvec("compass", "train", "years", *TRAIN, "-o", "out", "--quiet").code == 0
    before = files_in(Path("out"))
    Path("3.txt").write_text("zzz yyy\n" * 30)
    assert wordvec("compass", "add", "out", "3.txt").err.splitlines()[-1].startswith("wordvec: 3: has 0 words of the")
    assert files_in(Path("out")) == before
    write(Path("3.txt"), 3)
    assert wordvec("compass", "add", "out", "3.txt").code == 0


@pytest.mark.parametrize("piece", [".", "..", "../out", "/", "..txt", "...txt"])
def test_adding_removes_no_text_whatever_the_path_of_the_slice(wordvec: Call, years: Path, piece: str) -> None:
    assert wordvec("compass", "train", "years", *TRAIN, "-o", "out", "--quiet").code == 0
    for name in ("..txt", "...txt"):
        Path("out", name).write_text("t0w1 t0w2\n" * 100)
    before = {name: Path("out", name).read_bytes() for name in files_in(Path("out")) if Path("out", name).is_file()}
    with contextlib.chdir("out"):
        done = wordvec("compass", "add", ".", piece)
    assert done.code in (1, 2), done
    assert {name: Path("out", name).read_bytes() for name in before} == before
    if "txt" in piece or piece == "/":
        assert "rename the file or folder" in done.err


def test_adding_replaces_no_folder_that_is_not_ours(wordvec: Call, years: Path) -> None:
    assert wordvec("compass", "train", "years", *TRAIN, "-o", "out", "--quiet").code == 0
    Path("out/texts/3").mkdir()
    Path("out/texts/3/notes").write_text("precious")
    assert "out/texts/3: contains files not written by wordvec" in wordvec("compass", "add", "out", "3.txt").err
    assert Path("out/texts/3/notes").read_text() == "precious"


def test_a_slice_and_a_held_out_text_are_forced_to_be_read_as_plain_text(wordvec: Call, years: Path) -> None:
    assert wordvec("compass", "train", "years", *TRAIN, "-o", "out", "--quiet").code == 0
    write(Path("3.txt"), 3)
    Path("3.csv").write_text("id,text\n" + Path("3.txt").read_text())
    for command in (["compass", "add", "out", "3.csv"], ["evaluate", "likelihood", "out", "2=3.csv"]):
        refused = wordvec(*command)
        assert refused.code == 1
        assert "3.csv: is a CSV table" in refused.err
        assert wordvec(*command, "--format", "plain").code == 0


def test_slices_rotated_or_with_absent_words_go_through_the_same_commands(wordvec: Call, years: Path) -> None:
    Path("years/10.txt").write_text(Path("years/10.txt").read_text() + "odd word\n" * 20)
    for number, options in enumerate((["--method", "procrustes", "--reference", "previous"], ["--absent", "keep"])):
        assert wordvec("compass", "train", "years", *TRAIN, *options, "-o", f"out{number}", "--quiet").code == 0
        assert wordvec("compass", "add", f"out{number}", "3.txt").code == 0
        assert wordvec("compass", "change", f"out{number}", 2, 10, "--bootstraps", 0, "--quiet").code == 0
    assert not Path("out0/compass.vec").exists()
    traced = wordvec("compass", "trace", "out1", "odd", "-n", 1).out.splitlines()
    assert [line.split("\t")[:2] for line in traced] == [["2", "0"], ["10", "20"], ["3", "0"]]


def test_encoded_slices_must_be_encoded_alike(wordvec: Call, years: Path) -> None:
    for name, options in (("2", []), ("10", ["--lowercase"])):
        assert wordvec("corpus", "encode", f"years/{name}.txt", *options, "-o", name, "--quiet").code == 0
    said = wordvec("compass", "train", "2", "10", *TRAIN, "-o", "out").err.splitlines()[-1]
    assert said.startswith(
        "wordvec: 10: was encoded with lowercase True, 2 with None; encode all slices with the same settings"
    )


def test_a_slice_is_encoded_as_the_first_was(wordvec: Call, years: Path) -> None:
    assert wordvec("compass", "train", "years", *TRAIN, "-o", "out", "--lowercase", "--quiet").code == 0
    Path("3.txt").write_text(Path("3.txt").read_text().upper())
    assert wordvec("compass", "add", "out", "3.txt").code == 0
    assert len(Vectors.load("out/slices/3.vec")) > 50


def test_change_prints_and_writes_what_changed(wordvec: Call, years: Path) -> None:
    assert wordvec("compass", "train", "years/2.txt", "years/10.txt", *TRAIN, "-o", "out", "--quiet").code == 0
    done = wordvec("compass", "change", "out", 2, 10, "--bootstraps", 2, "-n", 2, "-o", "change.csv", "--least", 10)
    assert done.code == 0
    head, *rows = done.out.splitlines()
    assert head == "word\tcount_a\tcount_b\tcosine\tusual\tp\tq"
    assert {row.split("\t")[0] for row in rows} == {"t0w2", "t1w2"}
    assert done.err.splitlines()[-1].startswith("2 of ")
    with Path("change.csv").open() as file:
        table = list(csv.DictReader(file))
    assert [row["changed"] for row in table[:3]] == ["1", "1", "0"]
    assert {row["word"] for row in table[:2]} == {"t0w2", "t1w2"}
    assert "t1w1" in table[[row["word"] for row in table].index("t0w2")]["neighbours_b"].split()
    first = {name: float(table[0][name]) for name in table[0] if name.startswith(("cosine", "overlap"))}
    assert first["cosine_p"] <= first["cosine_q"] <= 0.05
    assert -1 <= first["cosine_low"] < first["cosine"] < first["cosine_high"] <= 1
    assert 0 <= first["overlap_low"] <= first["overlap"] <= first["overlap_high"] <= 1
    made = json.loads(Path("change.json").read_text())
    assert (made["changed"], made["permutations"], made["blocks"]) == (2, 20, {"a": 12, "b": 12, "source_files": False})
    assert "@inproceedings{dicarlo2019," in made["methods"]
    said = wordvec("compass", "change", "out", 2, 10, "--bootstraps", 2, "--least", 10, "--methods-text", "--quiet")
    assert said.out == made["methods"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["train", "years/2.txt", *TRAIN, "-o", "out"], 1, "a comparison needs at least two slices; got 1"),
        (["train", "years", "missing", *TRAIN, "-o", "out"], 1, "missing: no such file or folder"),
        (
            ["train", "years/2.txt", "years/2.txt", *TRAIN, "-o", "out"],
            2,
            "years/2.txt: two slices are called 2",
        ),
        (["train", "empty", "years/2.txt", *TRAIN, "-o", "out"], 1, "empty: "),
        (["trace", "years", "word"], 1, "years: holds no compass (meta.json: No such file or directory)"),
        (["change", "years", "2", "10"], 1, "years: holds no compass"),
        (["nearest", "years", "president"], 2, "president: give SLICE:WORD"),
    ],
)
def test_a_mistake_is_one_line(wordvec: Call, years: Path, arguments: list[object], code: int, message: str) -> None:
    Path("empty").write_text("")
    done = wordvec("compass", *arguments)
    said = [line for line in done.err.splitlines() if line.startswith("wordvec:")]
    assert (done.code, len(said)) == (code, 1), done.err
    assert said[0].startswith(f"wordvec: {message}")
    assert not Path("out").exists()


def test_a_slice_or_word_that_is_not_there_is_named(wordvec: Call, years: Path) -> None:
    assert wordvec("compass", "train", "years", *TRAIN, "-o", "out", "--quiet").code == 0
    assert "2: a comparison needs two different slices" in wordvec("compass", "change", "out", 2, 2).err
    assert wordvec("compass", "change", "out", 2, 1999).err.endswith("1999: no such slice; choose from 2, 10\n")
    assert wordvec("compass", "trace", "out", "nosuch").err == (
        "wordvec: nosuch: is in none of the slices, or has no vector there\n"
    )
    assert wordvec("compass", "nearest", "out", "2:nosuch").code == 1
    assert "10: is already a slice of out" in wordvec("compass", "add", "out", "years/10.txt").err
