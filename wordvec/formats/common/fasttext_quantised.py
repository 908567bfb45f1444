"""A matrix of a quantised fastText model, ``.ftz``: codes, centroids and, optionally, quantised norms.

The layout follows quantmatrix.cc and productquantizer.cc of fastText 0.9.2.
"""

import io
import struct
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.formats.common.bytesource import ByteSource
from wordvec.formats.common.product_quantiser import Quantiser
from wordvec.formats.common.reading import Allocate, check_file_size

_MATRIX, _QUANTISER = struct.Struct("<?qqi"), struct.Struct("<4i")
CENTROIDS = 256


class Quantised(NamedTuple):
    """Rows of codes to write.

    Attributes
    ----------
    codes
        (rows, parts) uint8 array.
    centroids
        (256, dim) float32 array: the columns of a part are its centroids.
    width
        Number of columns of all parts but the last.
    norms, lengths
        (rows,) uint8 array of codes of lengths, and (256,) float32 array of lengths.
    """

    codes: NDArray[np.uint8]
    centroids: NDArray[np.float32]
    width: int
    norms: NDArray[np.uint8]
    lengths: NDArray[np.float32]

    def packed(self) -> Iterator[bytes]:
        """Yield the bytes of the matrix, after the flag that it is quantised."""
        (rows, parts), dim = self.codes.shape, self.centroids.shape[1]
        width = self.width
        yield b"\x01" + _MATRIX.pack(True, rows, dim, rows * parts)
        yield np.ascontiguousarray(self.codes).tobytes()
        yield _QUANTISER.pack(dim, parts, width, dim - (parts - 1) * width)
        for begin in range(0, dim, width):
            yield np.ascontiguousarray(self.centroids[:, begin : begin + width], "<f4").tobytes()
        yield self.norms.tobytes()
        yield _QUANTISER.pack(1, 1, 1, 1)
        yield np.ascontiguousarray(self.lengths, "<f4").tobytes()


def read_quantised(source: ByteSource, shape: tuple[int, int], allocate: Allocate) -> NDArray[np.float32]:
    """Read a matrix of dim ``shape[1]`` with at least ``shape[0]`` rows.

    Raises
    ------
    InputError
        If its sizes contradict each other.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    path = source.path
    normed, rows, dim, size = _MATRIX.unpack(source.take(_MATRIX.size))
    if rows < shape[0] or dim != shape[1] or size < rows:
        raise InputError(f"{path}: a quantised matrix of {rows} x {dim} for {shape[0]} words; damaged")
    check_file_size(path, rows, size // max(1, rows))
    codes = source.take(size)
    quantiser = _read_quantiser(source, dim)
    if size != rows * len(quantiser.centroids):
        raise InputError(f"{path}: {size} codes for {rows} rows of {len(quantiser.centroids)} parts; damaged")
    norms = _read_norms(source, rows) if normed else None
    matrix = allocate(path, rows, dim)
    quantiser.fill(ByteSource(path, io.BytesIO(codes)), matrix, norms)
    return matrix


def _read_norms(source: ByteSource, rows: int) -> NDArray[np.float32]:
    codes = source.take(rows)
    norms = np.empty((rows, 1), np.float32)
    _read_quantiser(source, 1).fill(ByteSource(source.path, io.BytesIO(codes)), norms, None)
    return norms[:, 0]


def _read_quantiser(source: ByteSource, dim: int) -> Quantiser:
    """Read centroids. The last part of a row may be shorter and is padded with zeros."""
    found, parts, width, last = _QUANTISER.unpack(source.take(_QUANTISER.size))
    if found != dim or parts < 1 or not 0 < last <= width or (parts - 1) * width + last != dim:
        raise InputError(f"{source.path}: a quantiser of {parts} parts of {width} for {found} numbers; damaged")
    centroids = np.zeros((parts, CENTROIDS, width), np.float32)
    for part, numbers in enumerate((width,) * (parts - 1) + (last,)):
        source.fill(centroids[part, :, :numbers])
    return Quantiser(centroids)
