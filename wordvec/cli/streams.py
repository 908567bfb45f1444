"""Standard streams that are closed or unwritable, as with daemons, cron and ``>&-``.

Python represents a closed stream by None. Writing results to a closed standard output is an error; messages to a
closed standard error are dropped.
"""

import contextlib
import io
import os
import sys
from typing import IO, NoReturn

from wordvec.errors import InputError, OutputError


class ClosedOutput(io.TextIOBase):
    """A closed standard output: writing to it is an error."""

    def write(self, text: str, /) -> int:
        """Raise an error if there is anything to write."""
        if text:
            raise OutputError("standard output is closed; redirect it to a file, or to /dev/null")
        return 0


class ClosedInput(io.TextIOBase):
    """A closed standard input: reading from it is an error."""

    @property
    def buffer(self) -> NoReturn:
        """Raise an error."""
        raise InputError("standard input is closed; name a file, or redirect one to standard input")


class Messages(io.TextIOWrapper):
    """A standard error whose messages are dropped if they cannot be written."""

    def write(self, text: str, /) -> int:
        """Write a message."""
        with contextlib.suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        """Write what is buffered."""
        with contextlib.suppress(OSError):
            super().flush()


def prepare() -> None:
    """Replace closed standard streams, and make the others accept any characters."""
    _occupy()
    if sys.stdin is None:
        sys.stdin = ClosedInput()
    if sys.stdout is None:
        sys.stdout = ClosedOutput()
    elif not sys.stdout.isatty() and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    if sys.stderr is None:
        sys.stderr = _messages(open(os.devnull, "wb"))  # noqa: PTH123, SIM115 - for as long as the process lives
    else:
        sys.stderr = _messages(sys.stderr.buffer, sys.stderr.encoding if sys.stderr.isatty() else "utf-8")


def discard_output() -> None:
    """Redirect standard output, whose failure has been reported, so that Python's flush at exit does not fail again."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _messages(file: IO[bytes], encoding: str = "utf-8") -> Messages:
    return Messages(file, encoding=encoding, errors="backslashreplace", line_buffering=True)


def _occupy() -> None:
    """Open ``/dev/null`` for the file descriptors of closed standard streams.

    Otherwise the next file that is opened would get the lowest free descriptor, and messages that libraries write to
    standard error would go into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
