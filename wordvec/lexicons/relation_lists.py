"""Lists of relations: a word, a relation, another word and perhaps a weight, separated by tabs."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from wordvec.errors import InputError
from wordvec.lexicons.columns import Line, positive
from wordvec.lexicons.held_lines import HeldLines, not_blank
from wordvec.lexicons.relations import KNOWN, Weights, check_names, named, weight_of
from wordvec.wording import quantity

_FEWEST, _MOST = 3, 4
"""Columns of a line without a weight and with one."""
_HEADERS = frozenset(("relation", "relationship", "rel", "predicate", "type", "edge", "edge_type"))
"""Names of the second column in headers, in lower case."""


def has_relations(lines: HeldLines, names: Iterable[str]) -> bool:
    """Return whether at least half of the lines have the columns of relations, with usual names or given ones."""
    usual = KNOWN.union(names)
    known = whole = 0
    for block in lines.blocks:
        if block.columns is not None:
            whole += block.encoded.count(b"\n")
            continue
        for _, line in not_blank(block.lines()):
            row = _columns(line)
            whole += 1
            known += _FEWEST <= len(row) <= _MOST and named(row[1]) in usual
    return 2 * known >= whole


def edges(path: str | Path, lines: Iterable[Line], relations: Weights) -> Iterator[tuple[str, str, float]]:
    """Yield the two words and the weight of each edge.

    Raises
    ------
    InputError
        If a line lacks one of its words, has too few or too many columns, or has a weight that is not positive.
    SettingsError
        If `relations` name one that is neither in the lines nor usual.
    """
    found = set[str]()
    for number, (at, line) in enumerate(lines):
        row = _columns(line)
        if number == 0 and len(row) > 1 and row[1].lower() in _HEADERS:
            continue
        if not _FEWEST <= len(row) <= _MOST:
            raise InputError(
                f"{path}, line {at}: expected a word, a relation, another word and perhaps a weight, separated by "
                f"tabs; found {quantity(len(row), 'column')}: {line:.60}"
            )
        word, relation, other, *weight = row
        if not word or not other:
            raise InputError(f"{path}, line {at}: expected a word, a relation and another word; found a blank column")
        strength = positive(path, at, weight[0]) if weight else 1.0
        found.add(named(relation))
        yield word, other, strength * weight_of(named(relation), relations, 1.0)
    check_names(path, {name: weight for name, weight in relations.items() if name not in KNOWN}, found)


def _columns(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip(" ").rstrip("\t").split("\t")]
