"""Sums and means of the rows of words' character n-grams, and what tables of such rows share."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import rows
from wordvec.rows import Allocate, Change

WORDS_AT_ONCE = 1_024
"""Words whose sums take little memory."""


class Sums(NamedTuple):
    """For some words the sums of their n-grams' rows, (words, dim) float64, and (words,) how many those were."""

    sums: NDArray[np.float64]
    counts: NDArray[np.int64]

    @classmethod
    def zeros(cls, words: int, dim: int) -> "Sums":
        """Return sums to which nothing was added."""
        return cls(np.zeros((words, dim)), np.zeros(words, np.int64))


class Means(NamedTuple):
    """Vectors of words, (words, dim) float32, and (words,) bool whether they have one."""

    vectors: NDArray[np.float32]
    found: NDArray[np.bool_]


def means_of(sums: Sums) -> Means:
    """Return the means of which there are sums."""
    return Means((sums.sums / np.maximum(sums.counts, 1)[:, None]).astype(np.float32), sums.counts > 0)


def sums_of_rows(table: NDArray[np.float32], numbers: Iterable[list[int]], words: int) -> Sums:
    """Return for each word the sum of its rows of a table (rows, dim), given by their numbers."""
    sums = Sums.zeros(words, table.shape[1])
    for word, found in enumerate(numbers):
        sums.sums[word], sums.counts[word] = table[found].sum(0, dtype=np.float64), len(found)
    return sums


def packed(words: Sequence[str], before: str, after: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return words in UTF-8, each between two marks, and (words + 1,) where they begin.

    Lone surrogates by which Python writes bytes that are not UTF-8 become these bytes.
    """
    encoded = [f"{before}{word}{after}".encode(errors="surrogateescape") for word in words]
    begins = np.zeros(len(words) + 1, np.int64)
    np.cumsum([len(word) for word in encoded], out=begins[1:])
    return np.frombuffer(b"".join(encoded), np.uint8), begins


def changed(table: NDArray[np.float32], change: Change, allocate: Allocate) -> NDArray[np.float32]:
    """Return the rows of a table after an affine change; means of them change by the same."""
    return rows.changed(table, change, allocate(Path("subwords"), len(table), change(table[:1]).shape[1]))
