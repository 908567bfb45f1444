"""Products of real queries with rows in codes of product quantisation, by tables (Jégou, Douze and Schmid 2011).

A row is the concatenation of centroids, one for each of its parts. The product of a query with it is the sum of the
products with these centroids, which a table holds for each part and centroid: a row costs one addition for each part.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.simd import Floats

_ENTRIES = 256
"""Entries of a table for each part, whatever the number of centroids: a code is a byte."""
_TOGETHER = 4
"""Rows whose sums are independent of each other, so that additions do not wait for each other."""


@kernel
def products(tables: Floats, parts: int, codes: NDArray[np.uint8], block: Floats, width: int) -> None:
    """Write the products of all pairs of queries and rows to `block`, query by query.

    Parameters
    ----------
    tables
        (queries · parts · 256,) flat products of each query with the centroids of each part.
    parts
        Number of parts.
    codes
        (rows · parts,) flat codes.
    block
        (queries · width,) flat array; its numbers beyond the rows are not written.
    width
        Length of a query's part of the block.
    """
    rows, size = len(codes) // parts, parts * _ENTRIES
    for query in range(len(tables) // size):
        row = 0
        while row + _TOGETHER <= rows:
            a, b, c, d = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
            first = row * parts
            for part in range(parts):
                table = query * size + part * _ENTRIES
                a += tables[table + int(codes[first + part])]
                b += tables[table + int(codes[first + parts + part])]
                c += tables[table + int(codes[first + 2 * parts + part])]
                d += tables[table + int(codes[first + 3 * parts + part])]
            at = query * width + row
            block[at], block[at + 1], block[at + 2], block[at + 3] = a, b, c, d
            row += _TOGETHER
        while row < rows:
            total = np.float32(0)
            for part in range(parts):
                total += tables[query * size + part * _ENTRIES + int(codes[row * parts + part])]
            block[query * width + row] = total
            row += 1
