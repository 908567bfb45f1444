"""Signals: what one Ctrl-C does, what a second one does, and what only looks like a second one."""

import io
import signal
import time

import pytest

from wordvec import workers
from wordvec.workers import Progress, stop_on_signals


class Notebook(io.StringIO):
    """The standard error of a notebook's cell."""

    __module__ = "ipykernel.iostream"


def test_progress_in_a_notebook_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = Notebook()
    monkeypatch.setattr("sys.stderr", shown)
    progress = Progress(quiet=False)
    progress.begin("training", 100, " words")
    for done in range(0, 101, 10):
        time.sleep(0.02)
        progress.report(done, loss=1.5)
    progress.end()
    assert "training" in shown.getvalue()
    assert "\r" in shown.getvalue()
    assert "\n" not in shown.getvalue()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_comes_twice_at_once_stops_and_does_not_abandon(number: signal.Signals) -> None:
    with stop_on_signals() as stop:
        assert not stop.requested
        signal.raise_signal(number)
        signal.raise_signal(number)
        assert stop.requested


def test_a_second_ctrl_c_abandons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "SECONDS_OF_ONE_SIGNAL", 0)
    with stop_on_signals() as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop.requested
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_handlers_are_given_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stop_on_signals():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_a_closed_terminal_is_ignored_where_nohup_began_the_work() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stop_on_signals() as stop:
            signal.raise_signal(signal.SIGHUP)
            assert not stop.requested
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
