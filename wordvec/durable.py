"""Steps below an atomic write: forcing data to the disk, and exchanging two names."""

import ctypes
import errno
import functools
import os
from collections.abc import Callable
from pathlib import Path

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_NOT_SUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EXDEV, errno.EPERM})
_TO_FORCE = os.O_RDONLY if hasattr(os, "O_DIRECTORY") else os.O_RDWR
"""Windows forces only what is open for writing."""
OLD = ".old"
"""Suffix, instead of that of the temporary name, of a file or folder during an exchange in three renames."""


def force(path: Path) -> None:
    """Force a file, or a folder with all it contains, to the disk.

    After a power cut, a rename that was not preceded by this can leave a file of zero bytes under the final name.
    """
    if path.is_symlink():
        return
    if path.is_dir():
        for inner in path.iterdir():
            force(inner)
        force_entries(path)
    elif path.is_file():
        _force(path, _TO_FORCE)


def force_entries(folder: Path) -> None:
    """Force the names in a folder to the disk, not what the names stand for; Windows has no such call."""
    if hasattr(os, "O_DIRECTORY"):
        _force(folder, os.O_RDONLY | os.O_DIRECTORY)


def _force(path: Path, flags: int) -> None:
    file = os.open(path, flags)
    try:
        os.fsync(file)
    except OSError as error:
        if error.errno not in _NOT_SUPPORTED:
            raise
    finally:
        os.close(file)


def exchange(temporary: Path, path: Path) -> None:
    """Exchange two files or folders: in one step where the system can, else in three.

    A process that is killed between the three leaves a file or folder with the suffix `OLD`; see `finish_exchange`.
    A file always has its name meanwhile where the file system has hard links, a folder has not.
    """
    if _exchanged_at_once(temporary, path):
        return
    old = temporary.with_suffix(OLD)
    try:
        _link(path, old)
    except OSError:  # folders, and file systems without links
        path.replace(old)
    try:
        temporary.replace(path)
    except BaseException:
        finish_exchange(temporary, path)
        raise
    old.replace(temporary)


def finish_exchange(temporary: Path, path: Path) -> None:
    """Finish or undo an exchange in three steps that was cut short."""
    old = temporary.with_suffix(OLD)
    if not os.path.lexists(old):
        return
    if not os.path.lexists(path):
        old.replace(path)
    elif not os.path.lexists(temporary):
        old.replace(temporary)
    elif old.lstat().st_ino == path.lstat().st_ino:
        old.unlink()


def _link(path: Path, link: Path) -> None:
    if os.link in os.supports_follow_symlinks:
        os.link(path, link, follow_symlinks=False)
    else:  # Windows, which never follows them
        os.link(path, link)


def _exchanged_at_once(a: Path, b: Path) -> bool:
    """Exchange by ``renameat2``; return False where the system or the file system has no such call."""
    rename = _renameat2()
    if rename is None:
        return False
    if rename(_AT_FDCWD, os.fsencode(a), _AT_FDCWD, os.fsencode(b), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_SUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(b))


@functools.cache
def _renameat2() -> Callable[[int, bytes, int, bytes, int], int] | None:
    """Return the C library's function, or None where it has none."""
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return None
    function.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    function.restype = ctypes.c_int
    call: Callable[[int, bytes, int, bytes, int], int] = function
    return call
