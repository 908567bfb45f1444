"""Atomic output: a result is written under a temporary name, forced to the disk, and then renamed.

It is complete or absent after an exception, a signal, SIGKILL, a full disk or a power cut.
"""

import contextlib
import errno
import os
import warnings
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import IO

from wordvec import system
from wordvec.errors import OutputError
from wordvec.files import commits, durable, owned
from wordvec.files.commits import remove
from wordvec.files.owned import FOLDER_MARK as FOLDER_MARK

_ZEROS = 1 << 22
_open: ContextVar[commits.Commit | None] = ContextVar("_open", default=None)
"""The outputs in progress in this thread."""


def check_output(path: Path, overwrite: bool, folder: bool = False) -> None:
    """Check before the work begins that `path` can be written after it.

    Parameters
    ----------
    path
        Path of the output.
    overwrite
        Whether existing output is replaced: a file by a file, and an empty folder, or one that has the mark of wordvec
        and only files that wordvec writes, by a folder. A symbolic link is replaced itself; the file to which it points
        is left unchanged.
    folder
        Whether the output is a folder.

    Raises
    ------
    OutputError
        If its parent folder is missing or not writable, or the path exists and must not be replaced.
    """
    parent = path.parent
    if not os.path.isdir(parent):  # noqa: PTH112 - unlike pathlib's, this one never raises
        raise OutputError(f"{path}: the folder {parent} does not exist; create it first")
    if not os.access(parent, os.W_OK):
        raise OutputError(f"{path}: no permission to write in the folder {parent}")
    if os.path.lexists(path):
        recover(parent)
    if not os.path.lexists(path):
        return
    if not overwrite:
        raise OutputError(f"{path}: exists already; choose another name, or --force (overwrite=True) to replace it")
    if is_special(path):
        raise OutputError(f"{path}: is a device or a pipe, which cannot be replaced; choose another name")
    if folder != (path.is_dir() and not path.is_symlink()):
        raise OutputError(f"{path}: is {'not ' if folder else ''}a folder, and cannot be replaced; choose another name")
    if folder and (other := owned.foreign(path)) is not None:
        raise OutputError(
            f"{path}: contains files not written by wordvec ({other}), and is not replaced; choose another name"
        )


def is_special(path: Path) -> bool:
    """Return whether a path exists and is neither a file nor a folder, such as ``/dev/stderr`` or a pipe."""
    # os.path, unlike pathlib, returns False for paths without permission.
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)  # noqa: PTH110, PTH112, PTH113


