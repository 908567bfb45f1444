"""Initial rows: U(−½, ½) / dim, a pure function of seed and word, so that a word has the same row in every corpus."""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import kernel
from wordvec.kernels.simd import Floats


@kernel
def start_rows(
    packed: NDArray[np.uint8], starts: NDArray[np.int64], seed: int, dim: int, matrix: Floats, stride: int
) -> None:
    """Fill the rows of `matrix` with U(−½, ½) / dim, as word2vec.c does, from streams of (seed, the word's bytes).

    Parameters
    ----------
    packed, starts
        (bytes,) uint8 array of the words in UTF-8, and (words + 1,) int64 array of their beginnings.
    dim, matrix, stride
        `matrix` is flat, row w at ``w * stride``; the first `dim` elements of a row are written.
    """
    scale = np.float32(1 / 16777216.0)
    for word in range(len(starts) - 1):
        key = rng.mix(np.uint64(seed) + rng.GOLDEN)
        for byte in range(starts[word], starts[word + 1]):
            key = rng.mix((key ^ np.uint64(packed[byte])) + rng.GOLDEN)
        row = word * stride
        for d in range(dim):
            key += rng.GOLDEN
            uniform = np.float32(np.int64(rng.mix(key) >> np.uint64(40))) * scale
            matrix[row + d] = (uniform - np.float32(0.5)) / np.float32(dim)
