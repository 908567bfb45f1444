"""Products of codes of bits, by counting the bits in which they differ.

A code of B bits stands for a row of B numbers ±1. With the Hamming distance h of two codes, the product of their rows
is B − 2 h, an integer that float32 holds exactly (B < 2²⁴), so that scores do not depend on the order of the blocks.
Bits beyond the B-th are 0 in all codes.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.bits import popcount
from wordvec.kernels.simd import Floats


@kernel
def products(
    queries: NDArray[np.uint64], codes: NDArray[np.uint64], words: int, bits: int, block: Floats, width: int
) -> None:
    """Write the products of all pairs of queries and codes to `block`, query by query.

    Parameters
    ----------
    queries, codes
        (queries · words,) and (codes · words,) uint64 arrays.
    words, bits
        Words and bits of a code.
    block, width
        (queries · width,) float32 array; the product with code c is element c of the row of its query.
    """
    number = len(codes) // words
    for query in range(len(queries) // words):
        row, asked = query * width, query * words
        if words == 1:
            first = queries[query]
            for code in range(number):
                block[row + code] = np.float32(bits - 2 * popcount(codes[code] ^ first))
        elif words == 2:
            first, second = queries[asked], queries[asked + 1]
            for code in range(number):
                differ = popcount(codes[2 * code] ^ first) + popcount(codes[2 * code + 1] ^ second)
                block[row + code] = np.float32(bits - 2 * differ)
        else:
            for code in range(number):
                differ = 0
                for word in range(words):
                    differ += popcount(codes[code * words + word] ^ queries[asked + word])
                block[row + code] = np.float32(bits - 2 * differ)
