"""How many threads BLAS starts, the library by which NumPy multiplies matrices.

Threads of ours that each multiply on one thread of BLAS need no waiting for each other. BLAS's own threads wait by
spinning, and where something else is at work on the machine they wait for long.
"""

import contextlib
import ctypes
import functools
import threading
from collections.abc import Callable, Iterator
from importlib import import_module

# What reads and what sets the number, of OpenBLAS as NumPy's wheels, others' and systems have it, of MKL and of BLIS.
_NAMES = (
    ("scipy_openblas_get_num_threads64_", "scipy_openblas_set_num_threads64_"),
    ("scipy_openblas_get_num_threads", "scipy_openblas_set_num_threads"),
    ("openblas_get_num_threads64_", "openblas_set_num_threads64_"),
    ("openblas_get_num_threads", "openblas_set_num_threads"),
    ("MKL_Get_Max_Threads", "MKL_Set_Num_Threads"),
    ("bli_thread_get_num_threads", "bli_thread_set_num_threads"),
)


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let BLAS work on the thread that calls it and on no other, meanwhile and in the whole process.

    The last one to leave sets the number back. A BLAS of another kind keeps its threads.
    """
    _limit.enter()
    try:
        yield
    finally:
        _limit.leave()


class _Limit:
    """How many are inside, and how many threads BLAS had before."""

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
    """Give what reads and what sets the number of threads; of an unknown BLAS, what does nothing."""
    # A library's handle gives the names of what it was linked with, too, which is the BLAS that NumPy uses.
    library = ctypes.CDLL(import_module("numpy._core._multiarray_umath").__file__)
    for read, write in _NAMES:
        if hasattr(library, read) and hasattr(library, write):
            return getattr(library, read), getattr(library, write)
    return lambda: 0, lambda number: None
