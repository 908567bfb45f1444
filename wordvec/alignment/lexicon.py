"""Lexicons and knowledge graphs as lines: which words are neighbours, and how much.

An edge list has two words a line, or two words and a weight: neighbours of each other, whatever the order. Otherwise
a line is a word and then its neighbours, and only that word has them, as in the authors' files of retrofitting.
Columns are separated by a tab where a line has one, otherwise by semicolons, bars or commas where nearly all lines have
them, otherwise by blanks. A column may list several neighbours (``house, home``), and a colon after the first word of
every line is left out. What is written twice counts once, with the larger weight.
"""

import math
from pathlib import Path
from typing import NamedTuple

from wordvec.alignment.dictionary_files import alternatives, separator_of, without_index
from wordvec.corpora.columns import number
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
    lines = without_index([(at, line) for at, line in read_lines(Path(path)) if line.strip()])
    separator = separator_of([line for _, line in lines])
    rows = _without_colons([(at, _columns(line, separator)) for at, line in lines])
    if not rows:
        raise InputError(f"{path}: holds no line; it takes two words a line, or a word and its neighbours")
    lexicon = Lexicon(str(path), _form(rows), {})
    for at, row in rows:
        if len(row) < SMALLEST[lexicon.form]:
            wanted = {"edges": "two words", "weighted edges": "two words and a weight"}[lexicon.form]
            raise InputError(f"{path}, line {at}: {' '.join(row)!r} is not {wanted}, as the other lines are")
        word, others, weight = row[0], row[1:], 1.0
        if lexicon.form == "weighted edges":
            weight, others = _weight(row[2]), row[1:2]
            if not (weight > 0 and math.isfinite(weight)):
                raise InputError(f"{path}, line {at}: the weight {row[2]} is not a positive number")
        for other in others:
            _note(lexicon, word, other, weight)
            if lexicon.form != "neighbours":
                _note(lexicon, other, word, weight)
    return lexicon


def _columns(line: str, separator: str) -> list[str]:
    if "\t" in line.strip():
        separator = "\t"
    if separator == " ":
        first, _, rest = line.strip().partition(" ")
        several = alternatives(rest.strip())
        return [first, *several] if len(several) > 1 else line.split()
    first, *others = [cell for cell in map(str.strip, line.split(separator)) if cell] or [line.strip()]
    return [first, *(word for cell in others for word in alternatives(cell))]


def _without_colons(rows: list[Row]) -> list[Row]:
    if all(len(row[0]) > 1 and row[0].endswith(":") for _, row in rows):
        return [(at, [row[0][:-1].rstrip(), *row[1:]]) for at, row in rows]
    return rows


def _form(rows: list[Row]) -> str:
    long = [row for _, row in rows if len(row) > 2]
    if not long:
        return "edges"
    return "weighted edges" if all(len(row) == 3 and _is_number(row[2]) for row in long) else "neighbours"


def _is_number(text: str) -> bool:
    try:
        _weight(text)
    except ValueError:
        return False
    return True


def _weight(text: str) -> float:
    found = number(text)
    return float(text) if found is None else found


def _note(lexicon: Lexicon, word: str, other: str, weight: float) -> None:
    known = lexicon.neighbours.setdefault(word, {})
    known[other] = max(weight, known.get(other, 0.0))
