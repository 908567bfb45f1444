"""Bytes to tokens to ids at memory speed: one block of text, with its own small numbering of words.

A block goes through in pieces that fit in the first-level cache, in two steps: 64 bytes at a time, masks of bits
tell where separators and line ends are, and the separators' places are listed; then what lies between two of them is
looked up in a hash table of the block's words. Neither step has a branch for every byte.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import CHUNK, Bytes, Int, Longs, Masks, lowest, population, within, without_lowest
from wordvec.kernels.separators import (
    CARRIES,
    COUNTERS,
    IN_TOKEN,
    INVALID,
    LEADING,
    TRAILING,
    count_controls,
    separators,
)
from wordvec.kernels.words import SHORT, Words, fill_slots, long_key, same_bytes, short_key, slot_of, slot_shift

PADDING = 3 * CHUNK
"""Blanks that a block needs behind its last byte."""

_PIECE = 8192
_FIRST_ROOM = 1 << 16

_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_63 = np.uint64(63)

# Places in `_Work.state`.
_BEGIN, _TOKENS, _WORDS, _ENDS, _LAST_END, _LAST_BREAK, _BREAK_RUN, _SOURCES, _NUMBERED, _AFTER, _STATES = range(11)


class Tokens(NamedTuple):
    """What a block of text holds; words are numbered in the order in which they first appear in it."""

    ids: NDArray[np.uint32]  # (tokens,)
    ends: Longs  # (e,) token numbers where a sentence ends, rising; 0 if one ends before the first token
    source_ends: Longs  # (sources,) token numbers where the given sources end
    words: Words
    counters: Longs  # (COUNTERS,) see `wordvec.kernels.separators`


class _Found(NamedTuple):
    """Where a block's tokens, sentence ends, source ends and counters are written, with room for all there can be."""

    ids: NDArray[np.uint32]
    ends: Longs
    source_ends: Longs
    counters: Longs


class _Work(NamedTuple):
    """How far the work on a block has come."""

    state: Longs  # (_STATES,)
    carry: Masks  # (CARRIES,) what the last chunk leaves to the next
    places: Longs  # (a piece's bytes and some,) where separators are in the piece at hand


@inline
def _note_ends(
    stops: np.uint64, source_stops: np.uint64, token_starts: np.uint64, state: Longs, found: _Found, breaks: int
) -> None:
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
def _list_places(mask: np.uint64, position: Int, listed: Int, places: Longs) -> Int:
    """Append the places of the set bits to the list; give its new length.

    Twelve at once, as many as a chunk of English has, then four at a time: a few writes too many cost less than a
    branch for each.
    """
    after = listed + population(mask)
    for k in range(12):
        places[listed + k] = position + lowest(mask)
        mask = without_lowest(mask)
    listed += 12
    while mask != _ZERO:
        for k in range(4):
            places[listed + k] = position + lowest(mask)
            mask = without_lowest(mask)
        listed += 4
    return after


@inline
def _cut(data: Bytes, end: Int, source_lasts: Longs, breaks: int, work: _Work, found: _Found) -> Int:
    """List in `places` where the separators of a piece of the block are; give how many."""
    state, carry = work.state, work.carry
    listed: Int = 0
    for position in range(state[_BEGIN], end, CHUNK):
        apart = separators(data, position, carry, found.counters)
        token_starts = ~apart & ((apart << _ONE) | (carry[IN_TOKEN] ^ _ONE))
        carry[IN_TOKEN] = ~apart >> _63
        stops = within(data, position, 10, 10)
        odd = within(data, position, 0, 31) ^ stops
        if odd != _ZERO:
            count_controls(data, position, found.counters)
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
        listed = _list_places(apart, position, listed, work.places)
    state[_BEGIN] = end
    return listed


