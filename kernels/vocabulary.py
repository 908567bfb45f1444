"""One table of all words of a text: blocks' words are merged into it, sorted, and written as lines.

Words lie one after another in `packed`; word w is ``packed[starts[w] : starts[w + 1]]``. The hash table beside them
works as the one of `text`, with the same keys, so that no word is hashed twice.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import Bytes, Int, Longs, Masks, fetch
from wordvec.kernels.words import SHORT, Words, same_bytes, slot_of, slot_shift

_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_AHEAD = 12
"""So many words ahead, a slot is fetched from memory: the table of a large vocabulary is in no cache."""

_MOST_DIGITS = 18
"""Of a count that fits in 63 bits whatever the digits are."""

LINE_ROOM = 21
"""Bytes: a blank, a count of at most 19 digits, LF."""

ENOUGH = -1
"""What `parse_lines` gives for a list of words without fault."""


class Table(NamedTuple):
    """Words and their counts, with room for more; the caller knows how many there are."""

    slots: Masks  # (4 * room,), see `wordvec.kernels.words`
    keys: Masks  # (room,)
    names: NDArray[np.uint32]  # (room,) the id that tokens of this word have in the text encoded so far
    counts: Longs  # (room,)
    starts: Longs  # (room + 1,)
    packed: Bytes  # (bytes of room,)


@kernel
def add_words(
    table: Table,
    words: int,
    next_name: int,
    data: Bytes,
    block: Words,
    names: NDArray[np.uint32],
) -> int:
    """Add a block's words to the table; give how many words it then holds.

    Parameters
    ----------
    table : Table
        Changed; has room for all the block's words, and twice as many slots.
    words, next_name : int
        Words in the table; the first name no word has had yet.
    data, block : (bytes,) uint8, Words
        The block's text and its words.
    names : (block's words,) uint32
        Written: the name of each of the block's words.
    """
    slots, keys = table.slots, block.keys
    shift, last = slot_shift(slots), np.uint64(slots.size - 1)
    for new in range(keys.size):
        if new + _AHEAD < keys.size:
            fetch(slots, slot_of(keys[new + _AHEAD], shift))
        key, start, length = keys[new], block.starts[new], block.lengths[new]
        slot = slot_of(key, shift)
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
    # Apart from the search, so that waiting for one word's count does not hold up the search for the next.
    for new in range(keys.size):
        word = np.int64(names[new])
        table.counts[word] += block.counts[new]
        names[new] = table.names[word]
    return words


@kernel
def translate(ids: NDArray[np.uint32], names: NDArray[np.uint32]) -> None:
    """Replace each id by ``names[id]``."""
    for token in range(ids.size):
        ids[token] = names[ids[token]]


@kernel
def gather_words(packed: Bytes, starts: Longs, order: Longs, new_packed: Bytes, new_starts: Longs) -> None:
    """Write the words `order` names, one after another, to `new_packed`, and where each begins to `new_starts`."""
    here = 0
    for new in range(order.size):
        new_starts[new] = here
        for k in range(starts[order[new]], starts[order[new] + 1]):
            new_packed[here] = packed[k]
            here += 1
    new_starts[order.size] = here


@kernel
def prefixes(packed: Bytes, starts: Longs, words: Longs, depth: int, found: Masks) -> None:
    """Write to `found` bytes `depth` to ``depth + 8`` of each of `words`, as a number that sorts as they do.

    Behind the end of a word are zeros, which no word holds.
    """
    for k in range(words.size):
        begin = starts[words[k]] + depth
        end = min(begin + 8, starts[words[k] + 1])
        prefix = _ZERO
        for place in range(begin, end):
            prefix |= np.uint64(packed[place]) << np.uint64(56 - 8 * (place - begin))
        found[k] = prefix


@inline
def _write_number(number: Int, lines: Bytes, here: Int) -> Int:
    """Write a number in decimal; give where it ends."""
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
    """Write ``word count`` lines to `lines`, which has `LINE_ROOM` bytes more for each word; give how many bytes."""
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
    """Read ``word count`` lines, each ended by LF; give the number of the first faulty one, or `ENOUGH`.

    Parameters
    ----------
    lines : (bytes,) uint8
        The text.
    packed : (bytes,) uint8; starts : (lines + 1,) int64; counts : (lines,) int64
        Written.
    """
    here = place = 0
    for word in range(counts.size):
        starts[word] = here
        while lines[place] > 32:
            packed[here] = lines[place]
            here += 1
            place += 1
        digits, count = -1, np.int64(0)
        if lines[place] == 32:
            digits = 0
            place += 1
            while 48 <= lines[place] <= 57 and digits < _MOST_DIGITS:
                count = 10 * count + np.int64(lines[place] - 48)
                digits += 1
                place += 1
        if here == starts[word] or digits < 1 or lines[place] != 10:
            return word
        counts[word] = count
        place += 1
    starts[counts.size] = here
    return ENOUGH
