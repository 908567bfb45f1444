"""Slow twin of the gradients of skip-gram for rows in a hull, in float64, and of the weights' slopes."""

import naive
import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]
Window = tuple[int, list[int], list[int]]
"""A centre, its context words and its noise words."""


def windows(
    sentences: list[list[int]], table: NDArray[np.uint32], window: int, negatives: int, state: int
) -> list[Window]:
    """Return each centre with its context words and noise words; no token is subsampled."""
    stream, found = naive.Stream(state), []
    for sentence in sentences:
        for _ in sentence:
            stream.bits()  # by which a token is kept
    for sentence in sentences:
        for centre, word in enumerate(sentence):
            noise = [naive.draw_noise(table, stream.bits()) for _ in range(negatives)]
            reach = 1 + (((stream.bits() >> 32) * window) >> 32)
            near = [at for at in range(centre - reach, centre + reach + 1) if at != centre]
            found.append((word, [sentence[at] for at in near if 0 <= at < len(sentence)], noise))
    return found


def loss(words: Rows, contexts: Rows, free: set[int], seen: list[Window]) -> tuple[float, int]:
    """Return the loss of all pairs with a free row, and their number."""
    total, pairs = 0.0, 0
    for centre, near, noise in seen:
        for word in near:
            for output, label in [(centre, 1), *((other, 0) for other in noise if other != centre)]:
                if word in free or output in free:
                    total += naive.pair_loss(float(words[word] @ contexts[output]), label)
                    pairs += 1
    return total, pairs


def gradients(words: Rows, contexts: Rows, free: set[int], seen: list[Window]) -> tuple[Rows, Rows]:
    """Return minus the slopes of the loss in all rows, of which those of fixed rows are 0."""
    inputs, outputs = np.zeros_like(words), np.zeros_like(contexts)
    for centre, near, noise in seen:
        for word in near:
            for output, label in [(centre, 1), *((other, 0) for other in noise if other != centre)]:
                g = label - naive.sigmoid(float(words[word] @ contexts[output]))
                if word in free:
                    inputs[word] += g * contexts[output]
                if output in free:
                    outputs[output] += g * words[word]
    return inputs, outputs
