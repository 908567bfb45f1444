"""Lists of edges and of neighbours: their columns, their format, and their edges.

In a list of edges, a line has two words, or two words and a weight; if nearly all have a weight, the first line may be
a header. In a list of neighbours, a line has a word and any number of neighbours. A colon after the first word of every
line is skipped.
"""

import contextlib
import csv
import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from wordvec.corpora.columns import cut
from wordvec.errors import InputError
from wordvec.lexicons.columns import Line, alternatives, positive, separator_of, weight_in
from wordvec.lexicons.edges import Collector
from wordvec.lexicons.held_lines import Block, HeldLines, not_blank

EDGES, WEIGHTED, NEIGHBOURS = "edges", "weighted edges", "neighbours"
_EXPECTED = {EDGES: (2, "two words"), WEIGHTED: (3, "two words and a weight"), NEIGHBOURS: (1, "a word")}
"""Smallest number of columns of a line in each format; a word may have no neighbours."""
_WITH_WEIGHT = 3
_NEARLY_ALL = 0.9


class Layout(NamedTuple):
    """Format, separator of lines without tabs, whether a colon follows each first word, and number of a header or 0."""

    form: str
    separator: str
    colons: bool
    header: int = 0


def layout_of(lines: HeldLines) -> Layout:
    """Return the layout of lines."""
    blocks = [block for block in lines.blocks if not block.regular("\t")]
    without_tabs = itertools.chain.from_iterable(block.lines() for block in blocks)
    separator = separator_of(line for _, line in not_blank(without_tabs))
    colons, longer, weighted, header = True, 0, 0, 0
    begin = next((at for at, _ in lines), 0)
    for block in lines.blocks:
        if regular := block.regular(separator):
            of_block = block.encoded.count(b"\n") * (regular.number == _WITH_WEIGHT)
            colons, longer, weighted = False, longer + of_block, weighted + of_block
            continue
        for at, line in not_blank(block.lines()):
            row = columns(line, separator)
            colons = colons and len(row[0]) > 1 and row[0].endswith(":")
            if len(row) >= _WITH_WEIGHT:
                has_weight = len(row) == _WITH_WEIGHT and weight_in(row[2]) is not None
                if at == begin and not has_weight and len(row) == _WITH_WEIGHT:
                    header = at
                longer, weighted = longer + 1, weighted + has_weight
    if not longer:
        return Layout(EDGES, separator, colons)
    if weighted and weighted >= _NEARLY_ALL * (longer - bool(header)):
        return Layout(WEIGHTED, separator, colons, header)
    return Layout(NEIGHBOURS, separator, colons)


def collect(path: str | Path, lines: HeldLines, layout: Layout) -> Collector:
    """Return the edges of lines.

    Raises
    ------
    InputError
        If a line of edges lacks a word, or has a weight that is not positive.
    """
    collector = Collector()
    for block in lines.blocks:
        if _is_edges(block, layout):
            pairs = block.cells()
            weights: Iterable[float] = itertools.repeat(1.0)
            if layout.form == WEIGHTED:
                weights = map(float, pairs[2::_WITH_WEIGHT])
                del pairs[2::_WITH_WEIGHT]
            collector.add_pairs(pairs, weights)
        else:
            _collect_lines(path, not_blank(block.lines()), layout, collector)
    return collector


def columns(line: str, separator: str) -> list[str]:
    """Return the words of a line, at least one, and perhaps a weight."""
    line = line.strip()
    if "\t" in line:
        separator = "\t"
    if separator == " ":
        first, _, rest = line.partition(" ")
        several = alternatives(rest.strip())
        return [first, *several] if len(several) > 1 else line.split()
    first, *others = [cell for cell in _cells(line, separator) if cell] or [line]
    return [first, *(word for cell in others for word in alternatives(cell))]


def _cells(line: str, separator: str) -> Iterable[str]:
    if '"' in line and separator != "\t":
        with contextlib.suppress(csv.Error):  # a quote that is not closed is a word
            return cut(line, separator)
    return map(str.strip, line.split(separator))


def _is_edges(block: Block, layout: Layout) -> bool:
    """Return whether all lines of a block have the two words, or the two words and the weight, of the layout."""
    regular = block.regular(layout.separator)
    return regular is not None and (regular.number == _WITH_WEIGHT) == (layout.form == WEIGHTED)


def _collect_lines(path: str | Path, lines: Iterable[Line], layout: Layout, collector: Collector) -> None:
    smallest, expected = _EXPECTED[layout.form]
    for at, line in lines:
        if at == layout.header:
            continue
        word, *others = columns(line, layout.separator)
        if layout.colons:
            word = word[:-1].rstrip()
        if 1 + len(others) < smallest or (layout.form == WEIGHTED and 1 + len(others) > smallest):
            found = " ".join([word, *others])
            raise InputError(f"{path}, line {at}: expected {expected}, as in the other lines; found {found!r}")
        if layout.form == WEIGHTED:
            collector.add(word, others[:1], positive(path, at, others[1]))
        else:
            collector.add(word, others, 1.0)
