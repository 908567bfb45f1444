"""``wordvec check``: exact output, exit codes, and what is written."""

import json
from pathlib import Path

from cli_helpers import Call, files_in
from vector_files import TEXT, file_of

DAMAGED = b"6 3\nthe 0.5 -1 2\nof 0.25 nan 1\nnew york 1 2 3\nthe 2 2 2\nshort 1 2\n"


def test_a_sound_file_is_one_line_and_code_0(wordvec: Call, tmp_path: Path) -> None:
    path = file_of(tmp_path, TEXT)
    assert wordvec("check", path) == (0, f"{path}: word2vec text, 5 rows of 3 numbers: sound\n", "")


def test_notes_leave_a_file_sound(wordvec: Call, tmp_path: Path) -> None:
    path = file_of(tmp_path, TEXT.replace(b"\n", b" \n"))
    assert wordvec("check", path) == (
        0,
        f"{path}: word2vec text, 5 rows of 3 numbers: sound\n\n"
        "note: blank-at-end (5): blanks at the end of lines, as word2vec and fastText write\n"
        "  line 2\n  line 3\n  line 4\n  line 5\n  line 6\n",
        "",
    )


def test_defects_are_printed_with_places_and_programs_and_code_1(wordvec: Call, tmp_path: Path) -> None:
    path = file_of(tmp_path, DAMAGED)
    assert wordvec("check", path) == (
        1,
        f"""{path}: word2vec text, 4 rows of 3 numbers: 5 kinds of defect

too-few-rows (1): fewer rows than the header says
  line 1: the header says 6, there are 5
  stops with an error: gensim, VecMap, finalfusion
  reads it wrongly: spaCy (rows of zeros), fastText (rows of zeros)

ragged (1): rows with too few or too many numbers
  line 6: 2 numbers after 'short' where 3 are expected
  stops with an error: gensim, fastText, VecMap, finalfusion, spaCy (too few)
  reads it wrongly: spaCy (too many), MUSE, sentence-transformers (row left out)

space (1): words that contain a blank
  line 4: 'new york' contains U+0020
  stops with an error: gensim, fastText, MUSE, VecMap, finalfusion
  reads it wrongly: sentence-transformers (row left out)

not-finite (1): NaN, infinity, or too large for float32
  line 3: 'nan' in the row of 'of'
  reads it wrongly: gensim, spaCy, fastText, MUSE, VecMap, finalfusion

duplicate (1): words that already have a row
  line 5: the word of line 2
  stops with an error: finalfusion
  reads it wrongly: gensim (None for a word), spaCy (the last row), MUSE (the first row), VecMap, fastText
""",
        "",
    )


def test_more_places_than_are_shown_are_counted(wordvec: Call, tmp_path: Path) -> None:
    path = file_of(tmp_path, TEXT.replace(b"5 3\n", b"10 3\n") + TEXT.partition(b"\n")[2].replace(b"-7", b"nan"))
    out = wordvec("check", path).out
    assert "  line 10: the word of line 5\n  line 11: the word of line 6\n  stops" in out
    path = file_of(tmp_path, TEXT.replace(b"\n", b"\r\n") + b"more 1 2 3\r\n")
    assert "  line 6\n  and 1 more\n  all tested programs read it correctly\n" in wordvec("check", path).out


def test_a_binary_file_has_rows_and_bytes(wordvec: Call, tmp_path: Path) -> None:
    path = file_of(tmp_path, b"1 1\na\xff \0\0\x80\x7f\n", "a.bin")
    out = wordvec("check", path).out
    assert "  row 1, byte 4: 'a\\xff': byte 0xff at position 1\n" in out
    assert "  row 1, byte 4: inf in the row of 'a\\xff'\n" in out


