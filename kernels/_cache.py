"""The on-disk cache of machine code: Numba's index (``.nbi``) and data (``.nbc``) files, made tolerant of damage.

Numba's own cache raises whatever reading a damaged file raises, fails on a full disk, and can return the code of
another signature when two processes save at once. Here a damaged entry counts as absent and is written again. A
folder that cannot be written is not used any further: kernels are compiled, which is slower, and one warning says so.

Each file holds a SHA-256 of its contents, because half-written machine code would end the process without a message.
An entry also repeats its key, because two processes that add different entries at once may choose the same file name.
"""

import contextlib
import errno
import hashlib
import itertools
import os
import pickle
import stat
import sys
import uuid
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.serialize import dumps

from wordvec import clock

_DIGEST = hashlib.sha256().digest_size
_warned: set[str] = set()
_unwritable: set[Path] = set()


class DamagedEntryError(Exception):
    """The contents of a cache file do not match its digest."""


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


def keep(function: Callable[..., Any], dispatcher: Any, folder: Path) -> None:
    """Load the machine code of a dispatcher from `folder`, and save it there."""
    dispatcher._cache = _Cache(function, folder)


class _Locator:
    """The location of the entries. The folder is named after the sources, so a line number identifies a function."""

    def __init__(self, function: Callable[..., Any], folder: Path) -> None:
        self.folder, self.line = folder, function.__code__.co_firstlineno

    def get_disambiguator(self) -> str:
        """Return the line number, which distinguishes functions of one name and file."""
        return str(self.line)

    def ensure_cache_path(self) -> None:
        """Create the folder, which may have been removed since the program began."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)


class _Entries(CompileResultCacheImpl):  # type: ignore[misc]
    """The serialisation and file names of compiled functions."""

    def __init__(self, function: Callable[..., Any], folder: Path) -> None:
        self._lineno = function.__code__.co_firstlineno
        self._locator = _Locator(function, folder)
        module = function.__module__.rpartition(".")[2]
        flags = getattr(sys, "abiflags", "")  # not on Windows
        self._filename_base = self.get_filename_base(f"{module}.{function.__qualname__}", flags)


class _Cache(FunctionCache):  # type: ignore[misc]
    """Numba's cache of one function; a failure counts as a miss."""

    def __init__(self, function: Callable[..., Any], folder: Path) -> None:
        self._folder = folder
        # Not Numba's constructor, which looks for a folder that it can write, and fails or takes another one.
        self._name, self._py_func = repr(function), function
        self._impl = _Entries(function, folder)
        self._cache_path = str(folder)
        self._cache_file = _Files(folder, self._impl.filename_base)
        self.enable()

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the compiled function of a signature, or None if no usable entry exists."""
        try:
            loaded = super().load_overload(sig, target_context)
        except MemoryError:
            raise
        except OSError as error:
            _warn(f"the kernel cache {self._folder} cannot be read ({error.strerror}): kernels are compiled")
        except Exception:  # unpickling damaged data raises almost anything
            _warn(f"the kernel cache {self._folder} has damaged entries: they are compiled and written again")
        else:
            if loaded is not None:
                return loaded
        clock.notify_compilation()
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Save a compiled function unless the folder cannot be written."""
        if self._folder in _unwritable:
            return
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _unwritable.add(self._folder)
            warn_uncached(self._folder, error.strerror or str(error))


class _Files:
    """An index of a function's signatures, and one data file for each; every file begins with a digest."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name

    def load(self, key: Any) -> Any:
        """Return the entry of a key, or None."""
        try:
            name = _read(self._index).get(key)
            found, data = (key, None) if name is None else _read(self._folder / name)
        except FileNotFoundError:
            return None
        return data if found == key else None

    def save(self, key: Any, data: Any) -> None:
        """Save an entry under a key; a damaged index is replaced."""
        try:
            names = _read(self._index)
        except Exception:  # as in `_Cache.load_overload`, which has warned of it
            names = {}
        free = (f"{self._name}.{number}.nbc" for number in itertools.count(1))
        name = names.get(key) or next(name for name in free if name not in names.values())
        _write(self._folder / name, (key, data))
        if key not in names:
            _write(self._index, names | {key: name})

    def flush(self) -> None:
        """Remove all entries from the index."""
        _write(self._index, {})

    @property
    def _index(self) -> Path:
        return self._folder / f"{self._name}.nbi"


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
    content = dumps(value)
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