@inline
def _number(data: Bytes, listed: Int, slots: Masks, table: Words, ids: NDArray[np.uint32], work: _Work) -> None:
    """Write the ids of the tokens between listed separators, taking up new words."""
    state, places = work.state, work.places
    begin, tokens, words = state[_AFTER], state[_NUMBERED], state[_WORDS]
    shift, last = slot_shift(slots), np.uint64(slots.size - 1)
    for k in range(listed):
        start, begin = begin, places[k] + 1
        length = places[k] - start
        if length == 0:
            continue
        key = short_key(data, start, length) if length <= SHORT else long_key(data, start, length)
        slot = slot_of(key, shift)
        while True:
            if slots[slot] == key:
                word = np.int64(slots[slot + _ONE])
                if length <= SHORT or (
                    table.lengths[word] == length and same_bytes(data, table.starts[word], data, start, length)
                ):
                    table.counts[word] += 1
                    break
            elif slots[slot] == _ZERO:
                word = words
                slots[slot], slots[slot + _ONE] = key, np.uint64(word)
                table.keys[word], table.counts[word], table.starts[word], table.lengths[word] = key, 1, start, length
                words += 1
                break
            slot = (slot + _TWO) & last
        ids[tokens] = word
        tokens += 1
    state[_AFTER], state[_NUMBERED], state[_WORDS] = begin, tokens, words


@kernel
def _tokenise(
    data: Bytes,
    size: int,
    source_lasts: Longs,
    breaks: int,
    slots: Masks,
    table: Words,
    work: _Work,
    found: _Found,
) -> bool:
    """Go on with a block; tell whether it is done, or else the table needs more room."""
    state = work.state
    # One chunk of blanks more than the text has, so that the last token ends.
    stop = size + CHUNK
    while state[_BEGIN] < stop and found.counters[INVALID] == 0:
        if state[_WORDS] + _PIECE // 2 + 1 > table.keys.size:
            return False
        end = min(state[_BEGIN] + _PIECE, stop)
        listed = _cut(data, end, source_lasts, breaks, work, found)
        _number(data, listed, slots, table, found.ids, work)
    if state[_LAST_BREAK] == state[_TOKENS]:
        found.counters[TRAILING] = state[_BREAK_RUN]
    return True


def tokenise(data: Bytes, size: int, source_lasts: Longs, breaks: int) -> Tokens:
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
    work = _Work(np.zeros(_STATES, np.int64), np.zeros(CARRIES, np.uint64), np.empty(_PIECE + CHUNK, np.int64))
    work.state[_LAST_END] = work.state[_LAST_BREAK] = -1
    found = _Found(
        ids=np.empty(size // 2 + 1, np.uint32),
        ends=np.empty(size // 2 + 2 + len(source_lasts), np.int64),
        source_ends=np.empty(len(source_lasts), np.int64),
        counters=np.zeros(COUNTERS, np.int64),
    )
    slots, table = _empty_table(_FIRST_ROOM)
    while not _tokenise(data, size, source_lasts, breaks, slots, table, work, found):
        slots, table = _larger_table(table, int(work.state[_WORDS]))
    tokens, words, ends = (int(work.state[k]) for k in (_TOKENS, _WORDS, _ENDS))
    known = Words(table.keys[:words], table.starts[:words], table.lengths[:words], table.counts[:words])
    return Tokens(found.ids[:tokens], found.ends[:ends], found.source_ends, known, found.counters)


def _empty_table(room: int) -> tuple[Masks, Words]:
    """Make slots and room for `room` words, a power of two."""
    longs = (np.empty(room, np.int64) for _ in range(3))
    return np.zeros(4 * room, np.uint64), Words(np.empty(room, np.uint64), *longs)


def _larger_table(table: Words, words: int) -> tuple[Masks, Words]:
    """Make a table with twice the room that holds the same words."""
    slots, new = _empty_table(2 * len(table.keys))
    for array, old in zip(new, table, strict=True):
        array[:words] = old[:words]
    fill_slots(slots, new.keys, words)
    return slots, new
