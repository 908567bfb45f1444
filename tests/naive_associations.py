"""Axes and association measures again, word by word, as their papers say them."""

import itertools
import math

import numpy as np
from numpy.typing import NDArray
from scipy import stats

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


def association(vectors: Vectors, word: str, a: list[str], b: list[str]) -> float:
    row = np.asarray(vectors[word], np.float64)
    sides = [[cosine(row, np.asarray(vectors[other], np.float64)) for other in side] for side in (a, b)]
    return float(np.mean(sides[0]) - np.mean(sides[1]))


def weat(vectors: Vectors, x: list[str], y: list[str], a: list[str], b: list[str]) -> tuple[float, float]:
    """Return the effect size and the statistic of WEAT."""
    left, right = ([association(vectors, word, a, b) for word in side] for side in (x, y))
    return float((np.mean(left) - np.mean(right)) / np.std([*left, *right])), sum(left) - sum(right)


def exact_p(vectors: Vectors, x: list[str], y: list[str], a: list[str], b: list[str]) -> float:
    """Return the share of all partitions into sets of these sizes with at least the observed statistic."""
    own = {word: association(vectors, word, a, b) for word in [*x, *y]}
    found = []
    for chosen in itertools.combinations([*x, *y], len(x)):
        others = [word for word in own if word not in chosen]
        found.append(np.mean([own[word] for word in chosen]) - np.mean([own[word] for word in others]))
    observed = np.mean([own[word] for word in x]) - np.mean([own[word] for word in y])
    return float(np.mean([value >= observed - 1e-12 for value in found]))


def single(vectors: Vectors, word: str, a: list[str], b: list[str]) -> float:
    row = np.asarray(vectors[word], np.float64)
    every = [cosine(row, np.asarray(vectors[other], np.float64)) for other in [*a, *b]]
    return association(vectors, word, a, b) / float(np.std(every))


def relative(vectors: Vectors, x: list[str], y: list[str], a: list[str], measure: str) -> float:
    """Return RND, ECT or RIPA."""
    rows = {word: np.asarray(vectors[word], np.float64) for word in [*x, *y, *a]}
    if measure == "ripa":
        differences = [unit(rows[one] - rows[other]) for one, other in zip(x, y, strict=True)]
        return float(np.mean([rows[word] @ one for word in a for one in differences]))
    means = [np.mean([rows[word] for word in side], axis=0) for side in (x, y)]
    if measure == "rnd":
        distances = [[math.dist(rows[word], mean) for word in a] for mean in means]
        return float(np.mean(distances[0]) - np.mean(distances[1]))
    cosines = [[cosine(rows[word], mean) for word in a] for mean in means]
    return float(stats.spearmanr(*cosines).statistic)
