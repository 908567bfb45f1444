"""Sources of text: files, folders, patterns and standard input, as blocks of UTF-8 bytes.

A block ends after a line end or, in a line longer than a block, after white space, so that no token spans two blocks.
The bytes are those of the decompressed file: invalid UTF-8, NUL, byte order marks and CR LF are left to the tokenizer.
Of files that have several documents (`file_kinds`), only the text is returned, and a blank line after each document,
which ends a sentence for lines and for paragraphs. A record, a page of a dump and a run without white space have a
maximal length, so that a small compressed file cannot require gigabytes of memory.
"""

import glob
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from wordvec import arguments
from wordvec.corpora.documents import gathered, line_documents
from wordvec.corpora.file_kinds import file_documents
from wordvec.corpora.reading import AUTO, Reading
from wordvec.corpora.records import RecordCounts
from wordvec.corpora.streams import Stream, opened
from wordvec.corpora.structured.parquet import is_parquet, parquet_documents
from wordvec.errors import InputError

BLOCK = 4 << 20
"""Approximate bytes of a block."""

LONGEST_RUN = 64 << 20
"""Maximal bytes of text without white space."""

_FIRST = 1 << 16
_BREAKS = (b"\n", b" ", b"\t", b"\r", b"\v", b"\f")


@dataclass(frozen=True)
class Source:
    """A file of text.

    Parameters
    ----------
    name
        Name in messages and metadata.
    path
        Path of the file; None: standard input.
    """

    name: str
    path: Path | None


def sources(paths: str | Path | Sequence[str | Path]) -> list[Source]:
    """Return the files of `paths`, in the order of the paths.

    A folder stands for the files in it and below, except hidden ones. A pattern (``*``, ``?``, ``[a-z]``, ``**`` for
    any folders) stands for all its matches. Both are in natural order, ``year2`` before ``year10``. ``-`` is standard
    input.

    Raises
    ------
    InputError
        If there is no path, a path is missing or not readable, a folder has no file, or a pattern has no match.
    """
    given = [paths] if isinstance(paths, str | Path) else arguments.items("paths", paths, "a path or a list of paths")
    for number, path in enumerate(given):
        sentences = "EncodedCorpus.from_sentences(sentences)" * isinstance(path, list | tuple)
        arguments.path(f"paths[{number}]", path, sentences)
    if not given:
        raise InputError("no text was given: name files, folders, patterns, or - for standard input")
    found = [source for path in given for source in _expanded(str(path))]
    if sum(source.path is None for source in found) > 1:
        raise InputError("standard input (-) was given twice, and can be read only once")
    return found


def blocks(
    source: Source,
    reading: Reading = AUTO,
    *,
    size: int = BLOCK,
    records: RecordCounts | None = None,
) -> Iterator[bytes]:
    """Yield the text of `source` in blocks of about `size` bytes, in order.

    Each block but the last ends after its last LF, or without one after ASCII white space. The blocks of a file with
    several documents are `DocumentBlock`.

    Parameters
    ----------
    source
        A result of `sources`.
    reading
        How the file is read.
    size
        Bytes of a block; a run without white space, or a document of a dump or JSONL, can be longer.
    records
        Receives the numbers of records of JSONL or a table that are read and skipped.

    Raises
    ------
    InputError
        If the file cannot be read, is not running text (see `kinds`) and `reading` does not say how to read it, is
        damaged or truncated, contains 64 MiB without white space, or has no fields and `reading.labelling` names some.
    """
    records = RecordCounts() if records is None else records
    labelling = reading.labelling
    if source.path is not None and reading.fields and is_parquet(source.path):
        rows = parquet_documents(source.path, source.name, reading.fields, records, labelling)
        yield from gathered(rows, size, source.name, labelling.keep_fields)
        return
    with opened(source.path, source.name, reading.encoding) as stream:
        documents = file_documents(stream, source.path, reading, records)
        if documents is not None:
            yield from gathered(documents, size, source.name, labelling.keep_fields)
            return
        labelling.check_no_fields(f"{source.name}: is read as running text")
        text = cut(stream, size)
        lines = line_documents(text, source.name, labelling.keep_empty)
        yield from lines if reading.documents == "line" else text


