"""Lists of relations: a word, a relation, another word and perhaps a weight, separated by tabs."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from wordvec.errors import InputError
from wordvec.lexicons.columns import Line, positive
from wordvec.lexicons.relations import KNOWN, Weights, named, weight_of

_FEWEST, _MOST = 3, 4
"""Columns of a line without a weight and with one."""


def has_relations(lines: Iterable[Line]) -> bool:
    """Return whether lines have the columns of relations, half of which have known names."""
    known = whole = 0
    for _, line in lines:
        row = _columns(line)
        if not _FEWEST <= len(row) <= _MOST:
            return False
        whole += 1
        known += named(row[1]) in KNOWN
    return 2 * known >= whole


def edges(path: str | Path, lines: Iterable[Line], relations: Weights) -> Iterator[tuple[str, str, float]]:
    """Yield the two words and the weight of each edge.

    Raises
    ------
    InputError
        If a line lacks a word or a relation, or has a weight that is not positive.
    """
    for at, line in lines:
        word, relation, other, *weight = _columns(line)
        if not word or not other:
            raise InputError(f"{path}, line {at}: expected a word, a relation and another word; found a blank column")
        strength = positive(path, at, weight[0]) if weight else 1.0
        yield word, other, strength * weight_of(named(relation), relations, 1.0)


def _columns(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip(" ").rstrip("\t").split("\t")]
