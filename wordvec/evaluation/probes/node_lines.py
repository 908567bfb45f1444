"""Lines of files about the nodes of a graph, whose names are read as in edge lists."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec.corpora.columns import BLANKS, cut, find_separator
from wordvec.corpora.graphs.nodes import NOT_IN_NAMES
from wordvec.errors import InputError
from wordvec.representation import short


class NodeLine(NamedTuple):
    """Number and text of a line, and its columns."""

    at: int
    text: str
    columns: list[str]

    def __repr__(self) -> str:
        return short(self)


def node_lines(path: Path, lines: Sequence[tuple[int, str]], columns: int) -> Iterator[NodeLine]:
    """Yield lines with their columns, of which most lines have at least `columns`; the separator is detected.

    Raises
    ------
    InputError
        If a quote is not closed.
    """
    separator = find_separator([line for _, line in lines], columns) or BLANKS
    for at, line in lines:
        text = line.strip()
        try:
            yield NodeLine(at, text, _columns(text, separator))
        except csv.Error as error:
            raise InputError(f"{path}, line {at}: has an open quote ({error}): {text:.60}") from error


def _columns(text: str, separator: str) -> list[str]:
    # As in edge lists, quotes between tabs or blanks belong to the names.
    if separator == BLANKS:
        return text.split()
    return [cell.strip() for cell in text.split("\t")] if separator == "\t" else cut(text, separator)


def node_name(cell: str) -> str:
    """Return the name of a node, in which ``_`` replaces white space and control characters."""
    return NOT_IN_NAMES.sub("_", cell)
