"""Rows as weighted means of the rows of a source: which rows, and with what weights.

The weights of a token are softmax(cos / temperature) over the k tokens of the source whose vectors are nearest to its
own (OFA, Liu et al. 2023; WECHSEL, Minixhofer et al. 2022). A token of the source itself has one row of weight 1.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from wordvec import search
from wordvec.language_models.composition import TokenVectors
from wordvec.rows import Floats, unit

_ROWS_AT_ONCE = 8_192


class Mixture(NamedTuple):
    """Weights of some tokens over rows of a source.

    Attributes
    ----------
    tokens
        (n,) int64 array of the ids of the tokens.
    rows
        (n, k) int64 array of the rows of the source.
    weights
        (n, k) float64 array, each row summing to 1; 0 where there are fewer rows.
    """

    tokens: NDArray[np.int64]
    rows: NDArray[np.int64]
    weights: NDArray[np.float64]

    def of(self, matrix: Floats) -> Floats:
        """Return the weighted means (n, dim) of the rows of a matrix."""
        made = np.empty((len(self.tokens), matrix.shape[1]), np.float32)
        neighbours = self.rows.shape[1]
        for begin in range(0, len(made), _ROWS_AT_ONCE):
            part = slice(begin, begin + _ROWS_AT_ONCE)
            weights = self.weights[part]
            starts = np.arange(len(weights) + 1) * neighbours
            parts = (weights.ravel(), self.rows[part].ravel(), starts)
            made[part] = sparse.csr_array(parts, shape=(len(weights), len(matrix))) @ matrix.astype(np.float64)
        return made


def softmax_mixture(
    tokens: NDArray[np.int64],
    target: TokenVectors,
    source: TokenVectors,
    usable: NDArray[np.bool_],
    *,
    neighbours: int,
    temperature: float,
    threads: int | None = None,
) -> Mixture:
    """Return the weights of tokens over the nearest rows of a source.

    Parameters
    ----------
    tokens
        Ids of tokens that have vectors.
    target, source
        Vectors of the tokens of both vocabularies, in one space.
    usable
        Which tokens of the source may be neighbours, (source tokens,) bool.
    neighbours, temperature
        Number k of rows, and temperature of the softmax.
    threads
        Number of threads.
    """
    among = np.flatnonzero(usable & source.there)
    k = min(neighbours, len(among))
    if not k or not len(tokens):
        return Mixture(tokens[:0], np.empty((0, 1), np.int64), np.empty((0, 1)))
    found = search.best(unit(target.matrix[tokens]), unit(source.matrix[among]), k, threads=threads)
    exponents = found.scores.astype(np.float64) / temperature
    weights = np.exp(exponents - exponents.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return Mixture(tokens, among[found.rows], weights)
