"""Distillation as it is defined: one word at a time, and the ridge regression as one dense least-squares problem."""

import numpy as np
from scipy import integrate, optimize


def word_rows(rows, counts, dim, a, centre=True):
    """Return principal components by a singular value decomposition, times SIF's weights (Zipf's without counts)."""
    rows = np.asarray(rows, float)
    there = [row for row in rows if row.any()]
    mean = np.mean(there, axis=0) if centre else np.zeros(rows.shape[1])
    _, _, directions = np.linalg.svd(np.array(there) - mean, full_matrices=True)
    shares = [1 / (rank + 2) for rank in range(len(rows))] if counts is None else list(counts)
    made = []
    for row, share in zip(rows, shares, strict=True):
        weight = a / (a + share / sum(shares))
        made.append(weight * (directions[:dim] @ (row - mean)) if row.any() else np.zeros(dim))
    return np.array(made)


def shares(sentences, words):
    """Return the matrix of the shares of known tokens, without sentences that have none."""
    lines = []
    for tokens in sentences:
        known = [words.index(token) for token in tokens if token in words]
        if known:
            lines.append([known.count(number) / len(known) for number in range(len(words))])
    return np.array(lines)


def ridge(matrix, goals, start, strength):
    """Return the X that minimises |A X - T|² + λ |X - X₀|², by least squares of both below each other."""
    above = np.vstack([matrix, np.sqrt(strength) * np.eye(matrix.shape[1])])
    right = np.vstack([goals, np.sqrt(strength) * start])
    return np.linalg.lstsq(above, right, rcond=None)[0]


def expected_noise(variance):
    """Return the expectation of softplus(x) for x ~ N(0, variance), by the trapezoidal rule."""
    x = np.linspace(-9, 9, 181)
    return integrate.trapezoid(np.exp(-x * x / 2) / np.sqrt(2 * np.pi) * np.logaddexp(0, np.sqrt(variance) * x), x)


def context_loss(row, vectors, weights, noise, covariance, start, strength):
    """Return the loss of X2Static for one word, with the expectation of the noise and the ridge penalty."""
    sentences = (weights * np.logaddexp(0, -vectors @ row)).sum()
    penalty = strength / 2 * ((row - start) ** 2).sum()
    return sentences + noise * expected_noise(row @ covariance @ row) + penalty


def context_rows(sentences, targets, words, start, strength, first=4, sample=5e-6, negatives=10, power=0.5):
    """Return rows of the first words, which must occur, in the teacher's dimensions, from starts that are scaled.

    Sentences are lists of words that occur. The strength is counted in tokens.
    """
    counts = np.array([sum(tokens.count(word) for tokens in sentences) for word in words], float)
    ratios = sample * counts.sum() / counts
    keep = np.minimum(1, np.sqrt(ratios) + ratios)
    weights = np.array(
        [[tokens.count(word) * share for word, share in zip(words, keep, strict=True)] for tokens in sentences]
    )
    lengths = weights.sum(axis=1)
    centred = targets - np.average(targets, axis=0, weights=lengths)
    covariance = np.cov(centred.T, aweights=lengths, bias=True)
    noise = negatives * lengths.sum() * counts**power / (counts**power).sum()
    penalty = strength * np.trace(covariance) / 4 / len(covariance)
    found = []
    for word in range(first):
        given = centred, weights[:, word], noise[word], covariance, start[word], penalty
        found.append(optimize.minimize(context_loss, start[word], given, jac="3-point", tol=1e-7).x)
    return np.array(found)
