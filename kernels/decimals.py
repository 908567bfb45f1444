r"""Rows of float32 as text: for each number the shortest decimal that parses to the same bits.

Schubfach (R. Giulietti, "The Schubfach way to render doubles", 2020), in the form for 32 bits. A finite float is
:math:`c \cdot 2^q`; the decimals that round to it lie between its two neighbouring midpoints,
:math:`(4c \mp 2) \cdot 2^{q-2}`. With :math:`k = \lfloor \log_{10} 2^q \rfloor` there is a multiple of
:math:`10^k` in that interval and at most one of :math:`10^{k+1}`; the latter is taken if there is one, else the
nearest of the former. The three bounds are scaled by a table of :math:`10^{-k}` to 64 bits and rounded to odd,
which keeps every comparison exact. Of two shortest decimals the nearer one is written.

The notation is that of NumPy and of C's ``%g``: positional from 0.0001 up to 1e16, else as in ``1.5e-05``.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel

LONGEST_NUMBER = 20
"""Maximal bytes of a number, including the blank before it (-1234567900000000.0)."""

_LOWEST_POWER, _HIGHEST_POWER = -32, 46


def _powers_of_ten() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the upper and lower halves of 10^k, from the lowest power k on, rounded upwards to 64 bits."""
    high, low = [], []
    for k in range(_LOWEST_POWER, _HIGHEST_POWER + 1):
        numerator, denominator = 10 ** max(k, 0), 10 ** max(-k, 0)
        shift = 63 - _floor_log2(numerator, denominator)
        scaled = -(-(numerator << max(shift, 0)) // (denominator << max(-shift, 0)))
        high.append(scaled >> 32)
        low.append(scaled & 0xFFFFFFFF)
    return np.array(high, np.int64), np.array(low, np.int64)


def _floor_log2(numerator: int, denominator: int) -> int:
    estimate = numerator.bit_length() - denominator.bit_length()
    return estimate if numerator << max(-estimate, 0) >= denominator << max(estimate, 0) else estimate - 1


_POWER_HIGH, _POWER_LOW = _powers_of_ten()

_BLANK, _NEWLINE, _ZERO, _POINT, _MINUS, _PLUS, _E = 32, 10, 48, 46, 45, 43, 101
_EXPONENT_OF_NON_FINITE = 255
_POSITIONAL_LEAST, _POSITIONAL_MOST = -3, 16
_DIGITS = 9  # maximal digits of the shortest decimal of a float32
_TEN_TO = np.array([10**power for power in range(_DIGITS)])
_EIGHT_ZEROS = 0x3030303030303030


@kernel
def format_rows(bits: NDArray[np.int32], words: NDArray[np.uint8], out: NDArray[np.uint8]) -> np.int64:
    """Write the lines ``word number ... number`` to `out`; return their length in bytes.

    Parameters
    ----------
    bits
        (rows, dim) int32 array: the bits of the float32 numbers.
    words
        (bytes,) uint8 array: the rows' words in UTF-8, each followed by a newline.
    out
        (bytes,) uint8 array, long enough for the words and `LONGEST_NUMBER` bytes for each number.

    Returns
    -------
    np.int64
        Number of bytes written, or ``-1 - row`` for the first row that contains NaN or infinity.
    """
    at, letter = np.int64(0), 0
    for row in range(bits.shape[0]):
        while words[letter] != _NEWLINE:
            out[at] = words[letter]
            at += 1
            letter += 1
        letter += 1
        for column in range(bits.shape[1]):
            number = np.int64(bits[row, column])
            if (number >> 23) & 255 == _EXPONENT_OF_NON_FINITE:
                return np.int64(-1 - row)
            out[at] = _BLANK
            out[at + 1] = _MINUS
            at += 1 + ((number >> 31) & 1)
            first, others, point = _decimal(number)
            length = _length(others)
            # On the common path `out` is passed to no function with a loop or an early return: Numba would count
            # references to it for each number, which takes longer than writing the digits.
            if _POSITIONAL_LEAST <= point <= 0:
                _write_fraction(first, others, point, out, at)
                at += 2 - point + length
            else:
                at = _write_other(first, others, length, point, out, at)
        out[at] = _NEWLINE
        at += 1
    return at


@inline
def _decimal(bits: np.int64) -> tuple[np.int64, np.int64, np.int64]:
    """Return the shortest decimal of a number, 0.DIGITS · 10^point: first digit, the eight others, point."""
    if bits & 0x7FFFFFFF == 0:
        return np.int64(0), np.int64(0), np.int64(1)
    digits, exponent = _shortest(bits & 0x7FFFFF, (bits >> 23) & 255)
    length = np.int64(1)
    for power in range(1, _DIGITS):
        length += 1 if digits >= _TEN_TO[power] else 0
    digits *= _TEN_TO[_DIGITS - length]
    first = digits // _TEN_TO[8]
    return first, _eight_digits(digits - first * _TEN_TO[8]), length + exponent


@inline
def _shortest(fraction: np.int64, biased: np.int64) -> tuple[np.int64, np.int64]:
    """Return (d, k) so that d·10^k is the shortest decimal of the positive float with these bit fields."""
    c = fraction | (1 << 23) if biased != 0 else fraction
    q = np.int64(biased if biased != 0 else 1) - 150
    if -24 < q <= 0 and c & ((1 << -q) - 1) == 0:
        return c >> -q, np.int64(0)
    # Below a power of two floats are twice as dense, so the lower midpoint is nearer.
    closer = 1 if fraction == 0 and biased > 1 else 0
    k = (q * 1262611 - closer * 524031) >> 22  # ⌊log10(2^q)⌋, or ⌊log10(3/4 · 2^q)⌋
    shift = q + ((-k * 1741647) >> 19) + 1  # q + ⌊log2(10^-k)⌋ + 1
    high, low = _POWER_HIGH[-k - _LOWEST_POWER], _POWER_LOW[-k - _LOWEST_POWER]
    odd = c & 1
    least = _scaled((4 * c - 2 + closer) << shift, high, low) + odd
    exact = _scaled((4 * c) << shift, high, low)
    most = _scaled((4 * c + 2) << shift, high, low) - odd
    # No branches from here: the choice among the four is unpredictable.
    d = exact >> 2
    tens = (d * 3435973837) >> 35
    tens_below = 1 if least <= 40 * tens else 0
    tens_above = 1 if 40 * tens + 40 <= most else 0
    below = 1 if least <= 4 * d else 0
    above = 1 if 4 * d + 4 <= most else 0
    nearer = 1 if exact + (d & 1) > 4 * d + 2 else 0
    d_of_ones = d + (above if below != above else nearer)
    shorter = (tens_below ^ tens_above) & (1 if d >= 10 else 0)
    return tens + tens_above if shorter else d_of_ones, k + np.int64(shorter)


@inline
def _scaled(bound: np.int64, high: np.int64, low: np.int64) -> np.int64:
    """Return bound · (high, low) / 2^64, rounded to odd."""
    product = bound * high + ((bound * low) >> 32)
    return (product >> 32) | (1 if product & 0xFFFFFFFF > 1 else 0)


@inline
def _eight_digits(number: np.int64) -> np.int64:
    """Return the digits of a number below 10^8 as the bytes of an integer, the first one lowest.

    Halves are split into quarters and quarters into digits, in parallel in one integer; divisions are products.
    """
    high = (number * 109951163) >> 40  # number // 10000
    halves = high | ((number - 10000 * high) << 32)
    hundreds = ((halves * 10486) >> 20) & 0x7F0000007F
    quarters = hundreds | ((halves - 100 * hundreds) << 16)
    tens = ((quarters * 103) >> 10) & 0x000F000F000F000F
    return tens | ((quarters - 10 * tens) << 8)


@inline
def _length(others: np.int64) -> np.int64:
    """Return the number of digits without trailing zeros, including the first digit."""
    length = np.int64(1)
    for i in range(8):
        length += 1 if others >= 1 << (8 * i) else 0
    return length


@inline
def _write_fraction(first: np.int64, others: np.int64, point: np.int64, out: NDArray[np.uint8], at: np.int64) -> None:
    """Write ``0.``, up to three zeros, and nine digits."""
    out[at] = _ZERO
    out[at + 1] = _POINT
    out[at + 2] = _ZERO
    out[at + 3] = _ZERO
    out[at + 4] = _ZERO
    _write_nine(first, others, out, at + 2 - point)


@inline
def _write_nine(first: np.int64, others: np.int64, out: NDArray[np.uint8], at: np.int64) -> None:
    out[at] = _ZERO + first
    letters = others + _EIGHT_ZEROS
    begin = np.uint64(at + 1)  # unsigned, so never counted from the end: LLVM merges the eight stores into one
    for i in range(8):
        out[begin + np.uint64(i)] = (letters >> (8 * i)) & 255


@inline
def _write_other(
    first: np.int64, others: np.int64, length: np.int64, point: np.int64, out: NDArray[np.uint8], at: np.int64
) -> np.int64:
    """Write a number of `length` digits that is 0, at least 1 or below 1e-4; return its end."""
    positional = 0 < point <= _POSITIONAL_MOST
    whole = point if positional else 1
    _write_nine(first, others, out, at + 1)
    for i in range(min(whole, _DIGITS)):
        out[at + i] = out[at + i + 1]
    for i in range(_DIGITS, whole):
        out[at + i] = _ZERO
    out[at + whole] = _POINT
    if positional and length <= whole:
        out[at + whole + 1] = _ZERO
        return at + whole + 2
    end = at + length + (1 if length > 1 else 0)
    return end if positional else _write_exponent(point - 1, out, end)


@inline
def _write_exponent(exponent: np.int64, out: NDArray[np.uint8], at: np.int64) -> np.int64:
    size = abs(exponent)
    out[at] = _E
    out[at + 1] = _MINUS if exponent < 0 else _PLUS
    out[at + 2] = _ZERO + size // 10
    out[at + 3] = _ZERO + size % 10
    return at + 4
