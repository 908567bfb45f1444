"""A ``.npy`` file written by appending, so that its disk space is allocated before it is mapped."""

import errno
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import DTypeLike, NDArray

_HEADER = 128
"""Bytes of the header; enough for any length, so that it can be rewritten at the end."""

_STEP = 1 << 18
"""Elements that are rewritten at a time; they fit in the second-level cache."""


class ArrayFile:
    """A one-dimensional array on disk, written sequentially.

    Parameters
    ----------
    path
        File to create.
    dtype
        Type of the array.
    """

    def __init__(self, path: Path, dtype: DTypeLike) -> None:
        self.dtype = np.dtype(dtype)
        self.length = 0
        self._file = path.open("wb", buffering=0)
        self._write(self._header())

    def append(self, array: NDArray[Any]) -> None:
        """Append the elements of an array."""
        self._write(np.ascontiguousarray(array, self.dtype).data.cast("B"))
        self.length += len(array)

    def close(self) -> None:
        """Write the length into the header and close the file."""
        self._file.seek(0)
        self._write(self._header())
        self._file.close()

    def _write(self, content: bytes | memoryview) -> None:
        # On a full disk the first write is partial, and the next one fails.
        while len(content):
            content = content[self._file.write(content) :]

    def _header(self) -> bytes:
        return _header(self.dtype, self.length)

    def __enter__(self) -> "ArrayFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._file.close()


def lay_out(path: Path, dtype: DTypeLike, length: int) -> None:
    """Create a file for `length` elements, which `write_at` fills in any order."""
    kind = np.dtype(dtype)
    with path.open("wb", buffering=0) as file:
        file.write(_header(kind, length))
        file.truncate(_HEADER + kind.itemsize * length)


def write_at(file: BinaryIO | io.FileIO, first: int, part: NDArray[Any]) -> None:
    """Write elements from the index `first` on into an open file of `lay_out`."""
    content = np.ascontiguousarray(part).data.cast("B")
    file.seek(_HEADER + first * part.itemsize)
    while content:
        content = content[file.write(content) :]


def read_at(path: Path, dtype: DTypeLike, first: int, count: int) -> NDArray[Any]:
    """Read elements of an `ArrayFile` into memory, since the pages of a map count as memory of the process.

    Raises
    ------
    OSError
        If the file is missing or too short.
    """
    part = np.fromfile(path, dtype, count, offset=_HEADER + first * np.dtype(dtype).itemsize)
    if len(part) != count:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
    return part


def blocks_at(path: Path, dtype: DTypeLike, begin: int, end: int) -> Iterator[NDArray[Any]]:
    """Yield elements of an `ArrayFile` in blocks that fit in the second-level cache."""
    for first in range(begin, end, _STEP):
        yield read_at(path, dtype, first, min(_STEP, end - first))


def _header(dtype: "np.dtype[Any]", length: int) -> bytes:
    shape = f"{{'descr': '{dtype.str}', 'fortran_order': False, 'shape': ({length},), }}"
    return b"\x93NUMPY\x01\x00" + (_HEADER - 10).to_bytes(2, "little") + shape.ljust(_HEADER - 11).encode() + b"\n"


def rewrite(
    path: Path, dtype: DTypeLike, begin: int, end: int, change: Callable[[NDArray[Any]], None]
) -> Iterator[NDArray[Any]]:
    """Yield elements of an `ArrayFile` in blocks, after changing them and writing them back.

    The file is read and written, not mapped, since each page of a map costs a fault, and a full disk would end the
    process.
    """
    buffer = np.empty(_STEP, dtype)
    with path.open("r+b", buffering=0) as file:
        for first in range(begin, end, _STEP):
            part = buffer[: end - first]
            content = part.data.cast("B")
            offset = _HEADER + first * buffer.itemsize
            file.seek(offset)
            if file.readinto(content) != len(content):
                raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
            change(part)
            file.seek(offset)
            while content:
                content = content[file.write(content) :]
            yield part
