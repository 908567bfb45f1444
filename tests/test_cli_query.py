"""``wordvec nearest`` and ``wordvec analogy``: exact output."""

import io
import json
import unicodedata
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
    monkeypatch.setattr("wordvec.cli.commands.query.WORDS_AT_ONCE", 2)
    done = wordvec("nearest", vectors, "north", "--words", file, "-n", 1)
    assert done == (0, "north\tnaïve\t0.8944\neast\tnortheast\t0.7071\nnaïve\tnorth\t0.8944\n", "")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"south\n")))
    done = wordvec("nearest", vectors, "--words", "-", "-n", 1, "--json")
    assert json.loads(done.out) == {"word": "south", "nearest": [{"word": "east", "similarity": 0.0}]}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (b"North\n", "words.txt, line 1: North: not among the 6 words; did you mean north?"),
        (b"north\nna\xefve\n", "words.txt, line 2: is not UTF-8; save it as UTF-8"),
        (b"\n \n", "words.txt: holds no word; expected one a line"),
        (None, "words.txt: cannot be read (No such file or directory)"),
    ],
)
@pytest.mark.parametrize("option", ["--words", "--among"])
def test_a_file_without_a_word_that_can_be_asked_is_one_line_and_no_answer(
    wordvec: Call, vectors: Path, monkeypatch: pytest.MonkeyPatch, words: bytes | None, message: str, option: str
) -> None:
    monkeypatch.chdir(vectors.parent)
    if words is not None:
        Path("words.txt").write_bytes(words)
    assert wordvec("nearest", vectors, "north"[: 5 * (option == "--among")] or "--together", option, "words.txt") == (
        1,
        "",
        f"wordvec: {message}\n",
    )


