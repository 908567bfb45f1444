"""A ``.npy`` file written by appending, so that its disk space is allocated before it is mapped."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

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
        shape = f"{{'descr': '{self.dtype.str}', 'fortran_order': False, 'shape': ({self.length},), }}"
        return b"\x93NUMPY\x01\x00" + (_HEADER - 10).to_bytes(2, "little") + shape.ljust(_HEADER - 11).encode() + b"\n"

    def __enter__(self) -> "ArrayFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._file.close()


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
