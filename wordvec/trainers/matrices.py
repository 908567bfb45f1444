"""The two matrices of a model while it is trained: rows padded to whole registers and aligned to cache lines."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.vocabulary import Vocabulary
from wordvec.errors import InputError, MemoryLimitError
from wordvec.kernels.initial_rows import start_rows
from wordvec.kernels.simd import LANES
from wordvec.rows import blocks
from wordvec.subwords.sums import WORDS_AT_ONCE
from wordvec.vectors import Vectors
from wordvec.workers import available_memory

CACHE_LINE = 64


def padded(dim: int) -> int:
    """Give the length of a row in memory."""
    return -(-dim // LANES) * LANES


def needed_memory(words: int, dim: int) -> int:
    """Give the bytes that both matrices take."""
    return 2 * words * padded(dim) * 4


def zero_matrix(words: int, dim: int) -> NDArray[np.float32]:
    """Give a matrix of zeros, (words, padded dim) float32, aligned to a cache line."""
    size = words * padded(dim)
    room = np.zeros(size + CACHE_LINE // 4, np.float32)
    first = -room.ctypes.data % CACHE_LINE // 4
    return room[first : first + size].reshape(words, padded(dim))


def check_memory(words: int, dim: int) -> None:
    """Fail before the work begins when the matrices would not fit.

    Raises
    ------
    MemoryLimitError
        If they take more memory than there is.
    """
    needed, there = needed_memory(words, dim), available_memory()
    if needed > there:
        raise MemoryLimitError(
            f"{words:,} words of dim {dim} take {needed / 1e9:.1f} GB in two matrices, and {there / 1e9:.1f} GB are "
            "free; raise --min-count or lower --dim"
        )


def random_rows(vocabulary: Vocabulary, words: int, dim: int, seed: int) -> NDArray[np.float32]:
    """Give the starting rows of the first `words` words, (words, padded dim): a pure function of seed and word."""
    matrix = zero_matrix(words, dim)
    start_rows(vocabulary.packed, vocabulary.starts[: words + 1], seed, dim, matrix.reshape(-1), padded(dim))
    return matrix


class Started(NamedTuple):
    """Numbers of starting rows that came from other vectors: copied, or composed of their subwords."""

    rows_copied: int
    rows_composed: int

    def described(self, size: int) -> str:
        """Return a line about these rows, of `size` in all."""
        composed = f"{self.rows_composed:,} composed of subwords, " if self.rows_composed else ""
        return f"starting rows: {self.rows_copied:,} copied, {composed}{size - sum(self):,} new"


def copy_known(matrix: NDArray[np.float32], dim: int, words: list[str], known: Vectors, option: str) -> Started:
    """Copy the rows of words that `known` has a vector of into `matrix`; compose others of its subwords.

    Raises
    ------
    InputError
        If `known` has another dim.
    """
    if known.dim != dim:
        raise InputError(f"{option}: its vectors have dim {known.dim}, the model {dim}; train with --dim {known.dim}")
    pairs = [(row, known._row(word)) for row, word in enumerate(words) if known.covers(word)]
    if pairs:
        rows, sources = np.array(pairs).T
        matrix[rows, :dim] = known.matrix[sources]
    return Started(len(pairs), _compose(matrix, dim, words, known))


def _compose(matrix: NDArray[np.float32], dim: int, words: list[str], known: Vectors) -> int:
    """Compose the rows of words that `known` does not have of its subwords; return how many that were."""
    if known.subwords is None:
        return 0
    rows, composed = np.array([row for row, word in enumerate(words) if word and not known.covers(word)], np.int64), 0
    for piece in blocks(len(rows), WORDS_AT_ONCE):
        means, found = known.subwords.means([words[row] for row in rows[piece]])
        matrix[rows[piece][found], :dim] = means[found]
        composed += int(found.sum())
    return composed
