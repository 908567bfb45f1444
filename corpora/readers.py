"""Where text comes from: files, folders, patterns and standard input, as blocks of UTF-8 bytes.

A block is cut after a line's end or, in a line longer than a block, after a white space, so that no token is ever in
two blocks. The bytes are given as they are in the file (unpacked): what to do with invalid UTF-8, NUL, a byte order
mark and CR LF is the tokenizer's policy. Of a MediaWiki dump and of JSONL, only the text is given: a paragraph or a
field's line to a line, and a blank line after each document, so that it ends a sentence in lines and in paragraphs.
Tables, markup and other files that are no running text are refused (`kinds`), unless they are to be read as they are.
"""

import glob
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from wordvec import arguments
from wordvec.corpora import kinds
from wordvec.corpora.jsonl import Records, TokenBlock, documents
from wordvec.corpora.streams import Stream, opened
from wordvec.errors import InputError

BLOCK = 4 << 20
"""Bytes in a block, about."""

LONGEST_RUN = 64 << 20
"""Bytes without any white space that are still taken for text."""

_FIRST = 1 << 16
_DUMP = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?"
    rb"((<!--(?:(?!-->).)*-->|<!DOCTYPE[^>\[]*(\[(?:(?!\]\s*>).)*\]\s*)?>)\s*)*<mediawiki[\s>]",
    re.DOTALL,
)
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


def blocks(
    source: Source,
    *,
    field: str | None = None,
    format: str = "auto",
    size: int = BLOCK,
    records: Records | None = None,
) -> Iterator[bytes]:
    """Yield the text of `source` in blocks of about `size` bytes, in order.

    Each block but the last ends after its last LF if it has one, else after an ASCII white space. A `TokenBlock` holds
    lists of tokens of JSONL.

    Parameters
    ----------
    source
        One of `sources`.
    field
        The field of JSONL to read: each line of the file is an object, and its text in this field a document.
    format
        One of `wordvec.corpora.settings.FORMATS`.
    size
        Bytes in a block; one is longer where a run without white space is, or a whole document of a dump or JSONL.
    records
        Counts the records of JSONL that are read and skipped.

    Raises
    ------
    InputError
        If the file cannot be read, is not text, is no running text (see `kinds`), is damaged or cut short, holds
        64 MiB without white space, has a line that is not JSON, or is JSONL and no field was given or none has text.
    """
    with opened(source.path, source.name) as stream:
        dump = format == "auto" and _DUMP.match(stream.peek()) is not None
        if dump and field is None:
            from wordvec.corpora.wikipedia import wikipedia_articles

            yield from _gathered(wikipedia_articles(stream), size)
            return
        if dump:
            raise InputError(f"{source.name}: is a MediaWiki dump, not JSONL; read it without --field")
        if format == "auto":
            _check_kind(source, stream, field)
        if field is None:
            yield from _cut(stream, size)
        else:
            yield from _gathered(documents(stream, field, Records() if records is None else records), size)


def _check_kind(source: Source, stream: Stream, field: str | None) -> None:
    """Refuse what is no running text, or no JSONL where a field is to be read."""
    if field is not None and stream.peek().lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return
    found = kinds.kind_of(stream.peek, source.path.name if source.path else "")
    if found is not None and not (field and found.field):
        path = None if source.path is None else str(source.path)
        raise InputError(kinds.refusal(found, source.name, path, stream.packed))


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


def _gathered(texts: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Yield documents in blocks of about `size` bytes, a blank line after each; those of tokens in their own blocks."""
    parts: list[bytes] = []
    length, tokens = 0, False
    for text in texts:
        if parts and (length >= size or tokens != isinstance(text, TokenBlock)):
            yield (TokenBlock if tokens else bytes)(b"".join(parts))
            parts, length = [], 0
        tokens = isinstance(text, TokenBlock)
        parts += [text, b"\n\n"]
        length += len(text) + 2
    if parts:
        yield (TokenBlock if tokens else bytes)(b"".join(parts))
