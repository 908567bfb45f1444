"""Huffman trees (Huffman 1952), with the ties of word2vec.c.

Words are the leaves, by falling count. The two nodes with the smallest counts become the children of a new inner node
until one is left, the root. On a tie the inner node is taken before the leaf, the older one before the newer one. The
first of the two gets bit 0, the second bit 1.

Inner nodes are numbered by falling count, which is the reverse of the order in which they are made: the root is 0, and
a node's number is larger than its parent's. ``up[w]`` of word w, and ``up[words + n]`` of inner node n, is twice the
number of the parent plus the bit, and −1 for the root.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel


@kernel
def build_tree(counts: NDArray[np.int64], up: NDArray[np.int32], sums: NDArray[np.int64]) -> None:
    """Build the tree of at least two words.

    Parameters
    ----------
    counts
        (words,) int64 array, falling.
    up
        (2 words − 1,) int32 array, to which parents and bits are written.
    sums
        (words − 1,) int64 array, to which the counts of the inner nodes are written.
    """
    words = len(counts)
    leaf, oldest = words - 1, words - 2
    for node in range(words - 2, -1, -1):
        sums[node] = 0
        for bit in range(2):
            if leaf >= 0 and (oldest == node or counts[leaf] < sums[oldest]):
                up[leaf] = 2 * node + bit
                sums[node] += counts[leaf]
                leaf -= 1
            else:
                up[words + oldest] = 2 * node + bit
                sums[node] += sums[oldest]
                oldest -= 1
    up[words] = -1


@kernel
def add_up(values: NDArray[np.float64], up: NDArray[np.int32], sums: NDArray[np.float64]) -> None:
    """Write the sums of the values of the words (words,) below each inner node (words − 1,) to `sums`."""
    words = len(values)
    for node in range(words - 1):
        sums[node] = 0
    for word in range(words):
        sums[up[word] >> 1] += values[word]
    for node in range(words - 2, 0, -1):
        sums[up[words + node] >> 1] += sums[node]


@kernel
def measure_codes(up: NDArray[np.int32], depths: NDArray[np.int32], lengths: NDArray[np.int32]) -> None:
    """Write the depths of the inner nodes (words − 1,) and the code lengths of the words (words,)."""
    words = len(lengths)
    depths[0] = 0
    for node in range(1, words - 1):
        depths[node] = depths[up[words + node] >> 1] + 1
    for word in range(words):
        lengths[word] = depths[up[word] >> 1] + 1
