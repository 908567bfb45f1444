"""Naive twins of the codes of an index and of the search among them, by decoded numbers instead of planes of bits."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def levels(row: Floats, step: float, bits: int) -> NDArray[np.int64]:
    """Return the levels of numbers, from 0 to 2^bits − 1."""
    half = 1 << (bits - 1)
    return np.clip(np.floor(row / step) + half, 0, 2 * half - 1).astype(np.int64)


def values(chosen: NDArray[np.int64], bits: int) -> Floats:
    """Return the numbers of levels, in steps."""
    return chosen - (1 << (bits - 1)) + 0.5


def planes(chosen: NDArray[np.int64], bits: int, size: int) -> NDArray[np.uint8]:
    """Return the planes of levels (bits, size), the lowest first."""
    found = np.zeros((bits, size), np.uint8)
    for plane in range(bits):
        for i, level in enumerate(chosen.tolist()):
            found[plane, i // 8] |= (level >> plane & 1) << (i % 8)
    return found


def factors(row: Floats, chosen: NDArray[np.int64], bits: int) -> Floats:
    """Return the numbers beside a code."""
    squares, dim = float(row @ row), len(row)
    length = np.sqrt(squares)
    cosine = np.abs(row).sum() / (np.sqrt(dim) * length)
    deviation = length * np.sqrt(max(0.0, 1 / cosine**2 - 1) / dim)
    return np.array(
        [squares / 2, squares / np.abs(row).sum(), deviation, squares / (values(chosen, bits) @ row)], np.float64
    )


def search(
    query: Floats,
    lists: list[tuple[Floats, list[tuple[int, Floats, NDArray[np.int64]]]]],
    bits: int,
    margin: float,
    k: int,
) -> tuple[list[tuple[float, int]], int]:
    """Return the best estimates with their rows, and the number of estimates.

    `lists` has for each searched list its centre, and for each of its codes the row, the factors and the levels.
    """
    best: list[tuple[float, int]] = []
    estimated = 0
    for centre, members in lists:
        residual = query - centre
        step = np.abs(residual).max() / 128
        asked = values(levels(residual, step, 8) if step else np.full(len(query), 128), 8) * step
        coarse = values(levels(residual, step * 16, 4) if step else np.full(len(query), 8), 4) * step * 16
        for row, (half, first, deviation, full), chosen in members:
            base = 1 - residual @ residual / 2 - half
            signs = np.where(chosen >= 1 << (bits - 1), 1, -1)
            reached = base + first * (signs @ coarse) + margin * np.linalg.norm(residual) * deviation
            if len(best) < k or reached >= best[-1][0]:
                estimated += 1
                best = sorted([*best, (base + full * (values(chosen, bits) @ asked), row)], key=lambda x: (-x[0], x[1]))
                del best[k:]
    return best, estimated
