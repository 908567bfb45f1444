"""``wordvec align`` and ``wordvec map``: two files in, one space out."""

import errno
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call, files_in
from planted import Planted, planted

from wordvec import Vectors, alignment
from wordvec.alignment import Mapping, Procrustes, trial
from wordvec.alignment.mapped_files import map_file
from wordvec.alignment.methods import self_learning
from wordvec.errors import OutputError
from wordvec.files import durable

FEW = ["s.vec", "t.vec", "--dictionary", "few.txt"]


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
    """Write two spaces that are rotated copies, with a dictionary of half of the words and some unknown ones."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(self_learning, "INTERVAL", 3)
    copy = planted(200)
    copy.source.save("s.vec")
    copy.target.save("t.vec")
    known = [f"s{row} t{copy.order[row]}\n" for row in range(100)]
    Path("pairs.txt").write_text("".join([*known, "s0 unknown\n", "nobody t1\n"]))
    return copy


def closeness(one: str, other: str, order: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> float:
    source, target = (Vectors.load(name).unit().matrix for name in (one, other))
    return float(np.abs(source - target[order]).max())


@pytest.mark.parametrize("failing", ["out.vec", "out.target.vec", "map.npz"])
def test_force_keeps_all_older_results_where_one_cannot_be_written(
    wordvec: Call, pair: Planted, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    command = ["align", "s.vec", "t.vec", "--dictionary", "pairs.txt", "--method", "vecmap", "--space", "common"]
    assert wordvec(*command, "-o", "out.vec", "--mapping", "map.npz").code == 0
    before = {name: Path(name).read_bytes() for name in files_in(Path())}
    force = durable.force

    def full(path: Path) -> None:
        if path.name.startswith(f".{failing}.") and ".mapping." not in path.name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        force(path)

    monkeypatch.setattr(durable, "force", full)
    done = wordvec(*command, "--cutoff", "50", "-o", "out.vec", "--mapping", "map.npz", "--force")
    assert done.code == 1
    assert done.err.splitlines()[-1] == (
        "wordvec: out.vec: No space left on device; nothing was written; the mapping is saved in out.vec.mapping.npz; "
        "map the vectors with: wordvec map out.vec.mapping.npz s.vec -o OUT.vec"
    )
    Mapping.load("out.vec.mapping.npz")
    Path("out.vec.mapping.npz").unlink()
    assert {name: Path(name).read_bytes() for name in files_in(Path())} == before


@pytest.mark.parametrize(
    "options",
    [
        ["--method", "procrustes"],
        ["--method", "linear"],
        ["--method", "refine", "--rounds", "2"],
        ["--method", "rcsls", "--spectral", "--rounds", "2"],
        ["--method", "vecmap"],
        ["--method", "vecmap", "--self-learning"],
    ],
)
def test_every_method_recovers_a_rotated_copy(wordvec: Call, pair: Planted, options: list[str]) -> None:
    command = ["align", "s.vec", "t.vec", "--dictionary", "pairs.txt", *options, "--space", "common", "-o", "out.vec"]
    done = wordvec(*command)
    assert (done.code, done.out) == (0, ""), done.err
    lines = done.err.splitlines()
    assert lines[0] == (
        "pairs.txt: 100 of 102 pairs are known; 1 of its words are not in the source, 1 not in the target"
    )
    assert lines[-2:] == [
        "out.vec: 200 words, dim 12; compare with out.target.vec",
        "translate with: wordvec translate out.vec out.target.vec",
    ]
    assert closeness("out.vec", "out.target.vec", pair.order) < 1e-5


def test_without_a_dictionary_vecmap_begins_from_shapes(wordvec: Call, pair: Planted) -> None:
    done = wordvec("align", "s.vec", "t.vec", "--dictionary", "none", "--method", "vecmap", "-o", "out.vec")
    assert done.code == 0
    assert done.err.splitlines()[-3].startswith("self-learning: ")
    assert closeness("out.vec", "out.target.vec", pair.order) < 1e-5


def test_words_spelt_alike_are_a_dictionary(wordvec: Call, pair: Planted) -> None:
    Vectors([f"s{row}" for row in np.argsort(pair.order)], pair.target.matrix).save("same.vec")
    done = wordvec("align", "s.vec", "same.vec", "--dictionary", "identical", "--steps", "unit", "-o", "out.vec")
    assert done.err == "200 words are spelt alike\nout.vec: 200 words, dim 12; compare with same.vec\n"
    assert closeness("out.vec", "same.vec", pair.order) < 1e-5


def test_metadata_say_how_it_was_done(wordvec: Call, pair: Planted) -> None:
    wordvec("align", "s.vec", "t.vec", "--dictionary", "pairs.txt", "--method", "refine", "-o", "out.vec")
    step = json.loads(Path("out.json").read_text())["history"][-1]
    assert (step["step"], step["side"], step["method"]) == ("align", "source", "refine")
    assert (step["source"], step["target"], step["settings"]["max_rank"]) == ("s.vec", "t.vec", 10_000)
    assert step["anchors"]["covered"] == 100
    assert (step["space"], step["moves_target"], "beside" in step) == ("target", False, False)
    assert step["precision"] == {"words": 100, "common": 1.0, "target": 1.0, "pairs": "dictionary"}
    command = ["align", "s.vec", "t.vec", "--dictionary", "pairs.txt", "--space", "common", "-o", "out.vec", "--force"]
    assert wordvec(*command).code == 0
    step = json.loads(Path("out.json").read_text())["history"][-1]
    assert (step["space"], step["moves_target"], step["beside"]) == ("common", True, "out.target.vec")
    assert json.loads(Path("out.target.json").read_text())["history"][-1]["side"] == "target"


def test_a_saved_mapping_maps_other_vectors_and_back(wordvec: Call, pair: Planted) -> None:
    arguments = ("align", "s.vec", "t.vec", "--dictionary", "pairs.txt", "-o", "out.vec", "--mapping", "m.npz")
    assert wordvec(*arguments, "--space", "common").code == 0
    assert wordvec("map", "m.npz", "s.vec", "-o", "again.vec").code == 0
    assert np.array_equal(Vectors.load("again.vec").matrix, Vectors.load("out.vec").matrix)
    assert wordvec("map", "m.npz", "t.vec", "--target", "-o", "target.vec").code == 0
    assert np.array_equal(Vectors.load("target.vec").matrix, Vectors.load("out.target.vec").matrix)
    for options, name in (["--target"], "back.vec"), ([], "source.vec"):
        assert (
            wordvec("map", "m.npz", "s.vec" if not options else "t.vec", "--inverted", *options, "-o", name).code == 0
        )
    assert closeness("source.vec", "back.vec", pair.order) < 1e-5
    lines = dict(line.split(maxsplit=1) for line in wordvec("info", "m.npz").out.splitlines())
    assert (lines["kind"], lines["source_dim"], lines["orthogonal"]) == ("mapping", "12", "yes")


def test_other_formats_are_read_and_written(wordvec: Call, pair: Planted) -> None:
    pair.source.save("s.vectors")
    for output, beside in (("out.bin", "out.target.bin"), ("out.vec.gz", "out.target.vec.gz")):
        done = wordvec("align", "s.vectors", "t.vec", "--dictionary", "pairs.txt", "--space", "common", "-o", output)
        assert done.err.splitlines()[-2] == f"{output}: 200 words, dim 12; compare with {beside}"
        assert closeness(output, beside, pair.order) < 1e-5


def test_vectors_larger_than_memory_are_mapped_the_same(pair: Planted) -> None:
    mapping = Procrustes().fit(pair.source, pair.target, pair.anchors(100))
    for memory, name in ((0, "small.vec"), (None, "large.vec")):
        map_file(mapping, Path("s.vec"), Path(name), memory=memory)
    assert Path("small.vec").read_bytes() == Path("large.vec").read_bytes()
    assert np.array_equal(Vectors.load("small.vec").matrix, mapping.apply(pair.source).matrix)
    assert not [name for name in files_in(Path()) if "work" in name or "f32" in name]


def test_a_matrix_as_text_maps_too(wordvec: Call, pair: Planted) -> None:
    arguments = ("align", "s.vec", "t.vec", "--dictionary", "pairs.txt", "--steps", "unit", "-o", "out.vec")
    assert wordvec(*arguments, "--mapping", "m.txt").code == 0
    assert Path("m.txt").read_text().startswith("12 12\n")
    assert wordvec("map", "m.txt", "s.vec", "-o", "again.vec").code == 0
    assert closeness("again.vec", "t.vec", pair.order) < 1e-5


def test_a_dry_run_prints_pairs_memory_and_the_time_of_a_round_and_writes_nothing(
    wordvec: Call, pair: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_in(Path())
    arguments = ("s.vec", "t.vec", "--dictionary", "pairs.txt", "--dry-run", "-o", "out.vec", "--quiet")
    done = wordvec("align", *arguments, "--method", "refine")
    assert done.code == 0
    assert done.out.splitlines()[:3] == ["source   200 words, dim 12", "target   200 words, dim 12", "pairs    100"]
    assert re.fullmatch(r"time     one round takes about [\d.]+ s; 5 rounds", done.out.splitlines()[3])
    assert re.fullmatch(r"memory   about \d MB, beside Python and its libraries", done.out.splitlines()[4])
    times = {"rcsls": "; at most 10 rounds", "vecmap": " to find the mapping", "procrustes": " to find the mapping"}
    for method, end in times.items():
        assert wordvec("align", *arguments, "--method", method).out.splitlines()[3].endswith(f" s{end}")
    done = wordvec("align", *arguments, "--method", "vecmap", "--self-learning")
    assert done.out.splitlines()[3].endswith(" s; at least 255 rounds")
    monkeypatch.setattr(trial, "LIMIT", 0.0)
    done = wordvec("align", *arguments, "--method", "refine")
    assert done.out.splitlines()[3] == "time     more than 0 s until the end of the first round; 5 rounds"
    assert re.fullmatch(r"memory   at least \d MB, beside Python and its libraries", done.out.splitlines()[4])
    assert files_in(Path()) == before


def test_reports_go_to_a_log(wordvec: Call, pair: Planted) -> None:
    arguments = (
        "align",
        "s.vec",
        "t.vec",
        "--dictionary",
        "pairs.txt",
        "--method",
        "rcsls",
        "-o",
        "out.vec",
        "--quiet",
    )
    assert wordvec(*arguments, "--log", "log.jsonl").err == ""
    records = [json.loads(line) for line in Path("log.jsonl").read_text().splitlines()]
    assert [record["done"] for record in records if record["task"] == "rcsls"] == list(range(1, 11))
    assert all("loss" in record for record in records if record["task"] == "rcsls")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["s.vec", "five.vec", "--dictionary", "pairs.txt"], 1, "the source has dim 12 and the target dim 5"),
        (
            ["t.vec", "s.vec", "--dictionary", "pairs.txt"],
            1,
            "pairs.txt: 0 of its pairs are known as given, and 100 with its two sides swapped; if it is a dictionary "
            "of the other direction, use --swap (swap=True in Python)",
        ),
        (
            ["s.vec", "t.vec", "--dictionary", "others.txt"],
            1,
            "others.txt: none of its 1 pairs is covered; the source lacks 1 of its 1 words on the left, the target 1 "
            "of its 1 words on the right; check languages, their order and case",
        ),
        (["s.vec", "t.vec", "--dictionary", "identical", "--swap"], 2, "--swap: needs a dictionary file"),
        (
            [*FEW, "--space", "target", "--steps", "center,unit,center"],
            2,
            "--space target: needs --steps that centre at most once",
        ),
        (["s.vec", "t.vec", "--dictionary", "identical"], 1, "no word is spelt alike in both, of 200 and 200"),
        (["s.vec", "t.vec", "--dictionary", "none"], 2, "--dictionary none: procrustes needs anchors"),
        (["s.vec", "t.vec", "--dictionary", "missing.txt"], 1, "missing.txt: cannot be read"),
        ([*FEW, "--method", "vecmap"], 1, "singular: the 3 pairs span 3 of the"),
        ([*FEW, "--method", "linear"], 1, "singular: the 3 pairs span 3 of the"),
        ([*FEW, "--rounds", "3"], 2, "--rounds: is a setting of refine and rcsls, not of procrustes"),
        ([*FEW, "--validation", "few.txt"], 2, "--validation: procrustes has no rounds to choose from"),
        ([*FEW, "--steps", "whiten"], 2, "whiten: unknown step of normalisation"),
        ([*FEW, "--mapping", "m.txt"], 2, "m.txt: text cannot hold a mapping that centres"),
        (["s.vec", "out.vec", "--dictionary", "few.txt", "--force"], 2, "out.vec: would be written over an input"),
    ],
)
def test_a_mistake_is_one_line(wordvec: Call, pair: Planted, arguments: list[str], code: int, message: str) -> None:
    Vectors(["a", "b"], np.eye(5)[:2]).save("five.vec")
    Path("others.txt").write_text("one uno\n")
    Path("few.txt").write_text("".join(Path("pairs.txt").read_text().splitlines(keepends=True)[:3]))
    before = files_in(Path())
    done = wordvec("align", *arguments, "-o", "out.vec")
    said = done.err.splitlines()
    assert (done.code, done.out) == (code, "")
    assert said[-1].startswith(f"wordvec: {message}"), done.err
    assert [line for line in said if line.startswith("wordvec:")] == said[-1:]
    assert files_in(Path()) == before


def test_a_mapping_of_another_dim_is_one_line(wordvec: Call, pair: Planted) -> None:
    Mapping.of(np.eye(3)).save("m.npz")
    done = wordvec("map", "m.npz", "s.vec", "-o", "out.vec")
    assert (done.code, done.err) == (1, "wordvec: s.vec: the vectors have dim 12, and the mapping takes dim 3\n")
    Mapping.of(np.ones((12, 12))).save("flat.npz")
    done = wordvec("map", "flat.npz", "s.vec", "--inverted", "--target", "-o", "out.vec")
    assert done.err == "wordvec: flat.npz: the mapping has a singular matrix, which has no inverse\n"
    Path("broken.txt").write_text("1 2 3\n4 5\n")
    done = wordvec("map", "broken.txt", "s.vec", "-o", "out.vec")
    assert done.err == "wordvec: broken.txt, line 2: expected 3 numbers, as in other rows, found 2\n"
    assert wordvec("map", "m.npz", "s.vec", "-o", "s.vec", "--force").code == 2


def test_if_the_vectors_cannot_be_written_the_mapping_alone_is_kept(
    wordvec: Call, pair: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OutputError("out.vec: No space left on device; nothing was written")

    before = files_in(Path())
    monkeypatch.setattr(Mapping, "apply", full)
    done = wordvec("align", "s.vec", "t.vec", "--dictionary", "pairs.txt", "-o", "out.vec", "--mapping", "m.npz")
    assert (done.code, done.err.splitlines()[-1]) == (
        1,
        "wordvec: out.vec: No space left on device; nothing was written; the mapping is saved in m.npz; "
        "map the vectors with: wordvec map m.npz s.vec -o OUT.vec",
    )
    assert files_in(Path()) == sorted([*before, "m.npz"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-o", "out.npz", "--mapping", "out.npz"], "out.npz: is the name of two results"),
        (["-o", "out.vec", "--steps", "unit", "--mapping", "out.json"], "out.json: is the name of two results"),
        (["-o", "out.vec", "--log", "out.vec"], "out.vec: is the name of two results"),
        (["-o", "out.vec", "--log", "s.vec"], "s.vec: would be written over an input"),
        (["-o", "out.vec", "--log", "pairs.txt"], "pairs.txt: would be written over an input"),
    ],
)
def test_no_result_is_written_over_another_or_over_what_is_read(
    wordvec: Call, pair: Planted, arguments: list[str], message: str
) -> None:
    before = {name: Path(name).read_bytes() for name in files_in(Path())}
    done = wordvec("align", "s.vec", "t.vec", "--dictionary", "pairs.txt", *arguments, "--force")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith(f"wordvec: {message}")
    assert {name: Path(name).read_bytes() for name in files_in(Path())} == before


def test_what_is_there_is_not_replaced(wordvec: Call, pair: Planted) -> None:
    Path("out.target.vec").write_text("mine")
    done = wordvec("align", "s.vec", "t.vec", "--dictionary", "pairs.txt", "-o", "out.vec")
    assert (done.code, Path("out.target.vec").read_text()) == (1, "mine")
    assert "out.target.vec: exists already" in done.err


def test_public_names_are_there() -> None:
    assert sorted(alignment.METHODS) == ["linear", "procrustes", "rcsls", "refine", "vecmap"]
    for name in alignment.__all__:
        assert getattr(alignment, name) is not None
