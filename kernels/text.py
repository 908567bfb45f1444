"""Tokenisation of one block of text at memory speed, with word ids local to the block.

A block is processed in pieces that fit in the first-level cache, in two steps. First, bit masks of 64 bytes at a time
locate separators and line ends, and the positions of the separators are listed. Then each token between two separators
is looked up in a hash table of the block's words. Neither step has a branch for every byte.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import MASK_BYTES, Bytes, Int, Longs, Masks, lowest_bit, popcount, within, without_lowest_bit
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
from wordvec.kernels.words import SHORT, WordSpans, fill_slots, first_slot, long_key, same_bytes, short_key, slot_shift

PADDING = 3 * MASK_BYTES
"""Blanks required after the last byte of a block."""

_PIECE_BYTES = 8192
_FIRST_CAPACITY = 1 << 16

_ZERO, _ONE, _TWO = np.uint64(0), np.uint64(1), np.uint64(2)
_63 = np.uint64(63)

# Indices of `_Work.state`.
_BEGIN, _TOKENS, _WORDS, _ENDS, _LAST_END, _LAST_BREAK, _BREAK_RUN, _DOCUMENTS, _NUMBERED, _AFTER, _STATES = range(11)


class Tokens(NamedTuple):
    """The tokens of a block of text, with word ids in order of first appearance in the block."""

    ids: NDArray[np.uint32]  # (tokens,)
    ends: Longs  # (e,) numbers of tokens before each sentence end, rising; 0 if one ends before the first token
    document_ends: Longs  # (documents,) numbers of tokens before the end of each document
    words: WordSpans
    counters: Longs  # (COUNTERS,) see `wordvec.kernels.separators`


class _BlockArrays(NamedTuple):
    """Output arrays of a block, large enough for the maximal number of tokens, sentences and documents."""

    ids: NDArray[np.uint32]
    ends: Longs
    document_ends: Longs
    counters: Longs


class _Work(NamedTuple):
    """The state of the work on a block."""

    state: Longs  # (_STATES,)
    carry: Masks  # (CARRIES,) state carried between chunks
    positions: Longs  # (bytes of a piece and more,) positions of the separators of the current piece


@inline
def _note_ends(
    stops: np.uint64,
    document_stops: np.uint64,
    token_starts: np.uint64,
    state: Longs,
    arrays: _BlockArrays,
    breaks: int,
) -> None:
    """Record the ends of sentences and documents in a chunk; `breaks` line ends without a token between end a sentence.

    A document end is marked on its last byte, and always ends a sentence.
    """
    rest = stops | document_stops
    while rest != _ZERO:
        stop = rest & (~rest + _ONE)
        rest ^= stop
        tokens = state[_TOKENS] + popcount(token_starts & (stop - _ONE))
        if (stop & stops) != _ZERO:
            state[_BREAK_RUN] = state[_BREAK_RUN] + 1 if tokens == state[_LAST_BREAK] else 1
            state[_LAST_BREAK] = tokens
            if tokens == 0 and state[_DOCUMENTS] == 0:
                arrays.counters[LEADING] = state[_BREAK_RUN]
        of_document = (stop & document_stops) != _ZERO
        if (of_document or state[_BREAK_RUN] == breaks) and tokens != state[_LAST_END]:
            arrays.ends[state[_ENDS]] = tokens
            state[_ENDS] += 1
            state[_LAST_END] = tokens
        if of_document:
            arrays.document_ends[state[_DOCUMENTS]] = tokens
            state[_DOCUMENTS] += 1
            state[_BREAK_RUN] = 0


@inline
def _list_positions(mask: np.uint64, position: Int, listed: Int, positions: Longs) -> Int:
    """Append the positions of the set bits to the list; return its new length.

    Twelve at once, the number in a chunk of English, then four at a time: a few surplus writes cost less than a branch
    for each position.
    """
    after = listed + popcount(mask)
    for k in range(12):
        positions[listed + k] = position + lowest_bit(mask)
        mask = without_lowest_bit(mask)
    listed += 12
    while mask != _ZERO:
        for k in range(4):
            positions[listed + k] = position + lowest_bit(mask)
            mask = without_lowest_bit(mask)
        listed += 4
    return after


@inline
def _cut(data: Bytes, end: Int, document_lasts: Longs, breaks: int, work: _Work, arrays: _BlockArrays) -> Int:
    """List the positions of the separators of a piece of the block; return their number."""
    state, carry = work.state, work.carry
    listed: Int = 0
    for position in range(state[_BEGIN], end, MASK_BYTES):
        apart = separators(data, position, carry, arrays.counters)
        token_starts = ~apart & ((apart << _ONE) | (carry[IN_TOKEN] ^ _ONE))
        carry[IN_TOKEN] = ~apart >> _63
        stops = within(data, position, 10, 10)
        odd = within(data, position, 0, 31) ^ stops
        if odd != _ZERO:
            count_controls(data, position, arrays.counters)
            returns = within(data, position, 13, 13)
            stops |= returns & ~within(data, position + 1, 10, 10)
        document_stops = _ZERO
        document = state[_DOCUMENTS]
        while document < document_lasts.size and document_lasts[document] < position + MASK_BYTES:
            document_stops |= _ONE << np.uint64(document_lasts[document] - position)
            document += 1
        if (stops | document_stops) != _ZERO:
            _note_ends(stops, document_stops, token_starts, state, arrays, breaks)
        state[_TOKENS] += popcount(token_starts)
        listed = _list_positions(apart, position, listed, work.positions)
    state[_BEGIN] = end
    return listed


@inline
def _number(data: Bytes, listed: Int, slots: Masks, table: WordSpans, ids: NDArray[np.uint32], work: _Work) -> None:
    """Write the ids of the tokens between listed separators, adding new words to the table."""
    state, positions = work.state, work.positions
    begin, tokens, words = state[_AFTER], state[_NUMBERED], state[_WORDS]
    shift, last = slot_shift(slots), np.uint64(slots.size - 1)
    for k in range(listed):
        start, begin = begin, positions[k] + 1
        length = positions[k] - start
        if length == 0:
            continue
        key = short_key(data, start, length) if length <= SHORT else long_key(data, start, length)
        slot = first_slot(key, shift)
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
    document_lasts: Longs,
    breaks: int,
    slots: Masks,
    table: WordSpans,
    work: _Work,
    arrays: _BlockArrays,
) -> bool:
    """Continue with a block; return True when it is complete, False if the table must grow."""
    state = work.state
    # One chunk of blanks after the text, so that the last token ends.
    stop = size + MASK_BYTES
    while state[_BEGIN] < stop and arrays.counters[INVALID] == 0:
        if state[_WORDS] + _PIECE_BYTES // 2 + 1 > table.keys.size:
            return False
        end = min(state[_BEGIN] + _PIECE_BYTES, stop)
        listed = _cut(data, end, document_lasts, breaks, work, arrays)
        _number(data, listed, slots, table, arrays.ids, work)
    if state[_LAST_BREAK] == state[_TOKENS]:
        arrays.counters[TRAILING] = state[_BREAK_RUN]
    return True


def tokenise(data: Bytes, size: int, document_lasts: Longs, breaks: int) -> Tokens:
    """Return the `Tokens` of a block of text.

    Parameters
    ----------
    data : (size rounded up to a multiple of 64, and `PADDING` more,) uint8
        The text, then blanks. It begins and ends between tokens.
    size : int
        Bytes of text.
    document_lasts : (documents,) int64
        Positions of the last bytes of documents that end in this block, rising; each is a separator.
    breaks : int
        Number of line ends without a token between them that end a sentence: 1 for lines, 2 for paragraphs, 0 for none.
        LF, CR and CR LF end a line.
    """
    work = _Work(
        np.zeros(_STATES, np.int64), np.zeros(CARRIES, np.uint64), np.empty(_PIECE_BYTES + MASK_BYTES, np.int64)
    )
    work.state[_LAST_END] = work.state[_LAST_BREAK] = -1
    arrays = _BlockArrays(
        ids=np.empty(size // 2 + 1, np.uint32),
        ends=np.empty(size // 2 + 2 + len(document_lasts), np.int64),
        document_ends=np.empty(len(document_lasts), np.int64),
        counters=np.zeros(COUNTERS, np.int64),
    )
    slots, table = _empty_table(_FIRST_CAPACITY)
    while not _tokenise(data, size, document_lasts, breaks, slots, table, work, arrays):
        slots, table = _larger_table(table, int(work.state[_WORDS]))
    tokens, words, ends = (int(work.state[k]) for k in (_TOKENS, _WORDS, _ENDS))
    known = WordSpans(table.keys[:words], table.starts[:words], table.lengths[:words], table.counts[:words])
    return Tokens(arrays.ids[:tokens], arrays.ends[:ends], arrays.document_ends, known, arrays.counters)


def _empty_table(capacity: int) -> tuple[Masks, WordSpans]:
    """Return empty slots and a table for `capacity` words, a power of two."""
    longs = (np.empty(capacity, np.int64) for _ in range(3))
    return np.zeros(4 * capacity, np.uint64), WordSpans(np.empty(capacity, np.uint64), *longs)


def _larger_table(table: WordSpans, words: int) -> tuple[Masks, WordSpans]:
    """Return slots and a table of twice the capacity with the same words."""
    slots, new = _empty_table(2 * len(table.keys))
    for array, old in zip(new, table, strict=True):
        array[:words] = old[:words]
    fill_slots(slots, new.keys, words)
    return slots, new
