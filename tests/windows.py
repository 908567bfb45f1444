"""Run commands of wordvec by Windows' rules, as far as another system can imitate them.

    python tests/windows.py "train skipgram corpus.txt -o corpus.vec" "info corpus.vec"
    python tests/windows.py --code "print(cli.run(['--version']))"

Modules and calls that Windows lacks are missing, a rename replaces nothing, and no file or folder is removed, renamed
or replaced while this process has it open or mapped. Locks, processes and memory go through stand-ins for Windows'
own calls.
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import shlex
import shutil
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

MODULES = ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog")
CALLS = {
    os: ("posix_fallocate", "O_DIRECTORY", "geteuid", "getuid", "sysconf", "sched_getaffinity", "mkfifo", "uname"),
    signal: ("SIGHUP", "SIGALRM", "SIGUSR1", "SIGUSR2", "setitimer", "ITIMER_REAL", "pthread_kill"),
    sys: ("abiflags",),
}
SHARED, ACCESS = 32, 5
"""Windows' errors for a file that another program has open, and for no access."""


def pretend() -> None:
    """Let this process meet Windows' rules from now on; wordvec must not be imported yet."""
    assert not any(name.startswith("wordvec") for name in sys.modules)
    imitate_locks()
    imitate_kernel()
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]
    for module, names in CALLS.items():
        for name in names:
            delattr(module, name)
    shutil._use_fd_functions = False  # type: ignore[attr-defined]
    imitate_files()
    # Only this module has a side for Windows; anything else would take sys.platform for a promise.
    platform, sys.platform = sys.platform, "win32"
    import wordvec.system  # noqa: F401

    sys.platform = platform


def imitate_locks() -> None:
    flock, how = fcntl.flock, fcntl.LOCK_EX | fcntl.LOCK_NB

    def locking(file: int, mode: int, size: int) -> None:
        assert (mode, size) == (2, 1)
        try:
            flock(file, how)
        except BlockingIOError:
            raise PermissionError(errno.EACCES, "Permission denied") from None

    msvcrt: Any = ModuleType("msvcrt")
    msvcrt.LK_NBLCK, msvcrt.locking = 2, locking
    sys.modules["msvcrt"] = msvcrt


class Kernel32:
    """Windows' calls for processes and memory."""

    class OpenProcess:
        def __call__(self, right: int, inherited: int, process: int) -> int | None:
            assert (right, inherited) == (0x100000, 0)
            return process if Path(f"/proc/{process}").exists() else None

    def __init__(self) -> None:
        self.OpenProcess = Kernel32.OpenProcess()

    def WaitForSingleObject(self, handle: ctypes.c_void_p, milliseconds: int) -> int:  # noqa: N802
        assert milliseconds == 0
        return 258 if Path(f"/proc/{handle.value}").exists() else 0

    def CloseHandle(self, handle: ctypes.c_void_p) -> int:  # noqa: N802
        return 1

    def GlobalMemoryStatusEx(self, reference: Any) -> int:  # noqa: N802
        status = reference._obj
        assert status.size == 64
        status.free = 1 << 32
        return 1


def imitate_kernel() -> None:
    library = ctypes.CDLL

    def opened(name: str | None, *arguments: Any, **options: Any) -> ctypes.CDLL:
        if name is None:
            raise TypeError("LoadLibrary() argument 1 must be str, not None")
        return library(name, *arguments, **options)

    ctypes.CDLL = opened  # type: ignore[assignment, misc]
    ctypes.WinDLL = lambda *_, **__: Kernel32()  # type: ignore[attr-defined]
    ctypes.get_last_error = lambda: 87  # type: ignore[attr-defined]


def imitate_files() -> None:
    rename, link, open_file, force = os.rename, os.link, os.open, os.fsync

    def rename_to_free_name(source: Any, target: Any, **options: Any) -> None:
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "Cannot create a file when that file already exists", str(target))
        rename(source, target, **options)

    def link_itself(source: Any, target: Any, **options: Any) -> None:
        if options:
            raise NotImplementedError("follow_symlinks unavailable on this platform")
        link(source, target)

    def open_no_folder(path: Any, *arguments: Any, **options: Any) -> int:
        if Path(os.fsdecode(path)).is_dir():
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return open_file(path, *arguments, **options)

    def force_what_is_written(file: int) -> None:
        information = Path(f"/proc/self/fdinfo/{file}").read_text(encoding="ascii")
        if int(information.split("flags:")[1].split()[0], 8) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")
        force(file)

    os.rename, os.link, os.open, os.fsync = rename_to_free_name, link_itself, open_no_folder, force_what_is_written
    os.supports_follow_symlinks.discard(link)
    sys.addaudithook(refuse_what_is_open)


def refuse_what_is_open(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise Windows' error for a change of a name whose file, or a file below it, this process has open."""
    if event not in ("os.rename", "os.remove", "os.rmdir"):
        return
    for name in arguments[: 2 if event == "os.rename" else 1]:
        path = str(Path(os.fsdecode(name)).absolute())
        held = [file for file in held_files() if file == path or file.startswith(f"{path}/")]
        if held:
            raise refusal(path, held[0])  # never a local variable, whose frame and traceback would hold each other


def refusal(path: str, held: str) -> OSError:
    error = PermissionError(errno.EACCES, f"The process cannot access the file: it has {held} open", path)
    error.winerror = SHARED if Path(path).is_file() else ACCESS  # type: ignore[attr-defined]
    return error


def held_files() -> set[str]:
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    found = {fields[5] for line in maps if len(fields := line.split(maxsplit=5)) == 6}
    for file in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            found.add(str(file.readlink()))
    return found


if __name__ == "__main__":
    # Packages are imported first: what they do with the system is not tried here.
    import asyncio  # noqa: F401

    import numba  # noqa: F401

    if sys.argv[1] != "--code":
        import scipy.stats  # noqa: F401

    pretend()
    from wordvec import cli, signals

    signals.install()
    if sys.argv[1] == "--code":
        exec(sys.argv[2])
        sys.exit()
    for line in sys.argv[1:]:
        if code := cli.run(shlex.split(line)):
            sys.exit(f"{line}: exit code {code}")
