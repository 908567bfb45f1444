"""Columns of text lines with a detected separator, quoted or not; numbers with a decimal point or comma."""

import csv
import math
import re
from collections.abc import Sequence

BLANKS, MIXED = " ", "mixed"
MARKS = "\t;|,"
"""One-character separators, in order of preference; blanks come last."""
UNUSUAL = ":/=~^&\x1f\x01，、；"
"""Separators that are tried if no other one splits nearly all lines."""
NAMES = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas", BLANKS: "blanks", MIXED: "separators"}
_SAMPLE = 1000
_HALF, _NEARLY_ALL = 0.5, 0.9
_MIXED = re.compile(r"[\s;|]+|,(?!\d)")
_DECIMAL_COMMA = re.compile(r"\d,\d")
_NUMBER = re.compile(r"[+-]?\d+,\d+")


def find_separator(lines: Sequence[str], columns: int) -> str | None:
    """Return the separator that splits most lines into at least `columns` columns; None if none splits half of them.

    Parameters
    ----------
    lines
        Non-blank lines.
    columns
        Minimal number of columns.

    Returns
    -------
    str or None
        A character, `BLANKS` for any white space, or `MIXED` for several separators in one line.
    """
    sample = lines[:: max(1, len(lines) // _SAMPLE)]

    def share(separator: str) -> float:
        return sum(_fills(line, separator, columns) for line in sample) / max(1, len(sample))

    usual = {separator: share(separator) for separator in MARKS + BLANKS}
    if _mostly_decimal(sample):
        usual[","] = usual.pop(",")  # the last among equals
    best: str = max(usual, key=lambda separator: usual[separator])
    if usual[best] < _NEARLY_ALL:
        other: str | None = next(
            (separator for separator in (*UNUSUAL, MIXED) if share(separator) >= _NEARLY_ALL), None
        )
        if other is not None:
            return other
    return best if usual[best] >= _HALF else None


def cut(line: str, separator: str) -> list[str]:
    """Return the columns of a line, without enclosing blanks and quotes.

    Raises
    ------
    csv.Error
        If a quote is not closed.
    """
    if separator == BLANKS:
        return [_bare(cell) for cell in line.split()]
    if separator == MIXED:
        return [_bare(cell) for cell in _MIXED.split(line) if cell]
    if separator in ",;|" and '"' in line:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator, strict=True))]
    return [_bare(cell.strip()) for cell in line.split(separator)]


def number(text: str) -> float | None:
    """Return the finite number in a cell, with a decimal point or comma; None if there is none."""
    try:
        found = float(text.replace(",", ".") if _NUMBER.fullmatch(text) else text)
    except ValueError:
        return None
    return found if math.isfinite(found) and "_" not in text else None


def is_number(text: str) -> bool:
    """Return whether a cell is a finite number."""
    return number(text) is not None


def _fills(line: str, separator: str, columns: int) -> bool:
    if separator in ";|," and "\t" in line.strip():
        return False  # a tab within a column is a separator, too
    try:
        return sum(map(bool, cut(line, separator))) >= columns
    except csv.Error:
        return line.count(separator) >= columns - 1  # damaged quotes are reported where the line is read


def _mostly_decimal(lines: Sequence[str]) -> bool:
    """Return whether most commas are between digits."""
    return 2 * sum(len(_DECIMAL_COMMA.findall(line)) for line in lines) > sum(line.count(",") for line in lines)


def _bare(cell: str) -> str:
    return cell[1:-1].replace('""', '"').strip() if len(cell) > 2 and cell[0] == cell[-1] == '"' else cell
