"""Character n-grams of words, their numbers by fastText's hash, and sums of rows.

P. Bojanowski and others, "Enriching word vectors with subword information" (2017): a word, written between two marks,
has all n-grams whose length is in a range. fastText's hash is FNV-1a of 32 bits modulo the number of buckets, with each
byte sign-extended: a bug of the first release that all its files depend on.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel

_OFFSET, _PRIME = np.int64(2166136261), np.int64(16777619)
_WORD = np.int64(0xFFFFFFFF)


@kernel
def cut_ngrams(
    text: NDArray[np.uint8],
    begins: NDArray[np.int64],
    lengths: tuple[int, int],
    whole: bool,
    starts: NDArray[np.int64],
    spans: NDArray[np.int64],
) -> None:
    """Write where the n-grams of each word begin and end in `text`; with empty `spans`, only count them.

    Parameters
    ----------
    text
        (bytes,) uint8 array: the words in UTF-8, each between its two marks.
    begins
        (words + 1,) int64 array: word w is ``text[begins[w] : begins[w + 1]]``.
    lengths
        Characters of the shortest and of the longest n-gram, marks included.
    whole
        Whether the word between its marks comes first as one more n-gram, and a single mark is an n-gram (floret).
    starts
        (words + 1,) int64 array: the n-grams of word w become ``spans[starts[w] : starts[w + 1]]``.
    spans
        (n-grams, 2) int64 array of the first byte of each n-gram, and of the byte after its last; or (0, 2).
    """
    shortest, longest = lengths
    found = 0
    for word in range(len(begins) - 1):
        begin, end = begins[word], begins[word + 1]
        starts[word] = found
        if whole:
            found = _write_span(spans, found, begin, end)
        for first in range(begin, end):
            if _is_continuation(text[first]):
                continue
            at = first
            for length in range(1, longest + 1):
                if at == end:
                    break
                at += 1
                while at < end and _is_continuation(text[at]):
                    at += 1
                if length >= shortest and (whole or not (length == 1 and (first == begin or at == end))):
                    found = _write_span(spans, found, first, at)
    starts[len(begins) - 1] = found


@inline
def _write_span(spans: NDArray[np.int64], found: int, begin: int, end: int) -> int:
    """Write the n-gram number `found`, if there is room for it; return the next number."""
    if found < len(spans):
        spans[found, 0], spans[found, 1] = begin, end
    return found + 1


@inline
def _is_continuation(byte: np.uint8) -> bool:
    """Return whether a byte continues a character of UTF-8."""
    return bool(byte & 0xC0 == 0x80)


@kernel
def hash_fnv1a(text: NDArray[np.uint8], spans: NDArray[np.int64], buckets: int, numbers: NDArray[np.int64]) -> None:
    """Write the bucket of each n-gram by fastText's hash.

    Parameters
    ----------
    text, spans
        See `cut_ngrams`.
    buckets
        Number of buckets.
    numbers
        (n-grams,) int64 array.
    """
    for ngram in range(len(spans)):
        hashed = _OFFSET
        for at in range(spans[ngram, 0], spans[ngram, 1]):
            signed = np.int64(text[at])
            signed -= 256 if signed > 127 else 0
            hashed = ((hashed ^ (signed & _WORD)) * _PRIME) & _WORD
        numbers[ngram] = hashed % buckets


@kernel
def add_rows(
    starts: NDArray[np.int64], numbers: NDArray[np.int64], rows: NDArray[np.float32], sums: NDArray[np.float64]
) -> None:
    """Add to ``sums[w]`` the rows ``numbers[starts[w] : starts[w + 1]]``.

    Parameters
    ----------
    starts, numbers
        (words + 1,) and (rows of all words,) int64 arrays.
    rows
        (rows, dim) float32 array.
    sums
        (words, dim) float64 array, incremented.
    """
    for word in range(len(starts) - 1):
        for place in range(starts[word], starts[word + 1]):
            row = numbers[place]
            for column in range(rows.shape[1]):
                sums[word, column] += rows[row, column]
