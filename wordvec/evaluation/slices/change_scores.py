"""Files of change scores: lines of a word and a number, or the table that ``wordvec compass change -o`` writes.

A higher score means more change. A table holds similarities, so a word's score is 1 minus one of its measures; a word
whose measure is empty has no score.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec.corpora.columns import number as _number
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.evaluation.datasets.scored_lines import read_scored
from wordvec.representation import short
from wordvec.slices.change_settings import MEASURES

FLAGS = {"0": False, "1": True}


class Scores(NamedTuple):
    """Change scores by word, the decision whether each word changed if the file has it, and notes on the columns."""

    name: str
    values: dict[str, float]
    changed: dict[str, bool] | None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return short(self)


def read_scores(path: str | Path, measure: str = "cosine") -> Scores:
    """Read scores of change.

    Parameters
    ----------
    path
        Lines of a word and a number, with any separator (see `scored_lines`), or a table of ``wordvec compass
        change -o``.
    measure
        Measure of such a table, one of `MEASURES`.

    Raises
    ------
    InputError
        If the file cannot be read, a line is malformed, a word occurs twice, or the measure is missing.
    """
    path = Path(path)
    lines = [(number, line) for number, line in read_lines(path) if line.strip()]
    if not lines:
        raise InputError(f"{path}: is empty")
    # A table without the column of decisions must not be read as change scores: its measures are similarities.
    if lines[0][1].startswith("word,") and {*MEASURES, "changed"} & set(lines[0][1].split(",")):
        return _of_table(path, lines, measure)
    scored = read_scored(path, lines, 1)
    values: dict[str, float] = {}
    for number, (word,), value in scored.rows:
        _check_new(path, number, word, values)
        values[word] = value
    return Scores(str(path), values, None, scored.notes)


def _of_table(path: Path, lines: Sequence[tuple[int, str]], measure: str) -> Scores:
    (_, header), *rows = _cells(path, lines)
    if not {measure, "changed"} <= set(header):
        raise InputError(f"{path}: has no column {measure}; is it a table of wordvec compass change -o?")
    value_at, flag_at = header.index(measure), header.index("changed")
    values: dict[str, float] = {}
    changed: dict[str, bool] = {}
    for number, row in rows:
        if len(row) != len(header):
            raise InputError(f"{path}, line {number}: expected {len(header)} columns as in line 1, found {len(row)}")
        word, written, flag = row[0], row[value_at], row[flag_at]
        value = _number(written)
        if flag not in FLAGS or (written and value is None):
            wrong, what = ("changed", flag) if flag not in FLAGS else (measure, written)
            raise InputError(f"{path}, line {number}: {what[:60]!r} is no value of {wrong}; write the table again")
        _check_new(path, number, word, changed)
        changed[word] = FLAGS[flag]
        if value is not None:
            values[word] = 1 - value
    return Scores(str(path), values, changed)


def _cells(path: Path, lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, list[str]]]:
    for number, line in lines:
        try:
            yield number, next(csv.reader([line], strict=True))
        except csv.Error as error:
            raise InputError(f"{path}, line {number}: is not valid CSV ({error})") from error


def _check_new(path: Path, number: int, word: str, known: dict[str, float] | dict[str, bool]) -> None:
    if word in known:
        raise InputError(f"{path}, line {number}: {word} occurs twice; keep one score for each word")
