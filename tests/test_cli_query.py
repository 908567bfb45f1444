"""``wordvec nearest`` and ``wordvec analogy``: exact output."""

import io
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


def test_words_of_a_file_follow_those_of_the_command(
    wordvec: Call, vectors: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes(b"\xef\xbb\xbfeast\r\n\nna\xc3\xafve")
    monkeypatch.setattr("wordvec.cli.query.WORDS_AT_ONCE", 2)
    done = wordvec("nearest", vectors, "north", "--words", file, "-n", 1)
    assert done == (0, "north\tnaïve\t0.8944\neast\tnortheast\t0.7071\nnaïve\tnorth\t0.8944\n", "")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"south\n")))
    done = wordvec("nearest", vectors, "--words", "-", "-n", 1, "--json")
    assert json.loads(done.out) == {"word": "south", "nearest": [{"word": "east", "similarity": 0.0}]}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (b"north\n\nNorth\n", "line 3: North: not among the 6 words; there is north"),
        (b"north\nna\xefve\n", "line 2: not UTF-8; write the words in UTF-8"),
        (None, "No such file or directory"),
    ],
)
def test_a_file_with_a_word_that_cannot_be_asked_is_one_line_and_no_answer(
    wordvec: Call, vectors: Path, tmp_path: Path, words: bytes | None, message: str
) -> None:
    file = tmp_path / "words.txt"
    if words is not None:
        file.write_bytes(words)
    assert wordvec("nearest", vectors, "--words", file) == (1, "", f"wordvec: {file}: {message}\n")


def test_no_words_are_a_wrong_use(wordvec: Call, vectors: Path) -> None:
    done = wordvec("nearest", vectors)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("wordvec: no words: give a WORD, or --words FILE")


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
