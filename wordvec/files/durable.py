"""Primitives of atomic output: forcing data to the disk, and exchanging two names."""

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
"""Suffix of a file or folder during an exchange in three renames, in place of that of the temporary name."""


def force(path: Path) -> None:
    """Force a file, or a folder with all it contains, to the disk.

    Without this, a power cut after the rename can leave a file of zero bytes under the final name.
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
    """Force the entries of a folder to the disk, but not the contents of its files; Windows has no such call."""
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
    """Exchange two files or folders: in one step where the system supports it, else in three renames.

    A process that is killed between the renames leaves a file or folder with the suffix `OLD`; see `finish_exchange`.
    On a file system with hard links a file keeps its name throughout; a folder does not.
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
    """Finish or undo an interrupted exchange in three renames."""
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
    """Exchange by ``renameat2``; return False where the system or the file system does not support it."""
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
    """Return ``renameat2`` of the C library; None if it has none."""
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return None
    function.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    function.restype = ctypes.c_int
    call: Callable[[int, bytes, int, bytes, int], int] = function
    return call
