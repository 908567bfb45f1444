"""Codes of bits: a bit for each number, its sign.

Bit 1 stands for +1 (a number ≥ 0) and bit 0 for −1, so that the product of two rows is dim − 2 · (their Hamming
distance), and their cosine falls with it. Bit j of a row is bit j mod 8, from the lowest, of byte j // 8: the rows are
``2.0 * numpy.unpackbits(codes, axis=1, count=dim, bitorder="little") - 1``. Rows of zeros, of words without a vector,
are listed apart, because no bit can say so.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from wordvec import rows
from wordvec.codecs.coded import Arrays, Direct, row_numbers
from wordvec.rows import Floats

BYTE = 8
WORD = 64


class Bits(Direct):
    """Rows of signs.

    Parameters
    ----------
    codes
        (rows, bytes) uint8 array.
    dim
        Number of bits of a row; those that fill the last byte are 0.
    absent
        Rising numbers of the rows of zeros.
    """

    storage: ClassVar[str] = "bits"

    def __init__(self, codes: NDArray[np.uint8], dim: int, absent: NDArray[np.int64] | None = None) -> None:
        self.codes, self.dim = codes, dim
        self.absent = np.empty(0, np.int64) if absent is None else absent

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and of bits."""
        return len(self.codes), self.dim

    @classmethod
    def encode(cls, matrix: Floats) -> Self:
        """Return the signs of rows (rows, dim)."""
        number, dim = matrix.shape
        codes, absent = np.zeros((number, bytes_of(dim)), np.uint8), [np.empty(0, np.int64)]
        for span in rows.blocks(number):
            some = matrix[span]
            codes[span] = np.packbits(some >= 0, axis=1, bitorder="little")
            absent.append(np.flatnonzero(~rows.present(some)) + span.start)
        missing = np.concatenate(absent)
        codes[missing] = 0
        return cls(codes, dim, missing)

    @classmethod
    def read(cls, settings: Mapping[str, Any], shape: tuple[int, int], arrays: Arrays) -> Self:
        """Return the codes of a folder: `codes`, and `absent` if there are rows of zeros."""
        number, dim = shape
        codes, missing = arrays("codes", np.uint8, (number, bytes_of(dim))), settings.get("absent", 0)
        if type(missing) is not int or not 0 <= missing <= number:
            raise ValueError(f"absent: {missing}")
        if not missing:
            return cls(codes, dim)
        absent = arrays("absent", np.int64, (missing,))
        if absent[0] < 0 or absent[-1] >= number or not (np.diff(absent) > 0).all():
            raise ValueError("absent.npy: its numbers do not rise below the number of rows")
        return cls(codes, dim, absent)

    def written(self) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """Return the number of rows of zeros, and the arrays."""
        arrays: dict[str, NDArray[Any]] = {"codes": self.codes}
        if not len(self.absent):
            return {}, arrays
        return {"absent": len(self.absent)}, arrays | {"absent": self.absent}

    def take(self, rows: slice | NDArray[np.int64]) -> Self:
        """Return the codes of some rows."""
        wanted = row_numbers(rows, len(self))
        if isinstance(wanted, slice):
            first, last = np.searchsorted(self.absent, [wanted.start, wanted.stop])
            return type(self)(self.codes[wanted], self.dim, self.absent[first:last] - wanted.start)
        return type(self)(self.codes[wanted], self.dim, np.flatnonzero(np.isin(wanted, self.absent)))

    def decode(self) -> Floats:
        """Return rows of +1 and −1, and the rows of zeros."""
        signs = np.empty(self.shape, np.float32)
        for span in rows.blocks(len(self)):
            signs[span] = np.unpackbits(self.codes[span], axis=1, count=self.dim, bitorder="little")
            signs[span] *= 2
            signs[span] -= 1
        signs[self.absent] = 0
        return signs

    def words(self) -> NDArray[np.uint64]:
        """Return the codes as (rows, words) uint64 whose bits beyond the last are 0; a view if dim fills the words."""
        if self.dim % WORD == 0 and self.codes.flags.c_contiguous:
            return self.codes.view(np.uint64)
        filled = np.zeros((len(self.codes), -(-self.dim // WORD) * BYTE), np.uint8)
        filled[:, : self.codes.shape[1]] = self.codes
        if rest := self.dim % BYTE:
            filled[:, self.codes.shape[1] - 1] &= (1 << rest) - 1
        return filled.view(np.uint64)

    @property
    def present(self) -> NDArray[np.bool_]:
        """(rows,) bool array: whether each row is not one of zeros."""
        found = np.ones(len(self), bool)
        found[self.absent] = False
        return found

    @property
    def lengths(self) -> Floats:
        """(rows,) float32 array: the root of dim; 1 for rows of zeros."""
        return np.where(self.present, np.sqrt(self.dim), 1).astype(np.float32)


def bytes_of(dim: int) -> int:
    """Return the number of bytes of a row."""
    return -(-dim // BYTE)


def are_signs(matrix: Floats) -> bool:
    """Return whether all numbers are +1 or −1."""
    return bool((np.abs(matrix) == 1).all())
