"""Sums and means of the rows of character n-grams, shared by all tables of subwords."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WORDS_AT_ONCE = 1_024
"""Words of a block: their sums take a few megabytes."""


class Sums(NamedTuple):
    """Sums of the rows of the n-grams of words, (words, dim) float64, and the number of rows in each, (words,)."""

    sums: NDArray[np.float64]
    counts: NDArray[np.int64]

    @classmethod
    def zeros(cls, words: int, dim: int) -> "Sums":
        """Return sums of no rows."""
        return cls(np.zeros((words, dim)), np.zeros(words, np.int64))


class Means(NamedTuple):
    """Vectors of words, (words, dim) float32, and whether each word has one, (words,) bool."""

    vectors: NDArray[np.float32]
    found: NDArray[np.bool_]


def means_of(sums: Sums) -> Means:
    """Return the means of sums."""
    return Means((sums.sums / np.maximum(sums.counts, 1)[:, None]).astype(np.float32), sums.counts > 0)


def sums_of_rows(table: NDArray[np.float32], numbers: Iterable[list[int]], words: int) -> Sums:
    """Return for each word the sum of its rows of a table (rows, dim), given by their numbers."""
    sums = Sums.zeros(words, table.shape[1])
    for word, found in enumerate(numbers):
        sums.sums[word], sums.counts[word] = table[found].sum(0, dtype=np.float64), len(found)
    return sums


def packed(words: Sequence[str], before: str, after: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return words in UTF-8, each between two marks, and the offsets at which they begin, (words + 1,).

    Surrogate-escaped bytes, by which Python represents bytes that are not UTF-8, are restored.
    """
    encoded = [f"{before}{word}{after}".encode(errors="surrogateescape") for word in words]
    begins = np.zeros(len(words) + 1, np.int64)
    np.cumsum([len(word) for word in encoded], out=begins[1:])
    return np.frombuffer(b"".join(encoded), np.uint8), begins
