"""Files of lexicons and knowledge graphs: the neighbours of words, and the weights of the edges.

An edge list has two words a line, or two words and a weight; its edges are undirected. In an adjacency list, a line is
a word and its neighbours; its edges are directed from that word, as in the files of the authors of retrofitting.
Columns are separated by a tab if the line has one, else by semicolons, bars or commas if nearly all lines have them,
else by blanks. A column may list several neighbours (``house, home``). A colon after the first word of every line is
skipped. Of a repeated edge the largest weight counts.
"""

import math
from pathlib import Path
from typing import NamedTuple

from wordvec.alignment.dictionary_files import alternatives, separator_of, without_index
from wordvec.corpora.columns import number
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.representation import short

SMALLEST = {"edges": 2, "weighted edges": 3, "neighbours": 1}
"""Smallest number of columns of a line in each format; a word may have no neighbours."""

Row = tuple[int, list[str]]


class Lexicon(NamedTuple):
    """Neighbours of words.

    Attributes
    ----------
    name
        Path of the file.
    form
        Format of the file: ``edges``, ``weighted edges`` or ``neighbours``.
    neighbours
        Weights of the neighbours of each word.
    """

    name: str
    form: str
    neighbours: dict[str, dict[str, float]]

    def __repr__(self) -> str:
        return short(self)


def read_lexicon(path: str | Path) -> Lexicon:
    """Read a lexicon; the format is detected from its contents.

    Raises
    ------
    InputError
        If the file cannot be read or is empty, or a line of an edge list lacks a word or has a weight that is not
        positive.
    """
    lines = without_index([(at, line) for at, line in read_lines(Path(path)) if line.strip()])
    separator = separator_of([line for _, line in lines])
    rows = _without_colons([(at, _columns(line, separator)) for at, line in lines])
    if not rows:
        raise InputError(f"{path}: is empty; each line must have two words, or a word and its neighbours")
    lexicon = Lexicon(str(path), _form(rows), {})
    for at, row in rows:
        if len(row) < SMALLEST[lexicon.form]:
            wanted = {"edges": "two words", "weighted edges": "two words and a weight"}[lexicon.form]
            raise InputError(f"{path}, line {at}: expected {wanted}, as in the other lines; found {' '.join(row)!r}")
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
