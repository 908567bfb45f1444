"""Keys of words, and the slots of a hash table that finds words by them.

Up to eight bytes are their own key; a longer word's key is a hash of 56 bits below the byte 0xFF, which no UTF-8
text holds, so a long word never has a short one's key. Two long words can have the same one: whoever finds a long
word by its key has to compare the bytes.

Slots are one array with a key and a word's number by turns, so that looking a word up touches one line of memory; a
key of 0 is an empty slot. At most half of the slots are taken.
"""

from typing import NamedTuple

import numpy as np

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import Bytes, Int, Longs, Masks, lowest, multiply, word_at

SHORT = 8
"""Bytes of a word that is its own key."""

_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_HALF, _BYTE = np.uint64(32), np.uint64(8)
_LONG_WORD = np.uint64(0xFF << 56)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_KEEP = np.array([(1 << 8 * length) - 1 for length in range(SHORT + 1)], np.uint64)


class Words(NamedTuple):
    """Words somewhere in a text, or room for them."""

    keys: Masks  # (words,) as the others
    starts: Longs  # first byte
    lengths: Longs  # bytes
    counts: Longs


@inline
def short_key(data: Bytes, start: Int, length: Int) -> np.uint64:
    """Give the key of a word of at most eight bytes, in an array that goes on for seven bytes behind it."""
    key: np.uint64 = word_at(data, start) & _KEEP[length]
    return key


@inline
def long_key(data: Bytes, start: Int, length: Int) -> np.uint64:
    """Give the key of a word of more than eight bytes."""
    last = start + length - 8
    key = np.uint64(length)
    position = start
    while position < last:
        key = multiply(key ^ word_at(data, position), _GOLDEN)
        key ^= key >> _HALF
        position += 8
    key = multiply(key ^ word_at(data, last), _GOLDEN)
    return ((key ^ (key >> _HALF)) >> _BYTE) | _LONG_WORD


@inline
def same_bytes(left: Bytes, left_start: Int, right: Bytes, right_start: Int, length: Int) -> bool:
    """Tell whether two words of the same length, more than eight bytes, are the same."""
    last = length - 8
    position = 0
    while position < last:
        if word_at(left, left_start + position) != word_at(right, right_start + position):
            return False
        position += 8
    return bool(word_at(left, left_start + last) == word_at(right, right_start + last))


@inline
def slot_shift(slots: Masks) -> np.uint64:
    """Give what `slot_of` wants to know of a table."""
    return np.uint64(65 - lowest(np.uint64(slots.size)))


@inline
def slot_of(key: np.uint64, shift: np.uint64) -> np.uint64:
    """Give the place in a table's slots where to look for a key first."""
    return (multiply(key ^ (key >> _HALF), _GOLDEN) >> shift) << _ONE


@kernel
def fill_slots(slots: Masks, keys: Masks, words: int) -> None:
    """Enter the first `words` of `keys`, of different words, in empty slots."""
    shift, last = slot_shift(slots), np.uint64(slots.size - 1)
    for word in range(words):
        slot = slot_of(keys[word], shift)
        while slots[slot] != _ZERO:
            slot = (slot + _TWO) & last
        slots[slot], slots[slot + _ONE] = keys[word], np.uint64(word)


@kernel
def find_keys(packed: Bytes, starts: Longs, keys: Masks) -> None:
    """Write the keys of words that lie one after another: word w is ``packed[starts[w] : starts[w + 1]]``."""
    for word in range(keys.size):
        start, length = starts[word], starts[word + 1] - starts[word]
        if length > SHORT:
            keys[word] = long_key(packed, start, length)
        else:
            key = _ZERO
            for k in range(length):
                key |= np.uint64(packed[start + k]) << np.uint64(8 * k)
            keys[word] = key
