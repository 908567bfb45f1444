"""K-means of short points, for codebooks (Lloyd 1982)."""

import numpy as np
from numpy.typing import NDArray

from wordvec.codecs.product import lanes_of
from wordvec.rows import Floats


class KMeans:
    """Centroids of points, which further iterations improve.

    Parameters
    ----------
    points
        (points, width) float32 array; the first centroids are different points of them.
    number
        Number of centroids, up to 256; fewer if there are fewer different points.
    seed
        Seed of the choice of the first centroids.
    """

    def __init__(self, points: Floats, number: int, seed: int) -> None:
        different = np.unique(points, axis=0)
        chosen = np.random.default_rng(seed).permutation(len(different))[:number]
        self.centroids: Floats = np.ascontiguousarray(different[np.sort(chosen)])

    def assigned(self, points: Floats) -> tuple[NDArray[np.uint8], Floats]:
        """Return the nearest centroid of each point, and its squared distance."""
        from wordvec.kernels.codebooks import assign
        from wordvec.kernels.simd import LANES

        points = np.ascontiguousarray(points)
        codes, scores = np.empty(len(points), np.uint8), np.empty(len(points), np.float32)
        room = np.empty(2 * LANES, np.float32)
        assign(points.reshape(-1), points.shape[1], lanes_of(self.centroids), room, codes, scores)
        return codes, np.square(points).sum(axis=1) - 2 * scores

    def iterate(self, points: Floats, iterations: int = 1) -> NDArray[np.uint8]:
        """Move the centroids to the means of their points; return the centroid of each point before the last move.

        A centroid without points moves to one of the points that are farthest from their centroids.
        """
        from wordvec.kernels.codebooks import add_up

        points = np.ascontiguousarray(points)
        number, width = self.centroids.shape
        codes = np.empty(0, np.uint8)
        for _ in range(iterations):
            codes, distances = self.assigned(points)
            sums, counts = np.zeros(number * width), np.zeros(number, np.int64)
            add_up(points.reshape(-1), width, codes, sums, counts)
            means = sums.reshape(number, width) / np.maximum(counts, 1)[:, None]
            if not counts.all():
                empty = np.flatnonzero(counts == 0)
                far = np.argsort(-distances, kind="stable")[: len(empty)]
                means[empty[: len(far)]] = points[far]
            self.centroids = means.astype(np.float32)
        return codes
