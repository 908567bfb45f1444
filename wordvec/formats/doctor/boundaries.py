"""The blank at which a word of word2vec's binary format ends, where words hold blanks ("Leonardo da Vinci").

Read from the first blank on, such a row has text for numbers and ends inside its last numbers, and the next word begins
with the rest of them. Four letters read as a float32 are a number that no vector has: those of which a blank is the
highest byte lie near 1e-19, lower-case letters make 1e20 and more, and numbers read from between their bytes have any
exponent. So the right blank is the one with the fewest implausible numbers after it that ends where a row can end.
"""

import re

import numpy as np

from wordvec.formats.common.number_sizes import implausible

LONGEST_PHRASE = 1 << 10

_CONTROL = re.compile(rb"[\0-\x1f]")
_NEWLINE = 10
_ROWS_TRIED = 64


def is_word(word: bytes) -> bool:
    """Return whether bytes can be a word rather than numbers: not empty, UTF-8, without control characters."""
    try:
        word.decode()
    except UnicodeDecodeError:
        return False
    return bool(word) and not _CONTROL.search(word)


def ends_in_newline(data: bytes, end: int) -> bool:
    """Return whether a row that ends at a byte is followed by a newline, or the last."""
    return end == len(data) or data[end] == _NEWLINE


def begins_word(data: bytes, at: int) -> bool:
    """Return whether nothing or a word comes at a byte, after a newline or not."""
    rest = data[at : at + LONGEST_PHRASE].removeprefix(b"\n")
    return not rest or is_word(rest.partition(b" ")[0])


def rows_end_in_newlines(data: bytes, size: int) -> bool:
    """Return whether the first rows, whose numbers take `size` bytes, end in newlines, at whichever blank a word ends."""
    at, rows = 0, 0
    while rows < _ROWS_TRIED and at < len(data) - size:
        blank = data.find(b" ", at, at + LONGEST_PHRASE)
        while blank >= 0 and data[blank + 1 + size : blank + 2 + size] != b"\n":
            blank = data.find(b" ", blank + 1, at + LONGEST_PHRASE)
        if blank < 0 or _CONTROL.search(data, at, blank):
            break
        at, rows = blank + 2 + size, rows + 1
    return rows > 0 and (rows == _ROWS_TRIED or len(data) - at < size + LONGEST_PHRASE)


def end_of_word(data: bytes, begin: int, numbers: np.dtype[np.void], newline: bool) -> int | None:
    """Return the blank of `data` at which the word of a row ends if it is a later one than the first, else None.

    Parameters
    ----------
    data
        Bytes of the file, with the next row's word where there is one.
    begin
        The byte at which the row begins.
    numbers
        The type of a row's numbers.
    newline
        Whether rows end in a newline, as most of the file do; otherwise the row has to be followed by a word.
    """
    blank = data.find(b" ", begin)
    fewest = _implausible_after(data, blank, numbers)
    if _fits(data, blank + 1 + numbers.itemsize, newline):
        if fewest == 0:
            return None
    else:
        fewest += 1
    best = None
    while fewest and (blank := data.find(b" ", blank + 1, begin + LONGEST_PHRASE)) >= 0:
        end = blank + 1 + numbers.itemsize
        if end > len(data) or not (is_word(data[begin:blank]) or (newline and not _CONTROL.search(data, begin, blank))):
            break
        count = _implausible_after(data, blank, numbers)
        if count < fewest and _fits(data, end, newline):
            fewest, best = count, blank
    return best


def _implausible_after(data: bytes, blank: int, numbers: np.dtype[np.void]) -> int:
    return int(implausible(np.frombuffer(data, numbers, 1, blank + 1)["numbers"][0]))


def _fits(data: bytes, end: int, newline: bool) -> bool:
    """Return whether a row can end at a byte."""
    return ends_in_newline(data, end) if newline else begins_word(data, end)
