"""Settings of reading a vector file: row limit, allocation of the matrix, trust in pickles."""

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
    """Allocate the matrix of a file in memory.

    Raises
    ------
    MemoryLimitError
        If the available memory is too small.
    """
    size, available = 4 * rows * dim, workers.available_memory()
    if size > available:
        raise MemoryLimitError(
            f"{path}: {rows} rows of {dim} numbers take {size / 1e9:.1f} GB, and {available / 1e9:.1f} GB are free; "
            "limit (a number of rows) reads the first ones only"
        )
    return np.empty((rows, dim), np.float32)


class Scratch:
    """Allocator of matrices in memory up to a budget, then in memory-mapped files.

    Parameters
    ----------
    folder
        Folder of the mapped files. It is created with the first of them.
    memory
        Budget of memory in bytes.
    """

    def __init__(self, folder: Path, memory: int) -> None:
        self.folder, self.memory = folder, memory
        self._files = 0

    def allocate(self, path: Path, rows: int, dim: int) -> NDArray[np.float32]:
        """Allocate a matrix of the file `path`.

        Raises
        ------
        OutputError
            If the disk has too little free space.
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
                f"{path}: {rows} rows of {dim} numbers take {size / 1e9:.1f} GB temporarily, but the output's disk has "
                f"{free / 1e9:.1f} GB free; --top converts the first rows only"
            )
        try:
            reserve(file, size)
        except OSError as error:
            raise OutputError(f"{file}: {error.strerror}") from error
        return np.asarray(np.memmap(file, np.float32, "r+", shape=(rows, dim)))


class Reading(NamedTuple):
    """Settings of the reader of each format.

    Attributes
    ----------
    limit
        Number of rows to read at most, from the beginning, or None for all.
    trust_pickle
        Whether pickles may be loaded. Loading one runs any code in it.
    allocate
        Function that allocates the matrix.
    any_words
        Whether to read invalid words, to be replaced afterwards: empty words, and bytes that are not UTF-8 (as lone
        surrogates).
    encoding
        Encoding of the words, if it is not UTF-8.
    contexts
        Whether to read the output matrix of a file that has one.
    coded
        Whether a matrix that is stored in codes may be returned as a `Coded`, which only `Vectors` takes.
    """

    limit: int | None = None
    trust_pickle: bool = False
    allocate: Allocate = in_memory
    any_words: bool = False
    encoding: str | None = None
    contexts: bool = True
    coded: bool = False

    def rows(self, rows: int) -> int:
        """Return the number of rows to read from a file of `rows` rows."""
        return rows if self.limit is None else min(rows, self.limit)


def check_file_size(path: Path, rows: int, least: int) -> None:
    """Fail before memory is allocated if a file is too small for the number of rows in its header.

    Parameters
    ----------
    path
        The file. A compressed file is not checked; its memory is filled only as rows arrive.
    rows
        Number of rows in the header.
    least
        Smallest size of a row in bytes.

    Raises
    ------
    InputError
        If the file is too small.
    """
    status = path.stat()
    if stat.S_ISREG(status.st_mode) and rows * least > status.st_size and not compressed.is_compressed(path):
        raise InputError(
            f"{path}: the header says {rows} rows, of at least {least} bytes each, but the file has "
            f"{status.st_size} bytes; is it truncated, or of another format?"
        )
