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


def test_a_layout_that_differs_is_a_warning_with_an_option_that_helps(wordvec: Call, years: Path) -> None:
    words = Path("years/2.txt").read_text().split()
    Path("years/2.txt").write_text("".join(" ".join(words[at : at + 4]) + "\n" for at in range(0, len(words), 4)))
    said = wordvec("compass", "train", "years", *TRAIN, "-o", "out").err
    assert (
        "warning: a sentence has 4 tokens in 2 and 12 in 10: that is layout, not language, and cuts off 70 and 25 % of "
        "the context words; encode with --sentence paragraph\n"
    ) in said
    assert "layout" not in wordvec("compass", "train", "years", *TRAIN, "--sentence", "paragraph", "-o", "whole").err
    # Lengths that differ, but hardly cut off anything, are no cause for a warning.
    for name, length in (("2", 80), ("10", 800)):
        lines = (" ".join(words[at : at + length]) for at in range(0, len(words), length))
        Path(f"years/{name}.txt").write_text("\n".join(lines))
    assert "layout" not in wordvec("compass", "train", "years", *TRAIN, "-o", "long").err


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


def test_running_text_for_a_compass_of_records_is_advised(wordvec: Call, years: Path) -> None:
    Path("records").mkdir()
    for name in ("2", "10"):
        lines = Path("years", f"{name}.txt").read_text().splitlines()
        Path("records", f"{name}.jsonl").write_text("".join(json.dumps({"t": line}) + "\n" for line in lines))
    assert wordvec("compass", "train", "records", *TRAIN, "--field", "t", "-o", "out", "--quiet").code == 0
    write(Path("3.txt"), 3)
    for command in (["compass", "add", "out", "3.txt"], ["evaluate", "likelihood", "out", "2=3.txt"]):
        refused = wordvec(*command)
        assert refused.code == 1
        assert refused.err.startswith("wordvec: 3.txt: line 1 is not JSON")
        assert refused.err.endswith("the slices were read with --field: if this is running text, use --format plain\n")
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
        "wordvec: 10: was encoded with lowercase True, 2 with none; encode both with the same --lowercase"
    )


def test_a_slice_is_encoded_as_the_first_was(wordvec: Call, years: Path) -> None:
    assert wordvec("compass", "train", "years", *TRAIN, "-o", "out", "--lowercase", "--quiet").code == 0
    Path("3.txt").write_text(Path("3.txt").read_text().upper())
    assert wordvec("compass", "add", "out", "3.txt").code == 0
    assert len(Vectors.load("out/slices/3.vec")) > 50


CHANGE = ("compass", "change", "out", 2, 10, "--bootstraps", 2, "--min-count", 10)


@pytest.fixture
def compared(wordvec: Call, years: Path) -> Path:
    """Train a compass in ``out``; t0w2 and t1w2 change places from slice 2 to slice 10."""
    assert wordvec("compass", "train", "years/2.txt", "years/10.txt", *TRAIN, "-o", "out", "--quiet").code == 0
    return years


def test_change_prints_and_writes_what_changed(wordvec: Call, compared: Path) -> None:
    done = wordvec(*CHANGE, "-n", 2, "-o", "change.csv")
    assert done.code == 0
    head, *rows = done.out.splitlines()
    assert head.split()[:6] == ["word", "2/M", "10/M", "cosine", "usual", "q"]
    assert head.split()[6:] == ["neighbours", "in", "2", "neighbours", "in", "10"]
    assert {row.split()[0] for row in rows} == {"t0w2", "t1w2"}
    assert all(row.split()[6] == "changed" for row in rows)
    (row,) = (row for row in rows if row.startswith("t0w2"))
    assert all(word.startswith("t1") for word in row.split()[-3:])
    said = done.err.splitlines()[-1]
    assert said.startswith("2 of ")
    assert "smallest attainable p " in said
    assert "hidden" not in said
    with Path("change.csv").open() as file:
        table = list(csv.DictReader(file))
    assert [row["changed"] for row in table[:3]] == ["1", "1", "0"]
    assert {row["word"] for row in table[:2]} == {"t0w2", "t1w2"}
    assert "t1w1" in table[[row["word"] for row in table].index("t0w2")]["neighbours_b"].split()
    first = {name: float(value) for name, value in table[0].items() if name.startswith(("cosine", "overlap", "per_"))}
    assert first["cosine_p"] <= first["cosine_q"] <= 0.05
    assert -1 <= first["cosine_low"] < first["cosine"] < first["cosine_high"] <= 1
    assert 0 <= first["overlap_low"] <= first["overlap"] <= first["overlap_high"] <= 1
    assert first["per_million_a"] == pytest.approx(1e6 * int(table[0]["count_a"]) / 12_000, rel=1e-4)
    made = json.loads(Path("change.json").read_text())
    assert (made["changed"], made["permutations"], made["blocks"]) == (2, 20, {"a": 12, "b": 12, "documents": False})
    assert made["tokens"] == {"a": 12_000, "b": 12_000}
    assert "@inproceedings{dicarlo2019," in made["methods"]
    said = wordvec(*CHANGE, "--methods-text", "--quiet")
    assert said.out == made["methods"]
    assert said.out.startswith(
        "The text was split at white space and not lower-cased; windows of context did not cross"
    )
    listed = json.loads(wordvec(*CHANGE, "-n", 2, "--json", "--quiet").out)
    assert [row["word"] for row in listed] == [row["word"] for row in table[:2]]
    assert list(listed[0]) == list(table[0])


