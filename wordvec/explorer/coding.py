"""Vectors in a page: rows of length 1 as integers of 8 bits, or of 16 as two of 8.

A component x of a row becomes the integer v nearest to x / s. The scale s of the row is its largest component divided
by 127, or by 127 · 256; then v = 256 · leading + remainder, both between -128 and 127. Rounding changes the cosine of
two rows of dim 100 by 0.001 with 8 bits and by 4e-6 with 16 (root mean square).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.representation import short
from wordvec.rows import unit

LARGEST = 127


class CodedRows(NamedTuple):
    """Rows as integers.

    Attributes
    ----------
    scales
        (rows,) float32 array: factor of each row.
    planes
        (rows, dim) int8 arrays: the leading parts, and with 16 bits the remainders.
    """

    scales: NDArray[np.float32]
    planes: tuple[NDArray[np.int8], ...]

    def __repr__(self) -> str:
        return short(self)

    def decoded(self) -> NDArray[np.float32]:
        """Return the rows that a page computes with, (rows, dim) float32."""
        leading, *rest = (plane.astype(np.int32) for plane in self.planes)
        integers = 256 * leading + rest[0] if rest else leading
        return np.asarray(integers * self.scales[:, None], np.float32)


def coded(matrix: NDArray[np.float32], bits: int) -> CodedRows:
    """Return the rows of a matrix (rows, dim), scaled to length 1, as integers of 8 or 16 bits."""
    rows = unit(matrix)
    largest = LARGEST * 256 if bits == 16 else LARGEST
    scales = (np.abs(rows).max(axis=1) / np.float32(largest)).astype(np.float32)
    integers = np.rint(rows / np.maximum(scales, np.finfo(np.float32).tiny)[:, None]).astype(np.int32)
    if bits == 8:
        return CodedRows(scales, (integers.astype(np.int8),))
    leading = (integers + 128) >> 8
    return CodedRows(scales, (leading.astype(np.int8), (integers - 256 * leading).astype(np.int8)))
