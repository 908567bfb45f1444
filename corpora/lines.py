"""Lines of small files, such as datasets, dictionaries and lexicons; compressed or not, and bounded in length."""

import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from wordvec.corpora import decompression
from wordvec.encodings import advice_on_text
from wordvec.errors import InputError

LONGEST = 1 << 22
"""Maximal bytes of a line, so that a file of one endless line does not fill the memory."""
_BLOCK = 1 << 20
_SAMPLE = 1 << 16
"""Bytes from which the encoding of a file that is not UTF-8 is guessed."""


def read_lines(path: Path, fallback: str | None = None) -> Iterator[tuple[int, str]]:
    """Yield the number and text of each line, without its end (LF, CRLF or CR) and without a byte order mark.

    Parameters
    ----------
    path
        A UTF-8 file, or ``-`` for standard input; compression is detected from the first bytes.
    fallback
        Encoding of files that are not UTF-8; None: they are an error.

    Raises
    ------
    InputError
        If the file cannot be read, is not text, or has a line of more than `LONGEST` bytes.
    """
    if fallback is None:
        for number, line in _raw_lines(path):
            yield number, _decoded(path, number, line)
        return
    # The encoding is determined from all lines.
    lines = list(_raw_lines(path))
    try:
        texts = [line.decode() for _, line in lines]
    except UnicodeDecodeError:
        texts = [line.decode(fallback) for _, line in lines]
    for (number, _), text in zip(lines, texts, strict=True):
        yield number, text


def _decoded(path: Path, number: int, line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        # A pipe cannot be read again.
        beginning = next(_blocks(path), line) if path.is_file() else line
        remedy = advice_on_text(beginning[:_SAMPLE], "save it as UTF-8")
        raise InputError(f"{path}, line {number}: is not UTF-8; {remedy}") from error


def _raw_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    number = 0
    for number, line in enumerate(_cut(path), 1):
        if b"\0" in line:
            raise InputError(f"{path}: holds NUL characters, so it is no text; save it as UTF-8")
        yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


def _cut(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file's blocks; the rest after the last line end of a block is joined to the next block."""
    rest: list[bytes] = []
    waiting, number = 0, 1
    for block in _blocks(path):
        # LF may follow a CR at the end of a block, so that this CR is held back, too.
        end = max(block.rfind(b"\n"), block.rfind(b"\r", 0, len(block) - 1)) + 1
        if end:
            lines = b"".join([*rest, block[:end]]).splitlines()
            for line in lines:
                _check_length(path, number, len(line))
                number += 1
                yield line
            rest, waiting = [], 0
        rest.append(block[end:])
        waiting += len(rest[-1])
        _check_length(path, number, waiting)
    yield from b"".join(rest).splitlines()


def _check_length(path: Path, number: int, length: int) -> None:
    if length > LONGEST:
        raise InputError(
            f"{path}, line {number}: longer than {LONGEST >> 20} MB; a line is one entry, so break the file into lines"
        )


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[io.BufferedReader]:
    if str(path) != "-":
        with path.open("rb") as file:
            yield file
        return
    given = sys.stdin.buffer
    yield given if isinstance(given, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, given))


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with _opened(path) as raw:
            kind = decompression.compression_of(raw.peek(decompression.HEAD))
            file = decompression.decompressed(raw, kind, str(path)) if kind else raw
            while block := cast(io.RawIOBase, file).read(_BLOCK):
                yield block
    except decompression.BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from error
        raise InputError(f"{path}: damaged, cannot be decompressed ({error})") from error
