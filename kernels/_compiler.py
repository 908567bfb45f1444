"""The door to Numba: machine code of a kernel. Imported when a kernel is compiled, not when its code is in the cache.

Only `_jit` imports this module, and `_jit` describes the flags.
"""

import contextlib
import ctypes
import gc
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numba
from numba.core import types
from numba.core.registry import cpu_target
from numba.np.numpy_support import as_dtype, from_dtype

from wordvec.kernels._native import Code, Kind, arrays, parameters

_PARAMETERS = {
    "ptr": (ctypes.c_void_p,),
    "i8": (ctypes.c_int8, ctypes.c_uint8, ctypes.c_bool),
    "i16": (ctypes.c_int16, ctypes.c_uint16),
    "i32": (ctypes.c_int32, ctypes.c_uint32),
    "i64": (ctypes.c_int64, ctypes.c_uint64),
    "float": (ctypes.c_float,),
    "double": (ctypes.c_double,),
}
"""Types of LLVM, with those by which ctypes passes them; pointers are ``i8*`` and the like in older versions."""
_UNWRITTEN = frozenset((b"readonly", b"readnone"))
"""Attributes by which LLVM marks a pointer through which a function, with all that it calls, writes nothing."""


def dispatcher(function: Callable[..., Any], **flags: bool) -> Any:
    """Return Numba's form of a function, by which compiled functions call it."""
    return numba.njit(
        nogil=True, error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True, **flags
    )(function)


def type_of_intrinsic(module: str, name: str) -> Any:
    """Return Numba's type of an intrinsic."""
    intrinsic = getattr(import_module(module), name)
    cpu_target.typing_context.refresh()  # Numba does that when a compilation begins, but the module may be newer
    return cpu_target.typing_context.resolve_value_type(intrinsic)


def compiled(function: Any, kinds: tuple[Kind, ...]) -> Code:
    """Compile what `dispatcher` returned for arguments of these kinds."""
    with _uncollected():
        result = function._compiler.compile(tuple(map(_type_of, kinds)), None)
    name, library = result.fndesc.llvm_func_name, result.library
    native = library.get_function(name)
    _check_convention(name, native, parameters(kinds))
    _check_contained(name, library._final_module)
    returned = result.signature.return_type
    in_tuple = isinstance(returned, types.BaseTuple)
    numbers = tuple(returned) if in_tuple else () if returned == types.none else (returned,)
    dtypes = tuple(as_dtype(number).str for number in numbers)
    return Code(name, dtypes, in_tuple, _unwritten(native, kinds), library._get_compiled_object())


def _type_of(kind: Kind) -> Any:
    """Return Numba's type of arguments of a kind."""
    if not isinstance(kind, tuple):
        return from_dtype(kind)
    if isinstance(kind[0], type):
        return types.BaseTuple.from_types(tuple(map(_type_of, kind[1:])), kind[0])
    dtype, axes, layout, is_writable = kind
    return types.Array(from_dtype(dtype), axes, layout, readonly=not is_writable)


def _unwritten(native: Any, kinds: tuple[Kind, ...]) -> tuple[bool, ...]:
    """Return whether each array is certainly not written: by its type, or because LLVM has proved it."""
    attributes = [set(argument.attributes) for argument in native.arguments]
    return tuple(not is_writable or bool(attributes[place] & _UNWRITTEN) for place, is_writable in arrays(kinds))


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """Collect no garbage: Numba makes many objects that stay, and looking through them takes a tenth of its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _check_convention(name: str, function: Any, expected: list[type[Any]]) -> None:
    found = ["ptr" if str(argument.type).endswith("*") else str(argument.type) for argument in function.arguments]
    if len(found) != len(expected) or any(
        kind not in _PARAMETERS.get(llvm, ()) for llvm, kind in zip(found, expected, strict=True)
    ):
        raise NotImplementedError(f"{name}: Numba {numba.__version__} passes other parameters: {found}")


def _check_contained(name: str, module: Any) -> None:
    """Refuse calls of functions that only a process with Numba has; those of C's library are in every process."""
    for function in module.functions:
        if function.is_declaration and function.name.lower().startswith(("numba", "nrt", "py", "_py", "__svml")):
            raise NotImplementedError(f"{name} calls {function.name}, which is not in its machine code")
