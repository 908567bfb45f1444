"""Distillation as it is defined: one word at a time, and the ridge regression as one dense least-squares problem."""

import numpy as np


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
