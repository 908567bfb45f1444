"""Lines of vector files, with a bound, since a gigabyte without a newline is compressed to a megabyte."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

from wordvec.errors import InputError

LONGEST_LINE = 1 << 24
"""Bytes; a row of a million numbers has fewer."""


def bounded_lines(path: Path, file: IO[bytes], head: bytes = b"", first: int = 1) -> Iterator[bytes]:
    """Read the lines of a file, each with its newline.

    Parameters
    ----------
    path
        For messages.
    file
        The file, open at the beginning of a line, or behind `head`.
    head
        Bytes of the first line that were read already.
    first
        The first line's number.

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
    """Return the error of a line that is longer than any row."""
    return InputError(
        f"{path}, line {number}: longer than {longest / 1e6:.0f} MB, which no row of vectors is; is it another format?"
    )
