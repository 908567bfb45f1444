"""The model of Disambiguated Skip-gram that disambiguates words in context, and its folder ``OUT.model.vectors``.

The folder has the plain words: the means of their senses, by share, and the rows of their context words. Beside them is
``keys.npy``, (senses, dim + 1) float32, the keys of words with several senses and their biases: see
`wordvec.trainers.senses.stored_model`.
"""

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.kernels import sampling
from wordvec.kernels.disambiguated_choice import numbers_of
from wordvec.kernels.disambiguated_contexts import ContextMatrices, context_probabilities
from wordvec.trainers.matrices import padded, zero_matrix
from wordvec.trainers.senses.stored_model import StoredModel
from wordvec.vectors import Vectors


class ContextModel(StoredModel):
    """Decides between the senses of words by the mean of their context words.

    Parameters
    ----------
    vectors
        Plain words with `contexts`, counts and the metadata of their training by `Senses`.
    keys
        (senses, dim + 1) float32 keys and biases of the senses of words with several, in the order of the result.
    numbers
        (words,) int64 number of senses of each word.

    Attributes
    ----------
    words
        Plain words.

    Raises
    ------
    InputError
        If the vectors are not such a result, or keys are missing.
    """

    method = "senses"

    def __init__(self, vectors: Vectors, keys: NDArray[np.float32], numbers: NDArray[np.int64]) -> None:
        super().__init__(vectors, numbers, keys=keys)
        if not isinstance(vectors.metadata.get("settings"), dict) or vectors.contexts is None:
            raise InputError(self._wrong())
        self.keys = keys

    @staticmethod
    def shapes(vectors: Vectors, numbers: NDArray[np.int64]) -> dict[str, tuple[int, ...]]:
        """Return the shape of the keys."""
        return {"keys": (int(numbers[numbers > 1].sum()), vectors.dim + 1)}

    @functools.cached_property
    def _model(self) -> ContextMatrices:
        """Padded matrices."""
        vectors, keys, dim, several = self.vectors, self.keys, self.vectors.dim, self.numbers > 1
        assert vectors.contexts is not None
        contexts, rows = zero_matrix(len(vectors), dim + 1), zero_matrix(max(1, len(keys)), dim + 1)
        contexts[:, :dim], rows[: len(keys), : dim + 1] = vectors.contexts.matrix, keys
        starts = np.append(0, np.cumsum(np.where(several, self.numbers, 0)))
        stride, most = padded(dim + 1), int(self.numbers.max(initial=1))
        return ContextMatrices(contexts.reshape(-1), rows.reshape(-1), starts, _weights(vectors), stride, dim, most)

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
            probabilities of its biases.
        """
        found = np.empty(len(centres) * self._model.most, np.float32)
        room = np.empty(self._model.stride, np.float32)
        context_probabilities(self._model, numbers_of(0), room, centres, contexts, offsets, found)
        return found.reshape(len(centres), self._model.most)


def _weights(vectors: Vectors) -> NDArray[np.float32]:
    """Return the weights of context words: the share of their tokens that training kept."""
    settings: dict[str, Any] = vectors.metadata["settings"]
    keep = sampling.keep_thresholds(np.asarray(vectors.counts), float(settings["sample"]))
    return (keep / sampling.WHOLE).astype(np.float32)
