"""Calls that Windows has under other names: locks, processes and memory."""

import contextlib
import ctypes
import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def lock(file: int) -> None:
        """Lock an open file until it is closed or the process ends.

        Raises
        ------
        BlockingIOError
            If another process has the lock.
        OSError
            If the file system has no locks.
        """
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError(error.errno, error.strerror) from error

    def remove_locked(file: int, path: Path) -> None:
        """Close a locked file and remove it, unless another process has opened it meanwhile."""
        os.close(file)  # first, because an open file cannot be removed
        with contextlib.suppress(OSError):
            path.unlink()

    def is_running(process: int) -> bool:
        """Return whether there is a process with a number; True where that is unknown."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        kernel.OpenProcess.argtypes = (ctypes.c_uint32, ctypes.c_int, ctypes.c_uint32)
        handle = kernel.OpenProcess(_SYNCHRONIZE, 0, process)
        if not handle:
            return ctypes.get_last_error() != _NO_SUCH_PROCESS
        try:
            return bool(kernel.WaitForSingleObject(ctypes.c_void_p(handle), 0) == _STILL_RUNNING)
        finally:
            kernel.CloseHandle(ctypes.c_void_p(handle))

    def free_memory() -> int:
        """Return the bytes of memory that are free."""
        status = _MemoryStatus()
        status.size = ctypes.sizeof(status)
        if not ctypes.WinDLL("kernel32").GlobalMemoryStatusEx(ctypes.byref(status)):
            raise OSError("GlobalMemoryStatusEx failed")
        return int(status.free)

else:
    import fcntl

    def lock(file: int) -> None:
        """Lock an open file until it is closed or the process ends.

        Raises
        ------
        BlockingIOError
            If another process has the lock.
        OSError
            If the file system has no locks.
        """
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def remove_locked(file: int, path: Path) -> None:
        """Remove a locked file and close it."""
        with contextlib.suppress(OSError):  # one that stays is taken by the next run
            path.unlink()  # while it is locked, so that it is nobody else's
        os.close(file)

    def is_running(process: int) -> bool:
        """Return whether there is a process with a number; True where that is unknown."""
        if Path("/proc/self").exists():
            return Path(f"/proc/{process}").exists()
        try:
            os.kill(process, 0)  # macOS
        except (ProcessLookupError, OverflowError):
            return False
        except PermissionError:
            pass
        return True

    def free_memory() -> int:
        """Return the bytes of memory that are free; where only all memory is known (macOS), that."""
        with contextlib.suppress(OSError, StopIteration, ValueError):
            lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
            return 1024 * int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1])
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


_SYNCHRONIZE, _NO_SUCH_PROCESS, _STILL_RUNNING = 0x100000, 87, 258
"""The right to wait for a process; ERROR_INVALID_PARAMETER; WAIT_TIMEOUT."""


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX."""

    _fields_ = (
        ("size", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        ("total", ctypes.c_uint64),
        ("free", ctypes.c_uint64),
        *((name, ctypes.c_uint64) for name in ("total_page", "free_page", "total_virtual", "free_virtual", "extended")),
    )
