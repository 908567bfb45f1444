"""Edges of lexicons in arrays, and how they are collected: words are numbered once, so that an edge takes 16 bytes."""

import itertools
from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class EdgeList(NamedTuple):
    """Edges between numbered words, in the order of the file; an edge may be repeated.

    Attributes
    ----------
    sources, targets
        (edges,) int32 arrays: numbers of the words.
    weights
        (edges,) float64 array: weights of neighbours; negative weights of opposites.
    mutual
        Whether each edge also leads from its target to its source.
    """

    sources: NDArray[np.int32]
    targets: NDArray[np.int32]
    weights: NDArray[np.float64]
    mutual: bool

    def directed(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
        """Return the sources, targets and weights of edges in one direction each, in the order of the file."""
        if not self.mutual:
            return self.sources, self.targets, self.weights
        both = np.column_stack([self.sources, self.targets])
        return both.ravel(), both[:, ::-1].ravel(), np.repeat(self.weights, 2)


class Collector:
    """Words that are numbered in the order in which they come, and the edges between them."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._sources, self._targets, self._weights = array("i"), array("i"), array("d")

    def add(self, word: str, others: Iterable[str], weight: float) -> None:
        """Add the edges from a word to others."""
        for other in others:
            self._sources.append(self._numbers[word])
            self._targets.append(self._numbers[other])
            self._weights.append(weight)

    def add_pairs(self, words: Sequence[str], weights: Iterable[float]) -> None:
        """Add edges between words that follow each other, two by two."""
        numbers = [self._numbers[word] for word in words]
        self._sources.extend(numbers[::2])
        self._targets.extend(numbers[1::2])
        self._weights.extend(itertools.islice(weights, len(words) // 2))

    def result(self, mutual: bool) -> tuple[list[str], EdgeList]:
        """Return the words by numbers, and the edges."""
        edges = EdgeList(
            np.asarray(self._sources, np.int32),
            np.asarray(self._targets, np.int32),
            np.asarray(self._weights, np.float64),
            mutual,
        )
        return list(self._numbers), edges


class _Numbers(dict[str, int]):
    """Numbers of words; an unknown word gets the next one."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number
