"""The right to compile a kernel, of which several processes have one cache, so that none is compiled twice.

The right is a lock on a file beside the entry, which the system ends with the process.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from wordvec import system

LONGEST = 120.0
"""Seconds to wait for another process, which may have been stopped (Ctrl-Z)."""
_AGAIN = 0.01
"""Seconds until a lock is tried again."""

meanwhile: list[Callable[[], object]] = []
"""Work for a process that would wait; the last is done first."""


@contextlib.contextmanager
def claimed(path: Path | None) -> Iterator[None]:
    """Hold the right to compile, after waiting for a process or thread that has it.

    Parameters
    ----------
    path
        File of the lock, which is removed at the end; None: there is none.
    """
    file = None if path is None else _locked(path)
    try:
        yield
    finally:
        if file is not None and path is not None:
            system.remove_locked(file, path)


def _locked(path: Path) -> int | None:
    """Return the locked file; None if it cannot be locked."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # compilation does not need a cache
        return None
    try:
        if _wait(file):
            return file
    except OSError:  # of a file system without locks
        with contextlib.suppress(OSError):
            path.unlink()
    except BaseException:
        os.close(file)
        raise
    os.close(file)
    return None


def _wait(file: int) -> bool:
    """Lock an open file; return whether it is locked before the time is up."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        try:
            system.lock(file)
        except BlockingIOError:
            if meanwhile:
                meanwhile.pop()()
            else:
                time.sleep(_AGAIN)
        else:
            return True
    return False
