"""Product quantisation: each part of a row is stored as the code of its nearest centroid.

H. Jegou and others, "Product quantization for nearest neighbor search" (2011).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.formats.common.bytesource import ByteSource

_CODES_AT_ONCE = 1 << 18


class Quantiser(NamedTuple):
    """Centroids and rotation of a product quantiser.

    Attributes
    ----------
    centroids
        (parts, centroids, width) float32 array. parts x width is the dim, or more if the last part is padded.
    rotation
        (dim, dim) float32 array, or None. Decoded rows are multiplied by its transpose.
    """

    centroids: NDArray[np.float32]
    rotation: NDArray[np.float32] | None = None

    def fill(self, source: ByteSource, matrix: NDArray[np.float32], norms: NDArray[np.float32] | None) -> None:
        """Fill a matrix from the next codes, a (rows, parts) uint8 array.

        Parameters
        ----------
        source
            The file, at the codes.
        matrix
            (rows, dim) float32 array to fill.
        norms
            (rows,) float32 array of factors, or None.

        Raises
        ------
        InputError
            If the file is truncated, or a code has no centroid.
        """
        parts, count, _ = self.centroids.shape
        together = max(1, _CODES_AT_ONCE // parts)
        for begin in range(0, len(matrix), together):
            rows = matrix[begin : begin + together]
            codes = np.frombuffer(source.take(len(rows) * parts), np.uint8).reshape(len(rows), parts)
            if codes.size and int(codes.max()) >= count:
                raise InputError(f"{source.path}: a code {codes.max()} where there are {count} centroids; damaged")
            with np.errstate(over="ignore", invalid="ignore"):  # the caller refuses rows that are not finite
                found = self.centroids[np.arange(parts), codes].reshape(len(rows), -1)[:, : rows.shape[1]]
                rows[...] = found if self.rotation is None else found @ self.rotation.T
                if norms is not None:
                    rows *= norms[begin : begin + len(rows), None]
