"""Separators between tokens, and validation of UTF-8: sixty-four bytes at a time, without a branch for each byte.

Separators are the control characters below U+0020 and all Unicode white space: U+0020, U+0085, U+00A0, U+1680,
U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000. A U+FEFF at the beginning of a token is a separator, too, so
that a byte order mark never becomes part of a word; inside a token it is kept.
"""

import numpy as np

from wordvec.kernels._jit import inline
from wordvec.kernels.bits import Bytes, Int, Longs, Masks, popcount, within

IN_TOKEN, SEPARATOR_LEFT, CONTINUATION_LEFT, CARRIES = range(4)
"""State carried from one chunk of 64 bytes to the next: whether it ends inside a token; the bytes of a separator, and
of a character, that continue in the next."""

NULS, RETURNS, CONTROLS, MARKS, INVALID, LEADING, TRAILING, COUNTERS = range(8)
"""Counters: NUL; CR; other control characters that are not white space; U+FEFF removed; 1 if the text is not UTF-8,
which invalidates the others; line ends before the first token and after the last one."""

_ZERO, _ONE, _TWO, _THREE = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)
_61, _62, _63 = np.uint64(61), np.uint64(62), np.uint64(63)


@inline
def separators(data: Bytes, position: Int, carry: Masks, counters: Longs) -> np.uint64:
    """Return the mask of the separators' bytes in a chunk; count invalid UTF-8 and removed marks in `counters`."""
    mask = within(data, position, 0, 0x20)
    if (within(data, position, 0x80, 0xFF) | carry[CONTINUATION_LEFT]) != _ZERO:
        _check_utf8(data, position, carry, counters)
        mask |= _wide_separators(data, position, mask, carry, counters)
    return mask


@inline
def count_controls(data: Bytes, position: Int, counters: Longs) -> None:
    """Count NUL, CR and the control characters of a chunk that are not white space."""
    counters[NULS] += popcount(within(data, position, 0, 0))
    counters[RETURNS] += popcount(within(data, position, 13, 13))
    counters[CONTROLS] += popcount(within(data, position, 1, 8) | within(data, position, 14, 31))


@inline
def _check_utf8(data: Bytes, position: Int, carry: Masks, counters: Longs) -> None:
    """Set ``counters[INVALID]`` unless all characters that begin or continue in a chunk are well-formed so far.

    The continuation bytes that the leading bytes require are compared with those present. Then second bytes that make
    an overlong encoding, a surrogate or a code point above U+10FFFF are rejected.
    """
    four = within(data, position, 0xF0, 0xF4)
    longer = within(data, position, 0xE0, 0xEF) | four
    leading = longer | within(data, position, 0xC2, 0xDF)
    expected = carry[CONTINUATION_LEFT] | (leading << _ONE) | (longer << _TWO) | (four << _THREE)
    carry[CONTINUATION_LEFT] = (leading >> _63) | (longer >> _62) | (four >> _61)
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
def _wide_separators(data: Bytes, position: Int, narrow: np.uint64, carry: Masks, counters: Longs) -> np.uint64:
    """Return the mask of the bytes of separators of two or three bytes; `narrow` is the mask of one-byte separators."""
    second, third = position + 1, position + 2
    two = within(data, position, 0xC2, 0xC2) & (within(data, second, 0x85, 0x85) | within(data, second, 0xA0, 0xA0))
    general = within(data, second, 0x80, 0x80) & (
        within(data, third, 0x80, 0x8A) | within(data, third, 0xA8, 0xA9) | within(data, third, 0xAF, 0xAF)
    )
    general |= within(data, second, 0x81, 0x81) & within(data, third, 0x9F, 0x9F)
    three = within(data, position, 0xE2, 0xE2) & general
    ideographic = within(data, second, 0x80, 0x80) & within(data, third, 0x80, 0x80)
    three |= within(data, position, 0xE3, 0xE3) & ideographic
    ogham = within(data, second, 0x9A, 0x9A) & within(data, third, 0x80, 0x80)
    three |= within(data, position, 0xE1, 0xE1) & ogham
    mask: np.uint64 = carry[SEPARATOR_LEFT] | two | (two << _ONE) | three | (three << _ONE) | (three << _TWO)
    marks = within(data, position, 0xEF, 0xEF) & within(data, second, 0xBB, 0xBB) & within(data, third, 0xBF, 0xBF)
    while marks != _ZERO:
        mark = marks & (~marks + _ONE)
        marks ^= mark
        behind_separator = ((narrow | mask) << _ONE) | (carry[IN_TOKEN] ^ _ONE)
        if (behind_separator & mark) != _ZERO:
            three |= mark
            mask |= mark | (mark << _ONE) | (mark << _TWO)
            counters[MARKS] += 1
    carry[SEPARATOR_LEFT] = (two >> _63) | (three >> _62) | (three >> _63)
    return mask
