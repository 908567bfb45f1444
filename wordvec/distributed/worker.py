"""What every task does on a worker: check versions, return errors of users, run kernels, and write whole folders."""

import contextlib
import errno
import functools
import platform
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from wordvec.errors import ClusterError, MemoryLimitError, OutputError, WordvecError
from wordvec.files.commits import remove
from wordvec.workers import StopFlag

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM})
"""Errors of a disk that no second attempt repairs."""
_whole = threading.RLock()


class Failure(NamedTuple):
    """An error that repeating the task would not repair."""

    error: WordvecError


@functools.cache
def versions() -> dict[str, str]:
    """Return the versions of this process; Python's is included, as Unicode's tables belong to it."""
    import numba
    import numpy

    import wordvec

    found = {"wordvec": wordvec.__version__, "numba": numba.__version__, "numpy": numpy.__version__}
    return found | {"python": platform.python_version()}


def call(function: Callable[[Any], Any], job: Any, wanted: dict[str, str]) -> Any:
    """Run a task; return its result or a `Failure`.

    Parameters
    ----------
    function, job
        The task.
    wanted
        Versions of the client. They are compared here, too, because workers can join at any time.

    Raises
    ------
    OSError
        If reading or writing fails in a way that another attempt may repair.
    """
    try:
        check_versions(wanted, versions(), "a worker")
        return function(job)
    except WordvecError as error:
        return Failure(error)
    except MemoryError as error:
        return Failure(MemoryLimitError(f"not enough memory on a worker: {error or 'the system refused more'}"))
    except OSError as error:
        if error.errno not in FULL:
            raise
        return Failure(OutputError(f"{_place(error, job)}: {error.strerror} (on a worker); nothing was written"))


def check_versions(wanted: dict[str, str], found: dict[str, Any], who: str) -> None:
    """Compare the versions of a worker with those of the client.

    Raises
    ------
    ClusterError
        If they differ.
    """
    for name, version in wanted.items():
        if found.get(name) != version:
            has = found.get(name) or "none"
            raise ClusterError(
                f"{who} has {has} of {name}, and this process has {version}: results depend on them; install the same "
                "versions on all machines"
            )


def threads() -> int:
    """Return the number of threads of this worker."""
    from distributed import get_worker

    return int(get_worker().state.nthreads)


@contextlib.contextmanager
def alone() -> Iterator[int]:
    """Wait until no other task uses the whole worker; yield its number of threads."""
    with _whole:
        yield threads()


class FolderFlag(StopFlag):
    """A flag that is set when a folder is gone: the client renames its folder to stop tasks that it has abandoned."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    @property
    def requested(self) -> bool:
        """Whether the folder is gone."""
        return not self._folder.is_dir()


@contextlib.contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder that gets its name at the end; of a task that ran twice, the first result is kept."""
    temporary = folder.with_name(f"{folder.name}.{uuid.uuid4().hex}")
    temporary.mkdir()
    try:
        yield temporary
        try:
            temporary.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
            remove(temporary)
    except BaseException:
        remove(temporary)
        raise


def _place(error: OSError, job: Any) -> str:
    """Return the file or folder of an error, without the names of temporary files inside an output."""
    return str(getattr(job, "place", None) or error.filename or "a worker")
