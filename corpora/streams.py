"""The bytes of a text file, unpacked on the way; whatever is wrong with them is one line that names the file.

The content decides how a file is unpacked, not its ending: a ``.txt`` that holds gzip data is unpacked, and a
``.gz`` that a browser has unpacked already is read as it is.
"""

import bz2
import contextlib
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO, cast

from wordvec.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_HEAD = 1 << 16
"""So many bytes are looked at to tell text from other things."""

_MAGIC = {
    "gzip": b"\x1f\x8b\x08",
    "bzip2": b"BZh",
    "xz": b"\xfd7zXZ\x00",
    "zstd": b"\x28\xb5\x2f\xfd",
}
_ENDINGS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")
"""What follows ``BZh9``: a block, or the end of an empty file. A text may well begin with the letters BZh."""

_OTHERS = (
    (0, b"\xff\xfe", "UTF-16 text; convert it to UTF-8 first (iconv -f UTF-16 -t UTF-8)"),
    (0, b"\xfe\xff", "UTF-16 text; convert it to UTF-8 first (iconv -f UTF-16 -t UTF-8)"),
    (0, b"PK\x03\x04", "a zip archive, not text; unpack it first"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive, not text; unpack it first"),
    (257, b"ustar", "a tar archive, not text; unpack it first"),
    (0, b"%PDF-", "a PDF document, not text; extract its text first"),
    (0, b"PAR1", "a Parquet table, not text"),
)

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b\x1c\x1d\x1e\x1f"))
_FEWEST_CONTROLS, _CONTROL_SHARE = 100, 0.04
"""Random bytes hold 8 % of these control characters, machine code more, text a few at most."""


class Stream(io.RawIOBase):
    """A file's bytes to be read once, whose beginning can be looked at first.

    Parameters
    ----------
    file
        Where the bytes come from; it is not closed here.
    name
        What error messages call the file.
    kind
        How the bytes were packed (``"gzip"``), or an empty string.
    """

    def __init__(self, file: BinaryIO | io.BufferedIOBase | io.RawIOBase, name: str, kind: str = "") -> None:
        self._file, self.name, self._kind = cast(io.BufferedIOBase, file), name, kind
        self._head = b""
        self._done = 0

    def readable(self) -> bool:
        """Say that this stream can be read."""
        return True

    def peek(self) -> bytes:
        """Give the first 64 KiB (all, if there are fewer) without taking them out of the stream."""
        buffer = bytearray(_HEAD)
        count = self.fill(buffer)
        self._head, self._done = bytes(buffer[:count]), self._done - count
        return self._head

    def fill(self, buffer: bytearray, begin: int = 0) -> int:
        """Read into ``buffer[begin:]`` until it is full or nothing is left; give where the bytes end."""
        with memoryview(buffer) as view:
            while begin < len(buffer) and (count := self.readinto(view[begin:])):
                begin += count
        return begin

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Read some bytes into `buffer`; give how many, 0 at the end.

        Raises
        ------
        InputError
            If the packed data are damaged or cut short, or the disk fails.
        """
        view = memoryview(buffer).cast("B")
        if self._head:
            count = min(len(view), len(self._head))
            view[:count], self._head = self._head[:count], self._head[count:]
        else:
            with _named_errors(self.name, self._kind, self._done):
                count = self._file.readinto(view)
        self._done += count
        return count


@contextlib.contextmanager
def opened(path: Path | None, name: str) -> Iterator[Stream]:
    """Open a file, or standard input for None, for one reading of its unpacked bytes.

    Raises
    ------
    InputError
        If it cannot be opened, is no text by the look of its beginning, or needs an extra that is not installed.
    """
    with contextlib.ExitStack() as stack:
        with _named_errors(name):
            file = sys.stdin.buffer if path is None else stack.enter_context(path.open("rb", buffering=0))
        stream = Stream(file, name)
        kind = _packing(stream.peek())
        if kind:
            unpacked = _unpacked(kind, io.BufferedReader(stream, 1 << 20), name)
            stack.callback(unpacked.close)
            stream = Stream(unpacked, name, kind)
        elif not stream.peek() and path is not None and path.suffix in _ENDINGS:
            raise InputError(f"{name}: holds no bytes at all, so it is no {_ENDINGS[path.suffix]} file")
        _check_text(stream.peek(), name)
        yield stream


def _packing(head: bytes) -> str:
    kind = next((kind for kind, magic in _MAGIC.items() if head.startswith(magic)), "")
    return "" if kind == "bzip2" and not head[4:].startswith(_BZIP2_BLOCKS) else kind


def _unpacked(kind: str, file: io.BufferedReader, name: str) -> io.BufferedIOBase | io.RawIOBase:
    if kind == "gzip":
        return gzip.GzipFile(fileobj=file)
    if kind == "bzip2":
        return bz2.BZ2File(file)
    if kind == "xz":
        return lzma.LZMAFile(file)
    try:
        import zstandard
    except ImportError:
        raise InputError(f"{name}: reading zstd needs an extra; pip install 'wordvec[zstd]'") from None
    return _ZstdFile(file, zstandard)


class _ZstdFile(io.RawIOBase):
    """The unpacked bytes of zstd frames; unlike zstandard's own reader it notices that a frame is cut short."""

    STEP = 1 << 16

    def __init__(self, file: io.BufferedReader, zstandard: ModuleType) -> None:
        self._file, self._zstandard = file, zstandard
        self._frame = None
        self._packed, self._ready = b"", memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")
        while not self._ready:
            self._packed = self._packed or self._file.read(self.STEP)
            if not self._packed:
                if self._frame is not None:
                    raise EOFError
                return 0
            self._step()
        count = min(len(view), len(self._ready))
        view[:count], self._ready = self._ready[:count], self._ready[count:]
        return count

    def _step(self) -> None:
        frame = self._frame or self._zstandard.ZstdDecompressor().decompressobj()
        try:
            self._ready = memoryview(frame.decompress(self._packed))
        except self._zstandard.ZstdError as error:
            raise OSError(str(error)) from error
        self._packed = frame.unused_data
        self._frame = None if frame.eof else frame


def _check_text(head: bytes, name: str) -> None:
    for place, magic, what in _OTHERS:
        if head[place:].startswith(magic):
            raise InputError(f"{name}: is {what}")
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls >= max(_FEWEST_CONTROLS, _CONTROL_SHARE * len(head)):
        raise InputError(f"{name}: is a binary file, not text ({controls:,} control bytes in the first {len(head):,})")


@contextlib.contextmanager
def _named_errors(name: str, kind: str = "", done: int = 0) -> Iterator[None]:
    """Turn what reading can raise into an InputError that names the file and, roughly, the place."""
    try:
        yield
    except EOFError:
        raise InputError(f"{name}: {kind} data cut short, they end after {done:,} bytes of text; get it anew") from None
    except (OSError, zlib.error, lzma.LZMAError) as error:
        if isinstance(error, OSError) and error.strerror:
            raise InputError(f"{name}: cannot be read: {error.strerror}") from error
        raise InputError(f"{name}: damaged {kind} data after {done:,} bytes of text ({error}); get it anew") from error
