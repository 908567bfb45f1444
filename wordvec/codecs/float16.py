"""Rows of float16: half the bytes, numbers rounded to 11 significant bits.

A number is its code · 2ᵉ, with one exponent e for all rows. It is 0 unless the numbers would leave the range of
float16, whose largest is 65,504 and whose smallest with all bits is 2⁻¹⁴. A number x of at least 2ᵉ⁻¹⁴ has an error of
at most 2⁻¹¹ |x|, a smaller one of at most 2ᵉ⁻²⁵.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from wordvec import rows
from wordvec.codecs.coded import Arrays, Direct, row_numbers
from wordvec.errors import SettingsError
from wordvec.rows import Floats

_SMALL, _LARGE = 2.0**-6, 2.0**15
"""Range of the largest number within which the exponent is 0."""
_MOST_EXPONENT = 150


class Float16(Direct):
    """Rows of float16.

    Parameters
    ----------
    codes
        (rows, dim) float16 array.
    exponent
        The numbers are the codes times 2 to this power.
    """

    storage: ClassVar[str] = "float16"

    def __init__(self, codes: NDArray[np.float16], exponent: int = 0) -> None:
        self.codes, self.exponent = codes, exponent

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and of dimensions."""
        return self.codes.shape[0], self.codes.shape[1]

    @classmethod
    def encode(cls, matrix: Floats) -> Self:
        """Return the rounded rows (rows, dim).

        Raises
        ------
        SettingsError
            If a row would become zeros, because its numbers are 2⁻²⁴ of the largest of all rows or less.
        """
        exponent = exponent_for(max((_largest(matrix[span]) for span in rows.blocks(len(matrix))), default=0.0))
        codes = np.empty(matrix.shape, np.float16)
        for span in rows.blocks(len(matrix)):
            codes[span] = scaled(matrix[span], -exponent).astype(np.float16)
            lost = np.flatnonzero(rows.present(matrix[span]) & ~rows.present(codes[span]))
            if len(lost):
                raise SettingsError(
                    f"float16: row {span.start + lost[0] + 1} is too small beside the largest number; choose int8, "
                    "which has a scale for each row",
                    setting="storage",
                )
        return cls(codes, exponent)

    @classmethod
    def read(cls, settings: Mapping[str, Any], shape: tuple[int, int], arrays: Arrays) -> Self:
        """Return the rows of a folder: `codes`."""
        return cls(arrays("codes", np.float16, shape), checked_exponent(settings))

    def written(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Return the exponent, unless it is 0, and the array."""
        return {"exponent": self.exponent} if self.exponent else {}, {"codes": self.codes}

    def take(self, rows: slice | NDArray[np.int64]) -> Self:
        """Return the codes of some rows."""
        return type(self)(self.codes[row_numbers(rows, len(self))], self.exponent)

    def decode(self) -> Floats:
        """Return the rows as float32."""
        return scaled(self.codes.astype(np.float32), self.exponent)


def exponent_for(largest: float) -> int:
    """Return the exponent for numbers whose largest absolute value is known."""
    return 0 if largest == 0 or _SMALL <= largest <= _LARGE else int(np.frexp(largest)[1])


def checked_exponent(settings: Mapping[str, Any]) -> int:
    """Return the exponent in stored settings, 0 if there is none."""
    exponent = settings.get("exponent", 0)
    if type(exponent) is not int or abs(exponent) > _MOST_EXPONENT:
        raise ValueError(f"exponent: {exponent}")
    return exponent


def scaled(numbers: Floats, exponent: int) -> Floats:
    """Return numbers times 2 to a power."""
    return np.ldexp(numbers, exponent) if exponent else numbers


def _largest(numbers: Floats) -> float:
    return float(np.abs(numbers).max(initial=0))
