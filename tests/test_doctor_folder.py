"""The doctor on ``.vectors`` folders: files, sizes, words and numbers; nothing is repaired."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from cli_helpers import Call
from vector_files import found

from wordvec import Vectors
from wordvec.codecs import Bits
from wordvec.errors import InputError
from wordvec.formats import doctor

WORDS = ["the", "of", "new york", "na\u00efve\r", "absent"]
ROWS = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9], [1, 0, 1], [0, 0, 0]], np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    vectors = Vectors(WORDS, ROWS, [9, 5, 4, 3, 1], contexts=Vectors(WORDS, ROWS[::-1]))
    vectors.save(tmp_path / "a.vectors")
    np.save(tmp_path / "a.vectors/shares.npy", np.ones((2, 2), np.float32))  # as models have beside their vectors
    return tmp_path / "a.vectors"


def changed(folder: Path, name: str, row: int, value: float) -> None:
    array = np.load(folder / name)
    array[row] = value
    np.save(folder / name, array)


def rewritten(folder: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    (folder / name).write_bytes(change((folder / name).read_bytes()))


def test_a_sound_folder_may_have_blanks_in_words_and_rows_of_zeros(wordvec: Call, folder: Path) -> None:
    assert wordvec("check", folder) == (0, f"{folder}: wordvec's folder, 5 rows of 3 numbers: sound\n", "")


def test_numbers_that_are_not_finite_are_found_in_every_array(folder: Path) -> None:
    changed(folder, "matrix.npy", 1, np.nan)
    changed(folder, "contexts.npy", 4, np.inf)
    changed(folder, "shares.npy", 0, -np.inf)
    changed(folder, "counts.npy", 2, -1)
    report = doctor.check(folder)
    assert found(report) == {"not-finite": (3, [2, 5, 1]), "bad-number": (1, [3])}
    details = [place.detail for defect in report.defects for place in defect.locations]
    assert details == ["the count -1 in counts.npy", "in matrix.npy", "in contexts.npy", "in shares.npy"]


def test_bits_are_checked_without_being_decoded(folder: Path, tmp_path: Path) -> None:
    Vectors(WORDS, Bits.encode(ROWS)).save(tmp_path / "bits.vectors")
    assert doctor.check(tmp_path / "bits.vectors").sound
    changed(tmp_path / "bits.vectors", "absent.npy", 0, 77)
    ((place,),) = (defect.locations for defect in doctor.check(tmp_path / "bits.vectors").defects)
    assert "absent.npy: its numbers do not rise" in place.detail


@pytest.mark.parametrize(
    ("name", "change", "defects"),
    [
        ("matrix.npy", lambda content: content[:-4], {"file": (1, [None])}),
        ("contexts.npy", lambda content: b"", {"file": (1, [None])}),
        ("shares.npy", lambda content: content + b"0", {"file": (1, [None])}),
        ("words.txt", lambda content: content[:-1], {"truncated": (1, [5])}),
        ("words.txt", lambda content: content + b"the\n", {"too-many-rows": (1, [None]), "duplicate": (1, [6])}),
        ("words.txt", lambda content: content[4:], {"too-few-rows": (1, [None])}),
        ("words.txt", lambda content: content.replace(b"of", b""), {"empty-word": (1, [2])}),
        ("words.txt", lambda content: content.replace(b"of", b"\xff"), {"invalid-utf8": (1, [2])}),
        ("wordvec.json", lambda content: content.replace(b'"dim": 3', b'"dim": 4'), {"file": (2, [None, None])}),
    ],
)
def test_files_that_do_not_fit_are_defects(
    name: str, change: Callable[[bytes], bytes], defects: dict[str, tuple[int, list[int | None]]], folder: Path
) -> None:
    rewritten(folder, name, change)
    assert found(doctor.check(folder)) == defects


def test_missing_files_are_named(wordvec: Call, folder: Path) -> None:
    for name in ("matrix.npy", "words.txt"):
        (folder / name).unlink()
    assert wordvec("check", folder) == (
        1,
        f"""{folder}: wordvec's folder, 5 rows of 3 numbers: 1 kind of defect

file (2): a file of the folder is missing, damaged or of another shape
  {folder}/matrix.npy: cannot be read (No such file or directory)
  words.txt: cannot be read (No such file or directory)
""",
        "",
    )


def test_other_folders_and_damaged_marks_are_one_line(wordvec: Call, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    Vectors(["the", "of"], ROWS[:2]).save(tmp_path / "a.projector")
    for path, message in (
        (tmp_path / "empty", "a folder without vectors; check reads .vectors folders, texts of vectors and .bin files"),
        (tmp_path / "a.projector", "a folder for TensorBoard's projector; check reads .vectors folders"),
    ):
        done = wordvec("check", path)
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith(f"wordvec: {path}: {message}")
    assert "is not repaired" in wordvec("check", folder, "--repair", tmp_path / "out.vec").err
    rewritten(folder, "wordvec.json", lambda content: content[:20])
    with pytest.raises(InputError, match=r"wordvec\.json"):
        doctor.check(folder)
