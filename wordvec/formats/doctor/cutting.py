"""Row boundaries in word2vec's binary files: a word, a blank, `dim` numbers of four bytes, perhaps a newline.

A word ends at the first blank, unless the words hold blanks (see `boundaries`). Rows are cut a few at a time, so that
one whose first blank does not fit is noticed before the rows after it are cut.
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
_BEYOND = 2.0**40  # times the usual largest number of a row


class _Cut(NamedTuple):
    """The words, starts and numbers of rows, and whether a newline follows each."""

    words: list[bytes]
    starts: list[int]
    parts: list[bytes]
    ends: list[bool]

    def append(self, data: bytes, row: tuple[int, int, int], before: int) -> None:
        """Add a row by the bytes of `data` where its word begins and ends and its numbers end; `before` come before."""
        begin, blank, end = row
        self.words.append(data[begin:blank])
        self.starts.append(before + begin)
        self.parts.append(data[blank + 1 : end])
        self.ends.append(ends_in_newline(data, end))

    def keep(self, rows: int) -> None:
        """Remove all rows but the first."""
        for part in self:
            del part[rows:]


class Cutter:
    """Cuts the bytes of a binary file into rows.

    Parameters
    ----------
    dim
        Numbers of each row.
    begin
        The byte of the file where the first row begins.

    Attributes
    ----------
    order
        The byte order of the numbers, known with the first block.
    left, end
        The bytes after the last whole row, and where that ends.
    newline
        Whether rows end in a newline; None before the first block.
    long_words
        The number of rows whose word ends at a later blank than the first.
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
        """Yield the rows of a file from its first row on."""
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
        """Return of each row whether it has lost or gained bytes, so that the next one has as well.

        Where other rows end in a newline, one that does not has. Elsewhere a shift makes numbers beyond all others from
        some byte of the row on: at least two, or the last one, or one where what follows cannot be a word.
        """
        if self.newline:
            return ~np.array(cut.ends)
        with np.errstate(invalid="ignore"):  # NaN that signals
            beyond = ~(np.abs(numbers) <= self._largest) & ~np.isnan(numbers)
        count = np.count_nonzero(beyond, axis=1)
        wrong: NDArray[np.bool_] = (count > 1) | ((count > 0) & beyond[:, -1])
        for row in np.flatnonzero((count > 0) & ~wrong).tolist():
            has_next = row + 1 < len(cut.words)
            wrong[row] = not (is_word(cut.words[row + 1]) if has_next else begins_word(self.left, 0))
        return wrong

    def _cut(self, data: bytes, last: bool) -> _Cut:
        """Return the whole rows of `data`, keep the rest.

        Unless the bytes are the `last` ones, a row is kept until the beginning of the next one is known.
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
        """Append a few rows whose words end at the first blank; return where the last one ends."""
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
        """Keep of the rows from `first` on those before one whose word holds blanks, and that one; return its end."""
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
    """Return the median of the largest number of each row that has one, infinity without such rows."""
    with np.errstate(invalid="ignore"):  # NaN that signals
        largest = np.abs(numbers).max(axis=1)
        largest = largest[np.isfinite(largest) & (largest > 0)]
    return float(np.median(largest)) if len(largest) else np.inf
