"""A process that runs commands in forked children, in which the n-th call of a kind fails or kills.

Requests are lines of JSON on standard input, answers on standard output. With the library of ``preload.c`` loaded,
calls of the C library are counted, else Python's own (`os.rename` and so on, and opening a file for writing in the
place of writing).
"""

import ctypes
import io
import json
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

KINDS = ("rename", "write", "fsync", "unlink", "create")
_PYTHON = {"rename": ("rename", "replace"), "fsync": ("fsync",), "unlink": ("unlink", "rmdir"), "create": ("mkdir",)}


class Preloaded:
    """Counts and fails calls of the C library."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(os.environ["LD_PRELOAD"])

    def arm(self, kind: str, at: int, action: int, lasting: bool) -> None:
        self.library.fault_arm(os.fsencode(Path.cwd()), KINDS.index(kind), ctypes.c_long(at), action, lasting)

    def seen(self) -> list[int]:
        return [int(self.library.fault_seen(which)) for which in range(len(KINDS))]


class Patched:
    """Counts and fails calls of Python's modules."""

    def __init__(self) -> None:
        self.count, self.lock = dict.fromkeys(KINDS, 0), threading.Lock()

    def arm(self, kind: str, at: int, action: int, lasting: bool) -> None:
        def failing(of: str, real: Callable[..., Any], path: Any) -> Callable[..., Any]:
            def call(*arguments: Any, **keywords: Any) -> Any:
                if path(*arguments):
                    with self.lock:
                        self.count[of] += 1
                        number = self.count[of]
                    if of == kind and at and (number == at or (lasting and number > at)):
                        if not action:
                            os.kill(os.getpid(), signal.SIGKILL)
                        raise OSError(action, os.strerror(action), str(arguments[0]))
                return real(*arguments, **keywords)

            return call

        root = str(Path.cwd())

        def below(*arguments: Any) -> bool:
            name = Path(f"/proc/self/fd/{arguments[0]}").readlink() if type(arguments[0]) is int else arguments[0]
            return Path(root, name).is_relative_to(root)

        def written(*arguments: Any) -> bool:
            mode = arguments[1] if len(arguments) > 1 else "r"
            return isinstance(arguments[0], str | Path) and below(*arguments) and any(sign in mode for sign in "wxa+")

        for of, names in _PYTHON.items():
            for name in names:
                setattr(os, name, failing(of, getattr(os, name), below))
        io.open = failing("write", io.open, written)
        os.posix_fallocate = failing("write", os.posix_fallocate, below)
        from wordvec.files import durable

        durable._renameat2 = lambda: None  # so that exchanges are renames of Python's

    def seen(self) -> list[int]:
        return [self.count[kind] for kind in KINDS]


def command(arguments: list[str], out: int) -> int:
    """Run a command with its output in a file."""
    from wordvec.cli import run

    os.dup2(out, 1)
    os.dup2(out, 2)
    code = run(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def limit(seconds: int, memory: int) -> None:
    """Let the process end when it takes longer, and refuse it more memory beside what it has."""
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + memory, used + memory))
    signal.alarm(seconds)


def trial(request: dict[str, Any], injector: Preloaded | Patched) -> dict[str, Any]:
    """Run a command in a child; return its exit status, what it printed, and how many calls were counted."""
    report, reported = os.pipe()
    child = os.fork()
    if not child:
        code = 99
        try:
            os.chdir(request["folder"])
            out = os.open(request["output"], os.O_CREAT | os.O_TRUNC | os.O_RDWR)
            if "seconds" in request:
                limit(request["seconds"], request["memory"])
            else:
                injector.arm(request["kind"], request["at"], request["action"], request["lasting"])
            code = command(request["arguments"], out)
        except BaseException as error:
            import traceback

            os.write(2, "".join(traceback.format_exception(error)).encode())
        finally:
            os.write(reported, json.dumps(injector.seen()).encode())
            os._exit(code)
    os.close(reported)
    with os.fdopen(report) as file:
        seen = file.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {"code": status, "printed": Path(request["output"]).read_text(), "seen": json.loads(seen or "[]")}


def main() -> None:
    """Answer requests."""
    answers = os.fdopen(os.dup(1), "w")
    injector = Preloaded() if "LD_PRELOAD" in os.environ else Patched()
    for line in sys.stdin:
        request = json.loads(line)
        if "output" in request:
            answer = trial(request, injector)
        else:  # in this process, so that children have its modules
            os.chdir(request["folder"])
            answer = {"code": command(request["arguments"], os.open(os.devnull, os.O_WRONLY))}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
