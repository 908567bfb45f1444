"""Repeated edges become one, and weights become shares of a word's edges."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_32 = np.int64(32)


class Block(NamedTuple):
    """Edges from some rows, in the order of these rows.

    Attributes
    ----------
    rows, others
        (edges,) int64 arrays: row of the word, and of its neighbour or opposite; of a row, opposites come first.
    weights
        (edges,) float64 array: weights of neighbours; negative weights of opposites.
    """

    rows: NDArray[np.int64]
    others: NDArray[np.int64]
    weights: NDArray[np.float64]


def merged(block: Block) -> Block:
    """Return one edge, where the first of them was, for all that connect the same rows.

    It has the largest weight; only opposites count where there are any.
    """
    pairs = (block.rows << _32) | block.others
    order = np.argsort(pairs, kind="stable")
    begins = np.flatnonzero(np.diff(pairs[order], prepend=-1))
    weights = block.weights[order]
    lowest = np.minimum.reduceat(weights, begins)
    largest = np.where(lowest < 0, lowest, np.maximum.reduceat(weights, begins))
    first = order[begins]
    kept = np.argsort(first)
    return Block(block.rows[first[kept]], block.others[first[kept]], largest[kept])


def shares(weights: NDArray[np.float64], begins: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the sizes of weights divided by their sums from each beginning to the next, without overflow."""
    edges, scaled = np.diff(begins, append=len(weights)), np.abs(weights)
    scaled /= np.repeat(np.maximum.reduceat(scaled, begins), edges)
    scaled /= np.repeat(np.add.reduceat(scaled, begins), edges)
    return scaled.astype(np.float32)
