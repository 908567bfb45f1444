"""How a vector file is to be read: how much of it, where its matrix goes, and whether its pickles are trusted."""

import shutil
import stat
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import workers
from wordvec.errors import InputError, MemoryLimitError, OutputError
from wordvec.files import reserve
from wordvec.formats.common import compressed
from wordvec.rows import Allocate as Allocate


def in_memory(path: Path, rows: int, dim: int) -> NDArray[np.float32]:
    """Give room for a file's matrix in memory.

    Raises
    ------
    MemoryLimitError
        If there is less.
    """
    size, available = 4 * rows * dim, workers.available_memory()
    if size > available:
        raise MemoryLimitError(
            f"{path}: {rows} rows of {dim} numbers take {size / 1e9:.1f} GB, and {available / 1e9:.1f} GB are free; "
            "limit (a number of rows) reads the first ones only"
        )
    return np.empty((rows, dim), np.float32)


class Scratch:
    """Room for matrices in memory, as far as it goes, then in files of a folder, mapped.

    Parameters
    ----------
    folder
        Made when the first file is.
    memory
        Bytes that may be held in memory.
    """

    def __init__(self, folder: Path, memory: int) -> None:
        self.folder, self.memory = folder, memory
        self._files = 0

    def allocate(self, path: Path, rows: int, dim: int) -> NDArray[np.float32]:
        """Give room for a matrix of `path`.

        Raises
        ------
        OutputError
            If the disk has less.
        """
        size = 4 * rows * dim
        if size <= self.memory or not size:
            self.memory -= size
            return np.empty((rows, dim), np.float32)
        self.folder.mkdir(exist_ok=True)
        self._files += 1
        file = self.folder / f"matrix{self._files}.f32"
        free = shutil.disk_usage(self.folder).free
        if size > free:
            raise OutputError(
                f"{path}: {rows} rows of {dim} numbers take {size / 1e9:.1f} GB for the time, and where the output "
                f"goes {free / 1e9:.1f} GB are free; --top converts the first rows only"
            )
        try:
            reserve(file, size)
        except OSError as error:
            raise OutputError(f"{file}: {error.strerror}") from error
        return np.asarray(np.memmap(file, np.float32, "r+", shape=(rows, dim)))


class Reading(NamedTuple):
    """What the reader of each format is told.

    Attributes
    ----------
    limit
        Read at most so many rows, from the beginning.
    trust_pickle
        Whether what is a pickle may be unpickled, which runs whatever code it holds.
    allocate
        Where matrices go.
    any_words
        Whether to read words that no text can hold, to be replaced afterwards: empty ones, and bytes that are not
        UTF-8, as lone surrogates.
    """

    limit: int | None = None
    trust_pickle: bool = False
    allocate: Allocate = in_memory
    any_words: bool = False

    def rows(self, rows: int) -> int:
        """Give how many of a file's rows are wanted."""
        return rows if self.limit is None else min(rows, self.limit)


def hold_against_size(path: Path, rows: int, least: int) -> None:
    """Fail before memory is asked for when a file is too small for what its header says.

    Parameters
    ----------
    path
        Where it is compressed, nothing is known, and memory is not filled before rows come.
    rows, least
        How many rows it says there are, and the bytes that each takes at least.

    Raises
    ------
    InputError
        If it is.
    """
    status = path.stat()
    if stat.S_ISREG(status.st_mode) and rows * least > status.st_size and not compressed.is_packed(path):
        raise InputError(
            f"{path}: the header says {rows} rows, of at least {least} bytes each, but the file has "
            f"{status.st_size} bytes; is it cut short, or of another format?"
        )
