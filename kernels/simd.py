"""A vector register of sixteen float32 as a Numba type, and the operations of the training kernels on it.

Each function is one LLVM operation on ``<16 x float>``, which LLVM turns into AVX-512, two AVX2 or four NEON
instructions. Arrays are flat float32 and offsets count elements. Sums have one fixed tree order (halves added), so
the bits do not depend on the machine's register width; no step lets the compiler reassociate.

With the JIT off (and for type checkers) the same names work on NumPy arrays of sixteen numbers.
"""

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import DISABLE_JIT, Intrinsic

LANES = 16

# 1/√x: Kadlec's initial estimate, within 0.07 % after its own Newton step; the second step shares its −a·x.
RSQRT_GUESS = 0x5F1FFFF9
_ROOT = (0.5 / 0.703952253) ** 0.25
RSQRT_SCALE = 0.703952253 * _ROOT
RSQRT_FIRST = 0.703952253 * 2.38924456 * _ROOT
RSQRT_SECOND = 1.5000003 / _ROOT

Floats: TypeAlias = NDArray[np.float32]
Register: TypeAlias = NDArray[np.float32]

if TYPE_CHECKING or DISABLE_JIT:

    def load(array: Floats, offset: int) -> Register:
        """Return ``array[offset : offset + 16]``."""
        return array[offset : offset + LANES].copy()

    def store(array: Floats, offset: int, register: Register) -> None:
        """Write `register` to ``array[offset : offset + 16]``."""
        array[offset : offset + LANES] = register

    def splat(value: np.float32) -> Register:
        """Return a register with `value` (a float32) in every lane."""
        return np.full(LANES, value, np.float32)

    def add(a: Register, b: Register) -> Register:
        """Return a + b."""
        return a + b

    def sub(a: Register, b: Register) -> Register:
        """Return a − b."""
        return a - b

    def mul(a: Register, b: Register) -> Register:
        """Return a · b."""
        return a * b

    def div(a: Register, b: Register) -> Register:
        """Return a / b."""
        return a / b

    def fma(a: Register, b: Register, c: Register) -> Register:
        """Return a · b + c, rounded once (occasionally twice without the JIT)."""
        return (a.astype(np.float64) * b + c).astype(np.float32)

    def maximum(a: Register, b: Register) -> Register:
        """Return the larger of each pair of lanes; b where a is NaN."""
        return np.where(a > b, a, b)

    def minimum(a: Register, b: Register) -> Register:
        """Return the smaller of each pair of lanes; b where a is NaN."""
        return np.where(a < b, a, b)

    def where_positive(a: Register, b: Register, c: Register) -> Register:
        """Return b in the lanes where a ≥ 0, otherwise c (also for NaN)."""
        return np.where(a >= 0, b, c)

    def at_least(a: Register, b: Register) -> np.uint64:
        """Return the mask of the lanes where a ≥ b, lowest bit for the first lane; 0 for NaN."""
        return np.uint64(sum(1 << lane for lane in range(LANES) if a[lane] >= b[lane]))

    def scale_by_power(a: Register, shifted: Register) -> Register:
        """Return a · 2ⁿ for integers n that `shifted` holds as n + 1.5 · 2²³; the result must be a normal number."""
        return (a.view(np.int32) + (shifted.view(np.int32) << 23)).view(np.float32)

    def rsqrt(a: Register) -> Register:
        """Return 1 / √a to a relative error of 5e-7, for normal a > 0: a guess from the bits and two Newton steps."""
        y = (np.uint32(RSQRT_GUESS) - (a.view(np.uint32) >> np.uint32(1))).view(np.float32)
        negative = a * np.float32(-RSQRT_SCALE)
        for constant in (RSQRT_FIRST, RSQRT_SECOND):
            y = y * fma(negative, y * y, splat(np.float32(constant)))
        return y

    def total(a: Register) -> np.float32:
        """Return the sum of all lanes, adding halves."""
        while len(a) > 1:
            a = a[: len(a) // 2] + a[len(a) // 2 :]
        return np.float32(a[0])

    def sums(registers: tuple[Register, ...]) -> Register:
        """Return a register whose lane k is the sum of ``registers[k]`` (sixteen registers), adding halves."""
        table = np.stack(registers)
        while table.shape[1] > 1:
            half = table.shape[1] // 2
            table = table[:, :half] + table[:, half:]
        return table[:, 0].copy()

    def prefetch(array: NDArray[Any], offset: int | np.int64) -> None:
        """Prefetch the cache line of ``array[offset]`` for reading."""

    def prefetch_to_write(array: NDArray[Any], offset: int | np.int64) -> None:
        """Prefetch the cache line of ``array[offset]`` for writing, exclusively for this core."""

    def align_stack() -> None:
        """Align the stack of a kernel to cache lines, so that no register that is kept there crosses one.

        Otherwise the caller's stack decides, and training on two threads takes up to 1.5 times as long by chance.
        """

else:
    load, store, splat, sums, total, prefetch, prefetch_to_write, align_stack = (
        Intrinsic("wordvec.kernels._registers", name)
        for name in ("load", "store", "splat", "sums", "total", "prefetch", "prefetch_to_write", "align_stack")
    )
    add, sub, mul, div, fma, maximum, minimum, where_positive, scale_by_power, rsqrt, at_least = (
        Intrinsic("wordvec.kernels._registers", name)
        for name in (
            "add",
            "sub",
            "mul",
            "div",
            "fma",
            "maximum",
            "minimum",
            "where_positive",
            "scale_by_power",
            "rsqrt",
            "at_least",
        )
    )
