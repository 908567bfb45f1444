"""Standard streams that are closed or cannot be written, as of daemons, cron and ``>&-``.

Python has None for a closed one. Results for a closed standard output are an error; messages that nobody can read are
dropped.
"""

import contextlib
import io
import os
import sys
from typing import IO, NoReturn

from wordvec.errors import InputError, OutputError


class ClosedOutput(io.TextIOBase):
    """A standard output that is closed: writing to it is an error."""

    def write(self, text: str, /) -> int:
        """Fail if there is anything to write."""
        if text:
            raise OutputError("standard output is closed; redirect it to a file, or to /dev/null")
        return 0


class ClosedInput(io.TextIOBase):
    """A standard input that is closed: reading from it is an error."""

    @property
    def buffer(self) -> NoReturn:
        """Fail: there is nothing to read."""
        raise InputError("standard input is closed; name a file, or redirect one to standard input")


class Messages(io.TextIOWrapper):
    """A standard error whose messages are dropped where they cannot be written."""

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
    """Replace standard streams that are closed, and let all of them take any word."""
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
    """Send what Python flushes at its end nowhere: standard output has failed, which was told."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _messages(file: IO[bytes], encoding: str = "utf-8") -> Messages:
    return Messages(file, encoding=encoding, errors="backslashreplace", line_buffering=True)


def _occupy() -> None:
    """Return the numbers of closed standard streams to ``/dev/null``.

    The system gives the next file that is opened the lowest free number, and what libraries write to standard error
    would go into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
