"""Random vectors, the baseline of every score."""

import numpy as np

from wordvec.vectors import Vectors


def random_vectors(like: Vectors, seed: int) -> Vectors:
    """Return vectors of the same words and dim whose components are independent standard normal."""
    matrix = np.random.default_rng(seed).standard_normal(like.matrix.shape, np.float32)
    return Vectors(like.words, matrix, like.counts, {"method": "random", "seed": seed})
