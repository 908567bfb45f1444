"""The compiled half of `bits`: LLVM intrinsics for byte masks and for bytes read as integers."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_MASK_BYTES = 64
_BYTE, _LONG = ir.IntType(8), ir.IntType(64)
_BYTES = ir.VectorType(_BYTE, _MASK_BYTES)


def _address(context: Any, builder: Any, signature: Any, array: Any, position: Any, kind: Any) -> Any:
    """Build a pointer of type `kind` to a byte of an array."""
    data = context.make_array(signature.args[0])(context, builder, array).data
    return builder.bitcast(builder.gep(data, [position]), kind.as_pointer())


def _splat(builder: Any, value: Any) -> Any:
    """Build a register of 64 bytes that all equal `value`."""
    undefined = ir.Constant(_BYTES, ir.Undefined)
    first = builder.insert_element(undefined, builder.trunc(value, _BYTE), _LONG(0))
    return builder.shuffle_vector(
        first, undefined, ir.Constant(ir.VectorType(ir.IntType(32), _MASK_BYTES), [0] * _MASK_BYTES)
    )


@intrinsic
def within(typing_context: Any, data: Any, position: Any, low: Any, high: Any) -> Any:
    """Return a mask of the bytes in [low, high] among the 64 that begin at `position`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, begin, first, last = arguments
        chunk = builder.load(_address(context, builder, signature, array, begin, _BYTES), align=1)
        base = _splat(builder, first)
        # One unsigned comparison does for both ends.
        marks = builder.icmp_unsigned("<=", builder.sub(chunk, base), builder.sub(_splat(builder, last), base))
        return builder.bitcast(marks, _LONG)

    return types.uint64(data, types.int64, types.int64, types.int64), generate


@intrinsic
def eight_bytes_at(typing_context: Any, data: Any, position: Any) -> Any:
    """Return the eight bytes that begin at `position` as a little-endian integer."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(_address(context, builder, signature, arguments[0], arguments[1], _LONG), align=1)

    return types.uint64(data, types.int64), generate


@intrinsic
def lowest_bit(typing_context: Any, mask: Any) -> Any:
    """Return the index of the lowest set bit, or 64 if no bit is set."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        zero_is_defined = ir.Constant(ir.IntType(1), 0)
        return builder.cttz(arguments[0], zero_is_defined)

    return types.int64(types.uint64), generate


@intrinsic
def popcount(typing_context: Any, mask: Any) -> Any:
    """Return the number of set bits."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


@intrinsic
def prefetch_slot(typing_context: Any, slots: Any, slot: Any) -> Any:
    """Prefetch the cache line of ``slots[slot]`` for reading."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        number, address = ir.IntType(32), _BYTE.as_pointer()
        signature_of_llvm = ir.FunctionType(ir.VoidType(), [address, number, number, number])
        function: Any = cgutils.get_or_insert_function(builder.module, signature_of_llvm, "llvm.prefetch.p0i8")  # type: ignore[no-untyped-call]
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        to_read, keep_near, is_data = number(0), number(3), number(1)
        pointer = builder.bitcast(builder.gep(data, [arguments[1]]), address)
        builder.call(function, [pointer, to_read, keep_near, is_data])
        return context.get_dummy_value()

    return types.void(slots, types.uint64), generate
