"""The end of a word that contains blanks ("Leonardo da Vinci") in word2vec's binary format.

If such a row is split at its first blank, text is read as numbers, the row ends before its last numbers, and these
begin the next word. Four letters read as a float32 are an implausible number: about 1e-19 if the highest byte is a
blank, 1e20 or more if it is a lower-case letter. Numbers read at a wrong offset have any exponent. So the right blank
is the one that is followed by the fewest implausible numbers, and after whose numbers a row can end.
"""

import re

import numpy as np

from wordvec.formats.common.number_sizes import implausible

LONGEST_PHRASE = 1 << 10

_CONTROL = re.compile(rb"[\0-\x1f]")
_NEWLINE = 10
_ROWS_TRIED = 64


def is_word(word: bytes) -> bool:
    """Return whether bytes can be a word: not empty, valid UTF-8, without control characters."""
    try:
        word.decode()
    except UnicodeDecodeError:
        return False
    return bool(word) and not _CONTROL.search(word)


def ends_in_newline(data: bytes, end: int) -> bool:
    """Return whether a row that ends at offset `end` is followed by a newline or by the end of the data."""
    return end == len(data) or data[end] == _NEWLINE


def begins_word(data: bytes, at: int) -> bool:
    """Return whether a word (after an optional newline) or the end of the data is at offset `at`."""
    rest = data[at : at + LONGEST_PHRASE].removeprefix(b"\n")
    return not rest or is_word(rest.partition(b" ")[0])


def rows_end_in_newlines(data: bytes, size: int) -> bool:
    """Return whether the first rows, with numbers of `size` bytes, can all end in newlines."""
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
    """Return the offset of the blank that ends the word of a row, or None if it is the first blank.

    Parameters
    ----------
    data
        Bytes of the file, including the word of the next row if there is one.
    begin
        Offset of the row.
    numbers
        Type of the numbers of a row.
    newline
        Whether rows end in a newline. If not, a word must follow each row.
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
    """Return whether a row can end at offset `end`."""
    return ends_in_newline(data, end) if newline else begins_word(data, end)
