"""Sequential reading of the fields of a binary file."""

from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError

FLOAT32: "np.dtype[Any]" = np.dtype("<f4")
_BLOCK = 1 << 20
_LONGEST_STRING = 1 << 20


class ByteSource:
    """Buffered reader of a binary file.

    Parameters
    ----------
    path
        File name for messages.
    file
        The file, open at its beginning.
    """

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path, self._file = path, file
        self._buffer, self._at, self._before = b"", 0, 0

    @property
    def at(self) -> int:
        """Number of bytes read."""
        return self._before + self._at

    def ended(self) -> bool:
        """Return whether no bytes are left."""
        return self._at == len(self._buffer) and not self._read(_BLOCK)

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes.

        Raises
        ------
        InputError
            If there are fewer.
        """
        if self._at + count > len(self._buffer):
            self._read(max(_BLOCK, self._at + count - len(self._buffer)))
            if self._at + count > len(self._buffer):
                raise InputError(f"{self.path}: ends at byte {self._before + len(self._buffer)}; the file is truncated")
        self._at += count
        return self._buffer[self._at - count : self._at]

    def string(self) -> bytes:
        """Return the bytes before the next NUL, and skip the NUL.

        Raises
        ------
        InputError
            If there is no NUL within a megabyte.
        """
        end = self._buffer.find(b"\0", self._at)
        while end < 0:
            if len(self._buffer) - self._at > _LONGEST_STRING or not self._read(_BLOCK):
                raise InputError(f"{self.path}: the word at byte {self._before + self._at} has no end; damaged")
            end = self._buffer.find(b"\0", self._at)
        begin, self._at = self._at, end + 1
        return self._buffer[begin:end]

    def fill(self, matrix: NDArray[Any], dtype: "np.dtype[Any]" = FLOAT32) -> None:
        """Fill a matrix with the next numbers. Numbers too large for float32 become infinity."""
        together = max(1, _BLOCK // (dtype.itemsize * max(1, matrix.shape[1])))
        for begin in range(0, len(matrix), together):
            rows = matrix[begin : begin + together]
            with np.errstate(over="ignore"):
                rows[...] = np.frombuffer(self.take(dtype.itemsize * rows.size), dtype).reshape(rows.shape)

    def skip(self, count: int) -> None:
        """Skip `count` bytes."""
        for begin in range(0, count, _BLOCK):
            self.take(min(_BLOCK, count - begin))

    def _read(self, count: int) -> bool:
        """Fill the buffer; return whether the file had more bytes."""
        more = self._file.read(count)
        self._before += self._at
        self._buffer, self._at = self._buffer[self._at :] + more, 0
        return bool(more)