def test_a_test_is_run_once_for_each_of_its_settings(wordvec: Call, compared: Path) -> None:
    first = wordvec(*CHANGE)
    assert first.err.splitlines()[0].startswith("testing 2 against 10: 20 permutations and 2 bootstraps")
    again = wordvec(*CHANGE, "--methods-text")
    assert again.err.splitlines()[0] == "reading the test that out keeps"
    assert wordvec(*CHANGE).out == first.out
    assert wordvec(*CHANGE, "--seed", 2).err.startswith("testing 2 against 10")
    assert wordvec(*CHANGE).err.startswith("testing 2 against 10")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1}'])
def test_a_stored_test_that_is_damaged_or_of_other_vectors_is_run_again(
    wordvec: Call, compared: Path, text: str
) -> None:
    assert wordvec(*CHANGE, "--quiet").code == 0
    kept = Path("out/changes/2/10.json")
    sound = kept.read_text()
    if text:
        kept.write_text(text)
    else:
        vectors = Vectors.load("out/slices/10.vec")
        vectors.save("out/slices/10.vec", overwrite=True)
        Path("out/slices/10.vec").write_text(Path("out/slices/10.vec").read_text().replace("1\n", "2\n"))
    assert wordvec(*CHANGE).err.startswith("testing 2 against 10")
    assert kept.read_text()[:20] == sound[:20]
    shorter = json.loads(kept.read_text())
    shorter["change"]["p"]["cosine"].pop()
    kept.write_text(json.dumps(shorter))
    assert wordvec(*CHANGE).err.startswith("testing 2 against 10")


def test_a_test_that_cannot_be_stored_is_printed_with_a_warning(wordvec: Call, compared: Path) -> None:
    Path("out/changes").write_text("in the way")
    done = wordvec(*CHANGE, "-n", 2)
    assert (done.code, len(done.out.splitlines())) == (0, 3)
    assert "warning: the test is not kept for later (out/changes/2/10.json: " in done.err


def test_words_asked_for_are_explained(wordvec: Call, compared: Path) -> None:
    done = wordvec(*CHANGE, "--words", "t0w2, t2w1,t0w2,zzz")
    lines = done.out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == ["word", "t0w2", "t2w1"]
    assert lines[3].startswith("t0w2: called changed: p ")
    assert lines[4].startswith("t2w1: not called changed: q ")
    assert " words compared it would have to be at most " in lines[4]
    assert lines[5] == "zzz: not compared; a word must occur at least 10 times in each slice (--min-count)"
    misspelt = wordvec(*CHANGE, "--words", "t2w1,t0w2x").out.splitlines()[-1]
    assert misspelt.startswith("t0w2x: not compared; ")
    assert "(--min-count); did you mean t0w2, " in misspelt
    Path("asked.txt").write_text("t2w1\n\nt0w2\n")
    assert [line.split()[0] for line in wordvec(*CHANGE, "--words", "asked.txt").out.splitlines()[1:3]] == [
        "t2w1", "t0w2",
    ]  # fmt: skip
    unknown = wordvec(*CHANGE, "--words", "t0w2x")
    assert unknown.err.splitlines()[-1].startswith("wordvec: t0w2x: not among the ")
    assert "; did you mean t0w2, " in unknown.err
    assert wordvec(*CHANGE, "--words", ",").err == "wordvec: --words: ',' has no word\n"


def test_listed_words_and_a_path_are_written_in_latex(wordvec: Call, compared: Path) -> None:
    assert wordvec(*CHANGE, "--words", "t0w2,t2w1", "--latex", "change.tex").code == 0
    lines = Path("change.tex").read_text().splitlines()
    assert lines[0] == r"\begin{tabular}{lrrrrrlll}"
    assert [line.split(" & ")[0] for line in lines[4:6]] == ["t0w2", "t2w1"]
    assert lines[-1] == r"\end{tabular}"
    assert "change.tex: exists already" in wordvec(*CHANGE, "--latex", "change.tex").err
    assert "is the name of two results" in wordvec(*CHANGE, "-o", "same.csv", "--latex", "same.csv").err
    assert wordvec("compass", "trace", "out", "t0w2", "-n", 2, "--latex", "path.tex").code == 0
    assert r"slice & count & cosine & neighbours \\" in Path("path.tex").read_text()
    assert "path.tex: exists already" in wordvec("compass", "trace", "out", "t0w2", "--latex", "path.tex").err


