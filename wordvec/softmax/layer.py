"""The output layer of hierarchical softmax: rows of inner nodes, and exact probabilities of words."""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordvec import arguments
from wordvec.errors import SettingsError
from wordvec.kernels.path_probability import log_probabilities
from wordvec.kernels.simd import LANES
from wordvec.softmax import files
from wordvec.softmax.tree import HuffmanTree


class HierarchicalSoftmax:
    """Probabilities of words given an input vector, by the nodes of their Huffman tree.

    Parameters
    ----------
    words, counts
        Words that were trained, and their counts in the training text, falling: the tree follows from these.
    nodes
        (words − 1, dim) float32 rows of the inner nodes, by falling count, the root first.
    sizes
        (words,) number of rows whose mean is the vector of a word, for subword models; default: 1.
    metadata
        Provenance, as of the vectors.

    Examples
    --------
    >>> layer = HierarchicalSoftmax(["tea", "milk", "cup"], [3, 2, 1], [[1, 0], [0, 2]])
    >>> np.exp(layer.log_probabilities([[0.5, 1]])).round(3).tolist()
    [[0.378, 0.074, 0.548]]
    """

    def __init__(
        self,
        words: Sequence[str],
        counts: ArrayLike,
        nodes: ArrayLike,
        sizes: ArrayLike | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self.words = arguments.words("words", words)
        self.counts = np.asarray(counts, np.int64)
        self.nodes: NDArray[np.float32] = np.asarray(nodes, np.float32)
        self.sizes = np.ones(len(self.words), np.int64) if sizes is None else np.asarray(sizes, np.int64)
        self.metadata = {} if metadata is None else metadata
        for name, found in (("counts", self.counts), ("sizes", self.sizes)):
            if found.shape != (len(self.words),):
                raise SettingsError(f"{name}: expected {len(self.words)}, one for each word; got shape {found.shape}")
        if self.nodes.ndim != 2 or len(self.nodes) != len(self.words) - 1:
            raise SettingsError(
                f"nodes: expected {len(self.words) - 1} rows, one fewer than words; got shape {self.nodes.shape}"
            )

    def __repr__(self) -> str:
        return f"<HierarchicalSoftmax: {len(self.words)} words, nodes of dim {self.dim}>"

    @property
    def dim(self) -> int:
        """Dimension of the rows of nodes."""
        return int(self.nodes.shape[1])

    @functools.cached_property
    def tree(self) -> HuffmanTree:
        """The tree of the words."""
        return HuffmanTree(self.counts)

    def log_probabilities(self, inputs: ArrayLike) -> NDArray[np.float64]:
        """Return the logarithms of the probabilities of all words, (inputs, words); each row's sum to one.

        Parameters
        ----------
        inputs
            (inputs, dim) array: for skip-gram the vector of a context word, for CBOW the mean of the vectors of the
            context words.
        """
        rows = self._inputs(inputs)
        scores = rows.astype(np.float64) @ self.nodes.T.astype(np.float64)
        words, parents, bits = len(self.words), self.tree.parents, self.tree.bits
        found = np.zeros((len(rows), 2 * words - 1))
        below = np.append(self.tree.lengths, self.tree.depths)
        for depth in range(1, self.tree.longest + 1):
            (here,) = np.nonzero(below == depth)
            above = parents[here]
            softplus = np.logaddexp(0, np.where(bits[here], 1, -1) * scores[:, above])
            found[:, here] = found[:, words + above] - softplus
        return found[:, :words]

    def log_probability(self, inputs: ArrayLike, words: ArrayLike) -> NDArray[np.float64]:
        """Return the logarithm of the probability of one word for each input, (inputs,).

        Parameters
        ----------
        inputs
            (inputs, dim) array, as for `log_probabilities`.
        words
            (inputs,) numbers of words.
        """
        rows, numbers = self._inputs(inputs), np.ascontiguousarray(words, np.int64)
        if numbers.shape != (len(rows),) or (numbers < 0).any() or (numbers >= len(self.words)).any():
            raise SettingsError(f"words: expected {len(rows)} numbers of words below {len(self.words)}")
        found = np.empty(len(rows))
        scores = np.zeros(-(-self.tree.longest // LANES) * LANES, np.float32)
        nodes, inputs = self._padded, _padded(rows)
        log_probabilities(nodes.reshape(-1), nodes.shape[1], self.tree.up, inputs.reshape(-1), numbers, scores, found)
        return found

    @functools.cached_property
    def _padded(self) -> NDArray[np.float32]:
        return _padded(self.nodes)

    def _inputs(self, inputs: ArrayLike) -> NDArray[np.float32]:
        rows = np.asarray(inputs, np.float32)
        if rows.ndim != 2 or rows.shape[1] != self.dim:
            raise SettingsError(f"inputs: expected rows of dim {self.dim}; got shape {rows.shape}")
        return rows

    def save(self, path: str | Path, overwrite: bool = False) -> None:
        """Write an ``.npz`` file.

        Raises
        ------
        OutputError
            If it cannot be written, or exists and `overwrite` is false.
        SettingsError
            If the name does not end in ``.npz``.
        """
        stored = files.Stored(self.words, self.counts, self.nodes, self.sizes, self.metadata)
        files.save(stored, arguments.path("path", path), overwrite)

    @classmethod
    def load(cls, path: str | Path) -> "HierarchicalSoftmax":
        """Read a file of `save`.

        Raises
        ------
        InputError
            If it is missing, damaged or another file.
        """
        return cls(*files.load(arguments.path("path", path)))


def _padded(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows filled up with zeros to whole registers."""
    padded = np.zeros((len(rows), -(-rows.shape[1] // LANES) * LANES), np.float32)
    padded[:, : rows.shape[1]] = rows
    return padded
