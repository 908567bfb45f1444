"""The compilation policy of all kernels, and the location of their machine code.

Flags of `_compiler.dispatcher` and reasons:

- ``nogil``: the threads of `wordvec.workers` run kernels in parallel.
- ``error_model="numpy"``: a division by zero gives infinity, as NumPy does, instead of a branch and an exception.
- no ``fastmath``: sums keep their written order, NaN and infinity stay visible, and native, haswell and generic
  code give the same bits; speed comes from explicit registers (`simd`).
- no ``parallel``: `wordvec.workers` manages the threads.
- ``_nrt=False``: no reference counting, so kernels cannot allocate arrays. Numba counts a reference atomically for
  each array that a step takes out of a tuple: two hundred times for each window of skip-gram, a third of its time.
- no wrappers: `_native` calls the machine code itself, and Numba's wrapper for Python takes a third of the time of
  compilation.
- no ``cache``, but `_cache`: code in Numba's cache needs Numba to be called, which takes longer to import than all
  else. Numba does not detect either that a helper in another file has changed, and fails where an entry is damaged.

The dimension is not a compile-time constant: with register blocking, the loop over registers costs nothing measurable,
and one compilation serves all dimensions.
"""

import functools
import hashlib
import os
import runpy
import sys
import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar, cast

from wordvec import clock
from wordvec.kernels import _cache, _claims, _native

SOURCES = Path(__file__).parent
DISABLE_JIT = os.environ.get("NUMBA_DISABLE_JIT", "").strip() not in ("", "0")
Function = TypeVar("Function", bound=Callable[..., Any])
_preparing = threading.RLock()


@functools.cache
def cache_folder() -> Path | None:
    """Return the folder for machine code, or None (with one warning) if it cannot be used.

    Its name is a digest of everything that machine code depends on.
    """
    import llvmlite

    settings = sorted((name, value) for name, value in os.environ.items() if name.startswith("NUMBA_"))
    versions = llvmlite.__version__, sys.implementation.cache_tag
    digest = hashlib.sha256(repr((versions, *_host(), settings)).encode())
    for source in [*sorted(SOURCES.glob("*.py")), _file_of_version()]:
        digest.update(source.read_bytes())
    if (configuration := Path(".numba_config.yaml")).is_file():
        digest.update(configuration.read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    return _cache.usable_folder(base / "wordvec" / f"kernels-{digest.hexdigest()[:16]}")


def _host() -> tuple[str, str]:
    """Return the name and the features of the processor, by LLVM, whose import takes longer than a small search."""
    from llvmlite import binding

    return binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()


def version_of_numba() -> str:
    """Return Numba's version without importing Numba."""
    versions = runpy.run_path(str(_file_of_version()))["get_versions"]()
    return str(versions["version"])


def _file_of_version() -> Path:
    """Return the file with Numba's version; to import `importlib.metadata` would take longer than all kernels."""
    found = find_spec("numba")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).with_name("_version.py")


class Intrinsic:
    """An intrinsic of a module that is imported, with Numba, when a kernel is compiled."""

    def __init__(self, module: str, name: str) -> None:
        self._module, self._name = module, name

    @functools.cached_property
    def _numba_type_(self) -> Any:
        from wordvec.kernels._compiler import type_of_intrinsic

        return type_of_intrinsic(self._module, self._name)


