"""Bytes to tokens to ids at memory speed: one block of text, with its own small numbering of words.

Tokens are what stands between separators: the control characters below U+0020 and every Unicode white space
(U+0020, U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000). A U+FEFF that would
begin a token separates too, so that a byte order mark never becomes part of a word.

A block goes through in pieces that fit in the first-level cache, in two steps:

1. 64 bytes at a time, masks of bits tell separators, line ends and wrong UTF-8 (`_separators`); where the mask of
   separators changes, a token begins or ends, and those positions are listed. No branch per byte or token.
2. Each listed token becomes a 64-bit key, and a hash table gives its id (`_number`). Up to eight bytes are their own
   key; longer words have a hash, with the byte 0xFF on top, which no UTF-8 text holds, and are compared byte by
   byte where hashes agree.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import CHUNK, lowest, multiply, population, within, word_at

PADDING = 3 * CHUNK
"""Blanks that a block needs behind its last byte."""

NULS, RETURNS, CONTROLS, MARKS, LEADING, TRAILING, INVALID = range(7)
"""Places in `Tokens.counters`: NUL; CR; other control characters that are not white space; U+FEFF taken away; line
ends before the first token and after the last one; 1 if the block is not UTF-8 (then nothing else counts)."""

_PIECE = 8192
_POSITION_SLOTS = _PIECE + 2 * CHUNK
_FIRST_ROOM = 1 << 16

_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_61, _62, _63 = np.uint64(61), np.uint64(62), np.uint64(63)
_HALF = np.uint64(32)
_WORD, _ONE_MORE = np.uint64((1 << 32) - 1), np.uint64(1 << 32)
_BYTE = np.uint64(8)
_LONG_WORD = np.uint64(0xFF << 56)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_KEEP = np.array([(1 << 8 * length) - 1 for length in range(9)], np.uint64)

# Places in the small state that goes from chunk to chunk.
_IN_TOKEN, _SEPARATOR_LEFT, _CONTINUATION_LEFT = range(3)
_BEGIN, _TOKENS, _WORDS, _ENDS, _LAST_END, _LAST_BREAK, _BREAK_RUN, _SOURCES, _NUMBERED, _AFTER, _STATES = range(11)


class Tokens(NamedTuple):
    """What a block of text holds; words are numbered in the order in which they first appear in it."""

    ids: NDArray[np.uint32]  # (tokens,)
    ends: NDArray[np.int64]  # (e,) token numbers where a sentence ends, rising; 0 if one ends before the first token
    source_ends: NDArray[np.int64]  # (sources,) token numbers where the given sources end
    keys: NDArray[np.uint64]  # (words,)
    starts: NDArray[np.int64]  # (words,) first byte in the block
    lengths: NDArray[np.int64]  # (words,) bytes
    counts: NDArray[np.int64]  # (words,)
    counters: NDArray[np.int64]  # (7,)


class _Found(NamedTuple):
    """Where a block's tokens, sentence ends, source ends and counters are written, with room for all there can be."""

    ids: NDArray[np.uint32]
    ends: NDArray[np.int64]
    source_ends: NDArray[np.int64]
    counters: NDArray[np.int64]


class _BlockTable(NamedTuple):
    """A block's words, with room for more, and the hash table that finds them."""

    slots: NDArray[np.uint64]  # (2 * slots,) a key, 0 if empty, and a word with its count in the upper half, by turns
    keys: NDArray[np.uint64]  # (room,) as the others
    starts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    counts: NDArray[np.int64]


@inline
def long_key(data, start, length):
    """Give the key of a word of more than eight bytes: a hash of 56 bits under a byte that no text holds."""
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
def same_bytes(left, left_start, right, right_start, length):
    """Tell whether two words of the same length, more than eight bytes, are the same."""
    last = length - 8
    position = 0
    while position < last:
        if word_at(left, left_start + position) != word_at(right, right_start + position):
            return False
        position += 8
    return word_at(left, left_start + last) == word_at(right, right_start + last)


@inline
def slot_of(key, shift):
    """Give the place in an array of ``2 ** (65 - shift)``, two places for each slot, where to look for a key first."""
    return (multiply(key ^ (key >> _HALF), _GOLDEN) >> shift) << _ONE


