"""Numbers of n-grams by floret's hash: each n-gram has several rows, from parts of one 128-bit hash.

The hash is MurmurHash3_x64_128 (A. Appleby, in the public domain). Its two 64-bit halves make four 32-bit numbers, of
which the first ones, modulo the number of rows, are the rows of an n-gram. The word between its marks is an n-gram, too
(A. Boyd and V. Warmerdam, "floret: lightweight, robust word vectors", 2022).
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import Int, multiply

_C1, _C2 = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
_M1, _M2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_ADD1, _ADD2 = np.uint64(0x52DCE729), np.uint64(0x38495AB5)
_ZERO, _FIVE, _BITS = np.uint64(0), np.uint64(5), np.uint64(64)
_LOWER = np.uint64(0xFFFFFFFF)


@kernel
def hash_murmur(
    text: NDArray[np.uint8],
    spans: NDArray[np.int64],
    hashing: tuple[int, int],
    buckets: int,
    numbers: NDArray[np.int64],
) -> None:
    """Write the rows of each n-gram.

    Parameters
    ----------
    text, spans
        See `subword.cut_ngrams`.
    hashing
        Number of rows of an n-gram, 1 to 4, and seed.
    buckets
        Number of rows of the table.
    numbers
        (n-grams · rows of an n-gram,) int64 array.
    """
    hashes, seed = hashing
    for ngram in range(len(spans)):
        one, two = _murmur(text, spans[ngram, 0], spans[ngram, 1], np.uint64(seed))
        for part in range(hashes):
            half = one if part < 2 else two
            number = half >> np.uint64(32) if part % 2 else half & _LOWER
            numbers[ngram * hashes + part] = np.int64(number) % buckets


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