def test_the_least_changed_words_and_numbers_are_printed_on_demand(wordvec: Call, years: Path) -> None:
    for name in ("2", "10"):
        path = Path(f"years/{name}.txt")
        path.write_text(path.read_text().replace("t3w1 ", "1990 ").replace("t3w3 ", "cop21 "))
    assert wordvec("compass", "train", "years", *TRAIN, "-o", "out", "--quiet").code == 0
    usual = wordvec(*CHANGE, "-n", 1000)
    assert "\n1990 " not in usual.out
    assert "\ncop21 " in usual.out
    assert "; 1 number is hidden, 0 of them changed (--numbers); " in usual.err
    assert "\n1990 " in wordvec(*CHANGE, "-n", 1000, "--numbers").out
    assert "\n1990 " in wordvec(*CHANGE, "--words", "1990").out
    least = wordvec(*CHANGE, "-n", 5, "--least").out
    assert "changed" not in least
    assert "rare" not in least


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
    for arguments in (("trace", "out", "t0W2"), ("plot", "path", "out", "t0W2", "-o", "path.svg")):
        assert "; did you mean t0w2, " in wordvec("compass", *arguments).err
    assert wordvec("compass", "nearest", "out", "2:nosuch").code == 1
    assert "10: is already a slice of out" in wordvec("compass", "add", "out", "years/10.txt").err


REFERENCING = ("--dim", 12, "--min-count", 2, "--epochs", 4, "--threads", 1, "--negatives", 3, "--method")


def test_referenced_words_go_through_the_same_commands(wordvec: Call, years: Path) -> None:
    Path("list.txt").write_text("t0w2\nt1w2\n\nt2w3\n")
    Path("3.txt").rename("years/3.txt")
    done = wordvec(
        "compass", "train", "years", *REFERENCING, "temporal-referencing", "--words", "list.txt", "-o", "out"
    )
    assert done.code == 0
    assert done.err.splitlines()[-1] == "out: 3 slices, 100 words of which 3 have a vector in each slice"
    said = wordvec("info", "out").out
    assert "method temporal-referencing, words t0w2 t1w2 t2w3," in said
    assert {"t0w2_2", "t0w2_3", "t0w2_10"} <= set(Vectors.load("out/model.vec").words)
    traced = wordvec("compass", "trace", "out", "t0w2", "-n", 3).out.splitlines()
    assert [line.split("\t")[0] for line in traced] == ["2", "3", "10"]
    assert float(traced[1].split("\t")[2]) > 0.9 > float(traced[2].split("\t")[2])
    assert wordvec("compass", "nearest", "out", "2:t0w2", "--in", 10, "-n", 5).out.count("\n") == 5
    found = wordvec(*CHANGE, "--words", "t0w2,t2w3", "-o", "change.csv")
    assert found.code == 0
    assert "each of which trains all 3 slices" in found.err
    assert "t0w2: called changed" in found.out
    assert "t2w3: not called changed" in found.out
    assert len(Path("change.csv").read_text().splitlines()) == 1 + 3
    assert wordvec(*CHANGE).err.startswith("reading the test that out keeps")
    assert wordvec("compass", "plot", "path", "out", "t0w2", "-o", "path.svg").code == 0
    for call in (
        ("trace", "out", "t0w1"),
        ("plot", "path", "out", "t0w1", "-o", "other.svg"),
        (*CHANGE[1:], "--words", "t0w1"),
    ):
        assert wordvec("compass", *call) == (
            1,
            "",
            "wordvec: t0w1: has the same vector in all slices; temporal referencing compares only the --words that it "
            "was trained with\n",
        )
    write(Path("4.txt"), 4)
    assert wordvec("compass", "add", "out", "4.txt").err.startswith("wordvec: 4: cannot be added, since temporal")
    assert not Path("out/texts/4").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["compass", "--words", "a"], "wordvec: --words a: needs method temporal-referencing"),
        (["temporal-referencing"], "wordvec: --method temporal-referencing: needs words, which get a"),
        (["temporal-referencing", "--words", "t0w2,t0w99"], "wordvec: t0w99: not among the 100 words of all slices"),
        (["temporal-referencing", "--words", "t0w2", "--slice-epochs", 3], "wordvec: --slice-epochs 3: temporal-ref"),
        (["temporal-referencing", "--words", ","], "wordvec: --words: ',' has no word"),
    ],
)
def test_words_that_cannot_be_referenced_leave_no_folder(
    wordvec: Call, years: Path, options: list[object], said: str
) -> None:
    done = wordvec("compass", "train", "years", *REFERENCING, *options, "-o", "out")
    assert done.code != 0
    assert done.err.splitlines()[-1].startswith(said)
    assert not Path("out").exists()
