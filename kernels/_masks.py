"""The compiled half of `bits`: intrinsics that give LLVM's instructions for masks and for bytes read as numbers."""

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_CHUNK = 64
_BYTE, _LONG = ir.IntType(8), ir.IntType(64)
_BYTES = ir.VectorType(_BYTE, _CHUNK)


def _address(context: Any, builder: Any, signature: Any, array: Any, position: Any, kind: Any) -> Any:
    """Build the address of the `kind` that begins at a byte of an array."""
    data = context.make_array(signature.args[0])(context, builder, array).data
    return builder.bitcast(builder.gep(data, [position]), kind.as_pointer())


def _splat(builder: Any, value: Any) -> Any:
    """Build a register whose 64 bytes are all `value`."""
    undefined = ir.Constant(_BYTES, ir.Undefined)
    first = builder.insert_element(undefined, builder.trunc(value, _BYTE), _LONG(0))
    return builder.shuffle_vector(first, undefined, ir.Constant(ir.VectorType(ir.IntType(32), _CHUNK), [0] * _CHUNK))


@intrinsic
def within(typing_context: Any, data: Any, position: Any, low: Any, high: Any) -> Any:
    """Give the mask of the bytes from `low` to `high`, of the 64 that begin at `position`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, place, first, last = arguments
        chunk = builder.load(_address(context, builder, signature, array, place, _BYTES), align=1)
        base = _splat(builder, first)
        # One unsigned comparison does for both ends.
        marks = builder.icmp_unsigned("<=", builder.sub(chunk, base), builder.sub(_splat(builder, last), base))
        return builder.bitcast(marks, _LONG)

    return types.uint64(data, types.int64, types.int64, types.int64), generate


@intrinsic
def word_at(typing_context: Any, data: Any, position: Any) -> Any:
    """Give the eight bytes that begin at `position` as a number, first byte lowest."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.load(_address(context, builder, signature, arguments[0], arguments[1], _LONG), align=1)

    return types.uint64(data, types.int64), generate


@intrinsic
def lowest(typing_context: Any, mask: Any) -> Any:
    """Give the number of the lowest bit that is set, 64 if none is."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        zero_is_defined = ir.Constant(ir.IntType(1), 0)
        return builder.cttz(arguments[0], zero_is_defined)

    return types.int64(types.uint64), generate


@intrinsic
def population(typing_context: Any, mask: Any) -> Any:
    """Give how many bits are set."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


@intrinsic
def fetch(typing_context: Any, slots: Any, place: Any) -> Any:
    """Begin to load the line of memory with an element of an array, which is to be read soon."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        number, address = ir.IntType(32), _BYTE.as_pointer()
        signature_of_llvm = ir.FunctionType(ir.VoidType(), [address, number, number, number])
        function: Any = cgutils.get_or_insert_function(builder.module, signature_of_llvm, "llvm.prefetch.p0i8")  # type: ignore[no-untyped-call]
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        to_read, keep_near, is_data = number(0), number(3), number(1)
        place_of = builder.bitcast(builder.gep(data, [arguments[1]]), address)
        builder.call(function, [place_of, to_read, keep_near, is_data])
        return context.get_dummy_value()

    return types.void(slots, types.uint64), generate
