"""Lexicons and knowledge graphs as lines: which words are neighbours, and how much.

An edge list has two words a line, or two words and a weight: neighbours of each other, whatever the order. Otherwise
a line is a word and then its neighbours, and only that word has them, as in the authors' files of retrofitting.
Columns are parted by a tab where a line has one, so that words may hold blanks, otherwise by blanks. What is written
twice counts once, with the larger weight.
"""

import math
from pathlib import Path
from typing import NamedTuple

from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError

SMALLEST = {"edges": 2, "weighted edges": 3, "neighbours": 1}
"""How many columns a line of each form has at least; a word may have no neighbours."""

Row = tuple[int, list[str]]


class Lexicon(NamedTuple):
    """Neighbours of words.

    Attributes
    ----------
    name
        The file.
    form
        ``edges``, ``weighted edges`` or ``neighbours``.
    neighbours
        Of each word, and their weights.
    """

    name: str
    form: str
    neighbours: dict[str, dict[str, float]]


def read_lexicon(path: str | Path) -> Lexicon:
    """Read a lexicon, of whichever form it is.

    Raises
    ------
    InputError
        If it cannot be read, holds no line, or one of an edge list lacks a word or has a weight that is not positive.
    """
    rows = [(number, _columns(line)) for number, line in read_lines(Path(path)) if line.strip()]
    if not rows:
        raise InputError(f"{path}: holds no line; it takes two words a line, or a word and its neighbours")
    lexicon = Lexicon(str(path), _form(rows), {})
    for number, row in rows:
        if len(row) < SMALLEST[lexicon.form]:
            wanted = {"edges": "two words", "weighted edges": "two words and a weight"}[lexicon.form]
            raise InputError(f"{path}, line {number}: {' '.join(row)!r} is not {wanted}, as the other lines are")
        word, others, weight = row[0], row[1:], 1.0
        if lexicon.form == "weighted edges":
            weight, others = float(row[2]), row[1:2]
            if not (weight > 0 and math.isfinite(weight)):
                raise InputError(f"{path}, line {number}: the weight {row[2]} is not a positive number")
        for other in others:
            _note(lexicon, word, other, weight)
            if lexicon.form != "neighbours":
                _note(lexicon, other, word, weight)
    return lexicon


def _columns(line: str) -> list[str]:
    return [cell for cell in map(str.strip, line.split("\t")) if cell] if "\t" in line.strip() else line.split()


def _form(rows: list[Row]) -> str:
    long = [row for _, row in rows if len(row) > 2]
    if not long:
        return "edges"
    return "weighted edges" if all(len(row) == 3 and _is_number(row[2]) for row in long) else "neighbours"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _note(lexicon: Lexicon, word: str, other: str, weight: float) -> None:
    known = lexicon.neighbours.setdefault(word, {})
    known[other] = max(weight, known.get(other, 0.0))
