"""The highest-scoring row of each query, with random dropout of similarities (VecMap's stochastic dictionary)."""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.rng import GOLDEN, high, mix, piece_stream
from wordvec.kernels.simd import Floats


@kernel
def best_with_dropout(
    scores: Floats, hubness: Floats, threshold: np.uint64, draw: tuple[int, int], first: int, found: NDArray[np.int64]
) -> None:
    """Write the row with the highest score among those not dropped to `found`, for each query of a block.

    A random number is drawn only where a score exceeds all before it, as a function of seed, draw, query and row: no
    mask is stored, and the result does not depend on the size or order of blocks.

    Parameters
    ----------
    scores
        (queries of the block, rows) float32 array.
    hubness
        (rows,) float32 array, subtracted from the scores.
    threshold
        A row is kept where 32 random bits are below this number.
    draw
        Seed and number of the draw.
    first
        First query of the block.
    found
        (queries,) int64 array, filled; −1 where all rows are dropped.
    """
    for query in range(len(scores)):
        stream = piece_stream(draw[0], draw[1], first + query)
        best, row = np.float32(-np.inf), -1
        for column in range(scores.shape[1]):
            score = scores[query, column] - hubness[column]
            if score > best and high(mix(stream + np.uint64(column + 1) * GOLDEN)) < threshold:
                best, row = score, column
        found[first + query] = row
