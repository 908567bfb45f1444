"""The clock of reports stops while kernels are compiled or loaded, and real compilations are announced."""

import io
import sys
import threading
import time
from pathlib import Path

import pytest

from wordvec import clock
from wordvec.clock import Clock
from wordvec.kernels import _jit
from wordvec.workers import Progress

compiling = pytest.mark.skipif(_jit.DISABLE_JIT, reason="nothing is compiled")
NOTICE = "compiling kernels (first run only)\n"


def double(number: float) -> float:
    return 2 * number


def fresh(folder: Path) -> _jit.Kernel:
    """Return a kernel without compiled code, as in a new process."""
    return _jit.Kernel(double, lambda: folder)


def test_pauses_are_left_out_and_overlapping_ones_count_once() -> None:
    watch = Clock()
    begun, real = watch.now(), time.monotonic()

    def pause() -> None:
        with watch.pause():
            time.sleep(0.05)

    threads = [threading.Thread(target=pause) for _ in range(3)]
    with watch.pause():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        inside = watch.now()
    assert watch.now() - begun < time.monotonic() - real - 0.04
    assert 0.05 <= watch.paused() <= time.monotonic() - real
    assert inside - begun < 0.05
    paused = watch.paused()
    time.sleep(0.01)
    assert watch.paused() == paused


def test_an_error_ends_a_pause() -> None:
    watch = Clock()
    with pytest.raises(ValueError, match="x"), watch.pause():
        raise ValueError("x")
    begun = watch.now()
    time.sleep(0.01)
    assert watch.now() - begun >= 0.009


@compiling
def test_compilation_takes_no_time_of_the_clock(tmp_path: Path) -> None:
    kernel, begun, paused, real = fresh(tmp_path), clock.now(), clock.paused(), time.monotonic()
    assert kernel(4.0) == 8
    spent = clock.paused() - paused
    assert spent > 0
    assert clock.now() - begun == pytest.approx(time.monotonic() - real - spent, abs=0.01)
    assert kernel(5.0) == 10
    assert clock.paused() - paused == spent


@compiling
def test_compilation_is_announced_once_and_loading_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(quiet=False)
    kernel = fresh(tmp_path)
    kernel(4.0)
    kernel(4)
    assert capsys.readouterr().err == NOTICE
    again = Progress(quiet=False)
    fresh(tmp_path)(4.0)
    assert capsys.readouterr().err == ""
    assert progress is not again


@compiling
def test_quiet_progress_announces_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(quiet=True)
    fresh(tmp_path)(4.0)
    assert capsys.readouterr().err == ""
    assert progress.quiet


def test_lines_and_logs_show_the_rate_of_the_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moment, log = 0.0, io.StringIO()
    watch = Clock()
    monkeypatch.setattr("wordvec.clock.time.monotonic", lambda: moment)
    for name in ("now", "paused"):
        monkeypatch.setattr(clock, name, getattr(watch, name))
    progress = Progress(quiet=False, log=log)
    progress.begin("training", 1000, " words")
    with watch.pause():
        moment += 30
    moment += 11
    progress.report(110)
    progress.end()
    assert capsys.readouterr().err == "training: 11 %, 10/s, 89 s left\n"
    assert '"seconds": 11.0' in log.getvalue()


def test_a_bar_is_delayed_by_the_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    watch = Clock()
    for name in ("now", "paused"):
        monkeypatch.setattr(clock, name, getattr(watch, name))
    progress = Progress(quiet=False)
    progress.begin("training", 1000, " words")
    assert progress._bar is not None
    before = progress._bar.start_t
    with watch.pause():
        time.sleep(0.05)
    progress.report(10)
    assert progress._bar.start_t - before == pytest.approx(watch.paused(), abs=1e-3)
    progress.end()
