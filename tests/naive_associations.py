"""Axes and association measures again, word by word, as their papers say them."""

import math

import numpy as np
from numpy.typing import NDArray

from wordvec import Vectors

Vector = NDArray[np.float64]


def unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(x * x for x in vector))
    return np.array([x / length for x in vector])


def cosine(a: Vector, b: Vector) -> float:
    return float(unit(a) @ unit(b))


def direction(vectors: Vectors, a: list[str], b: list[str], method: str) -> Vector:
    """Return the axis as its paper defines it; for seeds, the sum that words are multiplied with."""
    rows = {word: np.asarray(vectors[word], np.float64) for word in [*a, *b]}
    if method == "semaxis":
        return np.mean([rows[word] for word in a], axis=0) - np.mean([rows[word] for word in b], axis=0)
    if method == "seeds":
        return np.mean([unit(rows[word]) for word in a], axis=0) - np.mean([unit(rows[word]) for word in b], axis=0)
    pairs = [(unit(rows[one]), unit(rows[other])) for one, other in zip(a, b, strict=True)]
    if method == "pairs":
        return np.mean([one - other for one, other in pairs], axis=0)
    centred = np.array([row - (one + other) / 2 for one, other in pairs for row in (one, other)])
    component = np.linalg.svd(centred)[2][0]
    return component * np.sign(sum((one - other) @ component for one, other in pairs))


def projection(vectors: Vectors, word: str, axis: Vector, method: str) -> float:
    row = np.asarray(vectors[word], np.float64)
    return float(unit(row) @ axis) if method == "seeds" else cosine(row, axis)
