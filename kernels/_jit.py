"""The one door to Numba: how every kernel is compiled, and where its machine code is kept.

Flags, and why:

- ``nogil``: our own threads run kernels side by side.
- ``error_model="numpy"``: a division by zero gives infinity, as NumPy does, instead of a branch and an exception.
- no ``fastmath``: sums keep their written order, NaN and infinity stay visible, and native, haswell and generic
  code give the same bits; speed comes from explicit registers (`simd`).
- no ``parallel``: threads are `wordvec.workers`' business.
- ``_nrt=False``: no reference counting, so kernels make no arrays. Numba counts a reference, atomically, for each
  array that a step takes out of a tuple: two hundred times for each window of skip-gram, a third of the time.
- no ``cache``, but `_cache`: in a folder named after a digest of all kernel sources, because Numba does not notice
  that a helper in another file has changed, and fails where an entry is damaged or cannot be written.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import llvmlite.binding
import numba
from numba.core import config

from wordvec.kernels import _cache

SOURCES = Path(__file__).parent
Function = TypeVar("Function", bound=Callable[..., Any])


def _cache_folder() -> Path | None:
    """Return the folder for machine code, or None (and one warning) where there is none to use."""
    digest = hashlib.sha256(f"{numba.__version__} {llvmlite.__version__}".encode())
    for source in sorted(SOURCES.glob("*.py")):
        digest.update(source.read_bytes())
    base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache")
    return _cache.usable_folder(base / "wordvec" / f"kernels-{digest.hexdigest()[:16]}")


CACHE_FOLDER = None if config.DISABLE_JIT else _cache_folder()


def kernel(function: Function) -> Function:
    """Compile `function` at its first call, by the one policy of this module; it makes no array."""
    if config.DISABLE_JIT:
        return function
    compiled = _njit()(function)
    if CACHE_FOLDER is not None:
        _cache.keep(function, compiled, CACHE_FOLDER)
    return compiled


def inline(function: Function) -> Function:
    """Mark a small step that is compiled into the kernels which call it."""
    return function if config.DISABLE_JIT else _njit(forceinline=True)(function)


def _njit(**flags: bool) -> Callable[[Function], Function]:
    decorator: Callable[[Function], Function] = numba.njit(nogil=True, error_model="numpy", _nrt=False, **flags)
    return decorator


def processor() -> dict[str, str]:
    """Give the processor that kernels are compiled for, and those of its features that a result may depend on."""
    features = config.CPU_FEATURES or llvmlite.binding.get_host_cpu_features().flatten()
    wide = [name for name in features.split(",") if name.startswith(("+avx", "+fma", "+neon", "+sve"))]
    return {"name": config.CPU_NAME or llvmlite.binding.get_host_cpu_name(), "features": " ".join(wide)}