class Kernel:
    """A function that is compiled, or loaded from `folder`, at its first call with arguments of a kind.

    Numba sees it when it compiles another one that calls it; with `forceinline` it becomes part of the caller.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        folder: Callable[[], Path | None],
        *,
        forceinline: bool = False,
    ) -> None:
        functools.update_wrapper(self, function)
        self._function, self._folder, self._forceinline = function, folder, forceinline
        self._calls: dict[tuple[_native.Kind, ...], _native.Call] = {}

    def __call__(self, *arguments: Any) -> Any:
        """Run the compiled function."""
        kinds = tuple(map(_native.kind_of, arguments))
        call = self._calls.get(kinds)
        if call is None:
            with clock.pause():
                call = self._loaded(kinds) or self._compiled(kinds)
        return call(arguments)

    @property
    def _numba_type_(self) -> Any:
        return self._dispatcher._numba_type_

    @functools.cached_property
    def _dispatcher(self) -> Any:
        from wordvec.kernels._compiler import dispatcher

        return dispatcher(self._function, forceinline=self._forceinline)

    def _loaded(self, kinds: tuple[_native.Kind, ...]) -> _native.Call | None:
        """Return linked code that this process or the cache has and that takes arguments of these kinds."""
        with _preparing:
            for compiled in _for_kinds(kinds):
                call = self._linked(compiled)
                if call is not None and call.takes(kinds):
                    return self._calls.setdefault(kinds, call)
        return None

    def _linked(self, compiled: tuple[_native.Kind, ...]) -> _native.Call | None:
        """Return the linked code for just these kinds that this process or the cache has."""
        call, folder = self._calls.get(compiled), self._folder()
        if call is None and folder is not None:
            loaded = _cache.load(folder, *self._entry(compiled))
            if loaded is not None:
                call = self._calls[compiled] = _native.Call(_native.Code(*loaded), compiled)
        return call

    def _compiled(self, kinds: tuple[_native.Kind, ...]) -> _native.Call:
        """Return linked code that takes arguments of these kinds, compiled unless another process or thread does that.

        Code for arrays that can be written is compiled first: it takes read-only ones, too, if it writes none of them.
        """
        clock.notify_compilation()
        for compiled in _for_kinds(kinds):
            call = self._compiled_for(compiled)
            if call.takes(kinds):
                break
        return self._calls.setdefault(kinds, call)

    def _compiled_for(self, kinds: tuple[_native.Kind, ...]) -> _native.Call:
        """Return the linked code for just these kinds."""
        folder, entry = self._folder(), self._entry(kinds)
        with _claims.claimed(None if folder is None else _cache.path_of(folder, *entry, ".lock")), _preparing:
            call = self._linked(kinds)
            if call is None:
                from wordvec.kernels import _compiler

                code = _compiler.compiled(self._dispatcher, kinds)
                if folder is not None:
                    _cache.save(folder, *entry, tuple(code))
                call = self._calls[kinds] = _native.Call(code, kinds)
        return call

    def _entry(self, kinds: tuple[_native.Kind, ...]) -> tuple[str, str]:
        """Return the beginning of the file name and the key of an entry in the cache."""
        module, name = self._function.__module__, self._function.__qualname__
        return f"{module.rpartition('.')[2]}.{name}", repr((module, name, kinds))


def _for_kinds(kinds: tuple[_native.Kind, ...]) -> list[tuple[_native.Kind, ...]]:
    """Return kinds whose code may take arguments of some kinds: those without read-only arrays, and the same."""
    return list(dict.fromkeys((_native.writable(kinds), kinds)))


def kernel(function: Function) -> Function:
    """Compile `function` at its first call, by the policy of this module; it must not allocate arrays."""
    return function if DISABLE_JIT else cast(Function, Kernel(function, _folder_for(function)))


def inline(function: Function) -> Function:
    """Mark a small function for inlining into the kernels that call it."""
    return function if DISABLE_JIT else cast(Function, Kernel(function, _folder_for(function), forceinline=True))


def _folder_for(function: Callable[..., Any]) -> Callable[[], Path | None]:
    """Return the cache for kernels of this folder, whose sources it knows; others are compiled in each process."""
    return cache_folder if Path(function.__code__.co_filename).parent == SOURCES else lambda: None


def processor() -> dict[str, str]:
    """Return the processor that kernels are compiled for, and the features that the bits of a result may depend on."""
    host_name, host_features = _host()
    name = os.environ.get("NUMBA_CPU_NAME") or host_name
    features = os.environ.get("NUMBA_CPU_FEATURES") or host_features
    wide = [feature for feature in features.split(",") if feature.startswith(("+avx", "+fma", "+neon", "+sve"))]
    return {"name": name, "features": " ".join(wide)}
