"""Log-probabilities of words by hierarchical softmax: see `paths` for the formula."""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.logistic import logistic
from wordvec.kernels.simd import LANES, Floats, align_stack, fma, load, splat, store, total

_ZERO = np.float32(0)


@kernel
def log_probabilities(
    nodes: Floats,
    stride: int,
    up: NDArray[np.int32],
    inputs: Floats,
    words: NDArray[np.int64],
    scores: Floats,
    found: NDArray[np.float64],
) -> None:
    """Write log P(w_i | h_i) of each word w_i and input h_i to `found`.

    Parameters
    ----------
    nodes, stride
        Flat rows of the inner nodes, and the length of a row in memory.
    up
        (2 words − 1,) int32 array: the tree of `huffman`.
    inputs, words
        Flat rows h_i, and (n,) int64 array of the words w_i.
    scores
        Scratch array for the scores of a path, filled up to whole registers.
    found
        (n,) float64 array.
    """
    align_stack()
    leaves = (len(up) + 1) // 2
    for i in range(len(words)):
        length = 0
        step = np.int64(up[words[i]])
        while step >= 0:
            node = int(step >> 1)
            product = splat(_ZERO)
            for d in range(0, stride, LANES):
                product = fma(load(nodes, node * stride + d), load(inputs, i * stride + d), product)
            scores[length] = total(product) * np.float32(2 * (step & 1) - 1)
            length += 1
            step = np.int64(up[leaves + node])
        loss = 0.0
        for first in range(0, length, LANES):
            store(scores, first, logistic(load(scores, first))[1])
            for place in range(first, min(first + LANES, length)):
                loss += np.float64(scores[place])
        found[i] = -loss