@inline
def _separators(data, position, carry, counters):
    """Give the mask of the separator bytes in a chunk; note wrong UTF-8."""
    mask = within(data, position, 0, 0x20)
    if (within(data, position, 0x80, 0xFF) | carry[_CONTINUATION_LEFT]) != _ZERO:
        _check_utf8(data, position, carry, counters)
        mask |= _wide_separators(data, position, mask, carry, counters)
    return mask


@inline
def _check_utf8(data, position, carry, counters):
    """Set ``counters[INVALID]`` unless the chunk goes on and begins well-formed sequences only.

    The bytes that must be continuations, by the leading bytes before them, are compared with those that are;
    then the second bytes that would make an overlong form, a surrogate or a number above U+10FFFF.
    """
    three = within(data, position, 0xE0, 0xEF)
    four = within(data, position, 0xF0, 0xF4)
    longer = three | four
    leading = longer | within(data, position, 0xC2, 0xDF)
    expected = carry[_CONTINUATION_LEFT] | (leading << _ONE) | (longer << _TWO) | (four << np.uint64(3))
    carry[_CONTINUATION_LEFT] = (leading >> _63) | (longer >> _62) | (four >> _61)
    wrong = expected ^ within(data, position, 0x80, 0xBF)
    wrong |= within(data, position, 0xC0, 0xC1) | within(data, position, 0xF5, 0xFF)
    second = position + 1
    wrong |= within(data, position, 0xE0, 0xE0) & within(data, second, 0x80, 0x9F)
    wrong |= within(data, position, 0xED, 0xED) & within(data, second, 0xA0, 0xBF)
    wrong |= within(data, position, 0xF0, 0xF0) & within(data, second, 0x80, 0x8F)
    wrong |= within(data, position, 0xF4, 0xF4) & within(data, second, 0x90, 0xBF)
    if wrong != _ZERO:
        counters[INVALID] = 1


@inline
def _wide_separators(data, position, narrow, carry, counters):
    """Give the mask of the bytes that belong to separators of two or three bytes."""
    second, third = position + 1, position + 2
    two = within(data, position, 0xC2, 0xC2) & (within(data, second, 0x85, 0x85) | within(data, second, 0xA0, 0xA0))
    general = within(data, second, 0x80, 0x80) & (
        within(data, third, 0x80, 0x8A) | within(data, third, 0xA8, 0xA9) | within(data, third, 0xAF, 0xAF)
    )
    general |= within(data, second, 0x81, 0x81) & within(data, third, 0x9F, 0x9F)
    ideographic = within(data, second, 0x80, 0x80) & within(data, third, 0x80, 0x80)
    ogham = within(data, second, 0x9A, 0x9A) & within(data, third, 0x80, 0x80)
    three = within(data, position, 0xE2, 0xE2) & general
    three |= within(data, position, 0xE3, 0xE3) & ideographic
    three |= within(data, position, 0xE1, 0xE1) & ogham
    mask = carry[_SEPARATOR_LEFT] | two | (two << _ONE) | three | (three << _ONE) | (three << _TWO)
    marks = within(data, position, 0xEF, 0xEF) & within(data, second, 0xBB, 0xBB) & within(data, third, 0xBF, 0xBF)
    while marks != _ZERO:
        mark = marks & (~marks + _ONE)
        marks ^= mark
        before = ((narrow | mask) << _ONE) | (carry[_IN_TOKEN] ^ _ONE)
        if (before & mark) != _ZERO:
            three |= mark
            mask |= mark | (mark << _ONE) | (mark << _TWO)
            counters[MARKS] += 1
    carry[_SEPARATOR_LEFT] = (two >> _63) | (three >> _62) | (three >> _63)
    return mask


@inline
def _note_controls(data, position, counters):
    """Count the control characters of a chunk that are not plain white space."""
    counters[NULS] += population(within(data, position, 0, 0))
    counters[RETURNS] += population(within(data, position, 13, 13))
    counters[CONTROLS] += population(within(data, position, 1, 8) | within(data, position, 14, 31))


