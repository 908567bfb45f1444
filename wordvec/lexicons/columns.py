"""Columns of the lines of lexicons and dictionaries.

Columns are separated by a tab if the line has one, else by semicolons, bars or commas if nearly all lines have them,
else by blanks. A first column that counts the lines is skipped. A column may list several words.
"""

import itertools
import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from wordvec.corpora.columns import is_number, number
from wordvec.errors import InputError

BLANKS = " \t"
"""Separators between words; other white space, such as a no-break space, may be part of a word."""
_LIST_MARKS = re.compile(r"[;|,/]")
_SEVERAL = re.compile(r"\s*[;|]\s*|\s*(?<!\d),\s*|\s*,(?!\d)\s*|\s+/\s+")
_WORD_COMMA = re.compile(r"(?<!\d),|,(?!\d)")
_MOST = 0.9
_COLUMN_AFTER_PAIR = 2

Line = tuple[int, str]
"""Number and text of a line."""


class Index(NamedTuple):
    """A first column that counts the lines: its separator, and whether the first line is a header."""

    mark: str
    header: bool


def alternatives(cell: str) -> list[str]:
    """Return the words of a cell such as ``house, home``. A separator without words on both sides is part of a word."""
    if not _LIST_MARKS.search(cell):
        return [cell]
    words = [word for word in _SEVERAL.split(cell) if word]
    return words if len(words) > 1 else [cell]


def index_of(lines: Iterable[Line]) -> Index | None:
    """Return the first column that counts lines from 0 or 1; None if there is none. `lines` are read several times."""
    begin = [line for _, line in itertools.islice(lines, 2)]
    if len(begin) < 2:
        return None
    for mark in "\t;|,":
        header = not begin[0].partition(mark)[0].strip().isdecimal()
        if _counts(line.split(mark) for _, line in itertools.islice(lines, int(header), None)):
            return Index(mark, header)
    return None


def without_index(lines: Iterable[Line], index: Index) -> Iterator[Line]:
    """Yield lines without a first column that counts them; the header that goes with it becomes a blank line."""
    header = index.header
    for at, line in lines:
        blank = not line.strip()
        yield at, "" if header or blank else line.partition(index.mark)[2].strip(BLANKS)
        header = header and blank


def separator_of(lines: Iterable[str]) -> str:
    """Return the separator of lines without tabs: a semicolon, bar, comma or blank."""
    found, whole = dict.fromkeys(";|,", 0), 0
    for line in lines:
        if "\t" not in line:
            whole += 1
            for mark in found:
                # A list of translations after a blank contains such separators, too.
                if mark in line and not _is_list(line, mark) and (mark != "," or _WORD_COMMA.search(line)):
                    found[mark] += 1
    return next((mark for mark in found if found[mark] / max(1, whole) >= _MOST), " ")


def weight_in(cell: str) -> float | None:
    """Return the number in a cell, finite or not; None if there is none."""
    found = number(cell)
    if found is not None:
        return found
    try:
        return float(cell)
    except ValueError:
        return None


def positive(path: str | Path, at: int, cell: str) -> float:
    """Return the weight in a line.

    Raises
    ------
    InputError
        If it is not a positive number.
    """
    weight = weight_in(cell)
    if weight is None or not 0 < weight < math.inf:
        raise InputError(f"{path}, line {at}: the weight {cell} is not a positive number")
    return weight


def _counts(rows: Iterable[list[str]]) -> bool:
    """Return whether the first column of rows counts them, and the third is a word."""
    first = 0
    for at, row in enumerate(rows):
        cell = row[0].strip()
        if at == 0:
            first = int(cell == "1")
        if len(row) <= _COLUMN_AFTER_PAIR or is_number(row[_COLUMN_AFTER_PAIR].strip()) or cell != str(first + at):
            return False
    return True


def _is_list(line: str, mark: str) -> bool:
    """Return whether a line is a word, a blank and a list, such as ``haus house, home``, rather than columns."""
    before, _, after = line.partition(mark)
    return len(before.split()) == 2 and after.startswith(" ")
