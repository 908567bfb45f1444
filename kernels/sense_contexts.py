"""Vectors of contexts, and their similarity to the senses of the words that occur in them.

The vector of the context C of an occurrence is c = Σ_{j∈C} r_j, with one row for each word; the similarity of sense s
is the cosine v_s · c / (|v_s| |c|).
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.simd import LANES, Floats, add, align_stack, fma, load, splat, store, total

_ZERO = np.float32(0)
_ONE = np.float32(1)


@kernel
def sum_contexts(
    rows: Floats, stride: int, contexts: NDArray[np.int64], offsets: NDArray[np.int64], sums: Floats
) -> None:
    """Write the sum of the rows of each context to `sums`; zeros for an empty one.

    Parameters
    ----------
    rows, stride
        Flat rows of words, filled up to whole registers, and the length of a row in memory.
    contexts, offsets
        Numbers of the words of all contexts, and (n + 1,) the beginning of each context.
    sums
        (n · stride,) float32 array.
    """
    align_stack()
    for i in range(len(offsets) - 1):
        for d in range(0, stride, LANES):
            found = splat(_ZERO)
            for j in range(offsets[i], offsets[i + 1]):
                found = add(found, load(rows, contexts[j] * stride + d))
            store(sums, i * stride + d, found)


@kernel
def sense_cosines(
    units: Floats,
    stride: int,
    begins: NDArray[np.int64],
    centres: NDArray[np.int64],
    sums: Floats,
    cosines: NDArray[np.float32],
) -> None:
    """Write the cosine of each occurrence's context vector with each sense of its word; 0 for an empty context.

    Parameters
    ----------
    units, stride
        Flat rows of senses, of length 1, one word's after another's, and the length of a row in memory.
    begins
        (words + 1,) beginning of the senses of each word.
    centres
        (n,) numbers of words.
    sums
        Flat vectors of contexts.
    cosines
        (n, K) float32 array; only the columns of the senses of the word are written.
    """
    align_stack()
    for i in range(len(centres)):
        square = splat(_ZERO)
        for d in range(0, stride, LANES):
            part = load(sums, i * stride + d)
            square = fma(part, part, square)
        length = np.sqrt(total(square))
        scale = _ONE / length if length > _ZERO else _ZERO
        first = begins[centres[i]]
        for k in range(begins[centres[i] + 1] - first):
            product = splat(_ZERO)
            for d in range(0, stride, LANES):
                product = fma(load(units, (first + k) * stride + d), load(sums, i * stride + d), product)
            cosines[i, k] = total(product) * scale
