"""One round of retrofitting (Faruqui et al. 2015, equation 1 solved by Gauss-Seidel), in place.

With α_i = Σ_j β_ij, word i moves to the midpoint between its initial vector and the mean of its neighbours:

    q_i = ½ q̂_i + ½ Σ_j β_ij q_j / Σ_j β_ij

For β_ij = 1 and n neighbours that is (n q̂_i + Σ_j q_j) / 2n, as in the authors' program.
Each round at least halves the largest distance to the solution, so that the longest move of a round bounds the rest.
One thread; rows in order.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.simd import Floats


class Neighbourhoods(NamedTuple):
    """The words that move, in order, and the neighbours of each.

    Attributes
    ----------
    words
        (moving,) int64 array: rows of the words, all different.
    begins
        (moving + 1,) int64 array: beginning of each word's neighbours in the next two; each word has at least one.
    neighbours
        (edges,) int64 array: rows; a word is not its own neighbour.
    weights
        (edges,) float32 array: β_ij / Σ_j β_ij.
    """

    words: NDArray[np.int64]
    begins: NDArray[np.int64]
    neighbours: NDArray[np.int64]
    weights: NDArray[np.float32]


@kernel
def sweep(matrix: Floats, initial: Floats, neighbourhoods: Neighbourhoods, before: Floats) -> float:
    """Move each word's row once, in order; return the square of the longest move.

    Parameters
    ----------
    matrix
        (words, dim) float32 array, changed.
    initial
        (moving, dim) float32 array: initial vectors of the moving words.
    neighbourhoods
        Moving words and their neighbours.
    before
        (dim,) float32 workspace.
    """
    half, dim, longest = np.float32(0.5), matrix.shape[1], 0.0
    for number in range(len(neighbourhoods.words)):
        row, moved = matrix[neighbourhoods.words[number]], 0.0
        for d in range(dim):
            before[d] = row[d]
            row[d] = half * initial[number, d]
        for edge in range(neighbourhoods.begins[number], neighbourhoods.begins[number + 1]):
            weight, other = half * neighbourhoods.weights[edge], matrix[neighbourhoods.neighbours[edge]]
            for d in range(dim):
                row[d] += weight * other[d]
        for d in range(dim):
            step = np.float64(row[d] - before[d])
            moved += step * step
        longest = max(longest, moved)
    return longest
