"""Sentences as bags of words: the sparse matrix A (sentences, words) of the shares of a sentence's known tokens.

The plain mean of rows X over the known tokens of each sentence is A X. Sentences without a known word have no row.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from wordvec.errors import InputError, MemoryLimitError
from wordvec.sentences.embedding import UNKNOWN, Rows
from wordvec.sentences.texts import Block, Texts
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag, available_memory

_ENTRY = 12
"""Bytes of an entry of the matrix."""
_COPIES = 4
"""Copies of the entries, at most: the whole, some of its words, some of its sentences, and blocks of them."""


class Bags(NamedTuple):
    """Sentences with a known word.

    Attributes
    ----------
    matrix
        (sentences, words) sparse float64 array A.
    lines
        (sentences,) int64 array: number of the line of each sentence, from 0.
    lengths
        (sentences,) int64 array: numbers of known tokens.
    total
        Number of all lines.
    """

    matrix: sparse.csr_array
    lines: NDArray[np.int64]
    lengths: NDArray[np.int64]
    total: int

    def __repr__(self) -> str:
        return f"Bags({len(self.lines)} sentences)"

    @property
    def memory(self) -> int:
        """Bytes of the copies of the matrix."""
        return _COPIES * _ENTRY * int(self.matrix.nnz)

    def of(self, chosen: NDArray[np.bool_]) -> "Bags":
        """Return some of the sentences."""
        return Bags(self.matrix[np.flatnonzero(chosen)], self.lines[chosen], self.lengths[chosen], self.total)


def bags_of(
    texts: Texts, words: Vectors, needed: int = 0, *, progress: Progress | None = None, stop: StopFlag | None = None
) -> Bags:
    """Return the sentences of texts as bags of the words of vectors, whatever rows these have.

    Parameters
    ----------
    needed
        Bytes of memory that the work takes beside the bags.

    Raises
    ------
    InputError
        If no sentence has a known word.
    MemoryLimitError
        If the bags and what is needed beside them exceed the memory that is free.
    """
    progress, stop = progress or Progress(), stop or StopFlag()
    rows = Rows(Vectors(words.words, np.ones((len(words), 1), np.float32)))
    parts, lengths, entries, lines = list[sparse.csr_array](), [np.empty(0, np.int64)], 0, 0
    progress.begin("reading sentences", None, " sentences")
    try:
        for block in stop.until(texts.blocks()):
            part, known = _part(block, rows, len(words))
            parts.append(part)
            lengths.append(known)
            entries, lines = entries + part.nnz, lines + len(known)
            _check_memory(needed, _COPIES * _ENTRY * entries, lines)
            progress.report(lines)
    finally:
        progress.end()
    every = np.concatenate(lengths)
    if not every.any():
        raise InputError(f"none of {lines:,} sentences has a word of the vocabulary; check language and case")
    there = np.flatnonzero(every)
    return Bags(sparse.vstack(parts, format="csr")[there], there, every[there], lines)


def _part(block: Block, rows: Rows, words: int) -> tuple[sparse.csr_array, NDArray[np.int64]]:
    """Return the matrix of a block, and the number of known tokens of each text."""
    numbers = rows.of(block.words)[block.ids]
    texts = len(block.starts) - 1
    of_text = np.repeat(np.arange(texts), np.diff(block.starts))[numbers != UNKNOWN]
    lengths = np.bincount(of_text, minlength=texts).astype(np.int64)
    shares = 1 / lengths[of_text]
    return sparse.csr_array((shares, (of_text, numbers[numbers != UNKNOWN])), shape=(texts, words)), lengths


def _check_memory(needed: int, bags: int, lines: int) -> None:
    free = available_memory() + bags
    if needed + bags > free:
        raise MemoryLimitError(
            f"the first {lines:,} sentences take {bags / 1e9:.1f} GB, the vectors {needed / 1e9:.1f} GB, and "
            f"{free / 1e9:.1f} GB are free; use fewer sentences, words or dimensions"
        )
