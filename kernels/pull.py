"""Edge steps between the tokens of a corpus: connected words are drawn together while they are trained.

With edge weights a_ij, Σ_j a_ij = 1, the loss of a text has the further term

    λ/2 Σ_i n_i Σ_j a_ij ‖v_i − v_j‖²

(after Alawad et al. 2021), where n_i is the number of edge steps of word i. A step draws a word by n_i, and one of its
neighbours by a_ij: its expected change is the gradient of this term by v_i, and it costs the same for a word with ten
neighbours and with ten thousand. Only the drawn word moves; its neighbour does when it is drawn itself.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.edges import TOGETHER, Edges, draw, overlap, row_of
from wordvec.kernels.simd import LANES, Floats, fma, load, splat, store, sub
from wordvec.kernels.windows import prefetch_row


@kernel
def pull_rows(
    matrix: Floats,
    stride: int,
    edges: Edges,
    steps: int,
    share: np.float32,
    stream: np.uint64,
    pairs: NDArray[np.int64],
) -> None:
    """Make edge steps in a matrix.

    Parameters
    ----------
    matrix, stride
        Flat float32 rows of length `stride`, changed.
    edges
        Edges to draw from.
    steps, share
        Number of steps, and s, the part of the way to the neighbour that each moves.
    stream
        Random stream.
    pairs
        (2 · `TOGETHER`,) int64 workspace.
    """
    for begin in range(0, steps, TOGETHER):
        number = min(TOGETHER, steps - begin)
        stream = draw(edges, number, stream, pairs)
        for k in range(2 * number):
            prefetch_row(matrix, row_of(pairs[k]) * stride, stride)
        for k in range(number):
            _move(matrix, pairs[2 * k] * stride, pairs[2 * k + 1], stride, share)


@inline
def _move(matrix: Floats, i: int, neighbour: int, stride: int, share: np.float32) -> None:
    j = row_of(neighbour) * stride
    if neighbour >= 0:
        s = splat(share)
        for d in range(0, stride, LANES):
            row = load(matrix, i + d)
            store(matrix, i + d, fma(s, sub(load(matrix, j + d), row), row))
        return
    s = splat(-share * overlap(matrix, i, matrix, j, stride))
    for d in range(0, stride, LANES):
        store(matrix, i + d, fma(s, load(matrix, j + d), load(matrix, i + d)))
