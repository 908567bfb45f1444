"""Edge lists: a line for each edge, two nodes and perhaps a weight, separated by blanks, tabs, commas or semicolons.

The separator, a header and whether there are weights are detected from the first lines; then every line must have as
many columns. A block of lines is rewritten with blanks as separators, and goes through the tokenizer's kernel, which
numbers its words in parallel.
"""

import itertools
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.batches import Text, through_kernel
from wordvec.corpora.columns import number
from wordvec.corpora.graphs.edge_list_layout import (
    COMMENT,
    Layout,
    Lines,
    comments_before_edges,
    filled_lines,
    layout_of,
    without_comments,
)
from wordvec.corpora.graphs.edges import Edges, check_memory
from wordvec.corpora.graphs.separated import separated_by_blanks
from wordvec.corpora.graphs.settings import GraphSettings
from wordvec.corpora.streams import Stream
from wordvec.corpora.wordtable import WordTable
from wordvec.errors import InputError
from wordvec.kernels.text import Tokens
from wordvec.kernels.words import WordSpans
from wordvec.representation import short
from wordvec.wording import quantity
from wordvec.workers import StopFlag, ordered_map

BLOCK = 4 << 20
_MATRIX_MARKET = b"%%MatrixMarket"


class _Block(NamedTuple):
    """The edges of some lines, with words by their numbers in the block."""

    data: NDArray[np.uint8]
    words: WordSpans
    first: NDArray[np.uint32]
    second: NDArray[np.uint32]
    weights: NDArray[np.float32] | None
    comments: int


class EdgeList(NamedTuple):
    """The edges of a file, and its nodes as words of a table, by first appearance.

    Attributes
    ----------
    table
        Nodes, with the placeholder `HELD` for characters that names do not have.
    parts
        Edges.
    comments
        Number of lines that begin with # or % after the first edge.
    header
        Whether the first line names the columns.
    """

    table: WordTable
    parts: list[Edges]
    comments: int
    header: bool

    def __repr__(self) -> str:
        return short(self)


def read_edge_list(stream: Stream, settings: GraphSettings, threads: int, stop: StopFlag) -> EdgeList:
    """Read an edge list.

    Raises
    ------
    InputError
        If there is no edge, or a line is malformed; the message names the line.
    MemoryLimitError
        If there are too many nodes or edges for the memory.
    """
    name, lines = stream.name, _whole_lines(stream)
    first = next(lines, Lines(b"", 0))
    if first.text.startswith(_MATRIX_MARKET):
        raise InputError(f"{name}: is a Matrix Market file; save the matrix as .npz (scipy.sparse.save_npz)")
    layout = layout_of(name, first.text, settings)
    work = partial(_edges, name=name, layout=layout, settings=settings)
    table, parts, comments, read = WordTable(), list[Edges](), 0, 0

    def blocks() -> Iterator[Lines]:
        yield first
        yield from lines

    for number_of_block, block in enumerate(ordered_map(work, stop.until(blocks()), threads)):
        comments += block.comments if number_of_block else max(0, block.comments - comments_before_edges(first.text))
        nodes = np.zeros(len(block.words.keys), np.bool_)
        nodes[block.first] = nodes[block.second] = True
        numbers = np.zeros(len(nodes), np.uint32)
        words = block.words
        spans = WordSpans(words.keys[nodes], words.starts[nodes], words.lengths[nodes], words.counts[nodes])
        numbers[nodes] = table.add(block.data, spans)
        parts.append(Edges.of(numbers[block.first], numbers[block.second], block.weights))
        read += len(block.first)
        check_memory(read, settings.directed, layout.weighted)
    return EdgeList(table, parts, comments, layout.header)


def _whole_lines(stream: Stream) -> Iterator[Lines]:
    """Yield the lines of a stream in blocks, with LF as line ends."""
    rest, before = b"", 0
    while True:
        buffer = bytearray(BLOCK)
        filled = stream.fill(buffer)
        text = rest + bytes(buffer[:filled])
        ended = filled < BLOCK
        end = len(text) if ended else max(text.rfind(b"\n"), text.rfind(b"\r", 0, len(text) - 1)) + 1
        if not end and not ended:
            raise InputError(f"{stream.name}: line {before + 1:,} is longer than {BLOCK >> 20} MiB; expected two nodes")
        rest, text = text[end:], text[:end].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if text:
            yield Lines(text if before else text.removeprefix(b"\xef\xbb\xbf"), before)
            before += text.count(b"\n")
        if ended:
            return


def _edges(lines: Lines, name: str, layout: Layout, settings: GraphSettings) -> _Block:
    """Return the edges of some lines."""
    text = without_comments(lines.text, settings)
    if layout.header and not lines.before:
        _, line = next(filled_lines(text))
        text = text.replace(line, b"\n", 1)
    plain = separated_by_blanks(Lines(text, lines.before), name, layout)
    data, tokens = through_kernel(Text([plain, b"\n"], []), 1)
    ends = tokens.ends[tokens.ends > 0]
    begins = np.concatenate(([0], ends[:-1])) if len(ends) else ends
    widths = ends - begins
    wrong = np.flatnonzero(widths < 2 if layout.columns == 0 else widths != layout.columns)
    if len(wrong):
        _refuse(lines, text, name, int(wrong[0]), _expected(layout, int(widths[wrong[0]])))
    weights = None
    if layout.weighted:
        weights, faulty, what = _weights(data, tokens, begins + 2)
        if faulty >= 0:
            _refuse(lines, text, name, faulty, what)
    comments = len(COMMENT.findall(lines.text)) if text is not lines.text and settings.comments else 0
    return _Block(data, tokens.words, tokens.ids[begins], tokens.ids[begins + 1], weights, comments)


def _expected(layout: Layout, found: int) -> str:
    wanted = "two nodes" if layout.columns != 3 else "two nodes and a weight, as in the first line"
    return f"expected {wanted}, found {quantity(found, 'column')}"


def _refuse(lines: Lines, text: bytes, name: str, index: int, what: str) -> None:
    at, line = next(itertools.islice(filled_lines(text), index, None))
    shown = line.decode("utf-8", "replace").strip()
    raise InputError(f"{name}: line {lines.before + at:,}: {what}: {shown:.60}")


def _weights(data: NDArray[np.uint8], tokens: Tokens, at: NDArray[np.int64]) -> tuple[NDArray[np.float32], int, str]:
    """Return the weights at some tokens, and the first faulty one with the reason, or −1."""
    ids = tokens.ids[at]
    used = np.zeros(len(tokens.words.keys), np.bool_)
    used[ids] = True
    spans, content = np.flatnonzero(used), data.tobytes()
    begins = tokens.words.starts[spans]
    texts = [content[begin:end] for begin, end in zip(begins, begins + tokens.words.lengths[spans], strict=True)]
    values = np.zeros(len(used))
    values[spans] = [_number(text) for text in texts]
    with np.errstate(over="ignore"):
        weights = values[ids].astype(np.float32)
    wrong = np.flatnonzero(~np.isfinite(weights) | (weights < 0))
    if not len(wrong):
        return weights, -1, ""
    faulty = int(wrong[0])
    negative = "is negative; walks need weights of at least 0"
    return weights, faulty, f"the weight {negative if weights[faulty] < 0 else 'is not a finite number'}"


def _number(text: bytes) -> float:
    """Return the number of a cell; NaN if there is none."""
    try:
        return float(text) if b"_" not in text else np.nan
    except ValueError:
        found = number(text.decode("utf-8", "replace"))
        return np.nan if found is None else found
