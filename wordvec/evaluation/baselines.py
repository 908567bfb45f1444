"""What a score is held against: vectors that know nothing."""

import numpy as np

from wordvec.vectors import Vectors


def random_vectors(like: Vectors, seed: int) -> Vectors:
    """Give independent normal rows for the same words, of the same dim: the floor of every measure."""
    matrix = np.random.default_rng(seed).standard_normal(like.matrix.shape, np.float32)
    return Vectors(like.words, matrix, like.counts, {"method": "random", "seed": seed})
