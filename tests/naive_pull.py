"""Slow twins of the kernels that make edge steps, in float64, one step after another."""

import naive
import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]
Drawn = list[tuple[int, int, bool]]
"""A word, its neighbour or opposite, and whether this is an opposite."""


def drawn(
    table: NDArray[np.uint32], words: list[int], edges: list[list[tuple[int, float]]], steps: int, state: int
) -> Drawn:
    """Return drawn edges: words by the alias table, edges by their shares; −1 − j is an opposite."""
    stream, found = naive.Stream(state), []
    for _ in range(steps):
        place = naive.draw_noise(table, stream.bits())
        share = (stream.bits() & 0xFFFFFFFF) / 2**32
        limits = np.cumsum([weight for _, weight in edges[place]])
        neighbour = edges[place][min(int((share >= limits).sum()), len(limits) - 1)][0]
        found.append((words[place], neighbour if neighbour >= 0 else -1 - neighbour, neighbour < 0))
    return found


def energy(x: Rows, y: Rows, opposite: bool) -> float:
    """Return the potential whose gradient an edge step follows."""
    if opposite:
        return max(0.0, float(x @ y) / float(np.linalg.norm(y))) ** 2 / 2
    return float((x - y) @ (x - y)) / 2


def gradient(x: Rows, y: Rows, opposite: bool) -> Rows:
    """Return the gradient of `energy` by x."""
    if opposite:
        return max(0.0, float(x @ y)) / float(y @ y) * y if y.any() else np.zeros_like(x)
    return x - y


def pulled(rows: Rows, steps: Drawn, share: float) -> Rows:
    """Return rows after edge steps."""
    rows = rows.copy()
    for word, other, opposite in steps:
        rows[word] -= share * gradient(rows[word], rows[other], opposite)
    return rows


def pulled_bags(rows: Rows, bags: list[list[int]], steps: Drawn, share: float) -> Rows:
    """Return rows after edge steps between the means of bags, which move the row with the word's own number."""
    rows = rows.copy()
    for word, other, opposite in steps:
        x, y = rows[bags[word]].mean(axis=0), rows[bags[other]].mean(axis=0)
        rows[word] -= share * len(bags[word]) * gradient(x, y, opposite)
    return rows


def pulled_adagrad(parts: list[tuple[Rows, Rows]], steps: Drawn, rate: float) -> None:
    """Make edge steps with AdaGrad between sums of matrices, each of which has sums of squares beside it."""
    for word, other, opposite in steps:
        x, y = sum(rows[word] for rows, _ in parts), sum(rows[other] for rows, _ in parts)
        step = rate * gradient(x, y, opposite)
        for rows, squares in parts:
            rows[word] -= step / np.sqrt(squares[word])
            squares[word] += step**2