@inline
def _note_ends(stops, source_stops, token_starts, state, found, breaks):
    """Write down where sentences and sources end in a chunk; `breaks` line ends with no token between end a sentence.

    A source end is marked on its last byte, and ends a sentence whatever `breaks` is.
    """
    rest = stops | source_stops
    while rest != _ZERO:
        stop = rest & (~rest + _ONE)
        rest ^= stop
        tokens = state[_TOKENS] + population(token_starts & (stop - _ONE))
        if (stop & stops) != _ZERO:
            state[_BREAK_RUN] = state[_BREAK_RUN] + 1 if tokens == state[_LAST_BREAK] else 1
            state[_LAST_BREAK] = tokens
            if tokens == 0 and state[_SOURCES] == 0:
                found.counters[LEADING] = state[_BREAK_RUN]
        of_source = (stop & source_stops) != _ZERO
        if (of_source or state[_BREAK_RUN] == breaks) and tokens != state[_LAST_END]:
            found.ends[state[_ENDS]] = tokens
            state[_ENDS] += 1
            state[_LAST_END] = tokens
        if of_source:
            found.source_ends[state[_SOURCES]] = tokens
            state[_SOURCES] += 1
            state[_BREAK_RUN] = 0


@inline
def _list_places(mask, position, listed, places):
    """Append the places of the set bits to the list; give its new length.

    Twelve at once, as many as a chunk of English has, then four at a time: a few writes too many cost less than a
    branch for each.
    """
    after = listed + population(mask)
    for k in range(12):
        places[listed + k] = position + lowest(mask)
        mask &= mask - _ONE
    listed += 12
    while mask != _ZERO:
        for k in range(4):
            places[listed + k] = position + lowest(mask)
            mask &= mask - _ONE
        listed += 4
    return after


@inline
def _cut(data, end, source_lasts, breaks, carry, state, places, found):
    """List in `places` where the separators of a piece of the block are; give how many."""
    listed = 0
    for position in range(state[_BEGIN], end, CHUNK):
        separators = _separators(data, position, carry, found.counters)
        token_starts = ~separators & ((separators << _ONE) | (carry[_IN_TOKEN] ^ _ONE))
        carry[_IN_TOKEN] = ~separators >> _63
        stops = within(data, position, 10, 10)
        odd = within(data, position, 0, 31) ^ stops
        if odd != _ZERO:
            _note_controls(data, position, found.counters)
            returns = within(data, position, 13, 13)
            stops |= returns & ~within(data, position + 1, 10, 10)
        source_stops = _ZERO
        source = state[_SOURCES]
        while source < source_lasts.size and source_lasts[source] < position + CHUNK:
            source_stops |= _ONE << np.uint64(source_lasts[source] - position)
            source += 1
        if (stops | source_stops) != _ZERO:
            _note_ends(stops, source_stops, token_starts, state, found, breaks)
        state[_TOKENS] += population(token_starts)
        listed = _list_places(separators, position, listed, places)
    state[_BEGIN] = end
    return listed


@kernel
def fill_slots(slots, keys, words):
    """Enter the first `words` of `keys`, all different, in empty slots."""
    shift = np.uint64(65 - lowest(np.uint64(slots.size)))
    last = np.uint64(slots.size - 1)
    for word in range(words):
        slot = slot_of(keys[word], shift)
        while slots[slot] != _ZERO:
            slot = (slot + _TWO) & last
        slots[slot], slots[slot + _ONE] = keys[word], np.uint64(word)


@kernel
def _collect_counts(slots, counts):
    """Add the counts that are noted in the slots to those of the words."""
    for slot in range(0, slots.size, 2):
        if slots[slot] != _ZERO:
            counts[np.int64(slots[slot + 1] & _WORD)] += np.int64(slots[slot + 1] >> _HALF)


