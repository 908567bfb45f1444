"""The hash table of all words of a text: merging the words of blocks, sorting, and writing lines.

Words are concatenated in `packed`; word w is ``packed[starts[w] : starts[w + 1]]``. The hash table has the same keys as
the tables of blocks in `text`, so that no word is hashed twice.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import Bytes, Int, Longs, Masks, prefetch_slot
from wordvec.kernels.words import SHORT, WordSpans, first_slot, same_bytes, slot_shift

_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_AHEAD = 12
"""Words whose slots are prefetched ahead: the table of a large vocabulary exceeds every cache."""

_MOST_DIGITS = 18
"""Maximal digits of a count: any such number fits in 63 bits."""

LINE_ROOM = 21
"""Bytes of a line beside its word: a blank, a count of at most 19 digits, LF."""

NO_FAULT = -1
"""Result of `parse_lines` if no line is faulty."""


class WordHashTable(NamedTuple):
    """A hash table of words and their counts, with spare capacity; the caller keeps the number of words."""

    slots: Masks  # (4 * capacity,), see `wordvec.kernels.words`
    keys: Masks  # (capacity,)
    names: NDArray[np.uint32]  # (capacity,) provisional id of the word's tokens in the text encoded so far
    counts: Longs  # (capacity,)
    starts: Longs  # (capacity + 1,)
    packed: Bytes  # (capacity in bytes,)


@kernel
def add_words(
    table: WordHashTable,
    words: int,
    next_name: int,
    data: Bytes,
    block: WordSpans,
    names: NDArray[np.uint32],
) -> int:
    """Add a block's words to the table; return the new number of words.

    Parameters
    ----------
    table : WordHashTable
        Table with capacity for all words of the block, and twice as many slots; changed.
    words, next_name : int
        Number of words in the table; the next provisional id.
    data, block : (bytes,) uint8, WordSpans
        The block's text and its words.
    names : (block's words,) uint32
        Filled with the provisional id of each of the block's words.
    """
    slots, keys = table.slots, block.keys
    shift, last = slot_shift(slots), np.uint64(slots.size - 1)
    for new in range(keys.size):
        if new + _AHEAD < keys.size:
            prefetch_slot(slots, first_slot(keys[new + _AHEAD], shift))
        key, start, length = keys[new], block.starts[new], block.lengths[new]
        slot = first_slot(key, shift)
        while True:
            if slots[slot] == key:
                word = np.int64(slots[slot + _ONE])
                here = table.starts[word] if length > SHORT else 0
                if length <= SHORT or (
                    table.starts[word + 1] - here == length and same_bytes(table.packed, here, data, start, length)
                ):
                    break
            elif slots[slot] == _ZERO:
                word = np.int64(words)
                slots[slot], slots[slot + _ONE] = key, np.uint64(word)
                table.keys[word], table.counts[word], table.names[word] = key, 0, next_name
                here = table.starts[word]
                for k in range(length):
                    table.packed[here + k] = data[start + k]
                table.starts[word + 1] = here + length
                words += 1
                next_name += 1
                break
            slot = (slot + _TWO) & last
        names[new] = word
    # A separate loop, so that loading one word's count does not delay the search for the next word.
    for new in range(keys.size):
        word = np.int64(names[new])
        table.counts[word] += block.counts[new]
        names[new] = table.names[word]
    return words


@kernel
def renumber_ids(ids: NDArray[np.uint32], names: NDArray[np.uint32]) -> None:
    """Replace each id by ``names[id]``, in place."""
    for token in range(ids.size):
        ids[token] = names[ids[token]]


@kernel
def gather_words(packed: Bytes, starts: Longs, order: Longs, new_packed: Bytes, new_starts: Longs) -> None:
    """Copy the words `order` to `new_packed`, and their beginnings to `new_starts`."""
    here = 0
    for new in range(order.size):
        new_starts[new] = here
        for k in range(starts[order[new]], starts[order[new] + 1]):
            new_packed[here] = packed[k]
            here += 1
    new_starts[order.size] = here


@kernel
def prefixes(packed: Bytes, starts: Longs, words: Longs, depth: int, found: Masks) -> None:
    """Write bytes `depth` to ``depth + 8`` of `words` to `found`, as big-endian integers, which sort as the words do.

    The end of a word is followed by zeros, which no word contains.
    """
    for k in range(words.size):
        begin = starts[words[k]] + depth
        end = min(begin + 8, starts[words[k] + 1])
        prefix = _ZERO
        for position in range(begin, end):
            prefix |= np.uint64(packed[position]) << np.uint64(56 - 8 * (position - begin))
        found[k] = prefix


@inline
def _write_number(number: Int, lines: Bytes, here: Int) -> Int:
    """Write a number in decimal; return its end."""
    digits = 1
    rest = number // 10
    while rest > 0:
        rest //= 10
        digits += 1
    for k in range(digits - 1, -1, -1):
        lines[here + k] = 48 + number % 10
        number //= 10
    return here + digits


@kernel
def write_lines(packed: Bytes, starts: Longs, counts: Longs, lines: Bytes) -> Int:
    """Write ``word count`` lines; return their bytes. `lines` has `LINE_ROOM` more bytes per word than `packed`."""
    here: Int = 0
    for word in range(counts.size):
        for k in range(starts[word], starts[word + 1]):
            lines[here] = packed[k]
            here += 1
        lines[here] = 32
        here = _write_number(counts[word], lines, here + 1)
        lines[here] = 10
        here += 1
    return here


@kernel
def parse_lines(lines: Bytes, packed: Bytes, starts: Longs, counts: Longs) -> int:
    """Parse ``word count`` lines, each ended by LF; return the index of the first faulty line, or `NO_FAULT`.

    Parameters
    ----------
    lines : (bytes,) uint8
        Text of the lines.
    packed : (bytes,) uint8; starts : (lines + 1,) int64; counts : (lines,) int64
        Words, their beginnings and their counts; filled.
    """
    here = position = 0
    for word in range(counts.size):
        starts[word] = here
        while lines[position] > 32:
            packed[here] = lines[position]
            here += 1
            position += 1
        digits, count = -1, np.int64(0)
        if lines[position] == 32:
            digits = 0
            position += 1
            while 48 <= lines[position] <= 57 and digits < _MOST_DIGITS:
                count = 10 * count + np.int64(lines[position] - 48)
                digits += 1
                position += 1
        if here == starts[word] or digits < 1 or lines[position] != 10:
            return word
        counts[word] = count
        position += 1
    starts[counts.size] = here
    return NO_FAULT
