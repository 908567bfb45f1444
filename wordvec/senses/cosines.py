"""Disambiguation by the vectors of senses alone, for any vectors with rows of senses.

The vector of a context is the weighted mean of its words' vectors, each the mean of the rows of the word's senses by
their shares; the sense is that of highest cosine to it, as in Grzegorczyk and Kurdziel (2018). If counts are known,
words are weighted as in SIF, w = a / (a + p) with a = 1e-4 for a word of relative frequency p, and the mean of all
words is subtracted from their vectors: the adjusted Rand index on SemEval 2010 is about twice as high as with plain
means. Probabilities are a softmax of the cosines.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.kernels.sense_contexts import sense_cosines, sum_contexts
from wordvec.kernels.simd import LANES
from wordvec.rows import unit

if TYPE_CHECKING:
    from wordvec.senses.inventory import SenseInventory
    from wordvec.vectors import Vectors

SMOOTHING = 1e-4
"""Constant a of the weights."""
TEMPERATURE = 0.1
_AT_ONCE = 4096


class CosineDisambiguator:
    """Probabilities of senses by the cosines of their vectors to the mean of the context.

    Parameters
    ----------
    vectors
        Vectors with rows of senses.
    temperature
        Temperature of the softmax of the cosines; the most probable sense does not depend on it.

    Raises
    ------
    InputError
        If the vectors have no rows of senses.
    """

    def __init__(self, vectors: "Vectors", temperature: float = TEMPERATURE) -> None:
        if vectors.inventory is None:
            raise InputError("the vectors have no rows of senses; if words are marked (bank#2), use with_senses()")
        if not temperature > 0:
            raise SettingsError(f"{temperature}: must be above 0", setting="temperature")
        self.inventory: SenseInventory = vectors.inventory
        self.words = self.inventory.words
        self.temperature = temperature
        self._stride = -(-vectors.dim // LANES) * LANES
        self._units = self._padded(unit(vectors.matrix[self.inventory.rows]))
        self._contexts = self._padded(context_rows(vectors.matrix, self.inventory))

    def probabilities(
        self, centres: NDArray[np.int64], contexts: NDArray[np.int64], offsets: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the probabilities of senses, (n, K) float32: see `Disambiguator`.

        All senses of a word are equally probable in an empty context.
        """
        found = np.zeros((len(centres), self.inventory.most), np.float32)
        sums = np.empty(min(len(centres), _AT_ONCE) * self._stride, np.float32)
        for first in range(0, len(centres), _AT_ONCE):
            span = slice(first, first + _AT_ONCE)
            sum_contexts(self._contexts, self._stride, contexts, offsets[first : first + _AT_ONCE + 1], sums)
            sense_cosines(self._units, self._stride, self.inventory.offsets, centres[span], sums, found[span])
        found /= np.float32(self.temperature)
        beyond = np.arange(found.shape[1]) >= self.inventory.senses[centres][:, None]
        found[beyond] = -np.inf
        found -= found.max(axis=1, keepdims=True)
        np.exp(found, out=found)
        found /= found.sum(axis=1, keepdims=True)
        return found

    def _padded(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return flat rows, filled up with zeros to whole registers."""
        padded = np.zeros((len(rows), self._stride), np.float32)
        padded[:, : rows.shape[1]] = rows
        return padded.reshape(-1)


def context_rows(matrix: NDArray[np.float32], inventory: "SenseInventory") -> NDArray[np.float32]:
    """Return the rows (words, dim) of words in contexts, weighted and without their mean if counts are known.

    Rows of zeros, of words without a vector, stay zeros.
    """
    senses, first = matrix[inventory.rows], inventory.offsets[:-1]
    if inventory.counts is None:
        return np.divide(np.add.reduceat(senses, first, axis=0), inventory.senses[:, None], dtype=np.float32)
    tokens = np.maximum(np.add.reduceat(inventory.counts, first), 0)
    shares = np.divide(inventory.counts, np.repeat(tokens, inventory.senses), dtype=np.float64)
    shares = np.where(np.isfinite(shares), shares, np.repeat(1 / inventory.senses, inventory.senses))
    means = np.add.reduceat(senses * shares[:, None].astype(np.float32), first, axis=0)
    frequencies = tokens / max(int(tokens.sum()), 1)
    weights = SMOOTHING / (SMOOTHING + frequencies) * means.any(axis=1)
    return weighted_rows(means, frequencies, weights)


def weighted_rows(
    rows: NDArray[np.float32], frequencies: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Return rows without their mean by frequency, times weights."""
    mean = frequencies.astype(np.float32) @ rows
    return (rows - mean) * weights[:, None].astype(np.float32)
