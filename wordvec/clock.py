"""A clock that stops while kernels are compiled or loaded from the cache, so that rates and times are those of work.

`wordvec.kernels` pauses the clock for each kernel that it compiles or loads, and reports real compilations to whoever
listens, which is every visible `wordvec.workers.Progress`.
"""

import contextlib
import threading
import time
import weakref
from collections.abc import Iterator
from typing import Protocol


class Listener(Protocol):
    """Receiver of notices."""

    def compiling(self) -> None:
        """Receive the notice that a kernel is compiled, not loaded from the cache."""
        ...


class Clock:
    """Seconds without pauses; overlapping pauses of several threads count once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._depth = 0
        self._begun = self._paused = 0.0

    def now(self) -> float:
        """Return the seconds since an arbitrary moment, without pauses."""
        return time.monotonic() - self.paused()

    def paused(self) -> float:
        """Return the seconds of all pauses."""
        with self._lock:
            return self._paused + (time.monotonic() - self._begun if self._depth else 0.0)

    @contextlib.contextmanager
    def pause(self) -> Iterator[None]:
        """Stop the clock."""
        with self._lock:
            if not self._depth:
                self._begun = time.monotonic()
            self._depth += 1
        try:
            yield
        finally:
            with self._lock:
                self._depth -= 1
                if not self._depth:
                    self._paused += time.monotonic() - self._begun


CLOCK = Clock()
now, paused, pause = CLOCK.now, CLOCK.paused, CLOCK.pause

listeners: "weakref.WeakSet[Listener]" = weakref.WeakSet()
"""Receivers of the notice that a kernel is compiled."""


def notify_compilation() -> None:
    """Notify all listeners that a kernel is compiled."""
    for listener in list(listeners):
        listener.compiling()
