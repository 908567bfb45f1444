"""Dictionaries: lines of a word and its translation, or several.

Columns are separated by tabs, semicolons, bars, commas or blanks. A first column that counts the lines, and further
columns that are numbers, such as scores, are left out; others are more translations, except after tabs. Several words
in one column are separated by commas, semicolons, bars or `` / ``, and each is paired with each on the other side. A
comma between digits is part of a number.
"""

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from wordvec.corpora.columns import cut, is_number
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError

Pairs = list[tuple[str, str]]
_BLANKS = " \t"
"""Between words and around them; other blanks, as that of a fixed width, may be a word of the vectors."""
_SEVERAL = re.compile(r"\s*[;|]\s*|\s*(?<!\d),\s*|\s*,(?!\d)\s*|\s+/\s+")
_WORD_COMMA = re.compile(r"(?<!\d),|,(?!\d)")
_MOST = 0.9


def read_dictionary(path: str | Path) -> Pairs:
    """Read pairs of words, each once, in the file's order.

    Raises
    ------
    InputError
        If it is missing, no UTF-8, a line has not two words, or there is none.
    """
    lines = [(number, line.strip(_BLANKS)) for number, line in read_lines(Path(path))]
    lines = without_index([(number, line) for number, line in lines if line])
    separator = separator_of([line for _, line in lines])
    pairs: dict[tuple[str, str], None] = {}
    for number, line in lines:
        sides = _sides(line, "\t" if "\t" in line else separator)
        if sides is None:
            raise InputError(
                f"{path}, line {number}: a pair is two words, between them a blank or a tab; several translations are "
                "separated by commas"
            )
        pairs.update(dict.fromkeys((left, right) for left in sides[0] for right in sides[1]))
    if not pairs:
        raise InputError(f"{path}: holds no pair; it takes lines of two words")
    return list(pairs)


def alternatives(cell: str) -> list[str]:
    """Return the words of a cell such as ``house, home``; a mark without words on both sides belongs to its word."""
    words = [word for word in _SEVERAL.split(cell) if word]
    return words if len(words) > 1 else [cell]


def without_index(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return lines without a first column that counts them from 0 or 1, and then without their header."""
    if len(lines) < 2:
        return lines
    for mark in "\t;|,":
        begin = int(not lines[0][1].partition(mark)[0].strip().isdecimal())
        rows = [line.split(mark) for _, line in lines[begin:]]
        if all(len(row) > 2 and not is_number(row[2].strip()) for row in rows):
            first = [row[0].strip() for row in rows]
            if first[0] in ("0", "1") and first == [str(int(first[0]) + at) for at in range(len(first))]:
                return [(number, line.partition(mark)[2].strip(_BLANKS)) for number, line in lines[begin:]]
    return lines


def separator_of(lines: Sequence[str]) -> str:
    """Return what separates the columns of lines that have no tab: a semicolon, bar, comma or blank."""
    lines = [line for line in lines if "\t" not in line]

    def share(found: Sequence[bool]) -> float:
        return sum(found) / max(1, len(found))

    for mark in ";|":
        # A list of translations after a blank has such marks, too, but its first word is followed by a blank.
        if share([mark in line and not _is_list(line, mark) for line in lines]) >= _MOST:
            return mark
    if share([bool(_WORD_COMMA.search(line)) and not _is_list(line, ",") for line in lines]) >= _MOST:
        return ","
    return " "


def _is_list(line: str, mark: str) -> bool:
    """Tell whether a line is a word, a blank and a list, as ``haus house, home``, rather than columns."""
    before, _, after = line.partition(mark)
    return len(before.split()) == 2 and after.startswith(" ")


def _sides(line: str, separator: str) -> tuple[list[str], list[str]] | None:
    """Return the words on both sides; None if the line is no pair."""
    if separator == " ":
        first, _, rest = line.partition(" ")
        several = alternatives(rest.strip(_BLANKS))
        return ([first], several) if len(several) > 1 or len(line.split()) == 2 else None
    if separator == "\t":
        cells = [cell.strip(_BLANKS) for cell in line.split("\t")[:2]]
    else:
        try:
            cells = [cell.strip(_BLANKS) for cell in cut(line, separator)]
        except csv.Error:
            return None
    if len(cells) < 2 or not (cells[0] and cells[1]):
        return None
    others = [cell for cell in cells[2:] if cell and not is_number(cell)]
    return alternatives(cells[0]), [word for cell in (cells[1], *others) for word in alternatives(cell)]
