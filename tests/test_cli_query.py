"""``wordvec nearest`` and ``wordvec analogy``: exact output."""

import json
from pathlib import Path

import pytest
from cli_helpers import Call

VECTORS = """\
6 2
north 1 0
south -1 0
east 0 1
west 0 -1
northeast 1 1
naïve 0.5 -0.25
"""


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    path = tmp_path / "compass.vec"
    path.write_text(VECTORS, encoding="utf-8")
    return path


def test_nearest_prints_word_neighbour_and_cosine(wordvec: Call, vectors: Path) -> None:
    assert wordvec("nearest", vectors, "north", "east", "-n", 2) == (
        0,
        "north\tnaïve\t0.8944\nnorth\tnortheast\t0.7071\neast\tnortheast\t0.7071\neast\tnorth\t0.0000\n",
        "",
    )


def test_nearest_as_json_is_one_object_a_word(wordvec: Call, vectors: Path) -> None:
    done = wordvec("nearest", vectors, "north", "east", "-n", 1, "--json")
    assert [json.loads(line) for line in done.out.splitlines()] == [
        {"word": "north", "nearest": [{"word": "naïve", "similarity": 0.894427}]},
        {"word": "east", "nearest": [{"word": "northeast", "similarity": 0.707107}]},
    ]


def test_analogy_prints_word_and_cosine(wordvec: Call, vectors: Path) -> None:
    done = wordvec("analogy", vectors, "north", "south", "east", "-n", 2)
    assert (done.code, done.err) == (0, "")
    assert [line.split("\t")[0] for line in done.out.splitlines()] == ["northeast", "west"]
    as_json = json.loads(wordvec("analogy", vectors, "north", "south", "east", "-n", 1, "--json").out)
    assert as_json["c"] == "east"
    assert as_json["nearest"][0]["word"] == "northeast"


def test_an_unknown_word_is_one_line_and_code_1(wordvec: Call, vectors: Path) -> None:
    assert wordvec("nearest", vectors, "north", "North") == (
        1,
        "",
        "wordvec: North: not among the 6 words; there is north\n",
    )
    assert wordvec("analogy", vectors, "north", "up", "east").code == 1


def test_missing_or_broken_vectors_are_one_line_and_code_1(wordvec: Call, tmp_path: Path) -> None:
    (tmp_path / "broken.vec").write_text("2 3\na 1 2 3\nb 1 2\n")
    for name in ("missing.vec", "broken.vec"):
        for command in (["nearest", tmp_path / name, "a"], ["info", tmp_path / name]):
            done = wordvec(*command)
            assert (done.code, done.out) == (1, "")
            assert done.err.startswith(f"wordvec: {tmp_path / name}")
            assert done.err.count("\n") == 1


def test_number_must_be_positive(wordvec: Call, vectors: Path) -> None:
    assert wordvec("nearest", vectors, "north", "-n", 0).code == 2
