"""Compilation by a second process of the kernels that a command will need, while the command does its first steps.

When a kernel of the command is not in the cache, a process of the same Python begins to run the rest of the command on
a few made-up words, which compiles the same kernels into the cache. `wordvec.kernels` compiles none twice: a process
that needs a kernel which the other one is compiling runs another part meanwhile, and then loads it.

Nothing depends on that process. Without it, or if it fails, the command compiles what it needs. It ends with the
command, also with one that is killed: it reads from a pipe whose other end the command has.
"""

import contextlib
import functools
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordvec import clock
from wordvec.files.commits import remove
from wordvec.kernels import _claims, _jit
from wordvec.workers import available_threads, watch

if TYPE_CHECKING:
    import subprocess

Part = Callable[[], object]
"""A part of the rest of a command, on made-up input; can be pickled."""

_PROGRAM = """
import pickle, sys
sys.path[:] = pickle.load(sys.stdin.buffer)
from wordvec.precompilation import serve
serve()
"""


@contextlib.contextmanager
def precompiling(parts: Sequence[Part]) -> Iterator[None]:
    """Begin to compile what some parts of the work need, in a process of its own, when the first kernel is compiled.

    Parameters
    ----------
    parts
        Parts that can be run in any order, those that take longest to compile first.
    """
    helper = _Helper(parts)
    clock.listeners.add(helper)
    try:
        yield
    finally:
        clock.listeners.discard(helper)
        helper.end()


class _Helper:
    """The process that compiles, started by the first notice of a compilation."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = list(parts)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: str | None = None

    def compiling(self) -> None:
        """Start the process, unless it was started or could not help."""
        with self._lock:
            parts, self._parts = self._parts, []
            if parts and _possible():
                with contextlib.suppress(OSError):  # no memory, no room: the command compiles
                    self._start(parts)
                # The process begins with the first part, and this one with the last.
                _claims.meanwhile[:] = map(_without_failing, parts[1:])

    def _start(self, parts: list[Part]) -> None:
        import subprocess
        import tempfile

        self._folder = tempfile.mkdtemp(prefix="wordvec-")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_apart(),
        )
        assert self._process.stdin is not None
        self._process.stdin.write(pickle.dumps(sys.path) + pickle.dumps((self._folder, parts)))
        self._process.stdin.flush()

    def end(self) -> None:
        """End the process and remove its files."""
        _claims.meanwhile.clear()
        with self._lock:
            self._parts = []
            if self._process is not None:
                self._process.kill()
                with contextlib.suppress(OSError):
                    self._process.communicate()
                self._process = None
            if self._folder is not None:
                remove(Path(self._folder))


def _possible() -> bool:
    """Return whether another process can help: it has a processor, a Python, and the cache."""
    frozen = getattr(sys, "frozen", False) or not sys.executable
    return not frozen and available_threads() > 1 and _jit.cache_folder() is not None


def _apart() -> dict[str, Any]:
    """Return the arguments of `subprocess.Popen` by which Ctrl-C in the terminal is for the command alone."""
    import subprocess

    apart = {"process_group": 0}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return apart


def _without_failing(part: Part) -> Part:
    """Return a part whose errors are those of the command, if it has any, when it does the same itself."""

    def run() -> None:
        with contextlib.suppress(Exception):
            part()

    return run


def serve() -> None:
    """Run the parts that standard input describes, in the process of a `_Helper`, as long as it exists."""
    import tempfile

    folder, parts = pickle.load(sys.stdin.buffer)
    tempfile.tempdir = folder
    watch(functools.partial(_end_with_command, Path(folder)))
    _claims.meanwhile[:] = map(_without_failing, parts[1:])
    for part in parts:
        _without_failing(part)()


def _end_with_command(folder: Path) -> None:
    """End the process when the other end of standard input is closed."""
    while os.read(0, 1 << 12):
        pass
    remove(folder)
    os._exit(0)
