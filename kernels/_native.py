"""Calls of compiled machine code through ctypes, without Numba: its calling convention, and the linker of llvmlite.

A compiled kernel is a function ``int status(result*, exception**, argument, ...)``. A number is one argument, a tuple
is its elements, and an array is seven or more: two objects of Numba's reference counting, which kernels do not have
(`_jit`), the numbers of elements and of bytes in one, the address, and for each axis the length and the stride.
`_compiler` compares the arguments of each function that it compiles with `parameters`.

Importing Numba, and preparing it to load one of its own cache entries, takes longer than training on a small text.
"""

import ctypes
import functools
from collections.abc import Iterator
from typing import Any, NamedTuple

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
_OF_RESULT = (ctypes.c_void_p, ctypes.c_void_p)
_ADDRESS = 4
"""Number of the parameter with the address, among those of an array."""
_LARGE = np.dtype(np.uint64)
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
    unwritten
        Whether it certainly writes nothing to each array, in the order of the arguments.
    binary
        Object file, with the function and whatever it calls.
    """

    name: str
    results: tuple[str, ...]
    in_tuple: bool
    unwritten: tuple[bool, ...]
    binary: bytes

    def takes(self, kinds: tuple[Kind, ...]) -> bool:
        """Return whether it may be called with arguments of these kinds, some of which may be read-only."""
        found = zip(arrays(kinds), self.unwritten, strict=True)
        return all(unwritten or is_writable for (_, is_writable), unwritten in found)


def kind_of(argument: Any) -> Kind:
    """Return the kind of an argument.

    Raises
    ------
    TypeError
        If it is not a number, an array or a tuple of these.
    OverflowError
        If it is an integer of more than 64 bits.
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
    if type(argument) is not int or -(2**63) <= argument < 2**63:
        return dtype
    if 0 <= argument < 2**64:
        return _LARGE
    raise OverflowError(f"{argument} does not fit in 64 bits")


def writable(kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """Return kinds with arrays that can be written in place of read-only ones."""
    return tuple(map(_writable, kinds))


def _writable(kind: Kind) -> Kind:
    if not isinstance(kind, tuple):
        return kind
    return (kind[0], *map(_writable, kind[1:])) if isinstance(kind[0], type) else (*kind[:-1], True)


def parameters(kinds: tuple[Kind, ...]) -> list[type[Any]]:
    """Return the types of all parameters of a function that takes arguments of these kinds."""
    return [*_OF_RESULT, *(parameter for leaf in _leaves(kinds) for parameter in _parameters_of(leaf))]


def arrays(kinds: tuple[Kind, ...]) -> Iterator[tuple[int, bool]]:
    """Yield of each array the number of the parameter with its address, and whether it can be written."""
    place = len(_OF_RESULT)
    for leaf in _leaves(kinds):
        if isinstance(leaf, tuple):
            yield place + _ADDRESS, leaf[-1]
        place += len(_parameters_of(leaf))


def _leaves(kinds: tuple[Kind, ...]) -> Iterator[Kind]:
    """Yield the kinds of numbers and arrays, also of those in tuples."""
    for kind in kinds:
        if isinstance(kind, tuple) and isinstance(kind[0], type):
            yield from _leaves(kind[1:])
        else:
            yield kind


def _parameters_of(leaf: Kind) -> list[type[Any]]:
    if not isinstance(leaf, tuple):
        return [_OF_DTYPE[leaf.str]]
    pointer, number = ctypes.c_void_p, ctypes.c_int64
    return [pointer, pointer, number, number, pointer, *[number] * (2 * leaf[1])]


class Call:
    """Linked machine code, called with a tuple of arguments of the kinds that it was compiled for; releases the GIL."""

    def __init__(self, code: Code, kinds: tuple[Kind, ...]) -> None:
        self.takes = code.takes
        self._name, self._in_tuple = code.name, code.in_tuple
        llvm, target = _llvm()
        # A linker of its own, because names are unique only among what one process compiled; it owns the code.
        self._linker = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target.create_target_machine())
        self._linker.add_object_file(llvm.ObjectFileRef.from_data(code.binary))
        self._linker.finalize_object()
        address = self._linker.get_function_address(code.name)
        self._function = ctypes.CFUNCTYPE(ctypes.c_int32, *parameters(kinds))(address)
        self._fields = [(f"r{place}", _OF_DTYPE[dtype]) for place, dtype in enumerate(code.results)]
        self._result = type("Result", (ctypes.Structure,), {"_fields_": self._fields})

    def __call__(self, arguments: tuple[Any, ...]) -> Any:
        """Return what the function returns.

        Raises
        ------
        RuntimeError
            If it raises anything.
        """
        result, exception = self._result(), ctypes.c_void_p()
        values = [ctypes.addressof(result), ctypes.addressof(exception)]
        for argument in arguments:
            _list_values(argument, values)
        if self._function(*values) not in _SUCCEEDED:
            raise RuntimeError(f"a kernel failed: {self._name}")
        if self._in_tuple:
            return tuple([getattr(result, name) for name, _ in self._fields])
        return result.r0 if self._fields else None


@functools.cache
def _llvm() -> tuple[Any, Any]:
    """Return llvmlite's interface to LLVM, imported when the first kernel is called, and this machine as its target."""
    from llvmlite import binding

    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding, binding.Target.from_default_triple()


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
