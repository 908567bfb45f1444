"""Rows of int8 with a scale for each row: a quarter of the bytes.

The scale of a row is its largest absolute value / 127, so that the error of a number is at most half of the scale. Rows
of zeros have the scale 0.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from wordvec import rows
from wordvec.codecs.coded import Arrays, Direct, row_numbers
from wordvec.rows import Floats

_MOST = 127
_NORMAL = np.finfo(np.float32).smallest_normal


class Int8(Direct):
    """Rows of int8.

    Parameters
    ----------
    codes
        (rows, dim) int8 array.
    scales
        (rows,) float32 array: the numbers are the codes of a row times its scale.
    """

    storage: ClassVar[str] = "int8"

    def __init__(self, codes: NDArray[np.int8], scales: Floats) -> None:
        self.codes, self.scales = codes, scales

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and of dimensions."""
        return self.codes.shape[0], self.codes.shape[1]

    @classmethod
    def encode(cls, matrix: Floats) -> Self:
        """Return the rounded rows (rows, dim)."""
        codes, scales = np.empty(matrix.shape, np.int8), np.empty(len(matrix), np.float32)
        for span in rows.blocks(len(matrix)):
            some = matrix[span]
            largest = np.abs(some).max(axis=1, initial=0)
            scale = largest / np.float32(_MOST)
            # Numbers below the normal range are rounded down, by up to all of them.
            scales[span] = np.where((largest > 0) & (scale < _NORMAL), np.nextafter(scale, np.float32(1)), scale)
            divisors = np.where(largest > 0, scales[span], 1).astype(np.float64)
            codes[span] = np.clip(np.rint(some / divisors[:, None]), -_MOST, _MOST).astype(np.int8)
        return cls(codes, scales)

    @classmethod
    def read(cls, settings: Mapping[str, Any], shape: tuple[int, int], arrays: Arrays) -> Self:
        """Return the rows of a folder: `codes` and `scales`."""
        return cls(arrays("codes", np.int8, shape), checked_scales(arrays("scales", np.float32, shape[:1])))

    def written(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Return no settings, and the arrays."""
        return {}, {"codes": self.codes, "scales": self.scales}

    def take(self, rows: slice | NDArray[np.int64]) -> Self:
        """Return the codes of some rows."""
        wanted = row_numbers(rows, len(self))
        return type(self)(self.codes[wanted], self.scales[wanted])

    def decode(self) -> Floats:
        """Return the rows as float32."""
        decoded = self.codes.astype(np.float32)
        decoded *= self.scales[:, None]
        return decoded

    @property
    def present(self) -> NDArray[np.bool_]:
        """(rows,) bool array: whether each row is not all zeros."""
        return np.asarray(self.scales != 0)


def checked_scales(scales: NDArray[Any]) -> NDArray[Any]:
    """Return stored scales of rows.

    Raises
    ------
    ValueError
        If one is negative or not finite.
    """
    if not (np.isfinite(scales) & (scales >= 0)).all():
        raise ValueError("scales.npy: a scale is negative or not finite")
    return scales
