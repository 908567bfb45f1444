"""Spherical k-means: unit vectors are assigned to the centre of highest cosine (Dhillon and Modha 2001).

First centres are drawn with probabilities proportional to the distance from the nearest earlier one (k-means++).
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels.simd import LANES
from wordvec.kernels.spherical_kmeans import iterate

Floats = NDArray[np.float32]
ITERATIONS = 20


def spherical_kmeans(vectors: Floats, clusters: int, seeds: tuple[int, ...], restarts: int = 2) -> NDArray[np.int64]:
    """Return the cluster of each vector (n,), of the best of several starts.

    Parameters
    ----------
    vectors
        (n, dim) vectors of length 1.
    clusters
        Largest number of clusters; clusters that become empty are left out.
    seeds
        Seeds of the random starts.
    restarts
        Number of starts.
    """
    stride = -(-vectors.shape[1] // LANES) * LANES
    units = np.zeros((len(vectors), stride), np.float32)
    units[:, : vectors.shape[1]] = vectors
    cosines = np.empty(len(units), np.float32)
    best, chosen = -np.inf, np.zeros(len(units), np.int64)
    for start in range(restarts):
        centres = _first(units, clusters, np.random.default_rng((*seeds, start)))
        labels, sums = np.full(len(units), -1), np.empty(centres.size, np.float32)
        iterate(units.reshape(-1), stride, centres.reshape(-1), labels, cosines, sums, ITERATIONS)
        total = float(cosines.sum(dtype=np.float64))
        if total > best:
            best, chosen = total, labels
    return chosen


def centroids(vectors: Floats, labels: NDArray[np.int64], clusters: int) -> Floats:
    """Return the means of clusters, scaled to length 1, (clusters, dim); zeros for an empty one."""
    members = (labels[None] == np.arange(clusters)[:, None]).astype(np.float32)
    sums = members @ vectors
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    found: Floats = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0)
    return found


def _first(vectors: Floats, clusters: int, rng: np.random.Generator) -> Floats:
    """Return drawn vectors as first centres."""
    chosen = [int(rng.integers(len(vectors)))]
    distances = np.maximum(1 - vectors @ vectors[chosen[0]], 0).astype(np.float64)
    while len(chosen) < clusters and (total := distances.sum()) > 0:
        # Rounding can put the last sum below the number drawn.
        place = min(int(np.searchsorted(np.cumsum(distances), rng.random() * total)), len(vectors) - 1)
        chosen.append(place)
        distances = np.minimum(distances, np.maximum(1 - vectors @ vectors[place], 0))
    return vectors[chosen]
