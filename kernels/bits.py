"""Sixty-four bytes at a time as one mask of bits, and eight bytes as one number.

A register of 64 bytes is compared with a range in one go, and the answer is a 64-bit mask, lowest bit first byte;
text is then cut with shifts and bit counts instead of a branch for every byte. LLVM makes of it whatever the machine
has (AVX-512, AVX2, SSE2, NEON). With the JIT off the same names work on plain numbers.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from wordvec.kernels._jit import inline

CHUNK = 64
"""Bytes that one mask speaks of."""

_ALL = (1 << 64) - 1

if TYPE_CHECKING or config.DISABLE_JIT:

    def within(data: NDArray[np.uint8], position: int, low: int, high: int) -> np.uint64:
        """Give the mask of the bytes from `low` to `high`, of the 64 that begin at `position`."""
        chunk = data[position : position + CHUNK]
        marks = np.packbits((chunk >= low) & (chunk <= high), bitorder="little")
        return np.uint64(int.from_bytes(marks.tobytes(), "little"))

    def word_at(data: NDArray[np.uint8], position: int) -> np.uint64:
        """Give the eight bytes that begin at `position` as a number, first byte lowest."""
        return np.uint64(int.from_bytes(data[position : position + 8].tobytes(), "little"))

    def lowest(mask: np.uint64) -> int:
        """Give the number of the lowest bit that is set, 64 if none is."""
        number = int(mask)
        return (number & -number).bit_length() - 1 if number else 64

    def population(mask: np.uint64) -> int:
        """Give how many bits are set."""
        return int(mask).bit_count()

    def multiply(left: np.uint64, right: np.uint64) -> np.uint64:
        """Give the lower 64 bits of a product (a NumPy scalar would warn of the overflow that hashing lives on)."""
        return np.uint64(int(left) * int(right) & _ALL)

else:
    _BYTE, _LONG = ir.IntType(8), ir.IntType(64)
    _BYTES = ir.VectorType(_BYTE, CHUNK)

    def _address(context: Any, builder: Any, array_type: Any, array: Any, position: Any, kind: Any) -> Any:
        """Build the address of the `kind` that begins at a byte position of an array."""
        data = context.make_array(array_type)(context, builder, array).data
        return builder.bitcast(builder.gep(data, [position]), kind.as_pointer())

    def _splat(builder: Any, value: Any) -> Any:
        """Build a register whose 64 bytes are all `value`."""
        first = builder.insert_element(ir.Constant(_BYTES, ir.Undefined), builder.trunc(value, _BYTE), _LONG(0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), CHUNK), [0] * CHUNK)
        return builder.shuffle_vector(first, ir.Constant(_BYTES, ir.Undefined), zeros)

    @intrinsic
    def within(_typing, data, _position, _low, _high):  # noqa: ANN001, ANN202
        def build(context, builder, signature, arguments):  # noqa: ANN001, ANN202
            array, position, low, high = arguments
            chunk = builder.load(_address(context, builder, data, array, position, _BYTES), align=1)
            first, last = _splat(builder, low), _splat(builder, high)
            marks = builder.icmp_unsigned("<=", builder.sub(chunk, first), builder.sub(last, first))
            return builder.bitcast(marks, _LONG)

        return types.uint64(data, types.int64, types.int64, types.int64), build

    @intrinsic
    def word_at(_typing, data, _position):  # noqa: ANN001, ANN202
        def build(context, builder, signature, arguments):  # noqa: ANN001, ANN202
            return builder.load(_address(context, builder, data, *arguments, _LONG), align=1)

        return types.uint64(data, types.int64), build

    @intrinsic
    def lowest(_typing, mask):  # noqa: ANN001, ANN202
        def build(context, builder, signature, arguments):  # noqa: ANN001, ANN202
            return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

        return types.int64(types.uint64), build

    @intrinsic
    def population(_typing, mask):  # noqa: ANN001, ANN202
        def build(context, builder, signature, arguments):  # noqa: ANN001, ANN202
            return builder.ctpop(arguments[0])

        return types.int64(types.uint64), build

    @inline
    def multiply(left, right):  # noqa: ANN001, ANN201
        return left * right
