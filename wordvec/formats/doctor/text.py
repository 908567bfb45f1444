"""Blocks of lines of texts of vectors, with or without a header, scanned at the speed of the usual reader.

A line that the kernel of the usual reader accepts can only have defects of its line end and of its word; these are
searched in the whole block at once. Only the other lines are parsed one by one.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.formats.doctor import words
from wordvec.formats.doctor.defects import Defect
from wordvec.formats.doctor.rows import Row, parse_row
from wordvec.formats.doctor.scan import Fault, Scan, scan
from wordvec.kernels.decimal_parsing import parse_rows

ZERO, JOINT = b"0", b" "

_BLANK, _TAB, _NEWLINE, _RETURN = b" \t\n\r"
_LONGEST_WORD = 1 << 20
_LONGEST_NUMBER = 64
_MOST_NUMBERS = 1 << 20
_ENDLESS = b"(a-line-longer-than-any-row)\n"


class Lines(NamedTuple):
    """Complete lines of a text; a `Block`.

    Attributes
    ----------
    first
        Number of lines before these.
    byte
        Offset of the first line in the file.
    text
        The lines, each with a newline, even if the last line of the file has none.
    begins
        (lines + 1,) int64 array, offsets of the lines in `text`, and its end.
    dim
        Expected numbers per line.
    cut
        Whether the file ends here without a newline.
    """

    first: int
    byte: int
    text: bytes
    begins: NDArray[np.int64]
    dim: int
    cut: bool

    def __len__(self) -> int:
        return len(self.begins) - 1

    @property
    def starts(self) -> NDArray[np.int64]:
        """(lines,) int64 array, offsets of the lines in the file, in bytes."""
        return self.byte + self.begins[:-1]

    def row(self, at: int) -> Row:
        """Parse a line."""
        return parse_row(self.verbatim(at).rstrip(b" \t\r\n"), self.dim, self.cut and at == len(self) - 1)

    def verbatim(self, at: int) -> bytes:
        """Return a line with its newline."""
        return self.text[self.begins[at] : self.begins[at + 1]]

    def all_verbatim(self) -> bytes:
        """Return all lines."""
        return self.text


def blocks_of_lines(chunks: Iterator[bytes], first: int, byte: int, dim: int) -> Iterator[Lines]:
    """Yield lines in blocks. A line that is longer than any row is replaced by a placeholder.

    Parameters
    ----------
    chunks
        Bytes of the text.
    first, byte
        Number of lines and bytes of the file before the text.
    dim
        Expected numbers per line.
    """
    longest = _LONGEST_WORD + _LONGEST_NUMBER * min(dim, _MOST_NUMBERS)
    rest, endless = b"", False
    for chunk in chunks:
        if endless:
            line, newline, chunk = chunk.partition(b"\n")
            byte += len(line) + len(newline)
            endless = not newline
        rest += chunk
        end = rest.rfind(b"\n") + 1
        if end:
            block = _lines(first, byte, rest[:end], dim)
            yield block
            first, byte, rest = first + len(block), byte + end, rest[end:]
        if len(rest) > longest:
            yield _lines(first, byte, _ENDLESS, dim)
            first, byte, rest, endless = first + 1, byte + len(rest), b"", True
    if rest:
        yield _lines(first, byte, rest + b"\n", dim, cut=True)


def _lines(first: int, byte: int, text: bytes, dim: int, cut: bool = False) -> Lines:
    begins = np.flatnonzero(np.frombuffer(text, np.uint8) == _NEWLINE) + 1
    return Lines(first, byte, text, np.concatenate([[0], begins]), dim, cut)


def scan_lines(block: Lines) -> Scan:
    """Find the defects in a block of lines."""
    found, suspects = _read(block)
    ends = _line_end_faults(block)
    if block.cut:
        ends.append(Fault(Defect.NO_NEWLINE, len(block) - 1, ""))
    suspects |= _with_several_blanks(block)
    return scan(block, found, sorted(suspects), ends)


def _read(block: Lines) -> tuple[list[bytes], set[int]]:
    """Return the word of each line, and the suspicious lines."""
    text = np.frombuffer(block.text, np.uint8)
    fit = len(text) // (2 * block.dim + 2)  # at most this many lines can be rows
    matrix = np.empty((min(len(block), fit), block.dim), np.float32)
    packed = np.empty(len(text), np.uint8)
    found: list[bytes] = []
    suspects: set[int] = set()
    while len(found) < len(block) and fit:
        at = len(found)
        rows, end, undecided = parse_rows(text[block.begins[at] :], matrix[: len(block) - at], packed)
        read = packed[:end].tobytes()
        found += read.split(b"\n")[:-1]
        suspects.update((np.flatnonzero(~matrix[:rows].any(axis=1)) + at).tolist())
        if undecided:
            suspects.update((np.flatnonzero(np.isnan(matrix[:rows]).any(axis=1)) + at).tolist())
        if words.may_be_wrong(read):
            suspects.update(at + row for row in range(rows) if words.faults(found[at + row]))
        if len(found) < len(block) and rows < len(matrix):
            suspects.add(len(found))
            found.append(b"")
    suspects.update(range(len(found), len(block)))
    return found + [b""] * (len(block) - len(found)), suspects


def _line_end_faults(block: Lines) -> list[Fault]:
    """Find carriage returns and blanks at the ends of lines."""
    text = np.frombuffer(b"\n\n" + block.text, np.uint8)
    newlines = block.begins[1:] + 1
    returns = text[newlines - 1] == _RETURN
    last = text[newlines - 1 - returns]
    blanks = (last == _BLANK) | (last == _TAB)
    found = [Fault(Defect.CRLF, at, "") for at in np.flatnonzero(returns).tolist()]
    return found + [Fault(Defect.BLANK_AT_END, at, "") for at in np.flatnonzero(blanks).tolist()]


def _with_several_blanks(block: Lines) -> set[int]:
    """Find the lines with two consecutive blanks before their end."""
    blank = np.frombuffer(block.text, np.uint8) == _BLANK
    doubles = np.flatnonzero(blank[1:] & blank[:-1])  # four times faster than a search in bytes
    lines = np.unique(np.searchsorted(block.begins, doubles, side="right") - 1)
    return {at for at in lines.tolist() if b"  " in block.verbatim(at).rstrip()}
