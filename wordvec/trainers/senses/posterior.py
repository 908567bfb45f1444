"""The model of AdaGram that disambiguates words in context, and its folder ``OUT.model.vectors``.

The folder has the plain words: the means of their senses, by share. Beside them are, for the senses of one word after
another (see `wordvec.trainers.senses.stored_model`),

::

    rows.npy    (senses, dim) float32: vectors of senses
    priors.npy  (senses,) float32: E[log π_k]
    nodes.npy   (words − 1, dim) float32: rows of the inner nodes of the Huffman tree that follows from the counts
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels.adagram_posterior import TrainedSenses, write_posteriors
from wordvec.kernels.adagram_windows import allocate_workspace
from wordvec.softmax import HuffmanTree
from wordvec.trainers.matrices import padded, zero_matrix
from wordvec.trainers.senses.stored_model import StoredModel
from wordvec.vectors import Vectors

_AT_ONCE = 4096
"""Occurrences whose contexts are scored in one call."""


class SensePosterior(StoredModel):
    """Decides between the senses of words by their prior and the likelihood of the context words.

    Parameters
    ----------
    vectors
        Plain words with counts and the metadata of their training by `AdaGram`.
    rows, priors
        (senses, dim) float32 vectors of senses, one word after another, and (senses,) logarithms of their priors.
    nodes
        (words − 1, dim) float32 rows of the inner nodes.
    numbers
        (words,) int64 number of senses of each word.

    Attributes
    ----------
    words
        Plain words.

    Raises
    ------
    InputError
        If the vectors are not such a result, or the arrays do not fit them.
    """

    method = "adagram"

    def __init__(
        self,
        vectors: Vectors,
        rows: NDArray[np.float32],
        priors: NDArray[np.float32],
        nodes: NDArray[np.float32],
        numbers: NDArray[np.int64],
    ) -> None:
        super().__init__(vectors, numbers, rows=rows, priors=priors, nodes=nodes)
        assert vectors.counts is not None
        self.rows, self.priors, self.nodes = rows, priors, nodes
        senses, size, dim = len(rows), len(vectors), vectors.dim
        self._tree = HuffmanTree(vectors.counts)
        senses_in_memory, nodes_in_memory = zero_matrix(senses, dim), zero_matrix(size - 1, dim)
        senses_in_memory[:, :dim], nodes_in_memory[:, :dim] = rows, nodes
        self._model = TrainedSenses(
            senses_in_memory.reshape(-1),
            nodes_in_memory.reshape(-1),
            padded(dim),
            np.append(0, np.cumsum(numbers)),
            np.ascontiguousarray(priors, np.float32),
            self._tree.up,
            int(numbers.max()),
        )

    @staticmethod
    def shapes(vectors: Vectors, numbers: NDArray[np.int64]) -> dict[str, tuple[int, ...]]:
        """Return the shapes of the rows, the priors and the nodes."""
        senses, dim = int(numbers.sum()), vectors.dim
        return {"rows": (senses, dim), "priors": (senses,), "nodes": (len(vectors) - 1, dim)}

    def probabilities(
        self, centres: NDArray[np.int64], contexts: NDArray[np.int64], offsets: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        """Return the probabilities of senses, (n, K) float32; rows add up to 1.

        Parameters
        ----------
        centres
            (n,) int64 ids of the words, positions in `words`.
        contexts
            Ids of the context words of all occurrences, one after another.
        offsets
            (n + 1,) int64: beginning of each occurrence's context in `contexts`. Without context words a word has the
            prior probabilities.
        """
        centres, contexts = np.ascontiguousarray(centres, np.int64), np.ascontiguousarray(contexts, np.int64)
        offsets = np.ascontiguousarray(offsets, np.int64)
        model, found = self._model, np.empty((len(centres), self._model.most), np.float32)
        longest = int(np.diff(offsets).max(initial=0)) * self._tree.longest
        work = allocate_workspace(0, 0, len(self.words), longest, model.stride, model.most)
        for first in range(0, len(centres), _AT_ONCE):
            part = slice(first, first + _AT_ONCE)
            own = offsets[first : first + _AT_ONCE + 1]
            write_posteriors(model, work, centres[part], contexts, own, found[part].reshape(-1))
        return found
