"""Results appear whole or not at all: written beside their name, forced to the disk, then renamed.

That holds against exceptions, signals, SIGKILL, a full disk and a power cut.
"""

import contextlib
import errno
import json
import os
import warnings
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

from wordvec import commits, durable, system
from wordvec.commits import remove
from wordvec.errors import OutputError

FOLDER_MARK = "wordvec.json"
"""A file of every folder of vectors that we write: what it is, and the metadata."""
_CORPUS_MARK = "meta.json"
_ZEROS = 1 << 22
_open: ContextVar[commits.Commit | None] = ContextVar("_open", default=None)
"""The outputs that are being made in this thread."""


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
    if os.path.lexists(path):
        recover(parent)
    if not os.path.lexists(path):
        return
    if not overwrite:
        raise OutputError(f"{path}: exists already; choose another name, or --force (overwrite=True) to replace it")
    if is_special(path):
        raise OutputError(f"{path}: is a device or a pipe, and is not replaced; choose another name")
    if folder != (path.is_dir() and not path.is_symlink()):
        raise OutputError(f"{path}: is {'no ' if folder else 'a '}folder, and is not replaced; choose another name")
    if folder and any(path.iterdir()) and not _is_ours(path):
        raise OutputError(f"{path}: holds other things than wordvec writes, and is not replaced; choose another name")


def _is_ours(folder: Path) -> bool:
    """Return whether a folder has the mark of vectors, or of a corpus, counts or a compass."""
    if (folder / FOLDER_MARK).is_file():
        return True
    try:
        meta = json.loads((folder / _CORPUS_MARK).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(meta, dict) and str(meta.get("format")).startswith("wordvec ")


def is_special(path: Path) -> bool:
    """Tell whether there is something that is neither file nor folder, such as ``/dev/stderr`` or a pipe."""
    # os.path, unlike pathlib, answers no for what cannot be looked at.
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)  # noqa: PTH110, PTH112, PTH113


@contextlib.contextmanager
def replacing(path: Path, overwrite: bool = False, folder: bool = False) -> Iterator[Path]:
    """Yield a temporary path beside `path`, for a file or folder to be made there; rename it to `path` at the end.

    Whatever goes wrong inside, `path` keeps what it had and the temporary one is removed. One left by a process
    that was killed is removed by the next that writes the same `path`. Inside `together`, or inside another
    `replacing`, the rename waits for that to end.

    Raises
    ------
    OutputError
        As `check_output`, and if writing fails for want of space, permission or a working disk.
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
            with contextlib.suppress(OSError):  # which was told already, as of a name that is too long
                remove(temporary)
            raise
        commit.put(temporary, path)


@contextlib.contextmanager
def together(path: Path) -> Iterator[commits.Commit]:
    """Give the outputs that `replacing` makes inside their names at the end: all of them, or none.

    Parameters
    ----------
    path
        One of them; a journal of the renames is beside it while they are made, see `wordvec.commits`.

    Raises
    ------
    OutputError
        If a rename fails, or an output cannot be forced to the disk; what was there before is there again.
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
    """Undo the renames of a process that was killed between two of them, where outputs of `together` are."""
    try:
        commits.recover(folder)
    except OSError as error:
        warnings.warn(
            f"{folder}: a run was killed while it replaced files here, and this cannot be undone ({error.strerror}); "
            "vectors may not go with their metadata",
            stacklevel=3,
        )


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn errors of the system into an OutputError that names `path`."""
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
    """Give a folder beside `path` for what is made on the way to it; it is removed at the end.

    One left by a process that was killed is removed by the next that asks for the same.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    place = path.with_name(f"{path.name}.work")
    with disk_errors(path):
        sweep(place)
    folder = commits.temporary_name(place)
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
        if os.fstat(file).st_size:  # a lock is empty
            os.close(file)
        else:
            system.remove_locked(file, lock)


def _locked(lock: Path) -> int:
    """Give a descriptor of a file that is locked and still has its name."""
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
        os.close(file)  # whoever held it has removed it meanwhile


def reserve(path: Path, size: int) -> None:
    """Make `path` a file of `size` bytes whose space is really there.

    A sparse map on a full disk would end the process with SIGBUS at the first write, which no handler catches.
    """
    with path.open("wb") as file:
        if not hasattr(os, "posix_fallocate"):  # macOS, Windows
            for begin in range(0, size, _ZEROS):
                file.write(bytes(min(_ZEROS, size - begin)))
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
    """Remove what a killed process left of `path`; put back what it was replacing."""
    commits.recover(path.parent)
    for temporary in list(commits.leftovers(path)):
        durable.finish_exchange(temporary, path)
        remove(temporary)
        remove(temporary.with_suffix(durable.OLD))
