"""Streams of the decompressed bytes of text files, whose errors name the file in one line.

Compression is detected from the contents, not the ending: a ``.txt`` with gzip data is decompressed, and a ``.gz`` that
a browser has already decompressed is read unchanged. Text in another encoding is converted to UTF-8.
"""

import contextlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from wordvec.corpora import decompression
from wordvec.corpora.transcoding import Transcoded, encoding_of
from wordvec.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_HEAD = 1 << 16
"""Bytes from which text is distinguished from other files."""

_OTHERS = (
    (
        0,
        b"PK\x03\x04",
        "a zip archive, not text; unpack it first; extract the text of a .docx, .odt or .epub (pandoc -t plain)",
    ),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive, not text; unpack it first"),
    (257, b"ustar", "a tar archive, not text; unpack it first"),
    (0, b"%PDF-", "a PDF document, not text; extract its text first (pdftotext)"),
    (
        0,
        b"PAR1",
        "a Parquet table; name the column that holds the text (--field NAME), and read it from a file, not compressed "
        "and not standard input",
    ),
    (
        0,
        b"SQLite format 3\0",
        "an SQLite database, not text; extract its text first (sqlite3 FILE 'SELECT column FROM table' > OUT.txt)",
    ),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document, not text; save it as plain text first"),
    (0, b"\x04\x22\x4d\x18", "compressed with lz4; decompress it first"),
    (0, b"\x1f\x9d", "compressed with compress; decompress it first (gzip -d)"),
    (0, b"LZIP\x01", "compressed with lzip; decompress it first"),
    (0, b"\x5d\0\0\x80\0", "compressed as .lzma; decompress it first (xz -d --format=lzma)"),
    (0, b"\x93NUMPY", "an array of NumPy, not text"),
)

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b\x1c\x1d\x1e\x1f"))
_FEWEST_CONTROLS, _CONTROL_SHARE = 100, 0.04
"""Random bytes contain 8 % of these control characters, machine code more, text a few at most."""


class Stream(io.RawIOBase):
    """The bytes of a file, read once, whose beginning can be inspected first.

    Parameters
    ----------
    file
        Source of the bytes; not closed here.
    name
        Name of the file in messages.
    kind
        Compression of the file (``"gzip"``), or an empty string.
    encoding
        Encoding of the file, or an empty string for UTF-8.
    """

    def __init__(
        self, file: BinaryIO | io.BufferedIOBase | io.RawIOBase, name: str, kind: str = "", encoding: str = ""
    ) -> None:
        self._file, self.name = cast(io.BufferedIOBase, file), name
        self.compression, self.encoding = kind, encoding
        self._head = b""
        self._done = 0

    def readable(self) -> bool:
        """Return True: the stream can be read."""
        return True

    def peek(self, size: int = _HEAD) -> bytes:
        """Return the next `size` bytes, or all if there are fewer, without consuming them."""
        buffer = bytearray(size)
        count = self.fill(buffer)
        self._head, self._done = bytes(buffer[:count]), self._done - count
        return self._head

    def fill(self, buffer: bytearray, begin: int = 0) -> int:
        """Read into ``buffer[begin:]`` until it is full or the stream ends; return the end of the bytes read."""
        with memoryview(buffer) as view:
            while begin < len(buffer) and (count := self.readinto(view[begin:])):
                begin += count
        return begin

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read some bytes into `buffer`; return their number, 0 at the end.

        Raises
        ------
        InputError
            If the compressed data are damaged or truncated, or the disk fails.
        """
        view = memoryview(buffer).cast("B")
        if self._head:
            count = min(len(view), len(self._head))
            view[:count], self._head = self._head[:count], self._head[count:]
        else:
            with _named_errors(self.name, self.compression, self._done):
                count = self._file.readinto(view)
        self._done += count
        return count


@contextlib.contextmanager
def opened(path: Path | None, name: str, encoding: str | None = None) -> Iterator[Stream]:
    """Open a file, or standard input for None, for one pass over its decompressed bytes, as UTF-8.

    Parameters
    ----------
    path
        Path of the file.
    name
        Name of the file in messages.
    encoding
        Encoding of the text; None: UTF-8. A byte order mark has precedence.

    Raises
    ------
    InputError
        If the file cannot be opened, its beginning is not text, it is UTF-8 and another encoding was named, or a
        required extra is not installed.
    """
    with contextlib.ExitStack() as stack:
        with _named_errors(name):
            file = sys.stdin.buffer if path is None else stack.enter_context(path.open("rb", buffering=0))
        stream = Stream(file, name)
        kind = decompression.compression_of(stream.peek())
        if kind:
            decompressed = decompression.decompressed(io.BufferedReader(stream, 1 << 20), kind, name)
            stack.callback(decompressed.close)
            stream = Stream(decompressed, name, kind)
        elif not stream.peek() and path is not None and path.suffix in decompression.ENDINGS:
            raise InputError(f"{name}: is empty, so it is not a {decompression.ENDINGS[path.suffix]} file")
        _check_magic(stream.peek(), name)
        if found := encoding_of(stream.peek(), encoding):
            stream = Stream(Transcoded(stream, found), name, kind, found)
        _check_text(stream.peek(), name)
        yield stream


def _check_magic(head: bytes, name: str) -> None:
    for offset, magic, what in _OTHERS:
        if head[offset:].startswith(magic):
            raise InputError(f"{name}: is {what}")


def _check_text(head: bytes, name: str) -> None:
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls >= max(_FEWEST_CONTROLS, _CONTROL_SHARE * len(head)):
        raise InputError(f"{name}: is a binary file, not text ({controls:,} control bytes in the first {len(head):,})")


@contextlib.contextmanager
def _named_errors(name: str, kind: str = "", done: int = 0) -> Iterator[None]:
    """Convert errors of reading to an InputError that names the file and the approximate position."""
    try:
        yield
    except EOFError:
        raise InputError(f"{name}: {kind} data truncated after {done:,} bytes of text; download it again") from None
    except decompression.BROKEN as error:
        if isinstance(error, OSError) and error.strerror:
            raise InputError(f"{name}: cannot be read: {error.strerror}") from error
        raise InputError(
            f"{name}: damaged {kind} data after {done:,} bytes of text ({error}); download it again"
        ) from error
