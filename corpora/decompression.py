"""Packed files: found out by their first bytes, and unpacked to their end, of which nothing is lost in silence.

Python's files for bzip2 and xz take what follows a stream and is no other one for the end, so that a second stream
whose beginning is damaged would be lost without a word, and zstandard's takes a frame that is cut short for a whole
one. Its file for gzip does neither.
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
"""So many bytes tell how a file is packed."""
BROKEN = (EOFError, OSError, zlib.error)
"""What reading a packed file can raise: that it is cut short, that it is damaged or the disk is (with a number)."""

_MAGIC = {"gzip": b"\x1f\x8b\x08", "bzip2": b"BZh", "xz": b"\xfd7zXZ\0", "zstd": b"\x28\xb5\x2f\xfd"}
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")
"""What follows ``BZh9``: a block, or the end of an empty file. A text may well begin with the letters BZh."""
# A step is small because four bytes of zstd can become 128 KB, and what it unpacked before damaged data is lost.
_STEP, _MOST_OF_STEP = 1 << 10, 1 << 20


def kind_of(head: bytes) -> str:
    """Give how a file that begins so is packed (``"gzip"``), or an empty string."""
    kind = next((kind for kind, magic in _MAGIC.items() if head.startswith(magic)), "")
    return "" if kind == "bzip2" and not head[4:].startswith(_BZIP2_BLOCKS) else kind


def unpacked(file: IO[bytes] | io.BufferedReader, kind: str, name: str) -> io.BufferedIOBase | io.RawIOBase:
    """Give the content of a packed file, whose reading raises what is in `BROKEN`.

    Raises
    ------
    InputError
        If it is zstd, and the package for it is not installed.
    """
    if kind == "gzip":
        return gzip.GzipFile(fileobj=file, mode="rb")
    if kind == "bzip2":
        return _Unpacked(file, bz2.BZ2Decompressor, OSError)
    if kind == "xz":
        return _Unpacked(file, lzma.LZMADecompressor, lzma.LZMAError)
    try:
        import zstandard
    except ImportError:
        raise InputError(f"{name}: reading zstd needs an extra; pip install 'wordvec[zstd]'") from None
    return _Unpacked(file, lambda: zstandard.ZstdDecompressor().decompressobj(), zstandard.ZstdError)


class _Unpacked(io.RawIOBase):
    """The content of streams one after another, perhaps with zeros between.

    Parameters
    ----------
    file
        The packed bytes.
    begin
        Gives what unpacks one stream.
    damage
        What that raises.
    """

    def __init__(self, file: IO[bytes] | io.BufferedReader, begin: Callable[[], Any], damage: type[Exception]) -> None:
        self._file, self._begin, self._damage = file, begin, damage
        self._stream: Any = None
        self._first = True
        self._packed, self._ready = b"", memoryview(b"")

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
        """Read on where that is needed; tell whether the end is not reached."""
        if self._stream is not None and not getattr(self._stream, "needs_input", True):
            return True
        self._packed = self._packed or self._file.read(_STEP)
        if not self._packed and self._stream is not None:
            raise EOFError("it is cut short")
        return bool(self._packed)

    def _step(self) -> None:
        if self._stream is None:
            if not self._first:
                self._packed = self._packed.lstrip(b"\0")
                if not self._packed:
                    return
            self._stream, self._first = self._begin(), False
        limit = [_MOST_OF_STEP] if hasattr(self._stream, "needs_input") else []
        try:
            self._ready = memoryview(self._stream.decompress(self._packed, *limit))
        except self._damage as error:
            raise OSError(str(error)) from error
        self._packed = b""
        if self._stream.eof:
            self._packed, self._stream = self._stream.unused_data, None
