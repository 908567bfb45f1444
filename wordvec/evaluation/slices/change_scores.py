"""Files of how much words changed: lines of word and number, or the table that ``wordvec compass change -o`` writes.

The more, the more a word changed. A table holds similarities, so a word's score is 1 minus one of its measures; a word
whose measure is empty has none.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec.corpora.columns import number as _number
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.evaluation.datasets.scored_lines import read_scored

MEASURES = ("cosine", "local", "overlap", "mix")
FLAGS = {"0": False, "1": True}


class Scores(NamedTuple):
    """A number for each word, and, where the file says it, whether it changed; the columns that were read."""

    name: str
    values: dict[str, float]
    changed: dict[str, bool] | None
    notes: tuple[str, ...] = ()


def read_scores(path: str | Path, measure: str = "cosine") -> Scores:
    """Read scores of change.

    Parameters
    ----------
    path
        Lines of a word and a number, whatever separates them (see `scored_lines`), or a table of ``wordvec compass
        change -o``.
    measure
        Which measure of such a table.

    Raises
    ------
    InputError
        If the file cannot be read, a line is not as it should be, a word comes twice, or there is no such measure.
    """
    path = Path(path)
    lines = [(number, line) for number, line in read_lines(path) if line.strip()]
    if not lines:
        raise InputError(f"{path}: is empty")
    # A table without its flags would be read as scores of change, though its measures are similarities.
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
            raise InputError(f"{path}, line {number}: {len(row)} columns, not {len(header)} as in the first line")
        word, written, flag = row[0], row[value_at], row[flag_at]
        value = _number(written)
        if flag not in FLAGS or (written and value is None):
            wrong, what = ("changed", flag) if flag not in FLAGS else (measure, written)
            raise InputError(f"{path}, line {number}: {what[:60]!r} is no {wrong}; write the table anew")
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
            raise InputError(f"{path}, line {number}: cannot be cut at its commas ({error})") from error


def _check_new(path: Path, number: int, word: str, known: dict[str, float] | dict[str, bool]) -> None:
    if word in known:
        raise InputError(f"{path}, line {number}: {word} comes a second time")
