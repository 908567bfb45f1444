"""Tables of text: rows of cells with commas, semicolons, tabs or bars between them, and column names in the first row.

Cells may be quoted and contain line ends, as RFC 4180 and spreadsheets write them. Cells between tabs are only read as
quoted if all rows in the beginning of the file then have as many cells as the first.
"""

import contextlib
import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wordvec.corpora.documents import NO_LABELS, Document, Labelling
from wordvec.corpora.records import LONGEST_RECORD, Record, RecordCounts, record_documents
from wordvec.corpora.streams import Stream
from wordvec.errors import InputError
from wordvec.representation import short

DELIMITERS = ",;\t|"
_NO_DELIMITER = "\x1f"
_BOM = "\ufeff"
_PEEKED = 1 << 20
"""Bytes from which the separator and the quotes are detected."""
_BATCH, _MOST_ROWS = 1 << 20, 1000
"""Characters and rows that are parsed at once."""


class Dialect(NamedTuple):
    """How a table is written: its separator, whether cells may be quoted, and the names of its columns."""

    delimiter: str
    quoted: bool
    columns: tuple[str, ...]

    def __repr__(self) -> str:
        return short(self)


def dialect_of(stream: Stream, fields: Sequence[str]) -> Dialect | None:
    """Return how a table is written, or None if no separator splits its first row into columns with these names.

    Parameters
    ----------
    stream
        The file.
    fields
        Names of columns.
    """
    return next((each for each in _dialects(stream) if set(fields) <= set(each.columns)), None)


def table_documents(
    stream: Stream, fields: Sequence[str], records: RecordCounts, labelling: Labelling = NO_LABELS
) -> Iterator[Document]:
    """Yield the text of each row that has text, and count all rows.

    Raises
    ------
    InputError
        If the first row lacks a column, a row has more or fewer cells than the first, or a quote is not closed.
    """
    used = (*fields, *labelling.fields)
    dialect = dialect_of(stream, used)
    if dialect is None:
        best = next(_dialects(stream), Dialect(",", True, ()))
        missing = next(field for field in used if field not in best.columns)
        shown = ", ".join(map(repr, best.columns))
        raise InputError(f"{stream.name}: its first row names no column {missing!r}; it has {shown:.500}")
    if twice := next((field for field in used if dialect.columns.count(field) > 1), ""):
        raise InputError(f"{stream.name}: its first row has two columns of the name {twice!r}; rename one of them")
    yield from record_documents(stream.name, _rows(stream, dialect), fields, records, labelling)


def _dialects(stream: Stream) -> Iterator[Dialect]:
    """Yield a dialect for each separator, the most plausible first."""
    head = stream.peek(_PEEKED)
    text = head.decode("utf-8", "surrogateescape").removeprefix(_BOM)
    found = []
    for delimiter in DELIMITERS:
        quoted = delimiter != "\t" or _is_quoted(text, len(head) < _PEEKED)
        with contextlib.suppress(csv.Error), _long_cells():
            names = next(_reader(io.StringIO(text, newline=""), delimiter, quoted), [])
            found.append(Dialect(delimiter, quoted, tuple(name.strip() for name in names)))
    found.sort(key=lambda each: -len(each.columns))
    if found and len(found[0].columns) == 1:  # then commas are a part of the text
        found = [Dialect(_NO_DELIMITER, True, found[0].columns)]
    yield from found


def _is_quoted(text: str, whole: bool) -> bool:
    """Return whether quotes around cells between tabs are quotes of a table, rather than of the text."""
    if '"' not in text:
        return False
    rows: list[list[str]] = []
    try:
        with _long_cells():
            rows.extend(_reader(io.StringIO(text, newline=""), "\t", quoted=True))
    except csv.Error as error:
        if whole or "unexpected end of data" not in str(error):
            return False
    if not whole:
        rows = rows[:-1]
    return len({len(row) for row in rows if row}) == 1


def _reader(lines: Iterator[str] | io.StringIO, delimiter: str, quoted: bool) -> Iterator[list[str]]:
    if not quoted:
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)


def _rows(stream: Stream, dialect: Dialect) -> Iterator[Record]:
    """Yield each row after the first, with the line on which it begins."""
    # Invalid UTF-8 is passed through unchanged: the tokenizer replaces and counts it.
    lines = _Lines(stream)
    rows = _reader(lines, dialect.delimiter, dialect.quoted)
    ended = False
    number = 0
    while not ended:
        batch: list[tuple[int, list[str]]] = []
        size, before = 0, lines.size
        with _long_cells():
            while size < _BATCH and len(batch) < _MOST_ROWS:
                begin = lines.number + 1
                try:
                    row = next(rows, None)
                except csv.Error as error:
                    raise InputError(_damage(stream.name, begin, str(error))) from error
                if row is None:
                    ended = True
                    break
                batch.append((begin, row))
                size = lines.size - before
        for begin, row in batch:
            number += 1
            if number == 1 or not row:  # the names; a blank line
                continue
            where = f"{stream.name}: line {begin:,}"
            if len(row) != len(dialect.columns):
                raise InputError(f"{where}: the row has {len(row):,} cells, the first one {len(dialect.columns):,}")
            yield Record(begin, dict(zip(dialect.columns, row, strict=True)))


def _damage(name: str, line: int, error: str) -> str:
    where = f"{name}: line {line:,}"
    if "field larger" in error or "unexpected end of data" in error:
        return f"{where}: a quote is not closed in the row that begins there"
    if "expected after" in error:
        return f"{where}: text follows a closing quote; a quote inside a cell is written twice"
    return f"{where}: is not a row of a table ({error})"


class _Lines:
    """The lines of a stream, numbered; a line may have up to `LONGEST_RECORD` bytes."""

    def __init__(self, stream: Stream) -> None:
        self._file = io.TextIOWrapper(io.BufferedReader(stream, 1 << 20), "utf-8", "surrogateescape", newline="")
        self._name = stream.name
        self.number = self.size = 0

    def __iter__(self) -> "Iterator[str]":
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_RECORD)
        if not line:
            raise StopIteration
        if len(line) >= LONGEST_RECORD:
            raise InputError(f"{self._name}: line {self.number + 1:,} is longer than {LONGEST_RECORD >> 20} MiB")
        self.number += 1
        self.size += len(line)
        return line.removeprefix(_BOM) if self.number == 1 else line


@contextlib.contextmanager
def _long_cells() -> Iterator[None]:
    """Permit cells of up to `LONGEST_RECORD` characters; the module's own limit is a global one."""
    usual = csv.field_size_limit(LONGEST_RECORD)
    try:
        yield
    finally:
        csv.field_size_limit(usual)
