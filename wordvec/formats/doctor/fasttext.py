"""Checks of fastText models, ``.bin``: their sizes, words and numbers.

The layout is little-endian: a magic number, version 12 (or 11), twelve int32 and a float64 of arguments; the
dictionary; then two matrices, each an int8 (quantised or not), two int64 and float32 numbers (fasttext.cc,
dictionary.cc and densematrix.cc of fastText).
"""

import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.formats.common.fasttext_header import MAGIC, VERSIONS
from wordvec.formats.doctor import words
from wordvec.formats.doctor.defects import Defect
from wordvec.formats.doctor.findings import Location, Report
from wordvec.formats.doctor.scan import later_of_equal
from wordvec.formats.doctor.source import BLOCK, Source
from wordvec.workers import Progress

_ARGUMENTS = struct.Struct("<12id")
_OTHER_ARGUMENTS = struct.Struct("<10id")
_DICTIONARY, _DICTIONARY_BEFORE = struct.Struct("<iiiqq"), struct.Struct("<iiiq")
_ENTRY = struct.Struct("<qb")
_SIZES = struct.Struct("<qq")
_LONGEST_WORD = 1 << 16
_LARGEST_DIM = 1 << 22
_SUPERVISED = 3
_DIM, _MODEL, _BUCKET = 0, 7, 8  # positions of the arguments


class _Short(Exception):  # noqa: N818 - named for what happened, and caught below
    """The file is truncated here."""


class _Lost(Exception):  # noqa: N818 - likewise
    """The rest of the file cannot be interpreted."""


class _Bytes:
    """Sequential reader of the fields of the file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest, self._at = chunks, b"", 0
        self.byte = 0

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        while len(self._rest) - self._at < size:
            self._more()
        self._at += size
        self.byte += size
        return self._rest[self._at - size : self._at]

    def numbers(self, form: struct.Struct) -> tuple[int, ...]:
        """Return the next numbers, of the layout `form`."""
        return form.unpack(self.take(form.size))

    def word(self) -> bytes | None:
        """Return the bytes before the next NUL, or None if a word would be too long."""
        while (end := self._rest.find(b"\0", self._at)) < 0:
            if len(self._rest) - self._at > _LONGEST_WORD:
                return None
            self._more()
        return self.take(end - self._at + 1)[:-1]

    def left(self) -> int:
        """Read the rest of the file and return its size in bytes."""
        size = len(self._rest) - self._at
        return size + sum(map(len, self._chunks))

    def _more(self) -> None:
        chunk = next(self._chunks, b"")
        if not chunk:
            raise _Short
        self._rest, self._at = self._rest[self._at :] + chunk, 0


def check(source: Source, progress: Progress) -> Report:
    """Find the defects of a fastText model.

    Raises
    ------
    InputError
        If the version is unsupported.
    """
    report = Report(source.path, "fasttext", "fastText model")
    file = _Bytes(source.blocks(progress, "checking"))
    try:
        _model(source, file, report)
    except _Lost:
        pass
    except _Short:
        if source.damage is None:
            report.add(Defect.TRUNCATED, Location(None, source.end, f"{source.end:,} bytes, more expected"))
    if source.damage is not None:
        report.add(Defect.ARCHIVE, Location(None, source.end, source.damage))
    return report


def _model(source: Source, file: _Bytes, report: Report) -> None:
    first = file.numbers(struct.Struct("<ii"))
    numbered = first[0] == MAGIC
    if numbered:
        if first[1] not in VERSIONS:
            raise InputError(f"{source.path}: a fastText model of version {first[1]}; versions 11 and 12 are supported")
        arguments = file.numbers(_ARGUMENTS)
        size, known, labels, _tokens, pruned = file.numbers(_DICTIONARY)
    else:  # as before 2017
        arguments = first + file.numbers(_OTHER_ARGUMENTS)
        size, known, labels, _tokens, pruned = *file.numbers(_DICTIONARY_BEFORE), -1
    report.dim, report.rows = arguments[_DIM], known
    if size != known + labels:
        _mismatch(report, file, f"{size} entries, but {known} words and {labels} labels")
    _dictionary(file, report, size)
    for _ in range(pruned):
        file.take(8)
    if numbered and file.take(1) != b"\0":
        report.format = "fastText model, quantised (its numbers were not checked)"
        return
    supervised = arguments[_MODEL] == _SUPERVISED
    _matrix(file, report, "input", known + (arguments[_BUCKET] if pruned < 0 else pruned), known)
    file.take(1 if numbered else 0)
    _matrix(file, report, "output", labels if supervised else known, 0)
    if (left := file.left()) > 0:
        report.add(Defect.TOO_MANY_ROWS, Location(None, file.byte, f"{left:,} bytes after the end of the model"))


def _dictionary(file: _Bytes, report: Report, size: int) -> None:
    keys = []
    for row in range(1, size + 1):
        begin = file.byte
        word = file.word()
        if word is None:
            report.add(Defect.OUT_OF_STEP, Location(row, begin, "no end of the word"))
            raise _Lost
        for defect, detail in words.faults(word):
            report.add(defect, Location(row, begin, detail))
        file.numbers(_ENTRY)
        keys.append(hash(word))
    for row, first in later_of_equal(np.array(keys, np.int64), np.arange(len(keys))).tolist():
        report.add(Defect.DUPLICATE, Location(row + 1, None, f"the word of row {first + 1}"))


def _matrix(file: _Bytes, report: Report, name: str, rows: int, known: int) -> None:
    """Check a matrix that should have `rows` rows, the first `known` of them rows of words."""
    found = file.numbers(_SIZES)
    if found != (rows, report.dim):
        _mismatch(report, file, f"the {name} matrix is {found[0]} x {found[1]} and should be {rows} x {report.dim}")
    rows, dim = found
    if not 0 < dim <= _LARGEST_DIM:
        raise _Lost
    together = max(1, BLOCK // (4 * dim))
    for first in range(0, rows, together):
        begin = file.byte
        block: NDArray[np.float32] = np.frombuffer(file.take(4 * dim * min(together, rows - first)), "<f4")
        block = block.reshape(-1, dim)
        for at in np.flatnonzero(~np.isfinite(block).all(axis=1)).tolist():
            report.add(Defect.NOT_FINITE, Location(first + at + 1, begin + 4 * dim * at, f"in the {name} matrix"))
        with np.errstate(invalid="ignore"):  # signalling NaN
            zero = ~block[: max(0, known - first)].any(axis=1)
        for at in np.flatnonzero(zero).tolist():
            report.add(Defect.ZERO_ROW, Location(first + at + 1, begin + 4 * dim * at, f"in the {name} matrix"))


def _mismatch(report: Report, file: _Bytes, detail: str) -> None:
    report.add(Defect.SIZES, Location(None, file.byte, detail))
