"""Files compressed on the fly: found out by their first bytes when reading, by their ending when writing."""

import bz2
import contextlib
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from wordvec.errors import InputError, SettingsError

ENDINGS = (".gz", ".bz2", ".xz", ".zst")

_MAGIC = {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ\0", ".zst": b"\x28\xb5\x2f\xfd"}
_BUFFER = 1 << 20
_GZIP_LEVEL = 6  # level 9 takes twice the time to save one byte in two hundred


def without_ending(name: str) -> str:
    """Give a file's name without the ending of a compression."""
    return next((name.removesuffix(ending) for ending in ENDINGS if name.endswith(ending)), name)


def is_packed(path: Path) -> bool:
    """Tell whether a file is compressed, by its first bytes."""
    with path.open("rb") as raw:
        return _ending_of(raw) is not None


@contextlib.contextmanager
def reading(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to read what it holds, decompressed if it is compressed.

    Raises
    ------
    InputError
        If it is missing, a folder, not readable, or a damaged archive; also while its content is being read.
    """
    try:
        with path.open("rb") as raw:
            ending = _ending_of(raw)
            if ending is None:
                yield raw
            else:
                with _decompressor(raw, ending, path) as file:
                    yield io.BufferedReader(file, _BUFFER)
    except _damages() as error:
        raise InputError(f"{path}: damaged, cannot be decompressed ({error})") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error


@contextlib.contextmanager
def writing(path: Path, ending: str) -> Iterator[IO[bytes]]:
    """Open a file to write, compressed as `ending` says; equal content gives equal bytes.

    Raises
    ------
    SettingsError
        If the ending is .zst and the package for it is not installed.
    """
    with path.open("wb") as raw:
        if ending == ".gz":
            with gzip.GzipFile("", "wb", _GZIP_LEVEL, raw, mtime=0) as file:
                yield cast(IO[bytes], file)
        elif ending == ".bz2":
            with bz2.BZ2File(raw, "wb") as bz2_file:
                yield bz2_file
        elif ending == ".xz":
            with lzma.LZMAFile(raw, "wb") as lzma_file:
                yield lzma_file
        elif ending == ".zst":
            with _zstandard(path).ZstdCompressor().stream_writer(raw, closefd=False) as zstd_file:
                yield zstd_file
        else:
            yield raw


def _ending_of(raw: io.BufferedReader) -> str | None:
    magic = raw.peek(8)[:8]
    return next((ending for ending, magic_of in _MAGIC.items() if magic.startswith(magic_of)), None)


def _damages() -> tuple[type[Exception], ...]:
    zstandard = sys.modules.get("zstandard")
    return (EOFError, zlib.error, lzma.LZMAError, *([zstandard.ZstdError] if zstandard else []))


def _decompressor(raw: IO[bytes], ending: str, path: Path) -> Any:
    if ending == ".gz":
        return gzip.GzipFile(fileobj=raw, mode="rb")
    if ending == ".bz2":
        return bz2.BZ2File(raw, "rb")
    if ending == ".xz":
        return lzma.LZMAFile(raw, "rb")
    return _zstandard(path).ZstdDecompressor().stream_reader(raw, read_across_frames=True, closefd=False)


def _zstandard(path: Path) -> Any:
    try:
        import zstandard
    except ImportError as error:
        raise SettingsError(f"{path}: .zst needs one more package: pip install 'wordvec[zstd]'") from error
    return zstandard
