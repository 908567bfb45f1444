"""The best of many rows for each query, from blocks of scores as BLAS makes them.

A block's scores stay in the cache while they are looked through, so that what is searched is never held as a whole.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@kernel
def merge(scores: Floats, scales: Floats, shifts: Floats, first: int, best: Floats, rows: Rows) -> None:
    """Put the scores of a block of rows into the best of each query, where they are better.

    Parameters
    ----------
    scores
        (queries, block).
    scales, shifts
        (block,): a score counts as itself times its row's scale, plus its shift.
    first
        The number of the block's first row; blocks come in rising order, so that of equal scores the lower row stays.
    best, rows
        (queries, k), changed in place: the best scores, falling, and their rows. NaN is never among them.
    """
    last = best.shape[1] - 1
    for query in range(len(scores)):
        least = best[query, last]
        for column in range(scores.shape[1]):
            score = scores[query, column] * scales[column] + shifts[column]
            if score > least:
                place = last
                while place > 0 and best[query, place - 1] < score:
                    best[query, place] = best[query, place - 1]
                    rows[query, place] = rows[query, place - 1]
                    place -= 1
                best[query, place] = score
                rows[query, place] = first + column
                least = best[query, last]
