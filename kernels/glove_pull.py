"""Edge steps of GloVe, with its AdaGrad: see `kernels.pull` and, for the rows of a matrix, `kernels.glove`.

t = η λ g,  w ← w − t / √G,  G ← G + t²         g the gradient of an edge, as in `kernels.edges`
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.edges import TOGETHER, Edges, draw, overlap, row_of
from wordvec.kernels.glove import row_length
from wordvec.kernels.simd import LANES, Floats, fma, load, mul, rsqrt, splat, store, sub
from wordvec.kernels.windows import prefetch_row


@kernel
def pull_rows(
    matrix: Floats, stride: int, edges: Edges, steps: int, rate: np.float32, stream: np.uint64, pairs: NDArray[np.int64]
) -> None:
    """Make edge steps in a matrix of GloVe.

    Parameters
    ----------
    matrix, stride
        Flat rows, as in `kernels.glove`, changed; `stride` is dim, padded to whole registers.
    edges, steps, stream, pairs
        As of `kernels.pull.pull_rows`.
    rate
        η λ.
    """
    length = row_length(stride)
    for begin in range(0, steps, TOGETHER):
        number = min(TOGETHER, steps - begin)
        stream = draw(edges, number, stream, pairs)
        for k in range(2 * number):
            prefetch_row(matrix, row_of(pairs[k]) * length, length)
        for k in range(number):
            neighbour = pairs[2 * k + 1]
            i, j = pairs[2 * k] * length, row_of(neighbour) * length
            step = rate
            if neighbour < 0:
                step *= -overlap(matrix, i, matrix, j, stride)
            s = splat(step)
            for d in range(0, stride, LANES):
                row, towards = load(matrix, i + d), load(matrix, j + d)
                if neighbour >= 0:
                    towards = sub(towards, row)
                t, squares = mul(s, towards), load(matrix, i + stride + d)
                store(matrix, i + d, fma(t, rsqrt(squares), row))
                store(matrix, i + stride + d, fma(t, t, squares))
