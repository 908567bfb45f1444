"""Ctrl-C and termination in a program: one KeyboardInterrupt, raised where it is not lost, and one line at its end.

Python runs a handler between any two instructions. In an import the exception can come out as an ImportError of half
a module, or meet C code that drops it; in a callback that C code calls, such as llvmlite's during compilation, or in a
finaliser, Python prints a traceback and goes on. So the handler waits for an import or a callback to end, and an
interrupt that was dropped nevertheless is sent again.
"""

import _thread
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

ENDING: tuple[signal.Signals, ...] = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
"""Termination and a closed terminal, as far as the system has them."""
MESSAGE = "interrupted; nothing was written"
_AGAIN = 0.02
"""Seconds until an interrupt is tried again."""
_IMPORTS = "<frozen importlib._bootstrap>"
_CALLBACKS = frozenset({"_raw_object_cache_notify", "_raw_object_cache_getbuffer"})
"""Functions of llvmlite that LLVM calls."""

_pending = signal.SIGINT
"""The signal to try again."""
_previous_unraisable: Callable[[Any], Any] = sys.unraisablehook
_previous_except: Callable[..., Any] = sys.excepthook


def install() -> None:
    """Make Ctrl-C, termination and a closed terminal raise KeyboardInterrupt, and end the program with one line.

    Termination unwinds as Ctrl-C does, so that temporary files are removed. Signals that are ignored (a closed
    terminal under ``nohup``, Ctrl-C for a job in the background) stay so.
    """
    for number in (signal.SIGINT, *ENDING):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, interrupt)
    if hasattr(signal, "SIGALRM"):
        # By way of the signal itself, because work that can stop in good order has another handler for it.
        signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(_pending))
    sys.unraisablehook = _send_again
    sys.excepthook = _end


def interrupt(number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt, or come back a moment later where it would be lost."""
    global _pending  # noqa: PLW0603 - signals belong to the process
    _pending = signal.Signals(number)
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTS or frame.f_code.co_name in _CALLBACKS:
            _send_after(_AGAIN)
            return
        frame = frame.f_back
    raise KeyboardInterrupt


def finish() -> None:
    """Let a signal end the process at once: the work is done, and an exception would only disturb Python's end."""
    _send_after(0)
    for number in (signal.SIGINT, *ENDING):
        if signal.getsignal(number) == interrupt:
            signal.signal(number, signal.SIG_DFL)


def say_nothing_more() -> None:
    """Drop the line for an interrupt that reaches the program's end, because it was explained already."""
    sys.excepthook = lambda *_: None


def _send_after(seconds: float) -> None:
    """Send the pending signal again after a time; 0: not at all."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(getattr(signal, "ITIMER_REAL", 0), seconds)
    elif seconds:  # Windows
        timer = threading.Timer(seconds, _thread.interrupt_main, [_pending])
        timer.daemon = True
        timer.start()


def _send_again(unraisable: Any) -> None:
    if unraisable.exc_type is KeyboardInterrupt:
        _send_after(_AGAIN)
    else:
        _previous_unraisable(unraisable)


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _previous_except(kind, error, trace)
    elif sys.stderr is not None:
        print(f"wordvec: {MESSAGE}", file=sys.stderr)
