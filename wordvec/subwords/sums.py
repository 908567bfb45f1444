"""Sums and means of the rows of words' character n-grams, and what tables of such rows share."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.rows import Allocate

Change = Callable[[NDArray[np.float32]], NDArray[np.float32]]
_WORDS_AT_ONCE = 1024


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


def sums_of_rows(rows: NDArray[np.float32], numbers: Iterable[list[int]], words: int) -> Sums:
    """Return sums of rows (rows, dim), of each word those of its numbers."""
    sums = Sums.zeros(words, rows.shape[1])
    for word, found in enumerate(numbers):
        sums.sums[word], sums.counts[word] = rows[found].sum(0, dtype=np.float64), len(found)
    return sums


def packed(words: Sequence[str], before: str, after: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return words in UTF-8, each between two marks, and (words + 1,) where they begin.

    Lone surrogates by which Python writes bytes that are not UTF-8 become these bytes.
    """
    encoded = [f"{before}{word}{after}".encode(errors="surrogateescape") for word in words]
    begins = np.zeros(len(words) + 1, np.int64)
    np.cumsum([len(word) for word in encoded], out=begins[1:])
    return np.frombuffer(b"".join(encoded), np.uint8), begins


def blocks(count: int) -> Iterator[slice]:
    """Cut so many words into pieces whose sums take little memory."""
    for begin in range(0, count, _WORDS_AT_ONCE):
        yield slice(begin, begin + _WORDS_AT_ONCE)


def changed(rows: NDArray[np.float32], change: Change, allocate: Allocate) -> NDArray[np.float32]:
    """Return rows after an affine change, which their means then go through, too."""
    out = allocate(Path("subwords"), len(rows), change(rows[:1]).shape[1])
    for begin in range(0, len(rows), _WORDS_AT_ONCE):
        out[begin : begin + _WORDS_AT_ONCE] = change(rows[begin : begin + _WORDS_AT_ONCE])
    return out
