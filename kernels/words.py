"""Keys of words, and the slots of a hash table by these keys.

A word of up to eight bytes is its own key. The key of a longer word is a 56-bit hash below the byte 0xFF, which UTF-8
never contains, so a long word never has the key of a short one. Two long words can have the same key, so a lookup
compares their bytes.

Slots are one array of alternating keys and word numbers, so that a lookup touches one cache line; key 0 is an empty
slot. At most half of the slots are used.
"""

from typing import NamedTuple

import numpy as np

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import Bytes, Int, Longs, Masks, eight_bytes_at, lowest_bit, multiply

SHORT = 8
"""Maximal bytes of a word that is its own key."""

_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_HALF, _BYTE = np.uint64(32), np.uint64(8)
_LONG_WORD = np.uint64(0xFF << 56)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_KEEP = np.array([(1 << 8 * length) - 1 for length in range(SHORT + 1)], np.uint64)


class WordSpans(NamedTuple):
    """Keys, positions and counts of words in a text."""

    keys: Masks  # (words,) as the others
    starts: Longs  # position of the first byte
    lengths: Longs  # in bytes
    counts: Longs


@inline
def short_key(data: Bytes, start: Int, length: Int) -> np.uint64:
    """Return the key of a word of at most eight bytes; `data` has at least seven bytes after it."""
    key: np.uint64 = eight_bytes_at(data, start) & _KEEP[length]
    return key


@inline
def long_key(data: Bytes, start: Int, length: Int) -> np.uint64:
    """Return the key of a word of more than eight bytes."""
    last = start + length - 8
    key = np.uint64(length)
    position = start
    while position < last:
        key = multiply(key ^ eight_bytes_at(data, position), _GOLDEN)
        key ^= key >> _HALF
        position += 8
    key = multiply(key ^ eight_bytes_at(data, last), _GOLDEN)
    return ((key ^ (key >> _HALF)) >> _BYTE) | _LONG_WORD


@inline
def same_bytes(left: Bytes, left_start: Int, right: Bytes, right_start: Int, length: Int) -> bool:
    """Return whether two words of the same length, more than eight bytes, are equal."""
    last = length - 8
    position = 0
    while position < last:
        if eight_bytes_at(left, left_start + position) != eight_bytes_at(right, right_start + position):
            return False
        position += 8
    return bool(eight_bytes_at(left, left_start + last) == eight_bytes_at(right, right_start + last))


@inline
def slot_shift(slots: Masks) -> np.uint64:
    """Return the shift of a table's hashes, for `first_slot`."""
    return np.uint64(65 - lowest_bit(np.uint64(slots.size)))


@inline
def first_slot(key: np.uint64, shift: np.uint64) -> np.uint64:
    """Return the index of the first slot to probe for a key."""
    return (multiply(key ^ (key >> _HALF), _GOLDEN) >> shift) << _ONE


@kernel
def fill_slots(slots: Masks, keys: Masks, words: int) -> None:
    """Insert the first `words` of `keys`, all of different words, into empty slots."""
    shift, last = slot_shift(slots), np.uint64(slots.size - 1)
    for word in range(words):
        slot = first_slot(keys[word], shift)
        while slots[slot] != _ZERO:
            slot = (slot + _TWO) & last
        slots[slot], slots[slot + _ONE] = keys[word], np.uint64(word)


@kernel
def find_keys(packed: Bytes, starts: Longs, keys: Masks) -> None:
    """Compute the keys of packed words: word w is ``packed[starts[w] : starts[w + 1]]``."""
    for word in range(keys.size):
        start, length = starts[word], starts[word + 1] - starts[word]
        if length > SHORT:
            keys[word] = long_key(packed, start, length)
        else:
            key = _ZERO
            for k in range(length):
                key |= np.uint64(packed[start + k]) << np.uint64(8 * k)
            keys[word] = key
