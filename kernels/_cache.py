"""The on-disk cache of machine code: a file for each kernel and kinds of arguments, tolerant of damage.

A damaged entry counts as absent and is written again. A folder that cannot be written is not used any further: kernels
are compiled, which is slower, and one warning says so.

Each file begins with a SHA-256 of the rest, because half-written machine code would end the process without a message.
Its name is a digest of its key, which the entry repeats.
"""

import contextlib
import errno
import hashlib
import os
import pickle
import stat
import uuid
import warnings
from pathlib import Path
from typing import Any

_DIGEST = hashlib.sha256().digest_size
_warned: set[str] = set()
_unwritable: set[Path] = set()


class DamagedEntryError(Exception):
    """The contents of a cache file do not match its digest or its name."""


def usable_folder(folder: Path) -> Path | None:
    """Return `folder`, created if it is absent, or None (with one warning) if it cannot hold machine code.

    A folder that belongs to another user, except root, is not used, because reading an entry runs its code.
    """
    try:
        folder = folder.expanduser()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError as error:
        reason = error.strerror or str(error)
    except RuntimeError:
        reason = "there is no home folder"
    else:
        if not stat.S_ISDIR(status.st_mode):
            reason = os.strerror(errno.ENOTDIR)
        elif not _trusted(status):
            reason = "it belongs to another user"
        elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            reason = "no permission"
        else:
            return folder
    warn_uncached(folder, reason)
    return None


def warn_uncached(folder: Path, reason: str) -> None:
    """Warn once that `folder` is not used."""
    _warn(
        f"the kernel cache {folder} cannot be used ({reason}): kernels are compiled again in every process; "
        "repair the folder, or set XDG_CACHE_HOME to a writable one"
    )


def load(folder: Path, name: str, key: str) -> Any:
    """Return the entry of a key, or None if no usable one exists; `name` begins the name of the file."""
    try:
        found, data = _read(path_of(folder, name, key))
    except FileNotFoundError:
        return None
    except MemoryError:
        raise
    except OSError as error:
        _warn(f"the kernel cache {folder} cannot be read ({error.strerror}): kernels are compiled")
        return None
    except Exception:  # unpickling damaged data raises almost anything
        found = None
    if found != key:
        _warn(f"the kernel cache {folder} has damaged entries: they are compiled and written again")
        return None
    return data


def save(folder: Path, name: str, key: str, data: Any) -> None:
    """Save an entry unless the folder cannot be written; create the folder, which may have been removed."""
    if folder in _unwritable:
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path_of(folder, name, key), (key, data))
    except OSError as error:
        _unwritable.add(folder)
        warn_uncached(folder, error.strerror or str(error))


def path_of(folder: Path, name: str, key: str, extension: str = ".code") -> Path:
    """Return the path of an entry, or of a file beside it."""
    return folder / f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:16]}{extension}"


def _trusted(status: os.stat_result) -> bool:
    return not hasattr(os, "geteuid") or status.st_uid in (0, os.geteuid())  # Windows has no owner's number


def _read(path: Path) -> Any:
    with path.open("rb") as file:
        if not _trusted(os.fstat(file.fileno())):
            raise PermissionError(errno.EPERM, "an entry belongs to another user", str(path))
        content = file.read()
    if hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:
        raise DamagedEntryError(path)
    return pickle.loads(content[_DIGEST:])


def _write(path: Path, value: Any) -> None:
    content = pickle.dumps(value)
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex[:16]}.tmp")
    try:
        temporary.write_bytes(hashlib.sha256(content).digest() + content)
        temporary.replace(path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _warn(message: str) -> None:
    if message not in _warned:
        _warned.add(message)
        warnings.warn(message, stacklevel=2)
