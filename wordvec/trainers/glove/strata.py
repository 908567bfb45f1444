"""Stratified SGD without races: entries in P × P blocks, trained in rounds of P blocks with disjoint rows and columns.

Block (a, b) holds the entries of rows a, a + P, a + 2P … and columns b, b + P … (DSGD: Gemulla et al. 2011). A round
is the blocks (a, (a + r) mod P) for all a, an epoch P rounds. Whatever the number of threads, every row sees the same
entries in the same order, so the result is the same bit for bit. The shuffled order within a block is fixed.
"""

import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordvec import files
from wordvec.errors import OutputError
from wordvec.kernels import rng, strata
from wordvec.kernels.glove import ShuffledEntries
from wordvec.kernels.simd import LANES
from wordvec.workers import StopFlag, ordered_map

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence

# P, a power of two. 16 is as fast with two threads, but balances many threads less well; 64 is 5 % slower.
SIDE = 32
# Number of runs of rows that are distributed into blocks in parallel.
SHARES = 64
BYTES_OF_ENTRY = 12
FILES = ("rows", "columns", "logs")


def height(words: int) -> int:
    """Return the number of matrix rows for each of the P classes of words."""
    return -(-words // SIDE)


def matrix_rows(words: int) -> NDArray[np.int64]:
    """Return the matrix row of each word (words,); see `kernels.strata`."""
    ids = np.arange(words)
    return ids % SIDE * height(words) + ids // SIDE


class Strata:
    """The entries of a matrix, distributed into blocks, each shuffled by the seed.

    Parameters
    ----------
    counts
        The matrix; the logarithms of its values are stored.
    seed
        Seed of the order.
    threads
        Number of threads.
    folder
        Folder of the entries if they do not fit in memory; made, and removed by `close`. The order is the same.
    stop
        Flag that stops the work.

    Attributes
    ----------
    entries
        Entries block by block, and `LANES` empty ones at the end; rows and columns are those of `matrix_rows`.
    begins
        (P · P + 1,) beginnings of the blocks, and the end of the last.

    Raises
    ------
    OutputError
        If the folder cannot be made or has no room.
    Interrupted
        If `stop` was set.
    """

    def __init__(
        self, counts: "Cooccurrence", seed: int, threads: int, folder: Path | None = None, stop: StopFlag | None = None
    ) -> None:
        self.seed, self.folder = seed, folder
        self.length = len(counts.columns)
        self.entries = self._room()
        try:
            self.begins = self._distribute(counts, threads, stop or StopFlag())
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Remove the files of the entries, and their folder if it is then empty."""
        if self.folder is not None:
            for name in FILES:
                (self.folder / name).unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                self.folder.rmdir()

    def __enter__(self) -> "Strata":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def blocks(self, number: int) -> NDArray[np.int64]:
        """Return the P blocks of a round, numbered over all epochs; each epoch has a random order of rounds."""
        epoch, position = divmod(number, SIDE)
        shift = np.argsort([int(rng.piece_stream(self.seed, epoch, r)) for r in range(SIDE)])[position]
        rows = np.arange(SIDE)
        return np.asarray(rows * SIDE + (rows + shift) % SIDE, np.int64)

    def _room(self) -> ShuffledEntries:
        size = self.length + LANES
        if self.folder is None:
            return ShuffledEntries(np.zeros(size, np.uint32), np.zeros(size, np.uint32), np.zeros(size, np.float32))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return ShuffledEntries(
                *(
                    _mapped(self.folder / name, kind, size)
                    for name, kind in zip(FILES, (np.uint32, np.uint32, np.float32), strict=True)
                )
            )
        except OSError as error:
            self.close()
            needed = size * BYTES_OF_ENTRY / 1e9
            raise OutputError(
                f"{self.folder}: {error.strerror}; entries that do not fit in memory need {needed:.1f} GB there"
            ) from error

    def _distribute(self, counts: "Cooccurrence", threads: int, stop: StopFlag) -> NDArray[np.int64]:
        indptr, columns, values = np.asarray(counts.indptr), np.asarray(counts.columns), np.asarray(counts.values)
        shares = np.searchsorted(indptr, np.linspace(0, self.length, SHARES + 1).astype(np.int64))
        shares[-1] = len(indptr) - 1
        sizes = np.zeros((SHARES, SIDE * SIDE), np.int64)

        def count(share: int) -> None:
            stop.check()
            strata.count_blocks(indptr, columns, shares[share], shares[share + 1], SIDE, sizes[share])

        def distribute(share: int) -> None:
            stop.check()
            first, last = shares[share], shares[share + 1]
            strata.scatter_rows(indptr, columns, values, first, last, SIDE, free[share], self.entries)

        def shuffle(block: int) -> None:
            stop.check()
            strata.shuffle(self.entries, begins[block], begins[block + 1], self._stream(block))

        _all(count, SHARES, threads)
        begins = np.concatenate([[0], np.cumsum(sizes.sum(axis=0))])
        free = begins[:-1] + np.cumsum(sizes, axis=0) - sizes
        _all(distribute, SHARES, threads)
        _all(shuffle, SIDE * SIDE, threads)
        return begins

    def _stream(self, block: int) -> np.uint64:
        # No epoch has this number, so the order within blocks is independent of that of rounds.
        return np.uint64(rng.piece_stream(self.seed, 2**31, block))


def working_folder(beside: Path | None) -> Path:
    """Return a folder for entries that do not fit in memory: in the checkpoint's folder, or a temporary one."""
    return Path(tempfile.mkdtemp(prefix="wordvec-")) if beside is None else beside / "strata"


def _all(function: Callable[[int], None], items: int, threads: int) -> None:
    for _ in ordered_map(function, range(items), threads):
        pass


def _mapped(path: Path, kind: Any, size: int) -> NDArray[Any]:
    files.reserve(path, size * np.dtype(kind).itemsize)
    return np.memmap(path, kind, "r+", shape=(size,)).view(np.ndarray)
