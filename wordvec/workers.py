"""The one place that starts threads, watches Ctrl-C and shows progress."""

import contextlib
import json
import math
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import FrameType
from typing import IO, NoReturn, TypeVar

from tqdm import tqdm

from wordvec import arguments, limits, signals, system
from wordvec.errors import Interrupted, MemoryLimitError, SettingsError
from wordvec.safe_text import visible

SECONDS_OF_ONE_SIGNAL = 0.5

Item = TypeVar("Item")
Result = TypeVar("Result")


def available_threads() -> int:
    """Return the number of threads to use by default.

    That is the number of processors this process may use, or fewer where a container has a smaller quota of their
    time, or SLURM gave a task fewer; a part of a processor counts as one.
    """
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = limits.processor_quota()
    return processors if quota >= processors else max(1, math.ceil(quota))


def thread_count(threads: int | None) -> int:
    """Return the threads that an argument asks for, one for each processor if None.

    Raises
    ------
    TypeError
        If it is no whole number.
    SettingsError
        If it is not positive.
    """
    if threads is None:
        return available_threads()
    if arguments.whole("threads", threads) < 1:
        raise SettingsError(f"threads is {threads}; at least 1 is needed")
    return threads


def available_memory() -> int:
    """Return the bytes of memory this process can still take: the machine's, or its control groups' if that is less."""
    return int(min(system.free_memory(), limits.memory_left()))


def ordered_map(function: Callable[[Item], Result], items: Iterable[Item], threads: int) -> Iterator[Result]:
    """Give ``function(item)`` for each item, in the items' order, computed by `threads` threads.

    At most two results a thread wait, so memory is bounded however long `items` is, and a thread that is done need
    not wait for this one to wake up. With one thread nothing is started. An exception in `function` is raised once
    the results before it have been given, one in `items` at once.
    """
    if threads == 1:
        yield from map(function, items)
        return
    waiting: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(threads, "wordvec") as pool:
        try:
            for item in items:
                waiting.append(_submit(pool, function, item))
                if len(waiting) == 2 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _submit(pool: ThreadPoolExecutor, function: Callable[[Item], Result], item: Item) -> Future[Result]:
    try:
        return pool.submit(function, item)
    except RuntimeError as error:  # "can't start new thread"
        raise MemoryLimitError(f"no thread can be started ({error}); use fewer (--threads), or end others") from error


class StopFlag:
    """Set by Ctrl-C or a termination signal; long work asks it between pieces and stops in good order."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def requested(self) -> bool:
        """Whether the work was asked to stop."""
        return self._event.is_set()

    def set(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    def check(self) -> None:
        """Stop here if asked to.

        Raises
        ------
        Interrupted
            If the flag is set.
        """
        if self.requested:
            raise Interrupted("interrupted; nothing was written")

    def until(self, items: Iterable[Item]) -> Iterator[Item]:
        """Give the items, and stop before the next one if asked to, as `check` does."""
        for item in items:
            self.check()
            yield item


@contextlib.contextmanager
def stop_on_signals() -> Iterator[StopFlag]:
    """Give a flag that the first Ctrl-C (or SIGTERM, SIGHUP) sets; a second one raises KeyboardInterrupt at once.

    What follows within half a second is the first one again: ``timeout`` and batch systems signal a process and its
    group, and that must not abandon what a single signal would have kept.

    Off the main thread, where Python allows no signal handlers, the flag stays as it is.
    """
    flag, first = StopFlag(), 0.0

    def handle(_number: int, _frame: FrameType | None) -> None:
        nonlocal first
        if not flag.requested:
            first = time.monotonic()
            flag.set()
        elif time.monotonic() - first > SECONDS_OF_ONE_SIGNAL:
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield flag
        return
    # A closed terminal is ignored where `nohup` began the work.
    ending = [number for number in signals.ENDING if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, *ending)}
    try:
        yield flag
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Progress:
    """Progress of some work: a bar on a terminal or in a notebook, a line every ten seconds elsewhere, JSON in a log.

    The default shows nothing, for use as a library. A terminal that cannot move its cursor (``TERM=dumb``) gets lines;
    neither has colours.

    Parameters
    ----------
    quiet
        Show nothing on standard error.
    log
        A text file, opened for writing; one JSON object per report goes there.
    """

    SECONDS_BETWEEN_LINES = 10.0

    def __init__(self, *, quiet: bool = True, log: IO[str] | None = None) -> None:
        self.quiet, self.log = quiet, log
        self._bar: tqdm[NoReturn] | None = None
        self._begun = self._last_line = 0.0
        self._label = self._unit = ""
        self._total: int | None = None
        self._before = 0

    def begin(self, label: str, total: int | None, unit: str, done: int = 0) -> None:
        """Begin a task of `total` units (None: not known beforehand), of which some were done before."""
        self._label, self._total, self._unit, self._before = label, total, unit, done
        self._begun = self._last_line = time.monotonic()
        if not self.quiet and _rewrites_lines():
            self._bar = tqdm(
                total=total, desc=label, unit=unit, initial=done, unit_scale=True, dynamic_ncols=True, leave=False
            )

    def report(self, done: int, **figures: float) -> None:
        """Say that `done` units of the task are done, with figures worth showing (``loss=2.31``)."""
        now = time.monotonic()
        if self._bar is not None:
            self._bar.set_postfix({name: f"{value:.4g}" for name, value in figures.items()}, refresh=False)
            with contextlib.suppress(OSError):  # of a terminal that was closed
                self._bar.update(done - self._bar.n)
        elif not self.quiet and now - self._last_line >= self.SECONDS_BETWEEN_LINES:
            self._last_line = now
            self.say(self._line(done, now - self._begun, figures))
        if self.log is not None:
            record = {"task": self._label, "done": done, "total": self._total, "unit": self._unit.strip()}
            # Work goes on where nobody can be told about it.
            with contextlib.suppress(OSError):
                print(
                    json.dumps(record | {"seconds": round(now - self._begun, 3)} | figures), file=self.log, flush=True
                )

    def end(self) -> None:
        """End the task and take its bar away."""
        if self._bar is not None:
            with contextlib.suppress(OSError):
                self._bar.close()
            self._bar = None

    def say(self, message: str) -> None:
        """Print a line for people, on standard error."""
        if not self.quiet:
            with contextlib.suppress(OSError):
                tqdm.write(visible(message), file=sys.stderr)

    def _line(self, done: int, seconds: float, figures: dict[str, float]) -> str:
        rate = (done - self._before) / max(seconds, 1e-9)
        parts = [f"{self._label}: {done:,} {self._unit.strip()}", f"{rate:,.0f}/s"]
        parts += [f"{name} {value:.4g}" for name, value in figures.items()]
        if self._total:
            parts[0] = f"{self._label}: {100 * done / self._total:.0f} %"
            parts.append(f"{(self._total - done) / max(rate, 1e-9):,.0f} s left")
        return ", ".join(parts)


def _rewrites_lines() -> bool:
    """Return whether standard error shows what follows a carriage return in place of the line."""
    in_notebook = type(sys.stderr).__module__.startswith("ipykernel.")
    return in_notebook or (sys.stderr.isatty() and os.environ.get("TERM") != "dumb")
