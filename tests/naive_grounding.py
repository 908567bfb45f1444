"""Slow twins of grounding: ridge regression by generalised cross-validation, CCA, and ranks by definition."""

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

Numbers = NDArray[np.float64]


def solved(x: Numbers, y: Numbers, penalty: float) -> tuple[Numbers, float, float]:
    """Return weights, intercept and the error of generalised cross-validation, by the hat matrix."""
    n = len(x)
    centred = x - x.mean(0)
    inverse = np.linalg.inv(centred.T @ centred + penalty * np.eye(x.shape[1]))
    hat = centred @ inverse @ centred.T + 1 / n
    weights = inverse @ centred.T @ (y - y.mean())
    residual = y - hat @ y
    error = (residual @ residual / n) / (1 - np.trace(hat) / n) ** 2
    return weights, float(y.mean() - x.mean(0) @ weights), float(error)


def ledoit_wolf(x: Numbers) -> float:
    """Return the weight of the identity by the sums of Ledoit and Wolf (2004), lemma 3.2 to 3.4."""
    centred = x - x.mean(0)
    n, p = x.shape
    s = centred.T @ centred / n
    m = np.trace(s) / p
    d2 = np.sum((s - m * np.eye(p)) ** 2) / p
    b2 = sum(np.sum((np.outer(row, row) - s) ** 2) / p for row in centred) / n**2
    return float(min(0.99, b2 / d2))


def cca(x: Numbers, y: Numbers, weight: float) -> tuple[Numbers, Numbers]:
    """Return canonical correlations and variables of x, by the generalised eigenproblem of shrunk covariances."""
    cx, cy = x - x.mean(0), y - y.mean(0)

    def shrunk(rows: Numbers) -> Numbers:
        covariance = rows.T @ rows / len(rows)
        mean = np.trace(covariance) / len(covariance)
        return (1 - weight) * covariance + weight * mean * np.eye(len(covariance))

    both = (1 - weight) * cx.T @ cy / len(x)
    left = both @ np.linalg.inv(shrunk(cy)) @ both.T
    values, vectors = linalg.eigh(left, shrunk(cx))
    order = np.argsort(-values)[: min(x.shape[1], y.shape[1])]
    return np.sqrt(np.maximum(values[order], 0)), cx @ vectors[:, order]


def rank(query: Numbers, candidates: Numbers, right: int, also: set[int]) -> float:
    """Return the mean rank of the right candidate among orders of equal ones."""
    scores = [float(query @ candidate) for candidate in candidates]
    others = [score for number, score in enumerate(scores) if number != right and number not in also]
    return 1 + sum(score > scores[right] for score in others) + sum(score == scores[right] for score in others) / 2
