"""Bit masks over 64 bytes of text, and eight bytes read as one integer.

A register of 64 bytes is compared with a range in one operation. The result is a 64-bit mask, lowest bit for the
first byte, so that text is split with shifts and bit counts instead of a branch for every byte. LLVM compiles it to
AVX-512, AVX2, SSE2 or NEON. With the JIT off the same names work on Python integers.
"""

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import DISABLE_JIT, Intrinsic, inline

MASK_BYTES = 64
"""Bytes that one mask covers."""

Bytes: TypeAlias = NDArray[np.uint8]
Longs: TypeAlias = NDArray[np.int64]
Masks: TypeAlias = NDArray[np.uint64]
Int: TypeAlias = int | np.int64

_ALL = (1 << 64) - 1

if TYPE_CHECKING or DISABLE_JIT:

    def within(data: Bytes, position: Int, low: int, high: int) -> np.uint64:
        """Return a mask of the bytes in [low, high] among the 64 that begin at `position`."""
        chunk = data[position : position + MASK_BYTES]
        marks = np.packbits((chunk >= low) & (chunk <= high), bitorder="little")
        return np.uint64(int.from_bytes(marks.tobytes(), "little"))

    def eight_bytes_at(data: Bytes, position: Int) -> np.uint64:
        """Return the eight bytes that begin at `position` as a little-endian integer."""
        return np.uint64(int.from_bytes(data[position : position + 8].tobytes(), "little"))

    def lowest_bit(mask: np.uint64) -> int:
        """Return the index of the lowest set bit, or 64 if no bit is set."""
        number = int(mask)
        return (number & -number).bit_length() - 1 if number else 64

    def popcount(mask: np.uint64) -> int:
        """Return the number of set bits."""
        return int(mask).bit_count()

    def without_lowest_bit(mask: np.uint64) -> np.uint64:
        """Return a mask with its lowest set bit cleared."""
        return np.uint64(int(mask) & (int(mask) - 1) & _ALL)

    def multiply(left: np.uint64, right: np.uint64) -> np.uint64:
        """Return the lower 64 bits of a product, without NumPy's warning of overflow."""
        return np.uint64(int(left) * int(right) & _ALL)

    def prefetch_slot(slots: Masks, slot: np.uint64) -> None:
        """Prefetch the cache line of ``slots[slot]`` for reading."""

else:
    eight_bytes_at, lowest_bit, popcount, prefetch_slot, within = (
        Intrinsic("wordvec.kernels._masks", name)
        for name in ("eight_bytes_at", "lowest_bit", "popcount", "prefetch_slot", "within")
    )

    @inline
    def without_lowest_bit(mask):  # noqa: D103
        return mask & (mask - np.uint64(1))

    @inline
    def multiply(left, right):  # noqa: D103
        return left * right
