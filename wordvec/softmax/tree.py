"""The Huffman tree of a vocabulary."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordvec.errors import SettingsError
from wordvec.kernels.huffman import build_tree, measure_codes


class Path(NamedTuple):
    """Inner nodes from the root to a word, and the bit of its code at each of them."""

    nodes: NDArray[np.int64]
    bits: NDArray[np.int64]


class HuffmanTree:
    """A binary tree whose leaves are words, with short codes for frequent ones, as word2vec.c builds it.

    Parameters
    ----------
    counts
        (words,) counts of at least two words, falling.

    Attributes
    ----------
    up
        (2 words − 1,) int32 array of parents and bits: see `wordvec.kernels.huffman`.
    counts
        (words − 1,) int64 array, for each inner node the counts of the words below it; falling, the root is node 0.
    depths
        (words − 1,) int32 array, for each inner node the number of nodes above it.
    lengths
        (words,) int32 array of code lengths.

    Examples
    --------
    >>> tree = HuffmanTree([5, 2, 1, 1])
    >>> tree.lengths.tolist(), tree.counts.tolist()
    ([1, 2, 3, 3], [9, 4, 2])
    >>> tree.path(3)
    Path(nodes=array([0, 1, 2]), bits=array([0, 0, 0]))
    """

    def __init__(self, counts: ArrayLike) -> None:
        falling = np.ascontiguousarray(counts, np.int64)
        if falling.ndim != 1 or len(falling) < 2 or (np.diff(falling) > 0).any() or falling[-1] < 0:
            raise SettingsError("counts: expected at least two counts, falling and not negative")
        words = len(falling)
        self.up, self.counts = np.empty(2 * words - 1, np.int32), np.empty(words - 1, np.int64)
        self.depths, self.lengths = np.empty(words - 1, np.int32), np.empty(words, np.int32)
        build_tree(falling, self.up, self.counts)
        measure_codes(self.up, self.depths, self.lengths)

    def __repr__(self) -> str:
        return f"<HuffmanTree: {len(self)} words, longest code {self.longest}>"

    def __len__(self) -> int:
        return len(self.lengths)

    @property
    def longest(self) -> int:
        """Length of the longest code."""
        return int(self.lengths.max())

    @property
    def parents(self) -> NDArray[np.int64]:
        """(2 words − 1,) int64 array: the inner node above each word, then above each inner node; −1 for the root."""
        parents: NDArray[np.int64] = (self.up >> 1).astype(np.int64)
        return parents

    @property
    def bits(self) -> NDArray[np.int64]:
        """(2 words − 1,) int64 array: the bit below the parent, of each word, then of each inner node."""
        bits: NDArray[np.int64] = (self.up & 1).astype(np.int64)
        return bits

    def path(self, word: int) -> Path:
        """Return the path of a word, by its number."""
        nodes, bits, step = [], [], int(self.up[word])
        while step >= 0:
            nodes.append(step >> 1)
            bits.append(step & 1)
            step = int(self.up[len(self) + (step >> 1)])
        return Path(np.array(nodes[::-1]), np.array(bits[::-1]))
