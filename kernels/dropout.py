"""The best of some rows for each query, where chance says which rows are looked at."""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.rng import GOLDEN, high, mix, piece_stream

Floats = NDArray[np.float32]


@kernel
def best_of_some(
    scores: Floats, taken: Floats, threshold: np.uint64, draw: tuple[int, int], first: int, found: NDArray[np.int64]
) -> None:
    """Write to `found` the row of the highest score for each query of a block, among those that chance admits.

    Chance is asked only where a score is higher than all before, and its answer is a function of draw, query and row:
    no block's size or order changes it.

    Parameters
    ----------
    scores
        (queries of the block, rows).
    taken
        (rows,) taken off the scores.
    threshold
        A row is admitted where 32 random bits are below this.
    draw
        Seed and number of the draw.
    first
        The block's first query.
    found
        (queries,) int64; −1 where no row is admitted.
    """
    for query in range(len(scores)):
        stream = piece_stream(draw[0], draw[1], first + query)
        best, row = np.float32(-np.inf), -1
        for column in range(scores.shape[1]):
            score = scores[query, column] - taken[column]
            if score > best and high(mix(stream + np.uint64(column + 1) * GOLDEN)) < threshold:
                best, row = score, column
        found[first + query] = row
