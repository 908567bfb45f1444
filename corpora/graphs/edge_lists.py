"""Edge lists: a line for each edge, two nodes and perhaps a weight, separated by blanks, tabs, commas or semicolons.

The separator, a header and whether there are weights are detected from the first lines; then every line must have as
many columns. A block of lines is rewritten with blanks as separators, and goes through the tokenizer's kernel, which
numbers its words in parallel.
"""

import csv
import io
import itertools
import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.batches import Text, through_kernel
from wordvec.corpora.columns import BLANKS, MARKS, find_separator, is_number, number
from wordvec.corpora.graphs.edges import Edges
from wordvec.corpora.graphs.nodes import HELD, NOT_IN_NAMES
from wordvec.corpora.graphs.settings import GraphSettings
from wordvec.corpora.streams import Stream
from wordvec.corpora.wordtable import WordTable
from wordvec.errors import InputError
from wordvec.kernels.text import Tokens
from wordvec.kernels.words import WordSpans
from wordvec.wording import quantity
from wordvec.workers import StopFlag, ordered_map

BLOCK = 4 << 20
_SAMPLE = 1000
_COMMENT = re.compile(rb"(?m)^[ \t]*[#%][^\n]*")
_QUOTED = b",;|"
_CONTROLS = bytes(set(range(32)) - set(b"\t\n")) + b"\x7f"
_HEADERS = frozenset(
    (
        *(("source", "target"), ("from", "to"), ("src", "dst"), ("head", "tail"), ("fromnodeid", "tonodeid")),
        *(("from_node", "to_node"), ("node1", "node2"), ("node_1", "node_2"), ("id1", "id2"), ("id_1", "id_2")),
    )
)
"""Names of the first two columns in headers, in lower case."""
_MATRIX_MARKET = b"%%MatrixMarket"


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


class _Lines(NamedTuple):
    """Whole lines of a file."""

    text: bytes
    before: int  # number of lines before these


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
    """

    table: WordTable
    parts: list[Edges]
    comments: int


def read_edge_list(stream: Stream, settings: GraphSettings, threads: int, stop: StopFlag) -> EdgeList:
    """Read an edge list.

    Raises
    ------
    InputError
        If there is no edge, or a line is malformed; the message names the line.
    MemoryLimitError
        If there are too many nodes for the memory.
    """
    name, lines = stream.name, _whole_lines(stream)
    first = next(lines, _Lines(b"", 0))
    if first.text.startswith(_MATRIX_MARKET):
        raise InputError(f"{name}: is a Matrix Market file; save the matrix as .npz (scipy.sparse.save_npz)")
    layout = _layout(name, first.text, settings)
    work = partial(_edges, name=name, layout=layout, settings=settings)
    table, parts, comments = WordTable(), list[Edges](), 0

    def blocks() -> Iterator[_Lines]:
        yield first
        yield from lines

    for number_of_block, block in enumerate(ordered_map(work, stop.until(blocks()), threads)):
        comments += block.comments if number_of_block else max(0, block.comments - _comments_before_edges(first.text))
        nodes = np.zeros(len(block.words.keys), np.bool_)
        nodes[block.first] = nodes[block.second] = True
        numbers = np.zeros(len(nodes), np.uint32)
        words = block.words
        spans = WordSpans(words.keys[nodes], words.starts[nodes], words.lengths[nodes], words.counts[nodes])
        numbers[nodes] = table.add(block.data, spans)
        parts.append(Edges.of(numbers[block.first], numbers[block.second], block.weights))
    if not sum(len(part.keys) for part in parts):
        raise InputError(f"{name}: holds no edge")
    return EdgeList(table, parts, comments)


def _whole_lines(stream: Stream) -> Iterator[_Lines]:
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
            yield _Lines(text if before else text.removeprefix(b"\xef\xbb\xbf"), before)
            before += text.count(b"\n")
        if ended:
            return


def _layout(name: str, text: bytes, settings: GraphSettings) -> Layout:
    """Return the columns of the first lines."""
    sample = [line for _, line in itertools.islice(_filled(_without_comments(text, settings)), _SAMPLE)]
    if not sample:
        every = "; lines that begin with # or % are comments (comments=False reads them)" if text.strip() else ""
        raise InputError(f"{name}: holds no edge{every}")
    shown = [line.decode("utf-8", "replace") for line in sample]
    separator = find_separator(shown, 2)
    if separator is None or separator not in MARKS + BLANKS:
        raise InputError(
            f"{name}: line {_number_of(text, settings, 0)}: expected two nodes and perhaps a weight, separated by "
            f"blanks, tabs or commas; found {shown[0].strip():.60}"
        )
    cells = [_cells(line, separator) for line in shown]
    header = _is_header(cells)
    columns = len(cells[header if len(cells) > header else 0])
    if columns > 3 and not settings.unweighted:
        raise InputError(
            f"{name}: line {_number_of(text, settings, header)}: expected two nodes and perhaps a weight, found "
            f"{columns} columns",
            advice="{unweighted} reads the first two only",
        )
    return Layout(separator, 0 if settings.unweighted else columns, header)


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
    if tuple(cell.lower() for cell in first[:2]) in _HEADERS:
        return True
    weights = [row[2] for row in others if len(row) == 3]
    return len(first) == 3 and bool(weights) and not is_number(first[2]) and all(map(is_number, weights))


def _without_comments(text: bytes, settings: GraphSettings) -> bytes:
    return _COMMENT.sub(b"", text) if settings.comments and (b"#" in text or b"%" in text) else text


def _comments_before_edges(text: bytes) -> int:
    """Return the number of comments before the first edge."""
    found = 0
    for _, line in _filled(text):
        if not _COMMENT.match(line):
            break
        found += 1
    return found


def _filled(text: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers."""
    return ((at, line) for at, line in enumerate(io.BytesIO(text), 1) if line.strip())


