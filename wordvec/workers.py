"""Threads, interruption by signals, and progress display."""

import contextlib
import itertools
import json
import math
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import FrameType
from typing import IO, TYPE_CHECKING, NoReturn, TypeVar

from wordvec import arguments, clock, limits, signals, system
from wordvec.errors import Interrupted, MemoryLimitError, SettingsError
from wordvec.safe_text import visible

if TYPE_CHECKING:
    from tqdm import tqdm

SECONDS_OF_ONE_SIGNAL = 0.5
"""Time within which repeated signals count as one."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def available_threads() -> int:
    """Return the number of threads to use by default.

    It is the number of processors that this process may use, limited by the CPU quota of a container and by SLURM. A
    fraction of a processor counts as one.
    """
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = limits.processor_quota()
    return processors if quota >= processors else max(1, math.ceil(quota))


def thread_count(threads: int | None) -> int:
    """Return a checked number of threads; None stands for one for each processor.

    Raises
    ------
    TypeError
        If it is not an integer.
    SettingsError
        If it is not positive.
    """
    if threads is None:
        return available_threads()
    if arguments.whole("threads", threads) < 1:
        raise SettingsError(f"{threads}: must be at least 1", setting="threads")
    return threads


def available_memory() -> int:
    """Return the bytes of memory available to this process, limited by its control groups."""
    return int(min(system.free_memory(), limits.memory_left()))


def ordered_map(function: Callable[[Item], Result], items: Iterable[Item], threads: int) -> Iterator[Result]:
    """Yield ``function(item)`` for each item, in order, computed by several threads.

    At most two results a thread are waiting, so that memory is bounded for any number of items, and a thread need not
    wait for the consumer. With one thread the calling thread computes everything. An exception in `function` is raised
    after the results before it, one in `items` immediately.
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
        raise MemoryLimitError(f"cannot start a thread ({error}); use fewer threads, or end other programs") from error


def watch(function: Callable[[], object]) -> None:
    """Run a function that waits for an event, in a thread that ends with the process."""
    threading.Thread(target=function, daemon=True).start()


def one_thread() -> ThreadPoolExecutor:
    """Return a thread that runs what is submitted to it, one after another."""
    return ThreadPoolExecutor(1, "wordvec")


class Crew:
    """Threads, each of which always has the same share of the work, so that its rows stay in its caches.

    Parameters
    ----------
    threads
        Number of threads; one thread is the caller's.
    """

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pools = [one_thread() for _ in range(threads if threads > 1 else 0)]

    def each(self, function: Callable[[Item], Result], works: Sequence[Item]) -> list[Result]:
        """Return the results of a function, in order; thread t has the works t, t + threads and so on."""
        if not self._pools:
            return [function(work) for work in works]
        pools = itertools.cycle(self._pools)
        futures = [_submit(pool, function, work) for pool, work in zip(pools, works, strict=False)]
        return [future.result() for future in futures]

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self, wait: bool = True) -> None:
        """End the threads; `wait`: until the work in progress is done."""
        for pool in self._pools:
            pool.shutdown(wait, cancel_futures=True)


