"""Spherical k-means (Dhillon and Modha 2001), by Lloyd's iterations.

Each vector x of length 1 is assigned to the centre μ of highest cosine x · μ; a centre becomes the sum of its vectors,
scaled to length 1.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.simd import LANES, Floats, add, align_stack, fma, load, mul, splat, store, total

_ZERO = np.float32(0)
_ONE = np.float32(1)


@inline
def assign(
    units: Floats,
    stride: int,
    centres: Floats,
    labels: NDArray[np.int64],
    cosines: Floats,
    sums: Floats,
) -> int:
    """Write the nearest centre of each vector, its cosine and the sums of clusters; return the number of new labels.

    Parameters
    ----------
    units, stride
        Flat vectors of length 1, filled up to whole registers, and the length of one in memory.
    centres
        Flat centres of length 1.
    labels
        (n,) int64 array of clusters, which are compared and replaced; of equally near centres the first.
    cosines
        (n,) float32 array of the cosines of the vectors with their centres.
    sums
        Flat sums of the vectors of each cluster.
    """
    clusters = len(centres) // stride
    for d in range(0, len(sums), LANES):
        store(sums, d, splat(_ZERO))
    changed = 0
    for i in range(len(labels)):
        best, nearest = np.float32(-2), 0
        for k in range(clusters):
            product = splat(_ZERO)
            for d in range(0, stride, LANES):
                product = fma(load(units, i * stride + d), load(centres, k * stride + d), product)
            cosine = total(product)
            if cosine > best:
                best, nearest = cosine, k
        cosines[i] = best
        if labels[i] != nearest:
            changed += 1
            labels[i] = nearest
        for d in range(0, stride, LANES):
            store(sums, nearest * stride + d, add(load(sums, nearest * stride + d), load(units, i * stride + d)))
    return changed


@kernel
def iterate(
    units: Floats,
    stride: int,
    centres: Floats,
    labels: NDArray[np.int64],
    cosines: Floats,
    sums: Floats,
    iterations: int,
) -> int:
    """Assign vectors and move centres until no label changes; return the number of iterations.

    Parameters
    ----------
    units, stride, labels, cosines, sums
        See `assign`.
    centres
        Flat first centres of length 1, replaced by the last; zeros for an empty cluster.
    iterations
        Largest number of iterations.
    """
    align_stack()
    for done in range(iterations):
        if assign(units, stride, centres, labels, cosines, sums) == 0:
            return done + 1
        for k in range(len(centres) // stride):
            square = splat(_ZERO)
            for d in range(k * stride, (k + 1) * stride, LANES):
                square = fma(load(sums, d), load(sums, d), square)
            length = np.sqrt(total(square))
            scale = splat(_ONE / length if length > _ZERO else _ZERO)
            for d in range(k * stride, (k + 1) * stride, LANES):
                store(centres, d, mul(load(sums, d), scale))
    return iterations
