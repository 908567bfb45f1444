"""The number of threads of BLAS, the library with which NumPy multiplies matrices.

Search threads that each call BLAS with one thread never wait for each other. The threads of BLAS itself wait by
spinning, which takes long on a busy machine.
"""

import contextlib
import ctypes
import functools
import threading
from collections.abc import Callable, Iterator
from importlib import import_module

_NAMES = (
    ("scipy_openblas_get_num_threads64_", "scipy_openblas_set_num_threads64_"),
    ("scipy_openblas_get_num_threads", "scipy_openblas_set_num_threads"),
    ("openblas_get_num_threads64_", "openblas_set_num_threads64_"),
    ("openblas_get_num_threads", "openblas_set_num_threads"),
    ("MKL_Get_Max_Threads", "MKL_Set_Num_Threads"),
    ("bli_thread_get_num_threads", "bli_thread_set_num_threads"),
)
"""Functions that read and set the number of threads: of OpenBLAS (in NumPy's wheels and elsewhere), MKL and BLIS."""


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Limit BLAS to one thread inside the block, in the whole process.

    The last block to end restores the number. An unknown BLAS keeps its threads.
    """
    _limit.enter()
    try:
        yield
    finally:
        _limit.leave()


class _Limit:
    """The number of open blocks, and the number of threads before the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = self._before = 0

    def enter(self) -> None:
        read, write = _threads_of_blas()
        with self._lock:
            if not self._inside:
                self._before = read()
                write(1)
            self._inside += 1

    def leave(self) -> None:
        _, write = _threads_of_blas()
        with self._lock:
            self._inside -= 1
            if not self._inside:
                write(self._before)


_limit = _Limit()


@functools.cache
def _threads_of_blas() -> tuple[Callable[[], int], Callable[[int], object]]:
    """Return the functions that read and set the number of threads; for an unknown BLAS, functions without effect."""
    # The handle of a library also resolves the symbols of the libraries it is linked with: here NumPy's BLAS.
    library = ctypes.CDLL(import_module("numpy._core._multiarray_umath").__file__)
    for read, write in _NAMES:
        if hasattr(library, read) and hasattr(library, write):
            return getattr(library, read), getattr(library, write)
    return lambda: 0, lambda number: None
