"""The two matrices of a model in training: rows padded to whole registers and aligned to cache lines."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.vocabulary import Vocabulary
from wordvec.errors import MemoryLimitError
from wordvec.kernels.initial_rows import start_rows
from wordvec.kernels.simd import LANES
from wordvec.rows import blocks
from wordvec.subwords.bags import WORDS_AT_ONCE
from wordvec.vectors import Vectors
from wordvec.workers import available_memory

CACHE_LINE = 64
SMALLER = "a larger {min_count} or a smaller {dim}"


def padded(dim: int) -> int:
    """Return the length of a row in memory."""
    return -(-dim // LANES) * LANES


def needed_memory(words: int, dim: int) -> int:
    """Return the bytes that both matrices take."""
    return 2 * words * padded(dim) * 4


def joined_memory(words: int, dim: int, kept: int | None) -> int:
    """Return the bytes of words that are `kept` beside those trained, and of the joined matrices of the result."""
    return 0 if kept is None else 2 * (words + 2 * kept) * dim * 4


def zero_matrix(words: int, dim: int) -> NDArray[np.float32]:
    """Return a (words, padded dim) float32 matrix of zeros, aligned to a cache line."""
    size = words * padded(dim)
    room = np.zeros(size + CACHE_LINE // 4, np.float32)
    first = -room.ctypes.data % CACHE_LINE // 4
    return room[first : first + size].reshape(words, padded(dim))


def check_memory(needed: int, contents: str, instead: str = SMALLER) -> None:
    """Check that matrices of `needed` bytes fit in memory.

    Raises
    ------
    MemoryLimitError
        If they take more memory than is free.
    """
    free = available_memory()
    if needed > free:
        raise MemoryLimitError(
            f"{contents} take {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free",
            advice=f"use {instead}",
        )


def random_rows(vocabulary: Vocabulary, words: int, dim: int, seed: int) -> NDArray[np.float32]:
    """Return the (words, padded dim) starting rows of the first `words` words, a pure function of seed and word."""
    matrix = zero_matrix(words, dim)
    start_rows(vocabulary.packed, vocabulary.starts[: words + 1], seed, dim, matrix.reshape(-1), padded(dim))
    return matrix


class StartingRows(NamedTuple):
    """Numbers of starting rows taken from other vectors: copied, or composed of their subwords; and of other words."""

    rows_copied: int
    rows_composed: int
    left_out: int

    def described(self, size: int, kept: bool = False) -> str:
        """Return a line about these rows, of `size` in all; `kept`: whether the other words are in the result."""
        composed = f"{self.rows_composed:,} composed of subwords, " if self.rows_composed else ""
        new = f"{composed}{size - self.rows_copied - self.rows_composed:,} new"
        if kept:
            return f"starting rows: {self.left_out:,} kept, {self.rows_copied:,} updated, {new}"
        others = f"; {self.left_out:,} other words of the starting vectors are left out" if self.left_out else ""
        return f"starting rows: {self.rows_copied:,} copied, {new}{others}"


def copy_known(matrix: NDArray[np.float32], dim: int, words: list[str], known: Vectors) -> StartingRows:
    """Copy into `matrix` the vectors of words in `known`; compose those of other words from its subwords."""
    pairs = [(row, known._row(word)) for row, word in enumerate(words) if known.covers(word)]
    if pairs:
        rows, sources = np.array(pairs).T
        matrix[rows, :dim] = known.matrix[sources]
    left_out = len(known) - sum(word in known for word in words if word)
    return StartingRows(len(pairs), _compose(matrix, dim, words, known), left_out)


def _compose(matrix: NDArray[np.float32], dim: int, words: list[str], known: Vectors) -> int:
    """Compose the rows of words that `known` lacks from its subwords; return their number."""
    if known.subwords is None:
        return 0
    rows, composed = np.array([row for row, word in enumerate(words) if word and not known.covers(word)], np.int64), 0
    for piece in blocks(len(rows), WORDS_AT_ONCE):
        means, found = known.subwords.means([words[row] for row in rows[piece]])
        matrix[rows[piece][found], :dim] = means[found]
        composed += int(found.sum())
    return composed
