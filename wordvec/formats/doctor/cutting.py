"""Splitting of word2vec's binary files into rows: a word, a blank, `dim` four-byte numbers and an optional newline.

A word ends at the first blank, unless words contain blanks (see `boundaries`). Rows are split a few at a time, so that
a wrong first blank is noticed before the next rows are split.
"""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.formats.common.number_sizes import LITTLE, byte_order, implausible
from wordvec.formats.doctor.binary import Rows
from wordvec.formats.doctor.boundaries import (
    LONGEST_PHRASE,
    begins_word,
    end_of_word,
    ends_in_newline,
    is_word,
    rows_end_in_newlines,
)

_LONGEST_WORD = 1 << 16
_TOGETHER = 64
_MOST = float(np.finfo(np.float32).max)
_BEYOND = 2.0**40  # multiple of the usual largest number of a row


class _Cut(NamedTuple):
    """Words, offsets and numbers of rows, and whether each is followed by a newline."""

    words: list[bytes]
    starts: list[int]
    parts: list[bytes]
    ends: list[bool]

    def append(self, data: bytes, row: tuple[int, int, int], before: int) -> None:
        """Add a row of `data`, which begins at offset `before` of the file.

        `row` has the offsets in `data` of the begin and end of its word and of the end of its numbers.
        """
        begin, blank, end = row
        self.words.append(data[begin:blank])
        self.starts.append(before + begin)
        self.parts.append(data[blank + 1 : end])
        self.ends.append(ends_in_newline(data, end))

    def keep(self, rows: int) -> None:
        """Keep only the first `rows` rows."""
        for part in self:
            del part[rows:]


class Cutter:
    """Splitter of the bytes of a binary file into rows.

    Parameters
    ----------
    dim
        Numbers per row.
    begin
        Offset of the first row in the file.

    Attributes
    ----------
    order
        Byte order of the numbers, known after the first block.
    left
        Bytes after the last complete row.
    end
        Offset of these bytes in the file.
    newline
        Whether rows end in a newline. None before the first block.
    long_words
        Number of rows whose word contains blanks.
    """

    def __init__(self, dim: int, begin: int) -> None:
        self.dim = dim
        self.order = LITTLE
        self.left = b""
        self.end = begin
        self.newline: bool | None = None
        self.long_words = 0
        self._largest = 0.0

    def blocks(self, chunks: Iterator[bytes]) -> Iterator[Rows]:
        """Yield the rows of a file in blocks."""
        first, doubt = 0, False
        for chunk in itertools.chain(chunks, [b""]):
            data = self.left + chunk
            cut = self._cut(data, last=not chunk)
            if cut.words:
                numbers = np.frombuffer(b"".join(cut.parts), self.order).reshape(-1, self.dim)
                if not self._largest:
                    self._largest = min(_BEYOND * _usual_size(numbers), _MOST)
                wrong = self._wrong_steps(cut, numbers)
                doubtful = wrong | np.concatenate([[doubt], wrong[:-1]])
                yield Rows(first, np.array(cut.starts), cut.words, numbers, doubtful)
                doubt = bool(wrong[-1])
            first += len(cut.words)
            if len(self.left) > _LONGEST_WORD + 1 and b" " not in self.left[: _LONGEST_WORD + 1]:
                return

    def _wrong_steps(self, cut: _Cut, numbers: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Return a (rows,) bool array: whether bytes are missing or added in the row, so that the next one is shifted.

        If rows end in a newline, these are the rows without one. Otherwise a shift causes numbers beyond all others
        from some byte of the row on: two or more, or the last one, or one if the bytes after the row are not a word.
        """
        if self.newline:
            return ~np.array(cut.ends)
        with np.errstate(invalid="ignore"):  # signalling NaN
            beyond = ~(np.abs(numbers) <= self._largest) & ~np.isnan(numbers)
        count = np.count_nonzero(beyond, axis=1)
        wrong: NDArray[np.bool_] = (count > 1) | ((count > 0) & beyond[:, -1])
        for row in np.flatnonzero((count > 0) & ~wrong).tolist():
            has_next = row + 1 < len(cut.words)
            wrong[row] = not (is_word(cut.words[row + 1]) if has_next else begins_word(self.left, 0))
        return wrong

    def _cut(self, data: bytes, last: bool) -> _Cut:
        """Return the complete rows of `data` and keep the rest.

        Unless `data` ends the file, a row is returned only when the beginning of the next one is known.
        """
        size = 4 * self.dim
        cut = _Cut([], [], [], [])
        limit = len(data) if last else len(data) - size - 2 * LONGEST_PHRASE
        at = 0
        while True:
            before = len(cut.words)
            fast = self._first_blanks(data, at, limit, cut)
            if len(cut.words) == before:
                self.left, self.end = data[at:], self.end + at
                return cut
            at = self._with_long_word(data, cut, before, fast)

    def _first_blanks(self, data: bytes, at: int, limit: int, cut: _Cut) -> int:
        """Append a few rows, splitting at first blanks. Return the offset of the end of the last one."""
        size = 4 * self.dim
        for _ in range(_TOGETHER):
            begin = at + 1 if data[at : at + 1] == b"\n" else at
            blank = data.find(b" ", begin, begin + _LONGEST_WORD)
            end = blank + 1 + size
            if blank < 0 or end > limit:
                break
            cut.append(data, (begin, blank, end), self.end)
            at = end
        return at

    def _with_long_word(self, data: bytes, cut: _Cut, first: int, at: int) -> int:
        """Correct the first row from `first` on whose word contains blanks, drop the rows after it, return its end."""
        packed = b"".join(cut.parts[first:])
        ends = np.array(cut.ends[first:])
        if self.newline is None:
            self.order = byte_order(packed)
            self.newline = 2 * sum(cut.ends) > len(cut.ends) or rows_end_in_newlines(data, 4 * self.dim)
        suspicious = implausible(np.frombuffer(packed, self.order).reshape(-1, self.dim)) > 0
        if self.newline:
            suspicious |= ~ends
        elif not is_word(b"".join(cut.words[first:])) or b"" in cut.words[first:] or not begins_word(data, at):
            suspicious[:] = True
        form = np.dtype([("numbers", self.order, (self.dim,))])
        for row in np.flatnonzero(suspicious).tolist():
            begin = cut.starts[first + row] - self.end
            blank = end_of_word(data, begin, form, self.newline)
            if blank is not None:
                self.long_words += 1
                end = blank + 1 + form.itemsize
                cut.keep(first + row)
                cut.append(data, (begin, blank, end), self.end)
                return end
        return at


def _usual_size(numbers: NDArray[np.float32]) -> float:
    """Return the median over rows of the largest absolute number, or infinity if there are no such rows."""
    with np.errstate(invalid="ignore"):  # signalling NaN
        largest = np.abs(numbers).max(axis=1)
        largest = largest[np.isfinite(largest) & (largest > 0)]
    return float(np.median(largest)) if len(largest) else np.inf
