"""The compilation policy of all kernels, and the location of their machine code.

Flags and reasons:

- ``nogil``: the threads of `wordvec.workers` run kernels in parallel.
- ``error_model="numpy"``: a division by zero gives infinity, as NumPy does, instead of a branch and an exception.
- no ``fastmath``: sums keep their written order, NaN and infinity stay visible, and native, haswell and generic
  code give the same bits; speed comes from explicit registers (`simd`).
- no ``parallel``: `wordvec.workers` manages the threads.
- ``_nrt=False``: no reference counting, so kernels cannot allocate arrays. Numba counts a reference atomically for
  each array that a step takes out of a tuple: two hundred times for each window of skip-gram, a third of its time.
- no ``cache``, but `_cache`: in a folder named after a digest of all kernel sources, because Numba does not detect
  that a helper in another file has changed, and fails where an entry is damaged or cannot be written.

The dimension is not a compile-time constant: with register blocking, the loop over registers costs nothing measurable,
and one compilation serves all dimensions.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import llvmlite.binding
import numba
from numba.core import config

from wordvec import clock
from wordvec.kernels import _cache

SOURCES = Path(__file__).parent
Function = TypeVar("Function", bound=Callable[..., Any])


def _cache_folder() -> Path | None:
    """Return the folder for machine code, or None (with one warning) if it cannot be used."""
    digest = hashlib.sha256(f"{numba.__version__} {llvmlite.__version__}".encode())
    for source in sorted(SOURCES.glob("*.py")):
        digest.update(source.read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    return _cache.usable_folder(base / "wordvec" / f"kernels-{digest.hexdigest()[:16]}")


CACHE_FOLDER = None if config.DISABLE_JIT else _cache_folder()


def kernel(function: Function) -> Function:
    """Compile `function` at its first call, by the policy of this module; it must not allocate arrays."""
    if config.DISABLE_JIT:
        return function
    compiled = _njit()(function)
    _pause_clock(compiled)
    if CACHE_FOLDER is not None:
        _cache.keep(function, compiled, CACHE_FOLDER)
    return compiled


def inline(function: Function) -> Function:
    """Mark a small function for inlining into the kernels that call it."""
    return function if config.DISABLE_JIT else _njit(forceinline=True)(function)


def _pause_clock(dispatcher: Any) -> None:
    """Stop the clock of reports while this dispatcher compiles or loads code for a signature."""
    compile_for = dispatcher.compile

    def paused(signature: Any) -> Any:
        with clock.pause():
            return compile_for(signature)

    dispatcher.compile = paused


def _njit(**flags: bool) -> Callable[[Function], Function]:
    decorator: Callable[[Function], Function] = numba.njit(nogil=True, error_model="numpy", _nrt=False, **flags)
    return decorator


def processor() -> dict[str, str]:
    """Return the processor that kernels are compiled for, and the features that the bits of a result may depend on."""
    features = config.CPU_FEATURES or llvmlite.binding.get_host_cpu_features().flatten()
    wide = [name for name in features.split(",") if name.startswith(("+avx", "+fma", "+neon", "+sve"))]
    return {"name": config.CPU_NAME or llvmlite.binding.get_host_cpu_name(), "features": " ".join(wide)}