@inline
def _number(data, places, listed, table, ids, state):
    """Write the ids of the tokens between listed separators, taking up new words."""
    slots, begin, tokens, words = table.slots, state[_AFTER], state[_NUMBERED], state[_WORDS]
    shift = np.uint64(65 - lowest(np.uint64(slots.size)))
    last = np.uint64(slots.size - 1)
    for k in range(listed):
        start, begin = begin, places[k] + 1
        length = places[k] - start
        if length == 0:
            continue
        if length <= 8:
            key = word_at(data, start) & _KEEP[length]
        else:
            key = long_key(data, start, length)
        slot = slot_of(key, shift)
        while True:
            if slots[slot] == key:
                word = np.int64(slots[slot + _ONE] & _WORD)
                here = table.starts[word]
                if length <= 8 or (table.lengths[word] == length and same_bytes(data, here, data, start, length)):
                    slots[slot + _ONE] += _ONE_MORE
                    break
            elif slots[slot] == _ZERO:
                word = words
                slots[slot], slots[slot + _ONE] = key, np.uint64(word) | _ONE_MORE
                table.keys[word], table.starts[word], table.lengths[word] = key, start, length
                words += 1
                break
            slot = (slot + _TWO) & last
        ids[tokens] = word
        tokens += 1
    state[_AFTER], state[_NUMBERED], state[_WORDS] = begin, tokens, words


@kernel
def _tokenise(data, size, source_lasts, breaks, table, found, carry, state, places):
    """Go on with a block from where `state` says; tell whether it is done, or else the table needs more room."""
    # One chunk of blanks more than the text has, so that the last token ends.
    stop = size + CHUNK
    while state[_BEGIN] < stop and found.counters[INVALID] == 0:
        if state[_WORDS] + _PIECE // 2 + 1 > table.keys.size:
            return False
        end = min(state[_BEGIN] + _PIECE, stop)
        listed = _cut(data, end, source_lasts, breaks, carry, state, places, found)
        _number(data, places, listed, table, found.ids, state)
    if state[_LAST_BREAK] == state[_TOKENS]:
        found.counters[TRAILING] = state[_BREAK_RUN]
    return True


def tokenise(data, size, source_lasts, breaks) -> Tokens:
    """Give the `Tokens` of a block of text.

    Parameters
    ----------
    data : (size rounded up to a multiple of 64, and `PADDING` more,) uint8
        The text, then blanks. It begins at the beginning of a token or separator and ends after one.
    size : int
        Bytes of text.
    source_lasts : (sources,) int64
        The last bytes of sources that end in this block, rising; a separator stands there.
    breaks : int
        How many line ends with no token between them end a sentence: 1 for lines, 2 for paragraphs, 0 for none.
        LF, CR and CR LF end a line.
    """
    carry, state = np.zeros(3, np.uint64), np.zeros(_STATES, np.int64)
    state[_LAST_END] = state[_LAST_BREAK] = -1
    places = np.empty(_POSITION_SLOTS, np.int64)
    found = _Found(
        ids=np.empty(size // 2 + 1, np.uint32),
        ends=np.empty(size // 2 + 2 + len(source_lasts), np.int64),
        source_ends=np.empty(len(source_lasts), np.int64),
        counters=np.zeros(7, np.int64),
    )
    table = _block_table(_FIRST_ROOM)
    while not _tokenise(data, size, source_lasts, breaks, table, found, carry, state, places):
        table = _larger(table, int(state[_WORDS]))
    _collect_counts(table.slots, table.counts)
    words = slice(int(state[_WORDS]))
    return Tokens(
        found.ids[: state[_TOKENS]],
        found.ends[: state[_ENDS]],
        found.source_ends,
        table.keys[words],
        table.starts[words],
        table.lengths[words],
        table.counts[words],
        found.counters,
    )


def _block_table(room: int) -> _BlockTable:
    """Make an empty table for `room` words, a power of two."""
    return _BlockTable(
        slots=np.zeros(4 * room, np.uint64),
        keys=np.empty(room, np.uint64),
        starts=np.empty(room, np.int64),
        lengths=np.empty(room, np.int64),
        counts=np.zeros(room, np.int64),
    )


def _larger(table: _BlockTable, words: int) -> _BlockTable:
    """Make a table with twice the room that holds the same words."""
    new = _block_table(2 * len(table.keys))
    _collect_counts(table.slots, table.counts)
    for array, old in zip(new[1:], table[1:], strict=True):
        array[:words] = old[:words]
    fill_slots(new.slots, new.keys, words)
    return new
