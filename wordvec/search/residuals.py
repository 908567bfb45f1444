"""Rows coded for a search in lists: random rotation, the centres of lists, and codes of the residuals.

A random rotation spreads every direction over all numbers, so that the rounding of a number says nothing about the
error of a product (RaBitQ, Gao and Long 2024). The centres are those of k-means on a sample of the rotated rows.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordvec import search
from wordvec.kernels import rabitq
from wordvec.kernels.rabitq import BYTES, FACTORS, QUERY_PLANES, Codes, Room
from wordvec.rows import Floats
from wordvec.workers import StopFlag

MOST_BITS = 8
_STEPS = (1.596, 0.9957, 0.5860, 0.3352, 0.1881, 0.1041, 0.0569, 0.0308)
"""Distances of the levels of 1 to 8 bits with the least squared error for normal numbers of deviation 1 (Max 1960)."""
ROUNDS = 6
"""Rounds of k-means."""
_WORD, _BITS_OF_BYTE = 64, 8


def rotation(dim: int, random: np.random.Generator) -> Floats:
    """Return a random rotation (dim, dim): the Q of a normal matrix, with signs that make it uniform."""
    q, r = np.linalg.qr(random.standard_normal((dim, dim)))
    return np.asarray(q * np.sign(np.diag(r)), np.float32)


def half_squares(centres: Floats) -> Floats:
    """Return half of the squared lengths of centres (lists,)."""
    found: Floats = (np.einsum("ij,ij->i", centres, centres, dtype=np.float64) / 2).astype(np.float32)
    return found


def nearest_centres(
    rotated: Floats, centres: Floats, threads: int | None = None, stop: StopFlag | None = None
) -> NDArray[np.int64]:
    """Return the number of the nearest centre of each row."""
    found = search.best(rotated, centres, 1, shifts=-half_squares(centres), threads=threads, stop=stop)
    return found.rows[:, 0]


def k_means(
    rotated: Floats,
    lists: int,
    random: np.random.Generator,
    threads: int | None = None,
    stop: StopFlag | None = None,
    report: Callable[[int], None] = lambda done: None,
) -> Floats:
    """Return the centres (lists, dim) of clusters of rows.

    Parameters
    ----------
    rotated
        (rows, dim) float32 array of at least `lists` rows.
    lists
        Number of clusters.
    random
        Draws the rows at which the centres begin.
    threads, stop
        As of `search.best`.
    report
        Called after each of `ROUNDS` rounds with their number.
    """
    centres = rotated[np.sort(random.choice(len(rotated), lists, replace=False))]
    for done in range(ROUNDS):
        nearest = nearest_centres(rotated, centres, threads, stop)
        order, sizes = np.argsort(nearest, kind="stable"), np.bincount(nearest, minlength=lists)
        ends = np.cumsum(sizes)
        centres = centres.copy()
        for number in np.flatnonzero(sizes).tolist():
            members = order[ends[number] - sizes[number] : ends[number]]
            centres[number] = rotated[members].mean(axis=0, dtype=np.float64)
        report(done + 1)
    return centres


def plane_bytes(dim: int) -> int:
    """Return the number of bytes of a plane of bits: whole words of 64."""
    return -(-dim // _WORD) * BYTES


def encoded(residuals: Floats, bits: int) -> Codes:
    """Return the codes of residuals (rows, dim), whose row numbers are left at 0."""
    rows, dim = residuals.shape
    words = plane_bytes(dim) // BYTES
    signs, rest = np.zeros(rows * words, np.uint64), np.zeros(rows * words * (bits - 1), np.uint64)
    factors, levels = np.zeros(rows * FACTORS, np.float32), np.zeros(words * _WORD, np.uint8)
    step, flat = np.float32(_STEPS[bits - 1]), np.ascontiguousarray(residuals).reshape(-1)
    rabitq.encode(flat, dim, bits, step, levels, signs, rest, factors)
    return Codes(signs.view(np.uint8), rest.view(np.uint8), factors, np.zeros(rows, np.uint32))


def room_for(dim: int) -> Room:
    """Return working memory of a query."""
    size = plane_bytes(dim)
    masks = np.empty(QUERY_PLANES * size // BYTES, np.uint64)
    return Room(np.empty(dim, np.float32), np.zeros(size * _BITS_OF_BYTE, np.uint8), masks.view(np.uint8), masks)