def _number_of(text: bytes, settings: GraphSettings, index: int) -> str:
    """Return the number of the line with the edge `index` of a text."""
    at, _ = next(itertools.islice(_filled(_without_comments(text, settings)), index, None))
    return f"{at:,}"


def _edges(lines: _Lines, name: str, layout: Layout, settings: GraphSettings) -> _Block:
    """Return the edges of some lines."""
    text = _without_comments(lines.text, settings)
    if layout.header and not lines.before:
        _, line = next(_filled(text))
        text = text.replace(line, b"\n", 1)
    plain = _separated_by_blanks(_Lines(text, lines.before), name, layout)
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
    comments = len(_COMMENT.findall(lines.text)) if text is not lines.text and settings.comments else 0
    return _Block(data, tokens.words, tokens.ids[begins], tokens.ids[begins + 1], weights, comments)


def _expected(layout: Layout, found: int) -> str:
    wanted = "two nodes" if layout.columns != 3 else "two nodes and a weight, as in the first line"
    return f"expected {wanted}, found {quantity(found, 'column')}"


def _refuse(lines: _Lines, text: bytes, name: str, index: int, what: str) -> None:
    at, line = next(itertools.islice(_filled(text), index, None))
    shown = line.decode("utf-8", "replace").strip()
    raise InputError(f"{name}: line {lines.before + at:,}: {what}: {shown:.60}")


def _separated_by_blanks(lines: _Lines, name: str, layout: Layout) -> bytes:
    """Return lines whose columns are separated by blanks, with `HELD` for white space inside names."""
    text, separator = lines.text, layout.separator
    if _is_simple(text, separator.encode()):
        return text.replace(separator.encode(), b" ")
    try:
        decoded = text.decode()
    except UnicodeDecodeError as error:
        at = text.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name}: line {lines.before + at:,}: is not UTF-8; convert the file first") from error
    if separator == BLANKS:
        return re.sub(rf"(?![ \t\n]){NOT_IN_NAMES.pattern}", HELD, decoded).encode()
    if separator.encode() in _QUOTED and '"' in decoded:
        decoded, separator = _unquoted(decoded, lines, name, separator), "\t"
    mark = re.escape(separator)
    decoded = re.sub("(?m)^ +| +$", "", re.sub(f" *{mark} *", separator, decoded))
    if empty := re.search(rf"(?m)^{mark}|{mark}{mark}", decoded):
        at = decoded.count("\n", 0, empty.start()) + 1
        raise InputError(f"{name}: line {lines.before + at:,}: has an empty column")
    return re.sub(rf"(?![\n{mark}]){NOT_IN_NAMES.pattern}", HELD, decoded).replace(separator, " ").encode()


def _is_simple(text: bytes, separator: bytes) -> bool:
    """Return whether columns are separated by one byte, and none is empty, quoted or has white space inside."""
    if not text.isascii() or len(text.translate(None, _CONTROLS)) != len(text):
        return False
    if separator == b" ":
        return True
    return not any(sign in text for sign in (b" ", b'"', 2 * separator, b"\n" + separator)) and (
        not text.startswith(separator) and (separator == b"\t" or b"\t" not in text)
    )


def _unquoted(text: str, lines: _Lines, name: str, separator: str) -> str:
    """Return lines of cells without quotes, separated by tabs."""
    found: list[str] = []
    for at, line in enumerate(text.split("\n"), 1):
        try:
            cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True, strict=True), [])
        except csv.Error as error:
            raise InputError(f"{name}: line {lines.before + at:,}: has an open quote ({error})") from error
        found.append("\t".join(cell.strip().replace("\t", HELD) for cell in cells))
    return "\n".join(found)


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
