"""One row of a vector file, looked at closely: what the fast ways hand over when they doubt it."""

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
_BECOMES_ZERO = 2.0**-150  # in float32, this one too


class Row(NamedTuple):
    """A row taken apart.

    Parameters
    ----------
    word
        As it stands in the file; empty where `faults` say that this is no row.
    fields
        Its numbers as they stand in the file: decimals, or four bytes each.
    bad
        Which of them are no finite numbers.
    faults
        Its defects, each with its details.
    """

    word: bytes
    fields: list[bytes]
    bad: list[int]
    faults: list[tuple[Defect, str]]


def parse_row(line: bytes, dim: int, cut: bool = False) -> Row:
    """Take a line of text apart, without what concerns its end.

    The last `dim` fields are its numbers; its word may hold blanks (see `word_and_numbers`).

    Parameters
    ----------
    line
        The line, without blanks, carriage return and newline at its end.
    dim
        How many numbers it should have.
    cut
        Whether the file ends here without a newline.
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
    """Return the word and the numbers of a row that is not dropped, with what is wrong in them replaced.

    Parameters
    ----------
    row
        The row.
    zero
        How 0 is written in such a file.
    """
    fields = list(row.fields)
    for i in row.bad:
        fields[i] = zero
    wrong = any(defect & BAD_WORD for defect, _ in row.faults)
    return words.mended(row.word) if wrong else row.word, fields


def _count(fields: list[bytes], dim: int) -> str:
    rest = f" after {words.shown(fields[0])}" if fields[0] else ""
    return f"{len(fields) - 1} numbers{rest} where {dim} are due"


def _wrong_numbers(word: bytes, numbers: list[bytes]) -> tuple[list[int], list[tuple[Defect, str]]]:
    """Return which numbers are not finite or none, and what is to be said of them."""
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
    """Return the numbers in float64, NaN for what is no finite decimal."""
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
