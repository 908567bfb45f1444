"""Lines of vector files, of bounded length: a gigabyte without a newline can be compressed to a megabyte."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from wordvec.errors import InputError

LONGEST_LINE = 1 << 24
"""Longest line in bytes; a row of a million numbers is shorter."""


def bounded_lines(path: Path, file: IO[bytes], head: bytes = b"", first: int = 1) -> Iterator[bytes]:
    """Yield the lines of a file, each with its newline.

    Parameters
    ----------
    path
        File name for messages.
    file
        The file, open at the beginning of a line, or after `head`.
    head
        Bytes of the first line that have been read already.
    first
        Number of the first line.

    Raises
    ------
    InputError
        If a line has more than `LONGEST_LINE` bytes.
    """
    number = first
    while line := head + file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise too_long(path, number)
        yield line
        head, number = b"", number + 1


def too_long(path: Path, number: int, longest: int = LONGEST_LINE) -> InputError:
    """Return the error for a line that is longer than any row."""
    return InputError(
        f"{path}, line {number}: longer than {longest / 1e6:.0f} MB, which no row of vectors is; is it another format?"
    )
