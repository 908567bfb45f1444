"""Bags of rows: the rows of the character n-grams of words, by number, and their sums and means."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WORDS_AT_ONCE = 1_024
"""Words of a block: their sums take a few megabytes."""


class Bags(NamedTuple):
    """Numbers of the rows of words: those of word w are ``numbers[starts[w] : starts[w + 1]]``, with repetitions.

    `starts` is (words + 1,) and `numbers` (rows of all words,); both are int64.
    """

    starts: NDArray[np.int64]
    numbers: NDArray[np.int64]

    @classmethod
    def of(cls, numbers: Iterable[Sequence[int]]) -> "Bags":
        """Return the bags of words whose numbers are lists."""
        listed = list(numbers)
        starts = np.zeros(len(listed) + 1, np.int64)
        np.cumsum([len(one) for one in listed], out=starts[1:])
        return cls(starts, np.array([number for one in listed for number in one], np.int64))

    @property
    def sizes(self) -> NDArray[np.int64]:
        """(words,) number of rows of each word."""
        return np.diff(self.starts)

    def where(self, kept: NDArray[np.bool_]) -> "Bags":
        """Return the bags with only some of their numbers."""
        before = np.concatenate([[0], np.cumsum(kept)])
        return Bags(before[self.starts], self.numbers[kept])


class Sums(NamedTuple):
    """Sums of the rows of the n-grams of words, (words, dim) float64, and the number of rows in each, (words,)."""

    sums: NDArray[np.float64]
    counts: NDArray[np.int64]


class Means(NamedTuple):
    """Vectors of words, (words, dim) float32, and whether each word has one, (words,) bool."""

    vectors: NDArray[np.float32]
    found: NDArray[np.bool_]


def sums_of(table: NDArray[np.float32], bags: Bags) -> Sums:
    """Return for each word the sum of its rows of a table (rows, dim); of coded rows only these are decoded."""
    from wordvec.kernels.subword import add_rows

    sums = np.zeros((len(bags.starts) - 1, table.shape[1]))
    numbers = bags.numbers
    if is_coded(table):
        used, numbers = np.unique(numbers, return_inverse=True)
        table = table[used]
    add_rows(bags.starts, numbers, table, sums)
    return Sums(sums, bags.sizes)


def is_coded(rows: object) -> bool:
    """Return whether the rows of a table are coded."""
    return not isinstance(rows, np.ndarray)


def means_of(sums: Sums) -> Means:
    """Return the means of sums."""
    return Means((sums.sums / np.maximum(sums.counts, 1)[:, None]).astype(np.float32), sums.counts > 0)
