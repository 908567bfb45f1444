"""Exact parsing of single rows that the fast scans find suspicious."""

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.formats.common.faults import word_and_numbers
from wordvec.formats.common.long_rows import nearest_float32
from wordvec.formats.doctor import words
from wordvec.formats.doctor.defects import BAD_WORD, Defect

_NOT_DECIMAL = re.compile(rb"[^0-9+\-.eE ]")
_NUMBER = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NOT_FINITE = re.compile(rb"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_SEPARATOR = re.compile(rb"[ \t]+")
_SURELY_FINITE = 3.4e38
_BECOMES_ZERO = 2.0**-150  # in float32, including this bound


class Row(NamedTuple):
    """A parsed row.

    Parameters
    ----------
    word
        Bytes of the word; empty if the line is not a row.
    fields
        Numbers as stored in the file: decimals, or four bytes each.
    bad
        Positions of fields that are not finite numbers.
    faults
        Defects of the row, each with details.
    """

    word: bytes
    fields: list[bytes]
    bad: list[int]
    faults: list[tuple[Defect, str]]


def parse_row(line: bytes, dim: int, cut: bool = False) -> Row:
    """Parse a line of text, apart from its line end.

    The last `dim` fields are the numbers; the word may contain blanks (see `word_and_numbers`).

    Parameters
    ----------
    line
        The line, without trailing blanks, carriage return and newline.
    dim
        Expected number of numbers.
    cut
        Whether the file ends after this line without a newline.
    """
    if not line:
        return Row(b"", [], [], [(Defect.BLANK_LINE, "")])
    row = word_and_numbers(line, dim)
    if row is None:
        fields = _SEPARATOR.split(line)
        defect = Defect.TRUNCATED if cut and len(fields) <= dim else Defect.RAGGED
        return Row(b"", [], [], [(defect, _count(fields, dim))])
    word, numbers = row
    found = words.faults(word)
    if line != b" ".join([word, *numbers]):
        found.append((Defect.SEPARATORS, f"after {words.shown(word)}"))
    bad, wrong = _wrong_numbers(word, numbers)
    return Row(word, numbers, bad, found + wrong)


def mend(row: Row, zero: bytes) -> tuple[bytes, list[bytes]]:
    """Return the word and the fields of a row with invalid characters and numbers replaced.

    Parameters
    ----------
    row
        The row.
    zero
        Representation of 0 in the file.
    """
    fields = list(row.fields)
    for i in row.bad:
        fields[i] = zero
    wrong = any(defect & BAD_WORD for defect, _ in row.faults)
    return words.mended(row.word) if wrong else row.word, fields


def _count(fields: list[bytes], dim: int) -> str:
    rest = f" after {words.shown(fields[0])}" if fields[0] else ""
    return f"{len(fields) - 1} numbers{rest} where {dim} are expected"


def _wrong_numbers(word: bytes, numbers: list[bytes]) -> tuple[list[int], list[tuple[Defect, str]]]:
    """Return the positions of fields that are not finite numbers, and the defects of the numbers with details."""
    values = _values(numbers)
    wrong: dict[Defect, int] = {}
    bad = []
    for i in np.flatnonzero(~(np.abs(values) < _SURELY_FINITE)).tolist():
        defect = _defect_of(numbers[i])
        if defect is not None:
            bad.append(i)
            wrong.setdefault(defect, i)
    found = [(defect, f"{words.shown(numbers[i])} in the row of {words.shown(word)}") for defect, i in wrong.items()]
    if not (np.abs(np.delete(values, bad)) > _BECOMES_ZERO).any():
        found.append((Defect.NOTHING_FINITE if bad else Defect.ZERO_ROW, words.shown(word)))
    return bad, found


def _values(numbers: list[bytes]) -> NDArray[np.float64]:
    """Return a (fields,) float64 array with NaN for fields that are not decimals."""
    if not _NOT_DECIMAL.search(b" ".join(numbers)):
        try:
            return np.array([float(number) for number in numbers])
        except ValueError:
            pass
    return np.array([float(number) if _NUMBER.fullmatch(number) else np.nan for number in numbers])


def _defect_of(number: bytes) -> Defect | None:
    if _NOT_FINITE.fullmatch(number):
        return Defect.NOT_FINITE
    if not _NUMBER.fullmatch(number):
        return Defect.BAD_NUMBER
    if np.isinf(float(number)):
        return Defect.NOT_FINITE
    return Defect.NOT_FINITE if np.isinf(nearest_float32(number.decode())) else None
