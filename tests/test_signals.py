"""An interrupt ends the program with one line wherever it comes, and is not lost."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cli_helpers import write_text

PATH = os.pathsep.join(filter(None, sys.path))
WAIT = "time.sleep(10); print('lost')"


def python(tmp_path: Path, code: str) -> tuple[int, str, str]:
    begin = "import signal, sys, time; from wordvec import signals; signals.install()\n"
    done = subprocess.run(
        [sys.executable, "-c", begin + code],
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{PATH}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


INTERRUPTED = (-signal.SIGINT, "", "wordvec: interrupted; nothing was written\n")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_in_an_import_comes_after_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "slow.py").write_text(
        f"import signal\ntry:\n    signal.raise_signal(signal.{name})\nexcept BaseException:\n    raise ImportError\n"
    )
    assert python(tmp_path, f"import slow; {WAIT}") == INTERRUPTED


def test_a_signal_in_a_callback_of_llvm_comes_after_it(tmp_path: Path) -> None:
    code = f"""
import ctypes
def _raw_object_cache_notify():
    signal.raise_signal(signal.SIGINT)
    print("whole", file=sys.stderr)
ctypes.CFUNCTYPE(None)(_raw_object_cache_notify)()
{WAIT}
"""
    code_, out, err = python(tmp_path, code)
    assert (code_, out, err) == (INTERRUPTED[0], "", "whole\n" + INTERRUPTED[2])


@pytest.mark.parametrize(
    "place",
    [
        "import ctypes; ctypes.CFUNCTYPE(None)(lambda: signal.raise_signal(signal.SIGINT))()",
        "type('Dying', (), {'__del__': lambda self: signal.raise_signal(signal.SIGINT)})()",
    ],
)
def test_an_interrupt_that_was_dropped_is_sent_again(tmp_path: Path, place: str) -> None:
    assert python(tmp_path, f"{place}\n{WAIT}") == INTERRUPTED


def test_a_termination_is_sent_again_where_ctrl_c_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import signal\nsignal.raise_signal(signal.SIGTERM)\n")
    code = f"signal.signal(signal.SIGINT, signal.SIG_IGN); import slow; {WAIT}"
    done = python(tmp_path, code)
    assert (done[1], done[2]) == INTERRUPTED[1:]


def test_ignored_signals_stay_ignored(tmp_path: Path) -> None:
    code = """
signal.signal(signal.SIGINT, signal.SIG_IGN); signal.signal(signal.SIGHUP, signal.SIG_IGN)
signals.install()
signal.raise_signal(signal.SIGINT); signal.raise_signal(signal.SIGHUP)
print("alive")
"""
    assert python(tmp_path, code) == (0, "alive\n", "")


def test_other_unraisable_errors_and_bugs_are_still_shown(tmp_path: Path) -> None:
    code, _, err = python(tmp_path, "type('Dying', (), {'__del__': lambda self: 1 / 0})()\nraise KeyError('bug')")
    assert code == 1
    assert "ZeroDivisionError" in err
    assert err.endswith("KeyError: 'bug'\n")


def test_ctrl_c_during_compilation_is_one_line(tmp_path: Path) -> None:
    write_text(tmp_path / "corpus.txt")
    environment = os.environ | {"PYTHONPATH": PATH, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "wordvec", "train", "skipgram", "corpus.txt", "-o", "out.vec"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "compiling kernels (first run only)\n"
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == INTERRUPTED[2]
    assert process.returncode == -signal.SIGINT
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "corpus.txt"]
