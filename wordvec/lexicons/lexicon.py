"""Files of lexicons and knowledge graphs: the neighbours and the opposites of words, and the weights of the edges.

An edge list has two words a line, or two words and a weight; its edges are undirected. In an adjacency list, a line is
a word and its neighbours; its edges are directed from that word, as in the files of the authors of retrofitting. A list
of relations has a word, a relation, another word and perhaps a weight, separated by tabs; its edges are undirected, and
those of antonyms connect opposites. Wiktionary as JSON lines is read by `wordvec.lexicons.wiktextract`.

Columns are separated by a tab if the line has one, else by semicolons, bars or commas if nearly all lines have them,
else by blanks. A column may list several neighbours (``house, home``). A colon after the first word of every line is
skipped. Of a repeated edge the largest weight counts. Two words that are neighbours and opposites are opposites.
"""

import itertools
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from wordvec.corpora.columns import number
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError, SettingsError
from wordvec.lexicons import wiktextract
from wordvec.lexicons.dictionary_files import alternatives, separator_of, without_index
from wordvec.lexicons.relations import KNOWN, Weights, named, weight_of
from wordvec.representation import short

RELATIONS, WIKTIONARY = "relations", "Wiktionary"
SMALLEST = {"edges": 2, "weighted edges": 3, "neighbours": 1}
"""Smallest number of columns of a line in each format; a word may have no neighbours."""
_MOST_OF_RELATION = 4
_WITH_WEIGHT = 3

Row = tuple[int, list[str]]
Line = tuple[int, str]
Weighted = dict[str, dict[str, float]]
"""Weights of the edges from each word."""


class Lexicon(NamedTuple):
    """Neighbours and opposites of words.

    Attributes
    ----------
    name
        Path of the file.
    form
        Format of the file: ``edges``, ``weighted edges``, ``neighbours``, ``relations`` or ``Wiktionary``.
    neighbours
        Weights of the neighbours of each word.
    opposites
        Weights of the opposites of each word, positive, too.
    relations
        Weights of relations with which the file was read.
    """

    name: str
    form: str
    neighbours: Weighted
    opposites: Weighted = MappingProxyType({})  # type: ignore[assignment]
    relations: Weights = MappingProxyType({})

    def __repr__(self) -> str:
        return short(self)

    @property
    def words(self) -> int:
        """Number of words with edges."""
        return len(self.neighbours.keys() | self.opposites.keys())


def read_lexicon(path: str | Path, relations: Weights | None = None) -> Lexicon:
    """Read a lexicon; the format is detected from its contents.

    Parameters
    ----------
    path
        The file, or ``-`` for standard input.
    relations
        Weights of relations, see `wordvec.lexicons.relations`, for a file that names relations. Default: 1, and -1 for
        antonyms. Of Wiktionary, default: synonyms, hypernyms, hyponyms and antonyms.

    Raises
    ------
    InputError
        If the file cannot be read or is empty, a line of a list of edges or relations lacks a word or has a weight that
        is not positive, or a record of Wiktionary is damaged.
    SettingsError
        If `relations` are given and the file names none.
    """
    given = (line for line in read_lines(Path(path)) if line[1].strip())
    first = next(given, None)
    if first is None:
        raise InputError(f"{path}: is empty; each line must have two words, or a word and its neighbours")
    lines = itertools.chain([first], given)
    if first[1].lstrip().startswith("{"):
        return _gathered(str(path), WIKTIONARY, wiktextract.edges(path, lines, relations or {}), relations)
    every = without_index(list(lines))
    rows = _of_relations(every)
    if rows is not None:
        return _gathered(str(path), RELATIONS, _related(path, rows, relations or {}), relations)
    if relations:
        raise SettingsError(f": {path} names no relations; leave this out", setting="relations")
    return _listed(path, every)


def _listed(path: str | Path, lines: list[Line]) -> Lexicon:
    """Return the lexicon of lines of edges or neighbours."""
    separator = separator_of([line for _, line in lines])
    rows = _without_colons([(at, _columns(line, separator)) for at, line in lines])
    lexicon = Lexicon(str(path), _form(rows), {})
    for at, row in rows:
        if len(row) < SMALLEST[lexicon.form]:
            wanted = {"edges": "two words", "weighted edges": "two words and a weight"}[lexicon.form]
            raise InputError(f"{path}, line {at}: expected {wanted}, as in the other lines; found {' '.join(row)!r}")
        word, others, weight = row[0], row[1:], 1.0
        if lexicon.form == "weighted edges":
            weight, others = _positive(path, at, row[2]), row[1:2]
        for other in others:
            _note(lexicon.neighbours, word, other, weight)
            if lexicon.form != "neighbours":
                _note(lexicon.neighbours, other, word, weight)
    return lexicon


def _gathered(name: str, form: str, edges: Iterable[tuple[str, str, float]], relations: Weights | None) -> Lexicon:
    """Return the lexicon of undirected edges; those with a negative weight connect opposites."""
    lexicon = Lexicon(name, form, {}, {}, relations or {})
    for word, other, weight in edges:
        kind = lexicon.neighbours if weight > 0 else lexicon.opposites
        if weight and word != other:
            _note(kind, word, other, abs(weight))
            _note(kind, other, word, abs(weight))
    for word, opposites in lexicon.opposites.items():
        for other in opposites.keys() & lexicon.neighbours.get(word, {}).keys():
            del lexicon.neighbours[word][other]
    return lexicon


def _of_relations(lines: list[Line]) -> list[Row] | None:
    """Return the columns of lines of relations; None if the lines are not that."""
    rows = [(at, [cell.strip() for cell in line.strip(" ").rstrip("\t").split("\t")]) for at, line in lines]
    if not all(_WITH_WEIGHT <= len(row) <= _MOST_OF_RELATION for _, row in rows):
        return None
    known = sum(named(row[1]) in KNOWN for _, row in rows)
    return rows if 2 * known >= len(rows) else None


def _related(path: str | Path, rows: list[Row], relations: Weights) -> Iterator[tuple[str, str, float]]:
    """Yield the edges of relations with their weights."""
    for at, (word, relation, other, *weight) in rows:
        if not word or not other:
            raise InputError(f"{path}, line {at}: expected a word, a relation and another word; found a blank column")
        strength = _positive(path, at, weight[0]) if weight else 1.0
        yield word, other, strength * weight_of(named(relation), relations, 1.0)


def _positive(path: str | Path, at: int, text: str) -> float:
    """Return the weight in a line, which must be positive."""
    weight = _weight(text) if _is_number(text) else math.nan
    if not (weight > 0 and math.isfinite(weight)):
        raise InputError(f"{path}, line {at}: the weight {text} is not a positive number")
    return weight


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


def _note(kind: Weighted, word: str, other: str, weight: float) -> None:
    known = kind.setdefault(word, {})
    known[other] = max(weight, known.get(other, 0.0))
