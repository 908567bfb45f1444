"""Ctrl-C and termination signals: one KeyboardInterrupt, raised where it is not lost, and one line at the end.

Python runs a signal handler between any two instructions. During an import, the exception can surface as an ImportError
of a half-loaded module, or C code can drop it. In a callback from C code, such as llvmlite's during compilation, or in
a finaliser, Python prints a traceback and continues. Therefore the handler waits until the import or callback has
ended, and an interrupt that was dropped nevertheless is raised again.
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
"""Seconds until an interrupt is raised again."""
_IMPORTS = "<frozen importlib._bootstrap>"
_CALLBACKS = frozenset({"_raw_object_cache_notify", "_raw_object_cache_getbuffer"})
"""Functions of llvmlite that LLVM calls."""

_pending = signal.SIGINT
"""The signal to raise again."""
_previous_unraisable: Callable[[Any], Any] = sys.unraisablehook
_previous_except: Callable[..., Any] = sys.excepthook


def install() -> None:
    """Install handlers by which Ctrl-C, termination and a closed terminal raise KeyboardInterrupt and print one line.

    Termination unwinds the stack as Ctrl-C does, so that temporary files are removed. Ignored signals (SIGHUP under
    ``nohup``, SIGINT in a background job) stay ignored.
    """
    for number in (signal.SIGINT, *ENDING):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, interrupt)
    if hasattr(signal, "SIGALRM"):
        # The signal itself is raised, because interruptible work installs its own handler (`workers.stop_on_signals`).
        signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(_pending))
    sys.unraisablehook = _send_again
    sys.excepthook = _end


def interrupt(number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt; where it would be lost, set a timer to try again."""
    global _pending  # noqa: PLW0603 - signals belong to the process
    _pending = signal.Signals(number)
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTS or frame.f_code.co_name in _CALLBACKS:
            _send_after(_AGAIN)
            return
        frame = frame.f_back
    raise KeyboardInterrupt


def finish() -> None:
    """Restore the default handlers after the work is done, so that a signal does not disturb Python's shutdown."""
    _send_after(0)
    for number in (signal.SIGINT, *ENDING):
        if signal.getsignal(number) == interrupt:
            signal.signal(number, signal.SIG_DFL)


def say_nothing_more() -> None:
    """Suppress the final line of an interrupt that has already been reported."""
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
