"""Output layers of a model in training: what the rows of `contexts` belong to, and how they are drawn and updated."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import paths, sampling, windows
from wordvec.softmax import HuffmanTree
from wordvec.trainers.updates import Updates, expected, expected_of_nodes

if TYPE_CHECKING:
    from wordvec.trainers.negative_sampling import NegativeSampling

Allocate = Callable[..., Any]
"""Allocates the arrays of one thread."""


class OutputLayer(Protocol):
    """An output layer.

    Attributes
    ----------
    rows
        Number of rows of `contexts`.
    of_words
        Whether these are rows of words.
    """

    rows: int
    of_words: bool

    @property
    def source(self) -> Any:
        """Argument of the kernels from which they take their outputs."""
        ...

    def allocator(self, allocate: Allocate) -> Allocate:
        """Return the function that allocates the arrays of one thread, from that of the kernel."""
        ...

    def updates(self, tokens: int) -> Updates:
        """Return how often rows are updated, for a corpus of so many tokens."""
        ...


class Words:
    """Rows of words: the centre of a window and noise words.

    Parameters
    ----------
    settings, counts
        Trainer with resolved settings, and (words,) int64 counts of the words.
    """

    of_words = True

    def __init__(self, settings: "NegativeSampling", counts: NDArray[np.int64]) -> None:
        self.settings, self.counts, self.rows = settings, counts, len(counts)

    @functools.cached_property
    def source(self) -> windows.Sampler:
        """What the kernels draw from."""
        keep = sampling.keep_thresholds(self.counts, self.settings.sample)
        return windows.Sampler(keep, sampling.noise_table(self.counts, self.settings.noise_power))

    def allocator(self, allocate: Allocate) -> Allocate:
        """Return the function of the kernel."""
        return allocate

    def updates(self, tokens: int) -> Updates:
        """Return how often rows are updated, for a corpus of so many tokens."""
        return expected(self.settings, self.source, self.counts, tokens)


class InnerNodes:
    """Rows of the inner nodes of a Huffman tree, one fewer than words.

    Parameters are those of `Words`.
    """

    of_words = False

    def __init__(self, settings: "NegativeSampling", counts: NDArray[np.int64]) -> None:
        self.settings, self.counts, self.rows = settings, counts, len(counts) - 1

    @functools.cached_property
    def tree(self) -> HuffmanTree:
        """The tree of the words."""
        return HuffmanTree(self.counts)

    @functools.cached_property
    def source(self) -> paths.Paths:
        """Tree and keep thresholds."""
        return paths.Paths(sampling.keep_thresholds(self.counts, self.settings.sample), self.tree.up)

    def allocator(self, allocate: Allocate) -> Allocate:
        """Return a function that allocates room for the longest path."""
        longest = self.tree.longest

        def with_room(tokens: int, sentences: int, shape: windows.WindowShape, stride: int) -> Any:
            return allocate(tokens, sentences, paths.shape_of(shape, longest), stride)

        return with_room

    def updates(self, tokens: int) -> Updates:
        """Return how often rows are updated, for a corpus of so many tokens."""
        return expected_of_nodes(self.settings, self.source.keep, self.tree, self.counts, tokens)


def output_layer(settings: "NegativeSampling", counts: NDArray[np.int64]) -> OutputLayer:
    """Return the output layer of a trainer."""
    return InnerNodes(settings, counts) if settings.hierarchical else Words(settings, counts)
