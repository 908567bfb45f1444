"""Sentence vectors as the papers define them: one sentence and one word at a time, nothing folded."""

import numpy as np


def sentence(tokens, rows, weights, components=(), strengths=()):
    """Return the weighted mean of the known words of a sentence, without its projections on the components."""
    known = [token for token in tokens if token in rows]
    if not known:
        return np.zeros(len(next(iter(rows.values()))))
    mean = sum(weights[token] * np.asarray(rows[token], float) for token in known) / len(known)
    for direction, strength in zip(components, strengths, strict=True):
        mean = mean - strength * (mean @ direction) * direction
    return mean


def sif_weights(counts, a):
    total = sum(counts.values())
    return {word: a / (a + count / total) for word, count in counts.items()}


def usif_weights(counts, length):
    """Return the weights of Ethayarajh's published code."""
    total, words = sum(counts.values()), len(counts)
    threshold = 1 - (1 - 1 / words) ** length
    alpha = sum(count / total > threshold for count in counts.values()) / words
    a = (1 - alpha) / (alpha * 0.5 * words)
    return {word: a / (0.5 * a + count / total) for word, count in counts.items()}


def components(vectors, number):
    """Return the first right singular vectors and their squared singular values."""
    _, values, directions = np.linalg.svd(np.asarray(vectors), full_matrices=False)
    return directions[:number], values[:number] ** 2
