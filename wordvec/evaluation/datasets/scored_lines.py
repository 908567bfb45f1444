"""Lines of words and a score as they are published: any separator, a header, an index, comments between.

A line that begins with ``#`` is a comment, unless it has the columns of the other lines and its first word follows at
once: hashtags are words. Comments are counted.
"""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from wordvec.corpora.columns import NAMES, cut, find_separator, number
from wordvec.errors import InputError
from wordvec.evaluation.datasets.column_choice import ColumnChoice
from wordvec.evaluation.datasets.score_columns import WANTED, Columns, find_columns
from wordvec.representation import short

COMMENT = "#"
NOTHING = {
    1: "holds no word; it takes lines of a word and a score",
    2: "holds no pair; it takes lines of word, word, score",
}

Line = tuple[int, str]
Row = tuple[int, list[str]]


class Scored(NamedTuple):
    """Words and scores by line.

    Attributes
    ----------
    rows
        The line's number, its words and its score.
    header
        The first line, where it names the columns.
    notes
        The columns that are used, and what is left out.
    """

    rows: list[tuple[int, list[str], float]]
    header: str | None
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        return short(self)


def read_scored(path: Path, every: Iterable[Line], words: int, choice: ColumnChoice | None = None) -> Scored:
    """Read lines of one or two words and a score.

    Parameters
    ----------
    path
        The name in messages.
    every
        The lines of the file by number.
    words
        How many words have a score, 1 or 2.
    choice
        Columns of words and scores; None to detect them.

    Raises
    ------
    InputError
        If a line has too few columns or a score that is not a number, the columns are unclear, or there is no line.
    """
    lines = [(at, line) for at, line in every if line.strip()]
    plain = [line for line in lines if not line[1].startswith(COMMENT)] or [
        line for line in lines if not _is_remark(line[1])
    ]
    if not plain:
        raise InputError(f"{path}: {NOTHING[words]}")
    separator = find_separator([line for _, line in plain], words + 1)
    if separator is None:
        raise InputError(f"{path}, line {plain[0][0]}: no score; {WANTED[words]}")
    rows = list(_cut(path, plain, separator))
    columns = _columns(path, rows, words, separator, choice)
    begin = plain[0][0] if columns.header else 0
    hashed = [line for line in lines if line[1].startswith(COMMENT) and line not in plain]
    rows += [row for row in _cut(path, hashed, separator, skip=True) if _is_entry(row[1], columns)]
    found = [(at, *_entry(path, at, row, columns, words)) for at, row in sorted(rows) if at != begin]
    described = columns.described(max(len(row) for _, row in rows))
    comments = len(lines) - len(rows)
    empty = sum(1 for at, row in rows if at != begin for column in columns.scores if not _cell(row, column))
    notes = [described]
    if columns.header:
        notes.append(f"the first line is taken as its header: {plain[0][1].strip()}")
    notes += [f"{comments} comment line{'s' * (comments > 1)} left out"] * (comments > 0)
    notes += [f"{empty} empty rating{'s' * (empty > 1)} left out"] * (empty > 0)
    return Scored(found, plain[0][1] if begin else None, ("; ".join(notes),))


def _is_remark(line: str) -> bool:
    return line.startswith((f"{COMMENT} ", f"{COMMENT}{COMMENT}"))


def _cut(path: Path, lines: Iterable[Line], separator: str, skip: bool = False) -> Iterator[Row]:
    for at, line in lines:
        try:
            yield at, cut(line, separator)
        except csv.Error as error:
            if not skip:
                raise InputError(f"{path}, line {at}: cannot be cut at its {NAMES[separator]} ({error})") from error


def _columns(path: Path, rows: list[Row], words: int, separator: str, choice: ColumnChoice | None) -> Columns:
    cells = [row for _, row in rows]
    try:
        return choice.find(cells) if choice else find_columns(cells, words, separator)
    except InputError as error:
        raise InputError(f"{path}, line {rows[0][0]}: {error}") from error


def _is_entry(row: list[str], columns: Columns) -> bool:
    """Return whether a line that begins with # has its words and its score where others have them."""
    first = _cell(row, columns.words[0])
    remark = first.startswith((f"{COMMENT} ", f"{COMMENT}{COMMENT}")) or first == COMMENT
    return not remark and all(_cell(row, at) for at in columns.words) and _score(row, columns) is not None


def _entry(path: Path, at: int, row: list[str], columns: Columns, words: int) -> tuple[list[str], float]:
    last = max(columns.scores[0], *columns.words)
    if len(row) <= last:
        raise InputError(f"{path}, line {at}: {len(row)} columns, no {_what(last, columns)} in column {last + 1}")
    score, found = _score(row, columns), [row[column] for column in columns.words]
    if score is None:
        raise InputError(f"{path}, line {at}: the score {row[columns.scores[0]]!r} is no number; {WANTED[words]}")
    if not all(found):
        raise InputError(f"{path}, line {at}: a word is empty; {WANTED[words]}")
    return found, score


def _what(column: int, columns: Columns) -> str:
    return "score" if column in columns.scores else "word"


def _score(row: list[str], columns: Columns) -> float | None:
    """Return the mean of the columns of scores, of several those that are filled in; None if one is no number."""
    cells = [cell for cell in (_cell(row, at) for at in columns.scores) if cell]
    values = [number(cell) for cell in cells]
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def _cell(row: list[str], column: int) -> str:
    return row[column] if column < len(row) else ""