def is_plain(source: Source, reading: Reading) -> bool:
    """Return whether the bytes of a file are its text: UTF-8, not compressed, and of no other kind.

    Raises
    ------
    InputError
        If the file cannot be read or is not running text.
    """
    if reading.fields and is_parquet(source.path):
        return False
    with opened(source.path, source.name, reading.encoding) as stream:
        if stream.compression or stream.encoding:
            return False
        return file_documents(stream, source.path, reading, RecordCounts()) is None


def _expanded(path: str) -> list[Source]:
    if path == "-":
        return [Source("standard input", None)]
    trouble = _trouble(path)
    if not trouble:
        files = _files(Path(path))
        if not files:
            raise InputError(f"{path}: the folder holds no file (hidden ones are left out)")
    elif glob.has_magic(path):
        # Path.glob takes no absolute pattern and does not leave out hidden files.
        matches = [Path(match) for match in glob.glob(path, recursive=True)]  # noqa: PTH207
        files = sorted({file for match in matches for file in _files(match)}, key=natural)
        if not files:
            raise InputError(f"{path}: no file matches this pattern")
    else:
        raise InputError(f"{path}: {trouble}")
    for file in files:
        if not os.access(file, os.R_OK, effective_ids=True):
            raise InputError(f"{file}: no permission to read it")
    return [Source(str(file), file) for file in files]


def _trouble(path: str) -> str:
    try:
        Path(path).stat()
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", "") or str(error)
    return ""


def _files(path: Path) -> list[Path]:
    """Return `path`, or if it is a folder the regular files below it, in natural order."""
    if not path.is_dir():
        return [path]
    found: list[Path] = []
    for folder, inner, names in os.walk(path, onerror=_unreadable):
        inner[:] = [name for name in inner if not name.startswith(".")]
        files = (Path(folder, name) for name in names if not name.startswith("."))
        found.extend(file for file in files if file.is_file())
    return sorted(found, key=natural)


def _unreadable(error: OSError) -> NoReturn:
    raise InputError(f"{error.filename}: cannot list the folder: {error.strerror}") from error


def natural(path: Path) -> tuple[list[list[str | int]], Path]:
    """Return a sort key that orders numbers by value, and names that differ only in leading zeros as text."""
    pieces = [re.split(r"(\d+)", part) for part in path.parts]
    return [[int(piece) if piece.isdecimal() else piece for piece in part] for part in pieces], path


def cut(stream: Stream, size: int) -> Iterator[bytes]:
    """Yield the bytes of a stream in blocks of about `size` bytes that cut no token."""
    # Many small files are common: a whole block is allocated only for a longer text.
    buffer = bytearray(min(size, _FIRST))
    kept = 0
    while (filled := stream.fill(buffer, kept)) == len(buffer):
        if filled < size:
            kept, buffer = filled, _resized(buffer, size)
            continue
        end = last_break(buffer)
        if end:
            with memoryview(buffer) as view:
                yield bytes(view[:end])
        elif filled >= LONGEST_RUN:
            raise InputError(
                f"{stream.name}: {LONGEST_RUN >> 20} MiB without white space: not text, or to be split into lines first"
            )
        kept = filled - end
        buffer[:kept] = buffer[end:]
        buffer = _resized(buffer, window_after(kept, size))
    if filled:
        yield bytes(buffer[:filled])


def _resized(buffer: bytearray, size: int) -> bytearray:
    if len(buffer) > size:
        del buffer[size:]
    else:
        buffer.extend(bytes(size - len(buffer)))
    return buffer


def window_after(kept: int, size: int) -> int:
    """Return the bytes to search for the next block's end, of which `kept` are left over from the block before."""
    return size if kept < size else 2 * kept


def last_break(buffer: bytes | bytearray) -> int:
    """Return the end of the last line, or else of the last word, or 0."""
    return next((end for separator in _BREAKS if (end := buffer.rfind(separator) + 1)), 0)
