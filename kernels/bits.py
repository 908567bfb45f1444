"""Sixty-four bytes at a time as one mask of bits, and eight bytes as one number.

A register of 64 bytes is compared with a range in one go, and the answer is a 64-bit mask, lowest bit for the first
byte; text is then cut with shifts and bit counts instead of a branch for every byte. LLVM makes of it whatever the
machine has (AVX-512, AVX2, SSE2, NEON). With the JIT off the same names work on plain numbers.
"""

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numba import config
from numpy.typing import NDArray

from wordvec.kernels._jit import inline

CHUNK = 64
"""Bytes that one mask speaks of."""

Bytes: TypeAlias = NDArray[np.uint8]
Longs: TypeAlias = NDArray[np.int64]
Masks: TypeAlias = NDArray[np.uint64]
Int: TypeAlias = int | np.int64

_ALL = (1 << 64) - 1

if TYPE_CHECKING or config.DISABLE_JIT:

    def within(data: Bytes, position: Int, low: int, high: int) -> np.uint64:
        """Give the mask of the bytes from `low` to `high`, of the 64 that begin at `position`."""
        chunk = data[position : position + CHUNK]
        marks = np.packbits((chunk >= low) & (chunk <= high), bitorder="little")
        return np.uint64(int.from_bytes(marks.tobytes(), "little"))

    def word_at(data: Bytes, position: Int) -> np.uint64:
        """Give the eight bytes that begin at `position` as a number, first byte lowest."""
        return np.uint64(int.from_bytes(data[position : position + 8].tobytes(), "little"))

    def lowest(mask: np.uint64) -> int:
        """Give the number of the lowest bit that is set, 64 if none is."""
        number = int(mask)
        return (number & -number).bit_length() - 1 if number else 64

    def population(mask: np.uint64) -> int:
        """Give how many bits are set."""
        return int(mask).bit_count()

    def without_lowest(mask: np.uint64) -> np.uint64:
        """Give a mask without its lowest bit that is set, if one is."""
        return np.uint64(int(mask) & (int(mask) - 1) & _ALL)

    def multiply(left: np.uint64, right: np.uint64) -> np.uint64:
        """Give the lower 64 bits of a product; NumPy would warn of the overflow that hashing lives on."""
        return np.uint64(int(left) * int(right) & _ALL)

    def fetch(slots: Masks, place: np.uint64) -> None:
        """Begin to load an element of an array that is to be read soon."""

else:
    from wordvec.kernels._masks import fetch, lowest, population, within, word_at  # noqa: F401

    @inline
    def without_lowest(mask):  # noqa: D103
        return mask & (mask - np.uint64(1))

    @inline
    def multiply(left, right):  # noqa: D103
        return left * right
