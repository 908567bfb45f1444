"""The model of AdaGram that disambiguates words in context, and its folder ``OUT.model.vectors``.

The folder has the plain words: the means of their senses, by share, which other commands read as word vectors. Beside
them are, for the senses of one word after another,

::

    senses.npy  (words,) int64: number of senses of each word
    rows.npy    (senses, dim) float32: vectors of senses
    priors.npy  (senses,) float32: E[log π_k]
    nodes.npy   (words − 1, dim) float32: rows of the inner nodes of the Huffman tree that follows from the counts
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.npy import map_array
from wordvec.errors import InputError
from wordvec.formats import mapped
from wordvec.formats.common.plain import Plain
from wordvec.kernels.adagram_posterior import TrainedSenses, write_posteriors
from wordvec.kernels.adagram_windows import allocate_workspace
from wordvec.softmax import HuffmanTree
from wordvec.trainers.matrices import padded, zero_matrix
from wordvec.vectors import Vectors

_NUMBERS, _ROWS, _PRIORS, _NODES = "senses.npy", "rows.npy", "priors.npy", "nodes.npy"
_NOT_A_MODEL = "not a model of AdaGram; use the OUT.model.vectors of wordvec train adagram"
_AT_ONCE = 4096
"""Occurrences whose contexts are scored in one call."""


class SensePosterior:
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

    def __init__(
        self,
        vectors: Vectors,
        rows: NDArray[np.float32],
        priors: NDArray[np.float32],
        nodes: NDArray[np.float32],
        numbers: NDArray[np.int64],
    ) -> None:
        if vectors.metadata.get("method") != "adagram" or vectors.counts is None:
            raise InputError(_NOT_A_MODEL)
        senses, size, dim = int(numbers.sum()), len(vectors), vectors.dim
        shapes = rows.shape, priors.shape, nodes.shape, numbers.shape
        if shapes != ((senses, dim), (senses,), (size - 1, dim), (size,)) or (numbers < 1).any():
            raise InputError("a model of AdaGram whose arrays do not fit each other; train again")
        self.vectors, self.rows, self.priors, self.nodes, self.numbers = vectors, rows, priors, nodes, numbers
        self.words: Sequence[str] = vectors.words
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

    @classmethod
    def load(cls, path: str | Path) -> "SensePosterior":
        """Read a model: the folder ``OUT.model.vectors``.

        Raises
        ------
        InputError
            If it is missing or damaged, or not a model of AdaGram.
        """
        vectors, folder = Vectors.load(path), Path(path)
        if vectors.metadata.get("method") != "adagram" or not (folder / _NODES).is_file():
            raise InputError(f"{path}: {_NOT_A_MODEL}")
        size, dim = len(vectors), vectors.dim
        try:
            numbers = map_array(folder / _NUMBERS, np.int64, (size,))
            senses = int(numbers.sum())
            rows = map_array(folder / _ROWS, np.float32, (senses, dim))
            priors = map_array(folder / _PRIORS, np.float32, (senses,))
            return cls(vectors, rows, priors, map_array(folder / _NODES, np.float32, (size - 1, dim)), numbers)
        except OSError as error:
            raise InputError(f"{error.filename}: cannot be read ({error.strerror})") from error
        except (ValueError, InputError) as error:
            raise InputError(f"{path}: damaged ({error})") from error

    def save(self, path: str | Path, overwrite: bool = False) -> None:
        """Write the model as a ``.vectors`` folder, which other commands read as word vectors.

        Raises
        ------
        OutputError
            If it cannot be written, or exists and `overwrite` is false.
        """
        vectors = self.vectors
        plain = Plain(vectors.words, vectors.matrix, vectors.counts, vectors.metadata, None, None)
        arrays: dict[str, NDArray[Any]] = {
            _NUMBERS: self.numbers,
            _ROWS: self.rows,
            _PRIORS: self.priors,
            _NODES: self.nodes,
        }
        mapped.save(plain, Path(path), overwrite, arrays)

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
