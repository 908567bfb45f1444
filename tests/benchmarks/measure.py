"""One command in a fresh process: its seconds, its peak memory, and what it printed and when."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECONDS_BETWEEN_LOOKS = 0.01
SECONDS_TO_WAIT_FOR_OUTPUT = 5


@dataclass(frozen=True)
class Run:
    """Measurements of a command.

    `peak_anonymous` is the largest RssAnon seen, in bytes (memory the process made itself, without mapped files);
    `peak_resident` is the kernel's own high-water mark, VmHWM, with mapped files. `others` is the processor time that
    went to anything but the command, in seconds: on a quiet machine next to nothing. `output` holds pieces of
    standard output and standard error with the seconds since the start at which each came.
    """

    command: list[str]
    seconds: float
    peak_anonymous: int
    peak_resident: int
    others: float
    output: list[tuple[float, str]]

    @property
    def text(self) -> str:
        return "".join(piece for _, piece in self.output)


def peaks(runs: Iterable[Run]) -> dict[str, int]:
    """Return the largest peaks of memory of some runs."""
    listed = list(runs)
    return {name: max(getattr(run, name) for run in listed) for name in ("peak_anonymous", "peak_resident")}


def measure(command: list[str], folder: Path, stdin: Path | None = None) -> Run:
    """Run `command` in `folder` and give what was measured; RuntimeError with its last words if it fails."""
    pieces: list[tuple[float, str]] = []
    busy_before, own_before = _busy_seconds(), _own_seconds()
    with Path(stdin or os.devnull).open("rb") as source:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0
        )
    reader = threading.Thread(target=_collect, args=(process, begun, pieces), daemon=True)
    reader.start()
    try:
        peak_anonymous, peak_resident = _watch(process)
        seconds = time.perf_counter() - begun
    finally:
        process.kill()
        process.wait()
    reader.join(SECONDS_TO_WAIT_FOR_OUTPUT)
    others = max(0.0, (_busy_seconds() - busy_before) - (_own_seconds() - own_before))
    run = Run(command, seconds, peak_anonymous, peak_resident, others, pieces)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {run.text[-2000:]}")
    return run


def job(name: str, arguments: dict[str, Any]) -> list[str]:
    """Return the command that runs a function of `jobs` in a fresh process."""
    words = [f"{key}={value}" for key, value in arguments.items()]
    return [sys.executable, "-m", "tests.benchmarks.jobs", name, *words]


def _collect(process: subprocess.Popen[bytes], begun: float, pieces: list[tuple[float, str]]) -> None:
    assert process.stdout is not None
    while piece := process.stdout.read(1 << 16):
        pieces.append((time.perf_counter() - begun, piece.decode(errors="replace")))


def _watch(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    status = Path(f"/proc/{process.pid}/status")
    anonymous = resident = 0
    while process.poll() is None:
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        except OSError:
            fields = {}
        anonymous = max(anonymous, _bytes(fields.get("RssAnon")))
        resident = max(resident, _bytes(fields.get("VmHWM")))
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return anonymous, resident


def _busy_seconds() -> float:
    """Return the seconds that all processors together have worked, of /proc/stat."""
    user, nice, system = map(int, Path("/proc/stat").read_text().split(maxsplit=4)[1:4])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


def _own_seconds() -> float:
    """Return the processor time of ended child processes."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _bytes(field: str | None) -> int:
    return 1024 * int(field.split()[0]) if field else 0
