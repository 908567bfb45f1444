"""Steps of k-means (Lloyd 1982) for codebooks of product quantisation.

The nearest of the centroids c to a point x is the one of largest s(x, c) = x · c − |c|² / 2, since
|x − c|² = |x|² − 2 s(x, c). The lanes of a register are centroids: points are short, centroids many.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.simd import LANES, Floats, align_stack, fma, load, maximum, splat, store, sub, where_positive

_ZERO, _LEAST = np.float32(0), np.float32(-3e38)


@kernel
def assign(
    points: Floats, width: int, centroids: Floats, room: Floats, codes: NDArray[np.uint8], scores: Floats
) -> None:
    """Write the nearest centroid of each point and its score s; of equally near ones the first.

    Parameters
    ----------
    points
        (points · width,) flat points.
    centroids
        ((width + 1) · lanes,) flat array, where lanes is the number of centroids, filled up to whole registers. Row d
        has the d-th number of each centroid, the last row −|c|² / 2, which is −∞ for lanes without a centroid.
    room
        (2 · 16,) scratch.
    codes, scores
        (points,) arrays.
    """
    align_stack()
    lanes = len(centroids) // (width + 1)
    for point in range(len(codes)):
        first = point * width
        best, nearest = splat(_LEAST), splat(_ZERO)
        for block in range(0, lanes, LANES):
            score = load(centroids, width * lanes + block)
            for d in range(width):
                score = fma(splat(points[first + d]), load(centroids, d * lanes + block), score)
            nearest = where_positive(sub(best, score), nearest, splat(np.float32(block)))
            best = maximum(best, score)
        store(room, 0, best)
        store(room, LANES, nearest)
        most, code = room[0], int(room[LANES])
        for lane in range(1, LANES):
            other = int(room[LANES + lane]) + lane
            if room[lane] > most or (room[lane] == most and other < code):
                most, code = room[lane], other
        codes[point] = code
        scores[point] = most


@kernel
def add_up(
    points: Floats, width: int, codes: NDArray[np.uint8], sums: NDArray[np.float64], counts: NDArray[np.int64]
) -> None:
    """Add each point to the sum of its centroid, and 1 to the count.

    Parameters
    ----------
    points, width, codes
        See `assign`.
    sums
        (centroids · width,) flat float64 array.
    counts
        (centroids,) int64 array.
    """
    for point in range(len(codes)):
        code = int(codes[point])
        counts[code] += 1
        for d in range(width):
            sums[code * width + d] += points[point * width + d]
