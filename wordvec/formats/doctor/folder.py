"""The defects of a ``.vectors`` folder: files that are missing or do not fit its mark, numbers that are not finite.

Words may contain anything but a newline here, and a row of zeros is a word without a vector, so neither is a defect.
The folder has no digests: a changed number that is finite is not found.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.codecs import Coded
from wordvec.corpora.npy import map_array
from wordvec.errors import InputError
from wordvec.files import FOLDER_MARK
from wordvec.formats import mapped
from wordvec.formats.common import folder_parts
from wordvec.formats.common.detection import format_of
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.registry import FORMATS
from wordvec.formats.doctor import words
from wordvec.formats.doctor.defects import Defect
from wordvec.formats.doctor.findings import Location, Report
from wordvec.formats.doctor.scan import later_of_equal
from wordvec.rows import blocks
from wordvec.workers import Progress

_WORD_DEFECTS = Defect.EMPTY_WORD | Defect.INVALID_UTF8


def check(path: Path, progress: Progress) -> Report:
    """Find the defects of a folder.

    Raises
    ------
    InputError
        If it is not a ``.vectors`` folder, or its mark is damaged.
    """
    found = format_of(path)
    if found not in ("vectors", None) or not (path / FOLDER_MARK).is_file():
        what = "a folder without vectors" if found is None else FORMATS[found].about
        raise InputError(
            f"{path}: {what}; check reads .vectors folders, texts of vectors and .bin files of word2vec and fastText"
        )
    about = folder_parts.described(path)
    report = Report(path, "vectors", "wordvec's folder")
    report.rows, report.dim = about["rows"], about["dim"]
    arrays = list(_arrays(path, about, report))
    progress.begin("checking", sum(array.nbytes for _, array in arrays), " B")
    try:
        _check_words(path, report)
        done = 0
        for name, array in arrays:
            for span in blocks(len(array)):
                _check_numbers(name, array[span], span.start, report)
                done += array[span].nbytes
                progress.report(done)
    finally:
        progress.end()
    return report


def check_not_folder(path: Path) -> None:
    """Raise an InputError for a folder, of which there is no repair."""
    if path.is_dir():
        raise InputError(f"{path}: a folder is not repaired; write it again from its source")


def _arrays(path: Path, about: dict[str, Any], report: Report) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the arrays of a folder by the names of their files, also those of models; report files that do not fit."""
    sound: dict[str, NDArray[Any]] = {}
    for name in folder_parts.PARTS:
        try:
            part = folder_parts.part(path, about, name, Reading(coded=True))
        except InputError as error:
            report.add(Defect.FILE, Location(None, None, str(error).removeprefix(f"{path}: ")))
        else:
            array = getattr(part, "rows", part)
            sound |= {} if array is None or isinstance(array, Coded) else {f"{name}.npy": array}
    yield from sound.items()
    parts = {f"{name}.npy" for name in folder_parts.PARTS}
    for file in sorted(path.glob("*.npy")):
        if file.name not in parts:
            try:
                yield file.name, map_array(file)
            except (InputError, OSError) as error:
                report.add(Defect.FILE, Location(None, None, str(error)))


def _check_words(path: Path, report: Report) -> None:
    try:
        content = (path / mapped.WORDS).read_bytes()
    except OSError as error:
        report.add(Defect.FILE, Location(None, None, f"{mapped.WORDS}: cannot be read ({error.strerror})"))
        return
    *lines, rest = content.split(b"\n")
    if rest:
        lines.append(rest)
        report.add(Defect.TRUNCATED, Location(len(lines), None, f"{mapped.WORDS} does not end with a newline"))
    if len(lines) != report.rows:
        defect = Defect.TOO_FEW_ROWS if len(lines) < report.rows else Defect.TOO_MANY_ROWS
        detail = f"{mapped.WORDS} has {len(lines):,} words, the folder {report.rows:,} rows"
        report.add(defect, Location(None, None, detail))
    for row, word in enumerate(lines, 1):
        if not word or not word.isascii():
            for defect, detail in words.faults(word):
                if defect & _WORD_DEFECTS:
                    report.add(defect, Location(row, None, detail))
    keys = np.fromiter(map(hash, lines), np.int64, len(lines))
    for row, first in later_of_equal(keys, np.arange(len(keys))).tolist():
        report.add(Defect.DUPLICATE, Location(row + 1, None, f"the word of row {first + 1}"))


def _check_numbers(name: str, block: NDArray[Any], first: int, report: Report) -> None:
    """Report rows with numbers that are not finite, and negative counts."""
    if block.dtype.kind == "f":
        for at in np.flatnonzero(~np.isfinite(block).reshape(len(block), -1).all(axis=1)).tolist():
            report.add(Defect.NOT_FINITE, Location(first + at + 1, None, f"in {name}"))
    elif name == "counts.npy":
        for at in np.flatnonzero(block < 0).tolist():
            report.add(Defect.BAD_NUMBER, Location(first + at + 1, None, f"the count {block[at]} in {name}"))
