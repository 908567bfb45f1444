"""Spherical k-means: unit vectors are assigned to the centre of highest cosine (Dhillon and Modha 2001).

First centres are drawn with probabilities proportional to the distance from the nearest earlier one (k-means++).
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
ITERATIONS = 20


def spherical_kmeans(vectors: Floats, clusters: int, seeds: tuple[int, ...], restarts: int = 3) -> NDArray[np.int64]:
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
    best, labels = -np.inf, np.zeros(len(vectors), np.int64)
    for start in range(restarts):
        centres = _first(vectors, clusters, np.random.default_rng((*seeds, start)))
        found = (vectors @ centres.T).argmax(axis=1)
        for _ in range(ITERATIONS):
            centres = centroids(vectors, found, len(centres))
            cosines = vectors @ centres.T
            before, found = found, cosines.argmax(axis=1)
            if (before == found).all():
                break
        total = float(cosines[np.arange(len(found)), found].sum())
        if total > best:
            best, labels = total, found
    return labels


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
        chosen.append(int(np.searchsorted(np.cumsum(distances), rng.random() * total)))
        distances = np.minimum(distances, np.maximum(1 - vectors @ vectors[chosen[-1]], 0))
    return vectors[chosen]
