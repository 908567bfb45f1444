"""Calls of compiled machine code through ctypes, without Numba: its calling convention, and the linker of llvmlite.

A compiled kernel is a function ``int status(result*, exception**, argument, ...)``. A number is one argument, a tuple
is its elements, and an array is seven or more: two objects of Numba's reference counting, which kernels do not have
(`_jit`), the numbers of elements and of bytes in one, the address, and for each axis the length and the stride.
`_compiler` compares the arguments of each function that it compiles with `parameters`.

Importing Numba, and preparing it to load one of its own cache entries, takes longer than training on a small text.
"""

import ctypes
import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import llvmlite.binding as llvm
import numpy as np

Kind = Any
"""What the code of an argument depends on: a dtype; of an array with its axes and layout; of a tuple, those in it."""

_NUMBERS: dict[type, np.dtype[Any]] = {kind: np.dtype(kind) for kind in (int, float, bool)}
_OF_DTYPE: dict[str, type[Any]] = {
    np.dtype(kind).str: kind
    for kind in (
        *(ctypes.c_int8, ctypes.c_int16, ctypes.c_int32, ctypes.c_int64),
        *(ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32, ctypes.c_uint64),
        *(ctypes.c_float, ctypes.c_double, ctypes.c_bool),
    )
}
_LOWEST, _HIGHEST = -(2**63), 2**63
_SUCCEEDED = (0, -2)  # with a result, and with None


class Code(NamedTuple):
    """Machine code of a kernel for one tuple of kinds of arguments.

    Attributes
    ----------
    name
        Name of the function.
    results
        Dtypes of the numbers that it returns.
    in_tuple
        Whether they are returned as a tuple.
    binary
        Object file, with the function and whatever it calls.
    """

    name: str
    results: tuple[str, ...]
    in_tuple: bool
    binary: bytes


def kind_of(argument: Any) -> Kind:
    """Return the kind of an argument.

    Raises
    ------
    TypeError
        If it is not a number, an array or a tuple of these.
    """
    if isinstance(argument, np.ndarray):
        flags = argument.flags
        contiguous = "C" if flags.c_contiguous else "F" if flags.f_contiguous else "A"
        return argument.dtype, argument.ndim, contiguous, flags.writeable
    if isinstance(argument, tuple):
        return (type(argument), *map(kind_of, argument))
    if isinstance(argument, np.generic):
        return argument.dtype
    dtype = _NUMBERS.get(type(argument))
    if dtype is None:
        raise TypeError(f"{type(argument).__name__}: a kernel takes numbers, arrays, and tuples of these")
    if type(argument) is int and not _LOWEST <= argument < _HIGHEST:
        raise OverflowError(f"{argument} does not fit in 64 bits with a sign; pass a uint64")
    return dtype


def parameters(kinds: tuple[Kind, ...]) -> list[type[Any]]:
    """Return the types of all parameters of a function that takes arguments of these kinds."""
    listed: list[type[Any]] = [ctypes.c_void_p, ctypes.c_void_p]
    for kind in kinds:
        _list_parameters(kind, listed)
    return listed


def link(code: Code, kinds: tuple[Kind, ...]) -> Callable[[tuple[Any, ...]], Any]:
    """Return a function that calls machine code with a tuple of arguments of these kinds; it releases the GIL."""
    # A linker of its own, because names are unique only among what one process compiled.
    linker = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target().create_target_machine())
    linker.add_object_file(llvm.ObjectFileRef.from_data(code.binary))
    linker.finalize_object()
    function = ctypes.CFUNCTYPE(ctypes.c_int32, *parameters(kinds))(linker.get_function_address(code.name))
    function.linker = linker  # which owns the code
    fields = [(f"r{place}", _OF_DTYPE[dtype]) for place, dtype in enumerate(code.results)]
    result_type = type("Result", (ctypes.Structure,), {"_fields_": fields})

    def call(arguments: tuple[Any, ...]) -> Any:
        result, exception = result_type(), ctypes.c_void_p()
        values = [ctypes.addressof(result), ctypes.addressof(exception)]
        for argument in arguments:
            _list_values(argument, values)
        if function(*values) not in _SUCCEEDED:
            raise RuntimeError(f"a kernel failed: {code.name}")
        if code.in_tuple:
            return tuple([getattr(result, name) for name, _ in fields])
        return result.r0 if fields else None

    return call


@functools.cache
def _target() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple()


def _list_parameters(kind: Kind, listed: list[type[Any]]) -> None:
    if isinstance(kind, np.dtype):
        listed.append(_OF_DTYPE[kind.str])
    elif isinstance(kind[0], np.dtype):
        listed += [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p]
        listed += [ctypes.c_int64] * (2 * kind[1])
    else:
        for element in kind[1:]:
            _list_parameters(element, listed)


def _list_values(argument: Any, values: list[Any]) -> None:
    """Append the values of the parameters of an argument; arrays live as long as the caller refers to them."""
    if isinstance(argument, np.ndarray):
        address = argument.__array_interface__["data"][0]
        values += (None, None, argument.size, argument.itemsize, address, *argument.shape, *argument.strides)
    elif isinstance(argument, tuple):
        for element in argument:
            _list_values(element, values)
    else:
        values.append(argument.item() if isinstance(argument, np.generic) else argument)
