r"""Lines of text as rows of float32: each number rounded exactly once, to the nearest, ties to even.

A decimal :math:`w \cdot 10^s` with :math:`w < 10^{18}` is computed in float64, with a relative error below
:math:`2^{-51}` (w, the power, the product, and digits beyond the eighteenth, each rounded once). If all of
:math:`d (1 \pm 2^{-50})` rounds to one float32, so does the decimal. Otherwise (one in thirty million components of
vectors, and integers above 2^24 on a midpoint) NaN is stored, and the caller uses exact arithmetic. Rounding d itself
would be wrong where d is on a midpoint. (W. Clinger, "How to read floating point numbers accurately", 1990.)
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel

_TAB, _NEWLINE, _RETURN, _BLANK = 9, 10, 13, 32
_POINT, _MINUS, _PLUS, _CAPITAL_E, _SMALL_E = 46, 45, 43, 69, 101
_ZERO = np.int64(48)  # int64, so that a byte minus it can be negative
_NO_NUMBER = np.float32(0)
_NOTHING = np.int64(0)

_EIGHT_ZEROS = np.int64(0x3030303030303030)
_EIGHT_SIXES = np.int64(0x0606060606060606)  # carry a half byte above 9 into the upper half
_UPPER_HALVES = np.int64(-0x0F0F0F0F0F0F0F10)  # 0xF0F0...
_TEN_TO_EIGHT, _TEN_TO_NINE = 10**8, 10**9

_POWERS = np.array([float(f"1e{power}") for power in range(309)])
_LARGEST_POWER = 308
_MANTISSA_LIMIT = 10**17
_EXPONENT_LIMIT = 10**6
_BELOW, _ABOVE = 1 - 2.0**-50, 1 + 2.0**-50
_LARGEST_FLOAT32 = float(np.finfo(np.float32).max)


@kernel
def parse_rows(text: NDArray[np.uint8], matrix: NDArray[np.float32], words: NDArray[np.uint8]) -> tuple[int, int, int]:
    """Fill `matrix` and `words` from the lines ``word number ... number`` of `text`.

    Blanks between and after the numbers and a carriage return at the end of a line are ignored.

    Parameters
    ----------
    text
        (bytes,) uint8 array: as many lines as `matrix` has rows, each ending in a newline.
    matrix
        (rows, dim) float32 array; NaN where float64 does not suffice to round a number.
    words
        (bytes,) uint8 array as long as `text`; receives the words, each followed by a newline.

    Returns
    -------
    rows, words_end, undecided
        Number of rows read (fewer than lines if the next line is not a word and `dim` numbers that float32 can hold),
        the end of their words, and the number of NaN.
    """
    at, end, undecided = 0, 0, 0
    for row in range(len(matrix)):
        begin, words_begin = at, end
        while text[at] != _BLANK and text[at] != _NEWLINE:
            words[end] = text[at]
            at += 1
            end += 1
        words[end] = _NEWLINE
        end += 1
        if at == begin:
            return row, words_begin, undecided
        at, in_row = _parse_numbers(text, at, matrix[row])
        if at < 0:
            return row, words_begin, undecided
        undecided += in_row
    return len(matrix), end, undecided


@inline
def _parse_numbers(text: NDArray[np.uint8], at: int, numbers: NDArray[np.float32]) -> tuple[int, int]:
    """Fill `numbers` from the rest of a line; return the next line's start (or -1) and the number of NaN.

    All in one function: Numba counts references to an array each time it is passed to a function with a loop, which
    would take longer than parsing a number.
    """
    undecided = 0
    for column in range(len(numbers)):
        while text[at] == _BLANK:
            at += 1
        sign = text[at]
        at += 1 if sign in (_MINUS, _PLUS) else 0
        mantissa, scale, begin = _NOTHING, _NOTHING, at
        digit = text[at] - _ZERO
        while 0 <= digit <= 9:
            if mantissa < _MANTISSA_LIMIT:
                mantissa = 10 * mantissa + digit
            else:
                scale += 1
            at += 1
            digit = text[at] - _ZERO
        digits = at - begin
        if text[at] == _POINT:
            at += 1
            begin = at
            if mantissa < _TEN_TO_NINE and at + 8 < len(text):
                eight = _eight_digits(text, at)
                if eight >= 0:
                    mantissa = _TEN_TO_EIGHT * mantissa + eight
                    scale -= 8
                    at += 8
            digit = text[at] - _ZERO
            while 0 <= digit <= 9:
                if mantissa < _MANTISSA_LIMIT:
                    mantissa = 10 * mantissa + digit
                    scale -= 1
                at += 1
                digit = text[at] - _ZERO
            digits += at - begin
        if text[at] == _SMALL_E or text[at] == _CAPITAL_E:
            exponent, at = _parse_exponent(text, at + 1)
            scale += exponent
        number = _nearest_float32(mantissa, scale)
        if digits == 0 or at < 0 or text[at] > _BLANK or number > _LARGEST_FLOAT32:
            return -1, undecided
        numbers[column] = -number if sign == _MINUS else number
        undecided += 1 if number != number else 0
    while text[at] == _BLANK or text[at] == _TAB or text[at] == _RETURN:
        at += 1
    return at + 1 if text[at] == _NEWLINE else -1, undecided


@inline
def _eight_digits(text: NDArray[np.uint8], at: int) -> np.int64:
    """Return the number in the next eight digits, computed by pairs and fours in parallel; -1 if a byte is no digit."""
    begin = np.uint64(at)  # unsigned, so never counted from the end: LLVM merges the eight loads into one
    word = _NOTHING
    for i in range(8):
        word |= np.int64(text[begin + np.uint64(i)]) << (8 * i)
    word ^= _EIGHT_ZEROS
    digits = word & _UPPER_HALVES == 0 and (word + _EIGHT_SIXES) & _UPPER_HALVES == 0
    word = word if digits else _NOTHING
    pairs = (10 * word + (word >> 8)) & 0x00FF00FF00FF00FF
    fours = (100 * pairs + (pairs >> 16)) & 0x0000FFFF0000FFFF
    return (10000 * fours + (fours >> 32)) & 0xFFFFFFFF if digits else np.int64(-1)


@inline
def _parse_exponent(text: NDArray[np.uint8], at: int) -> tuple[np.int64, int]:
    """Return the signed integer at `at` and its end, or -1 if there is none."""
    negative = text[at] == _MINUS
    if negative or text[at] == _PLUS:
        at += 1
    exponent, begin = _NOTHING, at
    digit = text[at] - _ZERO
    while 0 <= digit <= 9:
        if exponent < _EXPONENT_LIMIT:
            exponent = 10 * exponent + digit
        at += 1
        digit = text[at] - _ZERO
    return -exponent if negative else exponent, at if at > begin else -1


@inline
def _nearest_float32(mantissa: np.int64, scale: np.int64) -> np.float32:
    """Return mantissa · 10^scale as a float32: NaN if float64 is too imprecise, infinity if the number is too large."""
    if mantissa == 0 or scale < -_LARGEST_POWER:
        return np.float32(0)
    if scale > _LARGEST_POWER:
        return np.float32(np.inf)
    value = np.float64(mantissa) / _POWERS[-scale] if scale < 0 else np.float64(mantissa) * _POWERS[scale]
    below, above = np.float32(value * _BELOW), np.float32(value * _ABOVE)
    return below if below == above else np.float32(np.nan)
