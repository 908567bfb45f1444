"""Ridge regression of sentence vectors on word rows, for all dimensions at once.

Rows X minimise ‖A X − T‖² + λ ‖X − X₀‖², where A (sentences, words) has the shares of words in sentences and T the
sentence vectors. With Δ = X − X₀ this is

    (Aᵀ A + λ I) Δ = Aᵀ (T − A X₀),

solved by conjugate gradients with the diagonal as preconditioner (Hestenes and Stiefel 1952; Saad 2003, algorithm 9.1).
The columns of Δ are systems of their own with one matrix, so that a step is one pass over A for all of them. T is not
needed, only Aᵀ T.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from wordvec.rows import blocks
from wordvec.workers import StopFlag

Numbers = NDArray[np.float64]

TOLERANCE = 1e-7
MOST_STEPS = 300
ARRAYS = 10
"""Arrays of the size of X that are in memory at once, with the sentence vectors of a block."""
_SENTENCES_AT_ONCE = 8_192
"""Sentences of a block, or as many as words."""


class Solution(NamedTuple):
    """Rows X (words, dim), the number of steps, and the largest relative residual of a column."""

    rows: Numbers
    steps: int
    residual: float

    def __repr__(self) -> str:
        return f"Solution{self.rows.shape}, {self.steps} steps"


class Ridge:
    """The normal equations of a matrix of sentences.

    Parameters
    ----------
    matrix
        (sentences, words) sparse matrix A.
    """

    def __init__(self, matrix: sparse.csr_array) -> None:
        sentences, words = matrix.shape
        self._parts = [matrix[span] for span in blocks(sentences, max(_SENTENCES_AT_ONCE, words))]
        self.diagonal: Numbers = np.asarray(matrix.multiply(matrix).sum(axis=0)).ravel()

    def gram(self, rows: Numbers) -> Numbers:
        """Return Aᵀ A times rows (words, dim)."""
        found = np.zeros_like(rows)
        for part in self._parts:
            found += part.T @ (part @ rows)
        return found

    def solve(
        self,
        products: Numbers,
        start: Numbers,
        strength: float,
        guess: Numbers | None = None,
        *,
        tolerance: float = TOLERANCE,
        stop: StopFlag | None = None,
    ) -> Solution:
        """Return the rows that minimise the regression.

        Parameters
        ----------
        products
            (words, dim) Aᵀ T.
        start
            (words, dim) X₀.
        strength
            λ.
        guess
            Rows with which the steps begin; default: X₀.
        tolerance
            Largest length of a column's residual, as a share of that of Aᵀ T.

        Raises
        ------
        Interrupted
            If `stop` was set.
        """
        stop, begin = stop or StopFlag(), start if guess is None else guess
        whole = _lengths(products)
        change = begin - start
        residual = products - self.gram(begin) - strength * change
        inverse = 1 / (self.diagonal + strength)[:, None]
        direction = inverse * residual
        energy = (residual * direction).sum(axis=0)
        steps = 0
        while steps < MOST_STEPS and (_lengths(residual) > tolerance * whole).any():
            stop.check()
            image = self.gram(direction) + strength * direction
            size = _quotient(energy, (direction * image).sum(axis=0))
            change += size * direction
            residual -= size * image
            scaled = inverse * residual
            before, energy = energy, (residual * scaled).sum(axis=0)
            direction *= _quotient(energy, before)
            direction += scaled
            steps += 1
        return Solution(start + change, steps, float(_quotient(_lengths(residual), whole).max(initial=0)))


def _lengths(columns: Numbers) -> Numbers:
    return np.asarray(np.linalg.norm(columns, axis=0))


def _quotient(above: Numbers, below: Numbers) -> Numbers:
    """Return quotients; 0 where a column is solved and both are 0."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
