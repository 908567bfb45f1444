"""Results appear whole or not at all: written beside their name, then renamed.

That holds against exceptions, signals, SIGKILL and a full disk; not against a power cut, for which every file would
have to be forced to the disk first.
"""

import contextlib
import errno
import fcntl
import os
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from wordvec.errors import OutputError

FOLDER_MARK = "wordvec.json"
"""A file of every folder of vectors that we write: what it is, and the metadata."""
_CORPUS_MARK = "meta.json"
_ZEROS = 1 << 22


def check_output(path: Path, overwrite: bool, folder: bool = False) -> None:
    """Fail before the work begins when `path` could not be written after it.

    Parameters
    ----------
    path
        What will be written.
    overwrite
        Replace what is there: a file by a file, an empty folder or one of wordvec's (it has a mark) by a folder. A
        symbolic link is replaced itself; the file that it names stays as it is.
    folder
        Whether a folder will be written.

    Raises
    ------
    OutputError
        If the folder it lies in is missing or not writable, or something is there that must not be replaced.
    """
    parent = path.parent
    if not os.path.isdir(parent):  # noqa: PTH112 - unlike pathlib's, this one never raises
        raise OutputError(f"{path}: the folder {parent} does not exist; make it first")
    if not os.access(parent, os.W_OK):
        raise OutputError(f"{path}: no permission to write in the folder {parent}")
    if not os.path.lexists(path):
        return
    if not overwrite:
        raise OutputError(f"{path}: exists already; choose another name, or --force (overwrite=True) to replace it")
    if is_special(path):
        raise OutputError(f"{path}: is a device or a pipe, and is not replaced; choose another name")
    if folder != (path.is_dir() and not path.is_symlink()):
        raise OutputError(f"{path}: is {'no ' if folder else 'a '}folder, and is not replaced; choose another name")
    if folder and any(path.iterdir()) and not any((path / mark).is_file() for mark in (_CORPUS_MARK, FOLDER_MARK)):
        raise OutputError(f"{path}: holds other things than wordvec writes, and is not replaced; choose another name")


def is_special(path: Path) -> bool:
    """Tell whether there is something that is neither file nor folder, such as ``/dev/stderr`` or a pipe."""
    # os.path, unlike pathlib, answers no for what cannot be looked at.
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)  # noqa: PTH110, PTH112, PTH113


@contextlib.contextmanager
def replacing(path: Path, overwrite: bool = False, folder: bool = False) -> Iterator[Path]:
    """Give a temporary path beside `path`, a file or folder to be made there; rename it to `path` at the end.

    Whatever goes wrong inside, `path` keeps what it had and the temporary one is removed. One left by a process
    that was killed is removed by the next that writes the same `path`.

    Raises
    ------
    OutputError
        As `check_output`, and if writing fails for want of space, permission or a working disk.
    """
    check_output(path, overwrite, folder)
    _sweep(path)
    check_output(path, overwrite, folder)
    temporary = _temporary(path)
    try:
        yield temporary
        check_output(path, overwrite, folder)
        _put(temporary, path)
    except OSError as error:
        if error.errno in _DISK_ERRORS:
            raise OutputError(f"{path}: {os.strerror(error.errno)}; nothing was written") from error
        raise
    finally:
        with contextlib.suppress(OSError):  # which was told already, as of a name that is too long
            remove(temporary)


@contextlib.contextmanager
def workspace(path: Path) -> Iterator[Path]:
    """Give a folder beside `path` for what is made on the way to it; it is removed at the end.

    One left by a process that was killed is removed by the next that asks for the same.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    place = path.with_name(f"{path.name}.work")
    _sweep(place)
    folder = _temporary(place)
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
    """Keep others that ask for `path` away, by a lock on an empty file beside it, which is removed at the end.

    The system takes the lock from a process that is killed. Where a file system knows no locks, nobody is kept away.

    Raises
    ------
    OutputError
        If another process holds it, or the file cannot be made.
    """
    lock = path.with_name(f".{path.name}.lock")
    try:
        file = _locked(lock)
    except BlockingIOError:
        raise OutputError(f"{path}: another run is at work on it; wait for its end, or choose another -o") from None
    except OSError as error:
        raise OutputError(f"{lock}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)  # while it is locked, so that nobody else's goes
        os.close(file)


def _locked(lock: Path) -> int:
    """Give a descriptor of a file that is locked and still has its name."""
    while True:
        file = os.open(lock, os.O_CREAT | os.O_RDWR, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                os.close(file)
                raise
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), lock.stat()):
                return file
        os.close(file)  # whoever held it has removed it meanwhile


def remove(path: Path) -> None:
    """Remove a file or a whole folder, if there is one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def reserve(path: Path, size: int) -> None:
    """Make `path` a file of `size` bytes whose space is really there.

    A sparse map on a full disk would end the process with SIGBUS at the first write, which no handler catches.
    """
    with path.open("wb") as file:
        if not hasattr(os, "posix_fallocate"):  # macOS
            for begin in range(0, size, _ZEROS):
                file.write(bytes(min(_ZEROS, size - begin)))
        elif size:
            os.posix_fallocate(file.fileno(), 0, size)


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
    }
)


def _temporary(path: Path) -> Path:
    return path.with_name(f".{path.name}.{_host()}-{os.getpid()}.partial")


def _put(temporary: Path, path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        # A folder cannot be renamed over a full one: the old one steps aside for the moment between two renames.
        aside = temporary.with_suffix(".old")
        path.rename(aside)
        try:
            temporary.rename(path)
        except OSError:
            aside.rename(path)
            raise
        remove(aside)
    else:
        temporary.replace(path)


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", socket.gethostname())[:40]


def _sweep(path: Path) -> None:
    """Remove what a killed process left of `path`; give back what it had set aside and not yet replaced."""
    pattern = re.compile(rf"\.{re.escape(path.name)}\.{_host()}-(\d+)\.(partial|old)")
    for sibling in path.parent.iterdir():
        match = pattern.fullmatch(sibling.name)
        if match and not Path("/proc", match[1]).exists() and Path("/proc/self").exists():
            if match[2] == "old" and not os.path.lexists(path):
                sibling.rename(path)
            else:
                remove(sibling)
