"""Where text comes from: files, folders, patterns and standard input, as blocks of UTF-8 bytes.

A block is cut after a line's end or, in a line longer than a block, after a white space, so that no token is ever in
two blocks. The bytes are given as they are in the file (unpacked): what to do with invalid UTF-8, NUL, a byte order
mark and CR LF is the tokenizer's policy. Of a MediaWiki dump and of JSONL, only the text is given: a paragraph or a
field's line to a line, and a blank line after each document, so that it ends a sentence in lines and in paragraphs.
"""

import glob
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from wordvec import arguments
from wordvec.corpora.streams import Stream, opened
from wordvec.errors import InputError

BLOCK = 4 << 20
"""Bytes in a block, about."""

LONGEST_RUN = 64 << 20
"""Bytes without any white space that are still taken for text."""

_JSON_LINES = re.compile(r"\.(jsonl|ndjson)(\.(gz|bz2|xz|zst))?$", re.IGNORECASE)
_FIRST = 1 << 16
_DUMP = re.compile(rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?<mediawiki[\s>]")
_BREAKS = (b"\n", b" ", b"\t", b"\r", b"\v", b"\f")


@dataclass(frozen=True)
class Source:
    """One file to read.

    Parameters
    ----------
    name
        What messages and metadata call it.
    path
        Where it is; None for standard input.
    """

    name: str
    path: Path | None


def sources(paths: str | Path | Sequence[str | Path]) -> list[Source]:
    """Find the files that `paths` mean, each path in the order given.

    A folder stands for the files in it and below, hidden ones left out; a pattern (``*``, ``?``, ``[a-z]``, ``**``
    for any folders) for all it matches; both in natural order, ``year2`` before ``year10``. ``-`` is standard input.

    Raises
    ------
    InputError
        If there is no path, one is missing or not readable, a folder holds no file, or a pattern matches none.
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


def blocks(source: Source, *, field: str | None = None, size: int = BLOCK) -> Iterator[bytes]:
    """Give the text of `source` in blocks of about `size` bytes, in order.

    Each block but the last ends after its last LF if it has one, else after an ASCII white space.

    Parameters
    ----------
    source
        One of `sources`.
    field
        The field of JSONL to read: each line of the file is an object, and its string in this field a document.
    size
        Bytes in a block; one is longer where a run without white space is, or a whole document of a dump or JSONL.

    Raises
    ------
    InputError
        If the file cannot be read, is not text, is damaged or cut short, holds 64 MiB without white space, has a
        line that is not JSON or lacks the field, or is JSONL by its name and no field was given.
    """
    if field is None and source.path is not None and _JSON_LINES.search(source.path.name):
        raise InputError(f"{source.name}: is JSONL; name the field that holds the text (--field text)")
    with opened(source.path, source.name) as stream:
        if field is not None:
            yield from _gathered(_fields(stream, field), size)
        elif _DUMP.match(stream.peek()):
            from wordvec.corpora.wikipedia import wikipedia_articles

            yield from _gathered(wikipedia_articles(stream), size)
        else:
            yield from _cut(stream, size)


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
    """Give `path`, or the regular files below it if it is a folder, in natural order."""
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
    """Order numbers in names by their value; names that differ only in leading zeros as text."""
    pieces = [re.split(r"(\d+)", part) for part in path.parts]
    return [[int(piece) if piece.isdecimal() else piece for piece in part] for part in pieces], path


def _cut(stream: Stream, size: int) -> Iterator[bytes]:
    # Many small files are common: a whole block is asked for only where the text goes on.
    buffer = bytearray(min(size, _FIRST))
    kept = 0
    while (filled := stream.fill(buffer, kept)) == len(buffer):
        if filled < size:
            kept, buffer = filled, _resized(buffer, size)
            continue
        end = _last_break(buffer)
        if end:
            with memoryview(buffer) as view:
                yield bytes(view[:end])
        elif filled >= LONGEST_RUN:
            raise InputError(
                f"{stream.name}: {LONGEST_RUN >> 20} MiB without white space: not text, or to be split into lines first"
            )
        kept = filled - end
        buffer[:kept] = buffer[end:]
        buffer = _resized(buffer, size if kept < size else 2 * kept)
    if filled:
        yield bytes(buffer[:filled])


def _resized(buffer: bytearray, size: int) -> bytearray:
    if len(buffer) > size:
        del buffer[size:]
    else:
        buffer.extend(bytes(size - len(buffer)))
    return buffer


def _last_break(buffer: bytearray) -> int:
    """Give where the last line ends, or else where the last word does, or 0."""
    return next((end for separator in _BREAKS if (end := buffer.rfind(separator) + 1)), 0)


def _gathered(documents: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Give documents in blocks of about `size` bytes, a blank line after each."""
    parts: list[bytes] = []
    length = 0
    for document in documents:
        parts += [document, b"\n\n"]
        length += len(document) + 2
        if length >= size:
            yield b"".join(parts)
            parts, length = [], 0
    if parts:
        yield b"".join(parts)


def _fields(stream: Stream, field: str) -> Iterator[bytes]:
    for number, line in enumerate(io.BufferedReader(stream, 1 << 20), start=1):
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if line.strip():
            yield _field(line, field, f"{stream.name}: line {number:,}")


def _field(line: bytes, field: str, where: str) -> bytes:
    # Bytes that are not UTF-8 come out as they went in: what to make of them is the tokenizer's policy.
    try:
        record: Any = json.loads(line.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where} is not JSON ({error})") from error
    if not isinstance(record, dict):
        raise InputError(f"{where} is not an object with fields")
    if field not in record:
        raise InputError(f"{where} has no field {field!r}; it has {', '.join(map(repr, record)) or 'none'}")
    text = record[field]
    if not isinstance(text, str):
        raise InputError(f"{where}: the field {field!r} holds {json.dumps(text)[:40]}, not a string")
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a surrogate pair, written as \ud83d
        return text.encode("utf-8", "surrogatepass")
