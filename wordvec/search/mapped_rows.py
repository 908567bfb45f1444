"""Rows of a mapped file that are about to be read, requested from the disk together.

A page of a mapped file that is not in memory takes a disk some 0.1 ms; asked for one after another, the rows of thirty
candidates take several milliseconds.
"""

import mmap

import numpy as np
from numpy.typing import NDArray


def prefetch(matrix: object, rows: NDArray[np.int64]) -> None:
    """Ask the system to read some rows of a matrix; without effect for one that is not mapped from a file."""
    if not isinstance(matrix, np.ndarray) or not matrix.flags.c_contiguous:
        return
    mapped: object = matrix
    while isinstance(mapped, np.ndarray) and not isinstance(mapped, np.memmap):
        mapped = mapped.base
    if not isinstance(mapped, np.memmap) or not hasattr(mmap.mmap, "madvise"):
        return
    pages = mapped.base
    while isinstance(pages, np.ndarray):
        pages = pages.base
    if not isinstance(pages, mmap.mmap):
        return
    begin = np.frombuffer(pages, np.uint8).ctypes.data
    size = matrix.strides[0]
    for row in np.sort(rows).tolist():
        first = matrix.ctypes.data - begin + row * size
        page = first - first % mmap.PAGESIZE
        pages.madvise(mmap.MADV_WILLNEED, page, first + size - page)