class StopFlag:
    """A flag that Ctrl-C or a termination signal sets; long computations check it between blocks."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def requested(self) -> bool:
        """Whether the flag is set."""
        return self._event.is_set()

    def set(self) -> None:
        """Set the flag."""
        self._event.set()

    def check(self) -> None:
        """Raise Interrupted if the flag is set.

        Raises
        ------
        Interrupted
            If the flag is set.
        """
        if self.requested:
            raise Interrupted("interrupted; nothing was written")

    def until(self, items: Iterable[Item]) -> Iterator[Item]:
        """Yield items; raise Interrupted before the next one if the flag is set."""
        for item in items:
            self.check()
            yield item


@contextlib.contextmanager
def stop_on_signals() -> Iterator[StopFlag]:
    """Yield a flag that the first Ctrl-C, SIGTERM or SIGHUP sets; a second one raises KeyboardInterrupt immediately.

    Signals within half a second count as one: ``timeout`` and batch systems signal a process and its group, which must
    not discard results that a single signal would keep. Outside the main thread, where Python permits no signal
    handlers, the flag is never set.
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
    # A closed terminal is ignored under `nohup`.
    ending = [number for number in signals.ENDING if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, *ending)}
    try:
        yield flag
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Progress:
    """Progress display: a bar on a terminal or in a notebook, periodic lines elsewhere, and JSON objects in a log.

    By default nothing is shown, for use as a library. A terminal that cannot move its cursor (``TERM=dumb``) shows
    lines. Neither bar nor lines are coloured.

    Parameters
    ----------
    quiet
        Whether nothing is shown on standard error.
    log
        Text file, opened for writing, for one JSON object per report.
    """

    SECONDS_BETWEEN_LINES = 10.0

    def __init__(self, *, quiet: bool = True, log: IO[str] | None = None) -> None:
        self.quiet, self.log = quiet, log
        self._bar: tqdm[NoReturn] | None = None
        self._begun = self._last_line = 0.0
        self._label = self._unit = ""
        self._total: int | None = None
        self._before = 0
        self._paused = 0.0
        self._announced = False
        if not quiet:
            clock.listeners.add(self)

    def begin(self, label: str, total: int | None, unit: str, done: int = 0) -> None:
        """Begin a task of `total` units (None: unknown), of which `done` are done already."""
        self._label, self._total, self._unit, self._before = label, total, unit, done
        self._begun = self._last_line = clock.now()
        self._paused = clock.paused()
        if not self.quiet and _rewrites_lines():
            from tqdm import tqdm  # takes as long to import as a query

            self._bar = tqdm(
                total=total, desc=label, unit=unit, initial=done, unit_scale=True, dynamic_ncols=True, leave=False
            )

    def report(self, done: int, **figures: float) -> None:
        """Report that `done` units of the task are done, with figures to show (``loss=2.31``)."""
        now = clock.now()
        if self._bar is not None:
            self._delay_bar()
            self._bar.set_postfix({name: f"{value:.4g}" for name, value in figures.items()}, refresh=False)
            with contextlib.suppress(OSError):  # the terminal may be closed
                self._bar.update(done - self._bar.n)
        elif not self.quiet and now - self._last_line >= self.SECONDS_BETWEEN_LINES:
            self._last_line = now
            self.say(self._line(done, now - self._begun, figures))
        if self.log is not None:
            record = {"task": self._label, "done": done, "total": self._total, "unit": self._unit.strip()}
            # A full disk must not stop the work.
            with contextlib.suppress(OSError):
                print(
                    json.dumps(record | {"seconds": round(now - self._begun, 3)} | figures), file=self.log, flush=True
                )

    def end(self) -> None:
        """End the task and remove its bar."""
        if self._bar is not None:
            with contextlib.suppress(OSError):
                self._bar.close()
            self._bar = None

    def say(self, message: str) -> None:
        """Print a line on standard error."""
        if not self.quiet:
            with contextlib.suppress(OSError):
                _write_line(visible(message))

    def compiling(self) -> None:
        """Print, once, that kernels are compiled."""
        if not self._announced:
            self._announced = True
            self.say("compiling kernels (first run only)")

    def _delay_bar(self) -> None:
        """Move the bar's beginning by the time of compilation since the last report, which is no work."""
        assert self._bar is not None
        paused = clock.paused()
        self._bar.start_t += paused - self._paused
        self._bar.last_print_t += paused - self._paused
        self._paused = paused

    def _line(self, done: int, seconds: float, figures: dict[str, float]) -> str:
        rate = (done - self._before) / max(seconds, 1e-9)
        speed = (
            f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s" if rate >= 1 else f"{1 / max(rate, 1e-9):,.0f} s each"
        )
        parts = [f"{self._label}: {done:,} {self._unit.strip()}", speed]
        parts += [f"{name} {value:.4g}" for name, value in figures.items()]
        if self._total:
            parts[0] = f"{self._label}: {100 * done / self._total:.0f} %"
            if self._total < 1_000:
                parts[0] = f"{self._label}: {done} of {self._total} {self._unit.strip()}"
            parts.append(f"{(self._total - done) / max(rate, 1e-9):,.0f} s left")
        return ", ".join(parts)


def _write_line(line: str) -> None:
    """Print a line on standard error, above the bars if there are any."""
    if "tqdm" in sys.modules:
        from tqdm import tqdm

        tqdm.write(line, file=sys.stderr)
    else:
        print(line, file=sys.stderr, flush=True)


def _rewrites_lines() -> bool:
    """Return whether standard error shows what follows a carriage return in place of the line."""
    in_notebook = type(sys.stderr).__module__.startswith("ipykernel.")
    return in_notebook or (sys.stderr.isatty() and os.environ.get("TERM") != "dumb")