def test_unknown_words_of_a_list_are_reported_and_the_others_answered(
    wordvec: Call, vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(vectors.parent)
    Path("words.txt").write_bytes(b"east \t\r\n\nnroth\n  zebra\r\n")
    done = wordvec("nearest", vectors, "up", "--words", "words.txt", "-n", 1)
    assert done == (
        0,
        "east\tnortheast\t0.7071\n",
        "wordvec: up: not among the 6 words\n"
        "wordvec: words.txt, line 3: nroth: not among the 6 words; did you mean north?\n"
        "wordvec: words.txt, line 4: zebra: not among the 6 words\n",
    )
    strict = wordvec("nearest", vectors, "up", "--words", "words.txt", "-n", 1, "--strict")
    assert strict == (1, "", done.err)
    assert wordvec("nearest", vectors, "up", "zebra") == (
        1,
        "",
        "wordvec: up: not among the 6 words\nwordvec: zebra: not among the 6 words\n",
    )


def test_a_word_is_found_in_another_normal_form_and_that_is_said(wordvec: Call, vectors: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "naïve")
    assert wordvec("nearest", vectors, decomposed, "-n", 1) == (
        0,
        "naïve\tnorth\t0.8944\n",
        f"wordvec: {decomposed}: found as the same characters in their composed form (NFC)\n",
    )
    assert json.loads(wordvec("analogy", vectors, "north", "south", decomposed, "--json").out)["c"] == "naïve"


def test_words_are_added_and_subtracted(wordvec: Call, vectors: Path) -> None:
    done = wordvec("nearest", vectors, "north", "east", "--together", "-n", 2)
    assert done == (0, "north + east\tnortheast\t1.0000\nnorth + east\tnaïve\t0.3162\n", "")
    done = wordvec("nearest", vectors, "north", "east", "--minus", "north", "--minus", "south", "-n", 1)
    assert done.out == "north + east - north - south\tnortheast\t1.0000\n"
    (line,) = wordvec("nearest", vectors, "north", "--minus", "west", "--json", "-n", 1).out.splitlines()
    assert json.loads(line) == {
        "positive": ["north"],
        "negative": ["west"],
        "nearest": [{"word": "northeast", "similarity": 1.0}],
    }
    assert wordvec("nearest", vectors, "north", "--minus", "up") == (1, "", "wordvec: up: not among the 6 words\n")
    done = wordvec("nearest", vectors, "north", "--minus", "north")
    assert (done.code, done.out) == (2, "")
    assert "words cancel" in done.err


def test_answers_are_of_a_list_and_above_a_similarity(wordvec: Call, vectors: Path, tmp_path: Path) -> None:
    (tmp_path / "among.txt").write_text("west\neast\nnortheast \nup\n")
    done = wordvec("nearest", vectors, "north", "east", "--among", tmp_path / "among.txt")
    assert done.out == (
        "north\tnortheast\t0.7071\nnorth\teast\t0.0000\nnorth\twest\t0.0000\n"
        "east\tnortheast\t0.7071\neast\twest\t-1.0000\n"
    )
    assert done.err == f"wordvec: {tmp_path / 'among.txt'}, line 4: up: not among the 6 words\n"
    assert wordvec("nearest", vectors, "north", "--min-similarity", 0.8).out == "north\tnaïve\t0.8944\n"
    assert wordvec("nearest", vectors, "north", "--min-similarity", 0.9) == (0, "", "")
    assert wordvec("nearest", vectors, "north", "--min-similarity", "nan").code == 2
    assert wordvec("nearest", vectors, "--words", "-", "--among", "-").code == 2


def test_csv_is_exact_and_for_spreadsheets_without_formulas(wordvec: Call, tmp_path: Path) -> None:
    path = tmp_path / "odd.vec"
    path.write_text('4 2\n=1+1 1 0\n@b 0.8 0.6\n"c,d 0 1\n-e -1 0\n')
    assert wordvec("nearest", path, "=1+1", "--csv") == (
        0,
        'word,neighbour,similarity\n=1+1,@b,0.8\n=1+1,"""c,d",0.0\n=1+1,-e,-1.0\n',
        "",
    )
    for form in (["--for-spreadsheets"], ["--csv", "--for-spreadsheets"], ["--for-spreadsheets", "--csv"]):
        assert wordvec("nearest", path, "=1+1", *form).out == (
            "word,neighbour,similarity\n'=1+1,'@b,0.8\n'=1+1,\"\"\"c,d\",0.0\n'=1+1,'-e,-1.0\n"
        )
    assert wordvec("analogy", path, "--for-spreadsheets", "=1+1", "@b", '"c,d', "-n", 1).out == (
        "word,similarity\n'-e,0.124035\n"
    )
    done = wordvec("nearest", path, "=1+1", "--json", "--for-spreadsheets")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("wordvec: --json: does not go with --for-spreadsheets")


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
    message = "wordvec: North: not among the 6 words; did you mean north?\n"
    assert wordvec("nearest", vectors, "North") == (1, "", message)
    assert wordvec("nearest", vectors, "north", "North", "--strict") == (1, "", message)
    assert wordvec("analogy", vectors, "North", "up", "east") == (
        1,
        "",
        message + "wordvec: up: not among the 6 words\n",
    )


def test_missing_or_broken_vectors_are_one_line_and_code_1(wordvec: Call, tmp_path: Path) -> None:
    (tmp_path / "broken.vec").write_text("2 3\na 1 2 3\nb 1 2\n")
    for name in ("missing.vec", "broken.vec"):
        for command in (["nearest", tmp_path / name, "a"], ["info", tmp_path / name]):
            done = wordvec(*command)
            assert (done.code, done.out) == (1, "")
            assert done.err.startswith(f"wordvec: {tmp_path / name}")
            assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("3", "Invalid value for '--min-similarity': 3.0 is not in the range -1<=x<=1. (see wordvec nearest --help)"),
        ("nan", "--min-similarity nan: a cosine is between -1 and 1"),
    ],
)
def test_the_smallest_cosine_must_be_one(number: str, message: str, wordvec: Call, vectors: Path) -> None:
    done = wordvec("nearest", vectors, "north", "--min-similarity", number)
    assert (done.code, done.err) == (2, f"wordvec: {message}\n")


def test_number_must_be_positive(wordvec: Call, vectors: Path) -> None:
    assert wordvec("nearest", vectors, "north", "-n", 0).code == 2