@contextlib.contextmanager
def replacing(path: Path, overwrite: bool = False, folder: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside `path` for a new file or folder, and rename it to `path` at the end.

    After any failure inside, `path` is unchanged and the temporary path is removed. Temporary files of a killed process
    are removed by the next process that writes the same `path`. Inside `together` or another `replacing`, the rename
    happens at the end of the outer block.

    Raises
    ------
    OutputError
        As for `check_output`, and if writing fails for lack of space or permission or because of a disk error.
    """
    check_output(path, overwrite, folder)
    with disk_errors(path):
        sweep(path)
    check_output(path, overwrite, folder)
    temporary = commits.temporary_name(path)
    with together(path) as commit, disk_errors(path):
        commit.making.append(temporary)
        try:
            yield temporary
            check_output(path, overwrite, folder)
        except BaseException:
            with contextlib.suppress(OSError):  # already reported, for example a name that is too long
                remove(temporary)
            raise
        commit.put(temporary, path)


@contextlib.contextmanager
def together(path: Path) -> Iterator[commits.Commit]:
    """Rename the outputs of every `replacing` inside the block at its end: all of them, or none.

    Parameters
    ----------
    path
        One of the outputs. During the renames a journal is beside it, see `wordvec.files.commits`.

    Raises
    ------
    OutputError
        If a rename fails, or an output cannot be forced to the disk; the previous state is restored.
    """
    outer = _open.get()
    if outer is not None and not outer.contains(path):
        yield outer
        return
    commit = commits.Commit(path.parent, durable=outer is None)
    token = _open.set(commit)
    try:
        yield commit
        with disk_errors(path):
            commit.run()
    finally:
        _open.reset(token)
        commit.clear()


def recover(folder: Path) -> None:
    """Undo the renames in a folder of a process that was killed inside `together`."""
    try:
        commits.recover(folder)
    except OSError as error:
        warnings.warn(
            f"{folder}: a run was killed while it replaced files here, and its renames cannot be undone "
            f"({error.strerror}); vectors and metadata may not belong together",
            stacklevel=3,
        )


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Convert system errors to an OutputError that names `path`."""
    try:
        yield
    except OSError as error:
        if getattr(error, "winerror", None) in _IN_USE:
            raise OutputError(f"{path}: no permission, or a program has it open; nothing was written") from error
        if error.errno in _DISK_ERRORS:
            raise OutputError(f"{path}: {os.strerror(error.errno)}; nothing was written") from error
        raise


@contextlib.contextmanager
def workspace(path: Path) -> Iterator[Path]:
    """Yield a folder beside `path` for intermediate files, which is removed at the end.

    A folder left by a killed process is removed by the next process that uses the same `path`.

    Raises
    ------
    OutputError
        If it cannot be created.
    """
    final = path.with_name(f"{path.name}.work")
    with disk_errors(path):
        sweep(final)
    folder = commits.temporary_name(final)
    try:
        folder.mkdir()
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror}") from error
    try:
        yield folder
    finally:
        remove(folder)


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Lock `path` against other processes by a lock on an empty file beside it, which is removed at the end.

    The system releases the lock of a killed process. On a file system without locks nothing is locked.

    Raises
    ------
    OutputError
        If another process holds the lock, or the file cannot be created.
    """
    lock = path.with_name(f".{path.name}.lock")
    try:
        file = _locked(lock)
    except BlockingIOError:
        raise OutputError(f"{path}: another run is writing it; wait until it ends, or choose another output") from None
    except OSError as error:
        raise OutputError(f"{lock}: {error.strerror}") from error
    try:
        yield
    finally:
        if os.fstat(file).st_size:  # a lock is empty
            os.close(file)
        else:
            system.remove_locked(file, lock)


def _locked(lock: Path) -> int:
    """Return the descriptor of a locked file that still has its name."""
    while True:
        file = os.open(lock, os.O_CREAT | os.O_RDWR, 0o666)
        try:
            system.lock(file)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                os.close(file)
                raise
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), lock.stat()):
                return file
        os.close(file)  # the previous holder has removed it


def reserve(path: Path, size: int) -> None:
    """Create a file of `size` bytes whose disk space is allocated.

    On a full disk, the first write to the memory map of a sparse file would end the process with SIGBUS.
    """
    with path.open("wb") as file:
        allocate(file, size)


def allocate(file: IO[bytes], size: int) -> None:
    """Allocate the disk space of an empty file of `size` bytes: see `reserve`."""
    if not hasattr(os, "posix_fallocate"):  # macOS, Windows
        for begin in range(0, size, _ZEROS):
            file.write(bytes(min(_ZEROS, size - begin)))
        file.flush()
    elif size:
        os.posix_fallocate(file.fileno(), 0, size)


_IN_USE = (5, 32, 33, 1224)
"""Windows' errors for a file that is open, locked or mapped; the first is that for a missing permission, too."""
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)
_DISK_ERRORS = frozenset(
    {
        errno.ENOSPC,
        errno.EDQUOT,
        errno.ENOENT,
        errno.EFBIG,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.EIO,
        errno.ENAMETOOLONG,
        errno.EMFILE,
        errno.ENFILE,
        errno.ESTALE,
    }
)


def sweep(path: Path) -> None:
    """Remove the temporary files of `path` that a killed process left, and restore what it was replacing."""
    commits.recover(path.parent)
    for temporary in list(commits.leftovers(path)):
        durable.finish_exchange(temporary, path)
        remove(temporary)
        remove(temporary.with_suffix(durable.OLD))
