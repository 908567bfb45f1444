"""A binary file read from its beginning to its end, field by field."""

from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError

FLOAT32: "np.dtype[Any]" = np.dtype("<f4")
_BLOCK = 1 << 20
_LONGEST_STRING = 1 << 20


class ByteSource:
    """Bytes of a file.

    Parameters
    ----------
    path
        For messages.
    file
        Where they come from.
    """

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path, self._file = path, file
        self._buffer, self._at, self._before = b"", 0, 0

    @property
    def at(self) -> int:
        """How many bytes were taken."""
        return self._before + self._at

    def ended(self) -> bool:
        """Return whether no bytes are left."""
        return self._at == len(self._buffer) and not self._read(_BLOCK)

    def take(self, count: int) -> bytes:
        """Give the next `count` bytes.

        Raises
        ------
        InputError
            If there are fewer.
        """
        if self._at + count > len(self._buffer):
            self._read(max(_BLOCK, self._at + count - len(self._buffer)))
            if self._at + count > len(self._buffer):
                raise InputError(f"{self.path}: ends at byte {self._before + len(self._buffer)}; it is cut short")
        self._at += count
        return self._buffer[self._at - count : self._at]

    def string(self) -> bytes:
        """Give the bytes up to the next NUL, which is passed over.

        Raises
        ------
        InputError
            If there is none within a megabyte.
        """
        end = self._buffer.find(b"\0", self._at)
        while end < 0:
            if len(self._buffer) - self._at > _LONGEST_STRING or not self._read(_BLOCK):
                raise InputError(f"{self.path}: a word at byte {self._before + self._at} has no end; it is damaged")
            end = self._buffer.find(b"\0", self._at)
        begin, self._at = self._at, end + 1
        return self._buffer[begin:end]

    def fill(self, matrix: NDArray[np.float32], dtype: "np.dtype[Any]" = FLOAT32) -> None:
        """Fill a matrix with the next numbers; those too large for float32 become infinity."""
        together = max(1, _BLOCK // (dtype.itemsize * max(1, matrix.shape[1])))
        for begin in range(0, len(matrix), together):
            rows = matrix[begin : begin + together]
            with np.errstate(over="ignore"):
                rows[...] = np.frombuffer(self.take(dtype.itemsize * rows.size), dtype).reshape(rows.shape)

    def skip(self, count: int) -> None:
        """Pass over `count` bytes."""
        for begin in range(0, count, _BLOCK):
            self.take(min(_BLOCK, count - begin))

    def _read(self, count: int) -> bool:
        """Read on; tell whether anything came."""
        more = self._file.read(count)
        self._before += self._at
        self._buffer, self._at = self._buffer[self._at :] + more, 0
        return bool(more)
