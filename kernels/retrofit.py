"""One round of retrofitting (Faruqui et al. 2015, equation 1's solution by Gauss-Seidel), in place.

With α_i = Σ_j β_ij, the word i moves to the middle between where it began and the mean of its neighbours:

    q_i = ½ q̂_i + ½ Σ_j β_ij q_j / Σ_j β_ij

For β_ij = 1 and n neighbours that is (n q̂_i + Σ_j q_j) / 2n, as in the authors' program.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel

Rows = NDArray[np.float32]


class Neighbourhoods(NamedTuple):
    """The words that move, in their order, and the neighbours of each.

    Attributes
    ----------
    words
        (moving,): rows of the words, none twice.
    begins
        (moving + 1,): where in the next two each word's neighbours begin; each has some.
    neighbours
        (edges,): rows; a word is not its own neighbour.
    weights
        (edges,): β_ij / Σ_j β_ij.
    """

    words: NDArray[np.int64]
    begins: NDArray[np.int64]
    neighbours: NDArray[np.int64]
    weights: NDArray[np.float32]


@kernel
def sweep(rows: Rows, beginnings: Rows, near: Neighbourhoods, before: Rows) -> float:
    """Move each word's row (words, dim) once, in order, by the rows as they are then; give the longest move's square.

    Parameters
    ----------
    rows
        (words, dim), changed.
    beginnings
        (moving, dim): where each word that moves began.
    near
        Who moves, and towards whom.
    before
        (dim,) of room.
    """
    half, dim, longest = np.float32(0.5), rows.shape[1], 0.0
    for number in range(len(near.words)):
        row, moved = rows[near.words[number]], 0.0
        for d in range(dim):
            before[d] = row[d]
            row[d] = half * beginnings[number, d]
        for edge in range(near.begins[number], near.begins[number + 1]):
            weight, other = half * near.weights[edge], rows[near.neighbours[edge]]
            for d in range(dim):
                row[d] += weight * other[d]
        for d in range(dim):
            step = np.float64(row[d] - before[d])
            moved += step * step
        longest = max(longest, moved)
    return longest
