"""Columns of an edge list: separator, number and header, detected from the first lines; and its comments."""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from wordvec.corpora.columns import BLANKS, MARKS, find_separator, is_number
from wordvec.corpora.graphs.settings import GraphSettings
from wordvec.errors import InputError

COMMENT = re.compile(rb"(?m)^[ \t]*[#%][^\n]*")
_SAMPLE = 1000
_HEADERS = frozenset(
    (
        *(("source", "target"), ("from", "to"), ("src", "dst"), ("head", "tail"), ("fromnodeid", "tonodeid")),
        *(("from_node", "to_node"), ("node1", "node2"), ("node_1", "node_2"), ("id1", "id2"), ("id_1", "id_2")),
    )
)
"""Names of the first two columns in headers, in lower case."""


class Lines(NamedTuple):
    """Whole lines of a file, with LF as line ends."""

    text: bytes
    before: int  # number of lines before these


class Layout(NamedTuple):
    """Columns of an edge list.

    Attributes
    ----------
    separator
        A character of `columns.MARKS`, or a blank for any white space.
    columns
        Number of columns; 0 if only the first two count, and others are ignored.
    header
        Whether the first line names the columns.
    """

    separator: str
    columns: int
    header: bool

    @property
    def weighted(self) -> bool:
        """Whether the third column has weights."""
        return self.columns == 3


def layout_of(name: str, text: bytes, settings: GraphSettings) -> Layout:
    """Return the columns of the first lines."""
    sample = [line for _, line in itertools.islice(filled_lines(without_comments(text, settings)), _SAMPLE)]
    if not sample:
        every = "; lines that begin with # or % are comments unless --no-comments (comments=False)"
        every *= bool(text.strip())
        raise InputError(f"{name}: holds no edge{every}")
    shown = [line.decode("utf-8", "replace") for line in sample]
    separator = find_separator(shown, 2)
    if separator is None or separator not in MARKS + BLANKS:
        raise _no_pair(name, _number_of(text, settings, 0), shown[0])
    cells = [_cells(line, separator) for line in shown]
    header = _is_header(cells)
    first = int(header and len(cells) > 1)
    columns = len(cells[first])
    if columns < 2:
        raise _no_pair(name, _number_of(text, settings, first), shown[first])
    if columns > 3 and not settings.unweighted:
        raise InputError(
            f"{name}: line {_number_of(text, settings, first)}: expected two nodes and perhaps a weight, found "
            f"{columns} columns",
            advice="{unweighted} reads the first two only",
        )
    return Layout(separator, 0 if settings.unweighted else columns, header)


def _no_pair(name: str, number: str, line: str) -> InputError:
    return InputError(
        f"{name}: line {number}: expected two nodes and perhaps a weight, separated by blanks, tabs or commas; found "
        f"{line.strip():.60}"
    )


def _cells(line: str, separator: str) -> list[str]:
    if separator == BLANKS:
        return line.split()
    line = line.strip().rstrip(separator)
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]
    except csv.Error:
        return line.split(separator)


def _is_header(cells: list[list[str]]) -> bool:
    """Return whether the first line names columns: as usual, or because it has no weight where others have one."""
    first, *others = cells
    if len(first) == 3 and _is_weight(first[2]):
        return False
    if tuple(cell.lower() for cell in first[:2]) in _HEADERS:
        return True
    weights = [row[2] for row in others if len(row) == 3]
    return len(first) == 3 and bool(weights) and all(map(is_number, weights))


def _is_weight(cell: str) -> bool:
    """Return whether a cell is a weight, if only a wrong one such as NaN."""
    try:
        float(cell)
    except ValueError:
        return is_number(cell)
    return True


def without_comments(text: bytes, settings: GraphSettings) -> bytes:
    """Return lines of which comments are empty, unless they are read as edges."""
    return COMMENT.sub(b"", text) if settings.comments and (b"#" in text or b"%" in text) else text


def comments_before_edges(text: bytes) -> int:
    """Return the number of comments before the first edge."""
    found = 0
    for _, line in filled_lines(text):
        if not COMMENT.match(line):
            break
        found += 1
    return found


def filled_lines(text: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers."""
    return ((at, line) for at, line in enumerate(io.BytesIO(text), 1) if line.strip())


def _number_of(text: bytes, settings: GraphSettings, index: int) -> str:
    """Return the number of the line with the edge `index` of a text."""
    at, _ = next(itertools.islice(filled_lines(without_comments(text, settings)), index, None))
    return f"{at:,}"
