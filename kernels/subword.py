r"""Character n-grams of words, and sums of their rows, with fastText's hashing.

P. Bojanowski and others, "Enriching word vectors with subword information" (2017): a word :math:`w`, written
``<w>``, has the n-grams :math:`G_w` of all lengths from `shortest` to `longest`. The kernel
computes :math:`\sum_{g \in G_w} z_{h(g)}`. The hash :math:`h` is FNV-1a of 32 bits modulo the number of
buckets, with each byte sign-extended: a bug of the first release that all fastText files depend on.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel

_OFFSET, _PRIME = np.int64(2166136261), np.int64(16777619)
_WORD = np.int64(0xFFFFFFFF)


@kernel
def add_ngrams(
    text: NDArray[np.uint8],
    begins: NDArray[np.int64],
    shortest: int,
    longest: int,
    rows: NDArray[np.float32],
    sums: NDArray[np.float64],
    counts: NDArray[np.int64],
) -> None:
    """Add the rows of each word's n-grams to `sums`, and their number to `counts`.

    Parameters
    ----------
    text
        (bytes,) uint8 array: the words in UTF-8, each between ``<`` and ``>``.
    begins
        (words + 1,) int64 array: word w is ``text[begins[w] : begins[w + 1]]``.
    shortest, longest
        Characters of an n-gram; a single ``<`` or ``>`` is not one.
    rows
        (buckets, dim) float32 array.
    sums, counts
        (words, dim) float64 and (words,) int64 arrays, incremented.
    """
    buckets = np.int64(rows.shape[0])
    for word in range(len(counts)):
        begin, end = begins[word], begins[word + 1]
        for first in range(begin, end):
            if is_continuation(text[first]):
                continue
            at, hashed = first, _OFFSET
            for length in range(1, longest + 1):
                if at == end:
                    break
                hashed = _fnv1a(hashed, text[at])
                at += 1
                while at < end and is_continuation(text[at]):
                    hashed = _fnv1a(hashed, text[at])
                    at += 1
                if length >= shortest and not (length == 1 and (first == begin or at == end)):
                    counts[word] += 1
                    add_row(rows[hashed % buckets], sums[word])


@inline
def is_continuation(byte: np.uint8) -> bool:
    """Return whether a byte continues a character of UTF-8."""
    return bool(byte & 0xC0 == 0x80)


@inline
def _fnv1a(hashed: np.int64, byte: np.uint8) -> np.int64:
    signed = np.int64(byte)
    signed -= 256 if signed > 127 else 0
    return ((hashed ^ (signed & _WORD)) * _PRIME) & _WORD


@inline
def add_row(row: NDArray[np.float32], total: NDArray[np.float64]) -> None:
    """Add a row to a sum."""
    for column in range(row.size):
        total[column] += row[column]
