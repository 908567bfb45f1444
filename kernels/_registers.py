"""The compiled half of `simd`: the register's Numba type and an LLVM intrinsic for each operation.

The data model and intrinsics are semi-private Numba API; setup.cfg declares the range of Numba versions tried.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, models, register_model

from wordvec.kernels.simd import LANES, RSQRT_FIRST, RSQRT_GUESS, RSQRT_SCALE, RSQRT_SECOND

FLOAT = ir.FloatType()
INT = ir.IntType(32)
VECTOR = ir.VectorType(FLOAT, LANES)
INTEGERS = ir.VectorType(INT, LANES)
HALF = LANES // 2


class RegisterType(types.Type):  # type: ignore[misc]
    """Numba's type of a register."""

    def __init__(self) -> None:
        super().__init__("Register16")


register_type = RegisterType()


@register_model(RegisterType)
class RegisterModel(models.PrimitiveModel):  # type: ignore[misc]
    """A register is one LLVM vector value."""

    def __init__(self, manager: Any, numba_type: Any) -> None:
        super().__init__(manager, numba_type, VECTOR)


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, offset: Any) -> Any:
    data = context.make_array(array_type)(context, builder, array).data
    return builder.gep(data, [offset])


@intrinsic
def load(typing_context: Any, array: Any, offset: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _pointer(context, builder, signature.args[0], *arguments)
        return builder.load(builder.bitcast(pointer, VECTOR.as_pointer()), align=4)

    return register_type(array, types.int64), generate


@intrinsic
def store(typing_context: Any, array: Any, offset: Any, register: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, offset, register = arguments
        pointer = _pointer(context, builder, signature.args[0], array, offset)
        builder.store(register, builder.bitcast(pointer, VECTOR.as_pointer()), align=4)
        return context.get_dummy_value()

    return types.void(array, types.int64, register_type), generate


@intrinsic
def splat(typing_context: Any, value: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        first = builder.insert_element(ir.Constant(VECTOR, ir.Undefined), arguments[0], INT(0))
        return builder.shuffle_vector(first, ir.Constant(VECTOR, ir.Undefined), ir.Constant(INTEGERS, [0] * LANES))

    return register_type(types.float32), generate


def _prefetch(to_write: int) -> Any:
    """Build an intrinsic that prefetches a cache line for reading (0) or writing (1)."""

    @intrinsic
    def ask(typing_context: Any, array: Any, offset: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            byte_pointer = ir.IntType(8).as_pointer()
            pointer = builder.bitcast(_pointer(context, builder, signature.args[0], *arguments), byte_pointer)
            function = cgutils.get_or_insert_function(
                builder.module, ir.FunctionType(ir.VoidType(), [byte_pointer, INT, INT, INT]), "llvm.prefetch.p0i8"
            )
            keep_near, data = INT(3), INT(1)
            builder.call(function, [pointer, INT(to_write), keep_near, data])
            return context.get_dummy_value()

        return types.void(array, types.int64), generate

    return ask


prefetch, prefetch_to_write = _prefetch(0), _prefetch(1)


def _elementwise(generate: Callable[..., Any], arity: int) -> Any:
    """Build an intrinsic that maps `arity` registers to one."""

    def generate_code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return generate(builder, *arguments)

    if arity == 1:

        @intrinsic
        def step(typing_context: Any, a: Any) -> Any:
            return register_type(register_type), generate_code
    elif arity == 2:

        @intrinsic
        def step(typing_context: Any, a: Any, b: Any) -> Any:
            return register_type(register_type, register_type), generate_code
    else:

        @intrinsic
        def step(typing_context: Any, a: Any, b: Any, c: Any) -> Any:
            return register_type(register_type, register_type, register_type), generate_code

    return step


def _fma(builder: Any, a: Any, b: Any, c: Any) -> Any:
    function_type = ir.FunctionType(VECTOR, [VECTOR, VECTOR, VECTOR])
    # Module.declare_intrinsic refuses vectors.
    return builder.call(cgutils.get_or_insert_function(builder.module, function_type, "llvm.fma.v16f32"), [a, b, c])


def _scale_by_power(builder: Any, a: Any, shifted: Any) -> Any:
    exponent = builder.shl(builder.bitcast(shifted, INTEGERS), ir.Constant(INTEGERS, [23] * LANES))
    return builder.bitcast(builder.add(builder.bitcast(a, INTEGERS), exponent), VECTOR)


def _constant(value: float) -> Any:
    return ir.Constant(VECTOR, [float(np.float32(value))] * LANES)


def _rsqrt(builder: Any, a: Any) -> Any:
    half = builder.lshr(builder.bitcast(a, INTEGERS), ir.Constant(INTEGERS, [1] * LANES))
    y = builder.bitcast(builder.sub(ir.Constant(INTEGERS, [RSQRT_GUESS] * LANES), half), VECTOR)
    negative = builder.fmul(a, _constant(-RSQRT_SCALE))
    for constant in (RSQRT_FIRST, RSQRT_SECOND):
        y = builder.fmul(y, _fma(builder, negative, builder.fmul(y, y), _constant(constant)))
    return y


def _where_positive(builder: Any, a: Any, b: Any, c: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">=", a, ir.Constant(VECTOR, [0.0] * LANES)), b, c)


add = _elementwise(lambda builder, a, b: builder.fadd(a, b), 2)
sub = _elementwise(lambda builder, a, b: builder.fsub(a, b), 2)
mul = _elementwise(lambda builder, a, b: builder.fmul(a, b), 2)
div = _elementwise(lambda builder, a, b: builder.fdiv(a, b), 2)
minimum = _elementwise(lambda builder, a, b: builder.select(builder.fcmp_ordered("<", a, b), a, b), 2)
maximum = _elementwise(lambda builder, a, b: builder.select(builder.fcmp_ordered(">", a, b), a, b), 2)
scale_by_power = _elementwise(_scale_by_power, 2)
fma = _elementwise(_fma, 3)
where_positive = _elementwise(_where_positive, 3)
rsqrt = _elementwise(_rsqrt, 1)


@intrinsic
def at_least(typing_context: Any, a: Any, b: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lanes = builder.bitcast(builder.fcmp_ordered(">=", *arguments), ir.IntType(LANES))
        return builder.zext(lanes, ir.IntType(64))

    return types.uint64(register_type, register_type), generate


def _fold(builder: Any, a: Any, b: Any, width: int) -> Any:
    """Add the two halves of every group of `width` lanes of `a` and `b`.

    The groups of the result alternate between a and b, so that each shuffle is one instruction.
    """
    half = width // 2
    low: list[int] = []
    for group in range(LANES // width):
        for source in (0, LANES):
            low += [source + group * width + lane for lane in range(half)]
    shuffles = [ir.Constant(INTEGERS, [lane + part for lane in low]) for part in (0, half)]
    return builder.fadd(*(builder.shuffle_vector(a, b, shuffle) for shuffle in shuffles))


@intrinsic
def sums(typing_context: Any, registers: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        level = cgutils.unpack_tuple(builder, arguments[0], LANES)
        width = LANES
        while width > 1:
            # Registers k and k + half meet, so that lane k ends with the sum of register k.
            half = len(level) // 2
            level = [_fold(builder, level[k], level[k + half], width) for k in range(half)]
            width //= 2
        return level[0]

    return register_type(types.UniTuple(register_type, LANES)), generate


@intrinsic
def total(typing_context: Any, register: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vector, width = arguments[0], LANES
        while width > 1:
            width //= 2
            halves = (list(range(width)), list(range(width, 2 * width)))
            kind = ir.VectorType(INT, width)
            vector = builder.fadd(*(builder.shuffle_vector(vector, vector, ir.Constant(kind, half)) for half in halves))
        return builder.extract_element(vector, INT(0))

    return types.float32(register_type), generate


@intrinsic
def align_stack(typing_context: Any) -> Any:
    # LLVM aligns the stack of a function that has a variable of this alignment, and keeps one that is used.
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        with builder.goto_entry_block():
            slot = builder.alloca(VECTOR)
        slot.align = 64
        builder.asm(ir.FunctionType(ir.VoidType(), [slot.type]), "", "r", [slot], side_effect=True)
        return context.get_dummy_value()

    return types.void(), generate