def test_json_has_all_of_it(wordvec: Call, tmp_path: Path) -> None:
    path = file_of(tmp_path, DAMAGED)
    done = wordvec("check", path, "--json")
    said = json.loads(done.out)
    assert (done.code, said["sound"], said["format"], said["rows"], said["dim"]) == (1, False, "word2vec text", 4, 3)
    assert said["defects"][3] == {
        "defect": "not-finite",
        "description": "NaN, infinity, or too large for float32",
        "count": 1,
        "locations": [{"line": 3, "byte": 17, "detail": "'nan' in the row of 'of'"}],
        "fails": [],
        "reads_wrongly": ["gensim", "spaCy", "fastText", "MUSE", "VecMap", "finalfusion"],
    }


def test_repair_tells_what_it_changed_and_code_0(wordvec: Call, tmp_path: Path) -> None:
    path, out = file_of(tmp_path, DAMAGED), tmp_path / "sound.vec"
    done = wordvec("check", path, "--repair", out, "--duplicates", "mean")
    assert (done.code, done.err) == (0, "")
    assert done.out.partition(f"\n\n{out}: ")[2] == (
        "2 rows of 3 numbers\n"
        "  1 x header changed (header)\n"
        "  1 x mean of the rows with this word (duplicate)\n"
        "  1 x dropped (not-finite)\n"
        "  1 x word changed (space)\n"
        "  1 x dropped (duplicate)\n"
        "  1 x dropped (ragged)\n"
        f"  all changes: {out}.changes.tsv\n"
    )
    assert out.read_bytes() == b"2 3\nthe 1.25 0.5 2.0\nnew_york 1 2 3\n"
    assert (tmp_path / "sound.vec.changes.tsv").read_text() == (
        "line\tchange\tdefect\tdetails\n"
        "1\theader changed\theader\t6 3 became 2 3\n"
        "2\tmean of the rows with this word\tduplicate\t'the'\n"
        "3\tdropped\tnot-finite\t'nan' in the row of 'of'\n"
        "4\tword changed\tspace\t'new york' became 'new_york'\n"
        "5\tdropped\tduplicate\t'the' is in line 2\n"
        "6\tdropped\tragged\t2 numbers after 'short' where 3 are expected\n"
    )
    assert files_in(tmp_path) == ["a.vec", "sound.json", "sound.vec", "sound.vec.changes.tsv"]


def test_repair_as_json_says_what_was_wrong_and_what_was_done(wordvec: Call, tmp_path: Path) -> None:
    done = wordvec("check", file_of(tmp_path, DAMAGED), "--repair", tmp_path / "sound.vec", "--json")
    said = json.loads(done.out)
    assert len(said["defects"]) == 5
    assert said["repair"]["rows"] == 2
    assert {"change": "dropped", "defect": "ragged", "count": 1} in said["repair"]["changes"]


def test_nothing_is_overwritten_without_force(wordvec: Call, tmp_path: Path) -> None:
    path, out = file_of(tmp_path, TEXT), tmp_path / "sound.vec"
    assert wordvec("check", path, "--repair", out).code == 0
    again = wordvec("check", path, "--repair", out)
    assert (again.code, again.out) == (1, "")
    assert again.err.startswith(f"wordvec: {out}: exists already")
    assert wordvec("check", path, "--repair", out, "--force").code == 0


def test_mistakes_are_one_line(wordvec: Call, tmp_path: Path) -> None:
    path = file_of(tmp_path, TEXT)
    assert wordvec("check", path, "--duplicates", "mean") == (
        2,
        "",
        "wordvec: --duplicates: needs --repair OUT\n",
    )
    assert wordvec("check", tmp_path / "none.vec").code == 1
    assert wordvec("check", path, "--repair", tmp_path / "out.bin").code == 2
    assert wordvec("check", file_of(tmp_path, b"hello\n", "b.txt")) == (
        1,
        "",
        f"wordvec: {tmp_path / 'b.txt'}: not vectors: its first lines are not words with numbers\n",
    )


def test_a_log_tells_how_far_it_has_come(wordvec: Call, tmp_path: Path) -> None:
    path = file_of(tmp_path, TEXT)
    assert wordvec("check", path, "--quiet", "--log", tmp_path / "log").code == 0
    last = json.loads((tmp_path / "log").read_text().splitlines()[-1])
    assert (last["task"], last["done"], last["total"], last["unit"]) == ("checking", len(TEXT), len(TEXT), "B")
