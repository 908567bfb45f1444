"""Exact reading, from the right end, of lines whose word contains blanks or is empty."""

import math

import numpy as np
from numpy.typing import NDArray

from wordvec.formats.common.faults import is_finite_number, word_and_numbers


def read_from_right(line: bytes, numbers: NDArray[np.float32], any_word: bool) -> bytes | None:
    """Fill a row with the last fields of its line, separated by blanks, and return its word.

    Parameters
    ----------
    line
        The line.
    numbers
        (dim,) float32 array, the row.
    any_word
        Whether the word may also be empty or begin with a blank.

    Returns
    -------
    bytes | None
        The word, or None if the line is not a row of this dim.
    """
    line = line.rstrip(b" \t\r\n")
    word, fields = word_and_numbers(line, len(numbers)) or (b"", [])
    if not fields or b"\t" in line[len(word) :] or not all(map(is_finite_number, fields)):
        return None
    if line.startswith(b" ") and not any_word:
        return None
    numbers[:] = [nearest_float32(field.decode()) for field in fields]
    return word if np.isfinite(numbers).all() else None


def nearest_float32(text: str) -> np.float32:
    """Return the float32 nearest to a decimal (ties to even), by exact arithmetic."""
    from fractions import Fraction  # here, because nearly no file has such rows

    exact = Fraction(text)
    step = Fraction(2) ** max(-149, math.frexp(float(exact))[1] - 24)
    magnitude = abs(round(exact / step) * step)
    return np.float32(math.copysign(magnitude if magnitude < 1 << 128 else math.inf, -1 if text[0] == "-" else 1))
