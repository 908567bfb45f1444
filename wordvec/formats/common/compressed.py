"""Compressed vector files: detected from their first bytes for reading, selected by the extension for writing."""

import bz2
import contextlib
import gzip
import io
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from wordvec.corpora import decompression
from wordvec.errors import InputError, NotReadError, SettingsError
from wordvec.files import is_special

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

EXTENSIONS = tuple(decompression.ENDINGS)

_BUFFER = 1 << 20
_HEAD = 512  # bytes needed to recognise an archive
_GZIP_LEVEL = 6  # level 9 takes twice the time to save one byte in two hundred


def without_extension(name: str) -> str:
    """Return a file name without the extension of a compression."""
    return next((name.removesuffix(extension) for extension in EXTENSIONS if name.endswith(extension)), name)


def is_compressed(path: Path) -> bool:
    """Return whether a file is compressed or an archive, judging by its first bytes."""
    from wordvec.formats.common import archives

    with path.open("rb") as raw:
        head = raw.peek(_HEAD)
        return bool(decompression.compression_of(head)) or archives.is_zip(head) or archives.is_tar(head)


def check_rereadable(path: Path) -> None:
    """Fail if a path cannot be read twice.

    Raises
    ------
    NotReadError
        If it is a pipe or a device.
    """
    if is_special(path):
        raise NotReadError(f"{path}: a pipe or a device cannot be read twice; save its contents to a file first")


@contextlib.contextmanager
def reading(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for reading. A compressed file is decompressed; of an archive, its only vector file is opened.

    Raises
    ------
    InputError
        If the file is missing, a folder, not readable, or damaged. Damage may be found only while reading.
    """
    from wordvec.formats.common import archives  # not at the top, since zipfile and tarfile would slow `--help` down

    with _named_errors(path), contextlib.ExitStack() as stack:
        file = stack.enter_context(decompressed(path))
        if isinstance(file.raw, io.FileIO):
            head = file.peek(_HEAD)
            if archives.is_zip(head):
                file = stack.enter_context(archives.zip_member(path, file))
        else:
            peeked = _Peeked(file.raw)
            head, file = peeked.head, io.BufferedReader(peeked, _BUFFER)
        if archives.is_tar(head):
            file = stack.enter_context(archives.tar_member(path, file, decompressed))
        yield file


@contextlib.contextmanager
def decompressed(path: Path) -> Iterator[io.BufferedReader]:
    """Open a file for reading and decompress it if it is compressed. An archive is not extracted."""
    with path.open("rb") as raw:
        kind = decompression.compression_of(raw.peek(decompression.HEAD))
        if not kind:
            yield raw
            return
        with decompression.decompressed(raw, kind, str(path)) as file:
            buffered: Any = io.BufferedReader(cast(io.RawIOBase, file), _BUFFER)
            yield buffered  # which closes `file` once nobody holds it


class _Peeked(io.RawIOBase):
    """Decompressed data with their first bytes available in advance. Errors are raised where the damaged data begin.

    Parameters
    ----------
    file
        The decompressed data.

    Attributes
    ----------
    head
        The first bytes, up to the damage if there is any.
    """

    def __init__(self, file: Any) -> None:
        self._read = getattr(file, "read1", file.read)
        self._damage: Exception | None = None
        self.head = b""
        try:
            while len(self.head) < _HEAD and (more := self._read(_HEAD)):
                self.head += more
        except decompression.BROKEN as error:
            self._damage = error
        self._rest = self.head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer).cast("B")
        if not self._rest:
            if self._damage is not None:
                raise self._damage
            self._rest = self._read(len(view))
        count = min(len(view), len(self._rest))
        view[:count], self._rest = self._rest[:count], self._rest[count:]
        return count


@contextlib.contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except decompression.BROKEN as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise InputError(f"{path}: cannot be read ({error.strerror})") from error
        raise InputError(f"{path}: damaged, cannot be decompressed ({error})") from error


@contextlib.contextmanager
def writing(path: Path, extension: str) -> Iterator[IO[bytes]]:
    """Open a file for writing. `extension` selects the compression; equal contents give equal bytes.

    Raises
    ------
    SettingsError
        If the extension is .zst and the zstandard package is not installed.
    """
    with path.open("wb") as raw:
        if extension == ".gz":
            with gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as file:
                yield cast(IO[bytes], file)
        elif extension == ".bz2":
            with bz2.BZ2File(raw, "wb") as bz2_file:
                yield bz2_file
        elif extension == ".xz":
            with lzma.LZMAFile(raw, "wb") as lzma_file:
                yield lzma_file
        elif extension == ".zst":
            with _zstandard(path).ZstdCompressor().stream_writer(raw, closefd=False) as zstd_file:
                yield zstd_file
        else:
            yield raw


def _zstandard(path: Path) -> Any:
    try:
        import zstandard
    except ImportError as error:
        raise SettingsError(f"{path}: .zst needs one more package: pip install zstandard") from error
    return zstandard
