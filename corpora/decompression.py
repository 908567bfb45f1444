"""Compressed files: detected from their first bytes, and decompressed to their end without silent loss.

Python's readers of bzip2 and xz treat invalid data after a stream as the end of the file, so that a second stream with
a damaged beginning would be lost silently. zstandard's reader accepts a truncated frame as complete. Python's reader of
gzip does neither.
"""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

from wordvec.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

ENDINGS = {".gz": "gzip", ".bz2": "bzip2", ".xz": "xz", ".zst": "zstd"}
HEAD = 10
"""Bytes from which the compression of a file is detected."""
BROKEN = (EOFError, OSError, zlib.error)
"""Errors of reading a compressed file: truncated data, damaged data, or a failing disk (with an errno)."""

_MAGIC = {"gzip": b"\x1f\x8b\x08", "bzip2": b"BZh", "xz": b"\xfd7zXZ\0", "zstd": b"\x28\xb5\x2f\xfd"}
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")
"""Bytes after ``BZh9``: a block, or the end of an empty file. A text may begin with the letters BZh."""
# Steps are small because four bytes of zstd can expand to 128 KB, and the output of a damaged step is lost.
_STEP, _MOST_OF_STEP = 1 << 10, 1 << 20


def compression_of(head: bytes) -> str:
    """Return the compression of a file from its first bytes (``"gzip"``), or an empty string."""
    kind = next((kind for kind, magic in _MAGIC.items() if head.startswith(magic)), "")
    return "" if kind == "bzip2" and not head[4:].startswith(_BZIP2_BLOCKS) else kind


def decompressed(file: IO[bytes] | io.BufferedReader, kind: str, name: str) -> io.BufferedIOBase | io.RawIOBase:
    """Return a stream of the decompressed content; reading it raises the errors in `BROKEN`.

    Raises
    ------
    InputError
        If the file is zstd and the package for it is not installed.
    """
    if kind == "gzip":
        return gzip.GzipFile(fileobj=file, mode="rb")
    if kind == "bzip2":
        return _Decompressed(file, bz2.BZ2Decompressor, OSError)
    if kind == "xz":
        return _Decompressed(file, lzma.LZMADecompressor, lzma.LZMAError)
    try:
        import zstandard
    except ImportError:
        raise InputError(f"{name}: reading zstd needs one more package: pip install zstandard") from None
    return _Decompressed(file, lambda: zstandard.ZstdDecompressor().decompressobj(), zstandard.ZstdError)


class _Decompressed(io.RawIOBase):
    """The decompressed content of concatenated streams, which zeros may separate.

    Parameters
    ----------
    file
        Compressed bytes.
    begin
        Function that returns a decompressor of one stream.
    damage
        Exception of the decompressor for damaged data.
    """

    def __init__(self, file: IO[bytes] | io.BufferedReader, begin: Callable[[], Any], damage: type[Exception]) -> None:
        self._file, self._begin, self._damage = file, begin, damage
        self._stream: Any = None
        self._first = True
        self._compressed, self._ready = b"", memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")
        while not self._ready and self._more():
            self._step()
        count = min(len(view), len(self._ready))
        view[:count], self._ready = self._ready[:count], self._ready[count:]
        return count

    def _more(self) -> bool:
        """Read more input if required; return False at the end."""
        if self._stream is not None and not getattr(self._stream, "needs_input", True):
            return True
        self._compressed = self._compressed or self._file.read(_STEP)
        if not self._compressed and self._stream is not None:
            raise EOFError("it is truncated")
        return bool(self._compressed)

    def _step(self) -> None:
        if self._stream is None:
            if not self._first:
                self._compressed = self._compressed.lstrip(b"\0")
                if not self._compressed:
                    return
            self._stream, self._first = self._begin(), False
        limit = [_MOST_OF_STEP] if hasattr(self._stream, "needs_input") else []
        try:
            self._ready = memoryview(self._stream.decompress(self._compressed, *limit))
        except self._damage as error:
            raise OSError(str(error)) from error
        self._compressed = b""
        if self._stream.eof:
            self._compressed, self._stream = self._stream.unused_data, None
