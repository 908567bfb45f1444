"""Rows of a mapped file that are about to be read, requested from the disk together.

A page of a mapped file that is not in memory takes a disk some 0.1 ms; asked for one after another, the rows of thirty
candidates take several milliseconds.
"""

import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.codecs.coded import Coded


def prefetch(matrix: object, rows: NDArray[np.int64]) -> None:
    """Ask the system to read some rows of a matrix; without effect for one that is not mapped from a file.

    Of coded rows, the arrays with a row for each word are read.
    """
    if isinstance(matrix, Coded):
        for array in matrix.written()[1].values():
            if len(array) == len(matrix):
                prefetch(array, rows)
        return
    pages = _pages(matrix)
    advise, will_need = getattr(pages, "madvise", None), getattr(mmap, "MADV_WILLNEED", None)
    if pages is None or advise is None or not isinstance(matrix, np.ndarray):
        return
    begin, size = np.frombuffer(pages, np.uint8).ctypes.data, matrix.strides[0]
    for row in np.sort(rows).tolist():
        first = matrix.ctypes.data - begin + row * size
        page = first - first % mmap.PAGESIZE
        advise(will_need, page, first + size - page)


def _pages(matrix: Any) -> mmap.mmap | None:
    """Return the map that an array is a view of; None if it is of none, or its rows are not one after another."""
    if not isinstance(matrix, np.ndarray) or not matrix.flags.c_contiguous:
        return None
    base: Any = matrix
    while isinstance(base, np.ndarray):
        base = base.base
    return base if isinstance(base, mmap.mmap) else None
