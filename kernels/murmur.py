r"""Sums of n-gram rows with floret's hashing: each n-gram has several rows, from parts of one 128-bit hash.

The hash is MurmurHash3_x64_128 (A. Appleby, in the public domain). Its two 64-bit halves make four 32-bit numbers, of
which the first ones, modulo the number of rows, are the rows of an n-gram. The word between its marks is an n-gram, too
(A. Boyd and V. Warmerdam, "floret: lightweight, robust word vectors", 2022).
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import Int, multiply
from wordvec.kernels.subword import add_row, is_continuation

_C1, _C2 = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
_M1, _M2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_ADD1, _ADD2 = np.uint64(0x52DCE729), np.uint64(0x38495AB5)
_ZERO, _FIVE, _BITS = np.uint64(0), np.uint64(5), np.uint64(64)
_LOWER = np.uint64(0xFFFFFFFF)


@kernel
def add_hashed(
    text: NDArray[np.uint8],
    begins: NDArray[np.int64],
    lengths: tuple[int, int],
    hashing: tuple[int, int],
    rows: NDArray[np.float32],
    sums: NDArray[np.float64],
    counts: NDArray[np.int64],
) -> None:
    """Add the rows of each word's n-grams to `sums`, and their number to `counts`.

    Parameters
    ----------
    text
        (bytes,) uint8 array: the words in UTF-8, each between its two marks.
    begins
        (words + 1,) int64 array: word w is ``text[begins[w] : begins[w + 1]]``.
    lengths
        Characters of the shortest and of the longest n-gram.
    hashing
        Number of rows of an n-gram, 1 to 4, and seed.
    rows
        (buckets, dim) float32 array.
    sums, counts
        (words, dim) float64 and (words,) int64 arrays, incremented.
    """
    shortest, longest = lengths
    for word in range(len(counts)):
        begin, end = begins[word], begins[word + 1]
        counts[word] += _add_one(text, begin, end, hashing, rows, sums[word])
        for first in range(begin, end):
            if is_continuation(text[first]):
                continue
            at = first
            for length in range(1, longest + 1):
                if at == end:
                    break
                at += 1
                while at < end and is_continuation(text[at]):
                    at += 1
                if length >= shortest:
                    counts[word] += _add_one(text, first, at, hashing, rows, sums[word])


@inline
def _add_one(
    text: NDArray[np.uint8],
    begin: Int,
    end: Int,
    hashing: tuple[int, int],
    rows: NDArray[np.float32],
    total: NDArray[np.float64],
) -> int:
    """Add the rows of one n-gram to `total`, and return their number."""
    hashes, seed = hashing
    buckets = np.int64(rows.shape[0])
    one, two = _murmur(text, begin, end, np.uint64(seed))
    for part in range(hashes):
        half = one if part < 2 else two
        number = half >> np.uint64(32) if part % 2 else half & _LOWER
        add_row(rows[np.int64(number) % buckets], total)
    return hashes


@inline
def _murmur(text: NDArray[np.uint8], begin: Int, end: Int, seed: np.uint64) -> tuple[np.uint64, np.uint64]:
    one, two = seed, seed
    at = begin
    while at + 16 <= end:
        one = _rotate(one ^ _mix(_little_endian(text, at, 8), _C1, 31, _C2), 27)
        one = _add(multiply(_add(one, two), _FIVE), _ADD1)
        two = _rotate(two ^ _mix(_little_endian(text, at + 8, 8), _C2, 33, _C1), 31)
        two = _add(multiply(_add(two, one), _FIVE), _ADD2)
        at += 16
    left = end - at
    if left > 8:
        two ^= _mix(_little_endian(text, at + 8, left - 8), _C2, 33, _C1)
    if left > 0:
        one ^= _mix(_little_endian(text, at, left if left < 8 else 8), _C1, 31, _C2)
    size = np.uint64(end - begin)
    one ^= size
    two ^= size
    one = _add(one, two)
    two = _add(two, one)
    one, two = _finalise(one), _finalise(two)
    one = _add(one, two)
    return one, _add(two, one)


@inline
def _little_endian(text: NDArray[np.uint8], at: Int, count: Int) -> np.uint64:
    """Return up to eight bytes as a little-endian integer."""
    number = _ZERO
    for i in range(count):
        number |= np.uint64(text[at + i]) << np.uint64(8 * i)
    return number


@inline
def _mix(number: np.uint64, first: np.uint64, turn: int, second: np.uint64) -> np.uint64:
    return multiply(_rotate(multiply(number, first), turn), second)


@inline
def _rotate(number: np.uint64, turn: int) -> np.uint64:
    return np.uint64((number << np.uint64(turn)) | (number >> (_BITS - np.uint64(turn))))


@inline
def _add(left: np.uint64, right: np.uint64) -> np.uint64:
    """Return the sum modulo 2^64."""
    return np.uint64(left + right)


@inline
def _finalise(number: np.uint64) -> np.uint64:
    number ^= number >> np.uint64(33)
    number = multiply(number, _M1)
    number ^= number >> np.uint64(33)
    number = multiply(number, _M2)
    return np.uint64(number ^ (number >> np.uint64(33)))
