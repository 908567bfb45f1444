"""The two passes over the rows of an index: the list of each row, and the codes at their positions in mapped files."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import blas
from wordvec.codecs.coded import Coded
from wordvec.errors import InputError
from wordvec.files import reserve
from wordvec.formats.common.arrays import write_header
from wordvec.kernels.rabitq import FACTORS, Codes
from wordvec.rows import Floats, blocks, exact_lengths, first_not_finite
from wordvec.search import residuals
from wordvec.workers import Progress, StopFlag, ordered_map

SAMPLED_PER_LIST = 32
"""Rows of the sample of k-means for each list."""
ROWS_AT_ONCE = 8_192


class Running(NamedTuple):
    """Threads, progress display and stop flag of the work."""

    threads: int
    progress: Progress
    stop: StopFlag


class Passes:
    """Writes the arrays of an index.

    Parameters
    ----------
    path, matrix
        Path of the vectors for messages, and their rows.
    random
        Draws the rotation, and the sample and beginning of k-means.
    running
        Threads, progress and stop flag.

    Attributes
    ----------
    lists : (rows,) int64 array
        List of each row; −1 for rows of zeros.
    lengths : (rows,) float32 array
        Lengths of the rows.
    digest
        SHA-256 of the rows.
    """

    def __init__(self, path: Path, matrix: Floats | Coded, random: np.random.Generator, running: Running) -> None:
        self.path, self.matrix, self.random, self.running = path, matrix, random, running
        self.lists, self.lengths = np.full(len(matrix), -1, np.int64), np.zeros(len(matrix), np.float32)
        self.digest = hashlib.sha256()

    def write(self, folder: Path, lists: int, bits: int) -> dict[str, int]:
        """Write the arrays to a folder, and return the numbers of lists and codes.

        Raises
        ------
        InputError
            If a number is not finite, or fewer than two rows are not all zeros.
        """
        dim = self.matrix.shape[1]
        turn = residuals.rotation(dim, self.random)
        centres = self._centres(turn, lists)
        self._find_lists(turn, centres)
        there = np.flatnonzero(self.lists >= 0)
        if len(there) < 2:
            raise InputError(f"{self.path}: has {len(there)} word with a vector, and an index needs at least 2")
        order = there[np.argsort(self.lists[there], kind="stable")]
        starts = np.concatenate([[0], np.cumsum(np.bincount(self.lists[there], minlength=len(centres)))])
        arrays: dict[str, NDArray[Any]] = {"rotation": turn, "centres": centres}
        arrays |= {"starts": starts.astype(np.int64), "rows": order.astype(np.uint32)}
        for name, array in arrays.items():
            _create(folder / f"{name}.npy", array.shape, array.dtype)[...] = array
        self._encode(folder, turn, centres, order, bits)
        return {"lists": len(centres), "codes": len(order)}

    def _centres(self, turn: Floats, lists: int) -> Floats:
        """Return the centres of as many lists, or fewer if there are fewer rows that are not zeros."""
        size = min(len(self.matrix), SAMPLED_PER_LIST * lists)
        rows = np.sort(self.random.choice(len(self.matrix), size, replace=False))
        sample = np.empty((size, self.matrix.shape[1]), np.float32)
        progress = self.running.progress
        progress.begin("reading a sample", size, " rows")
        for span in self.running.stop.until(blocks(size, ROWS_AT_ONCE)):
            sample[span] = self._rotated(self._read(rows[span]), turn)
            progress.report(span.stop)
        progress.end()
        sample = sample[sample.any(axis=1)]
        if not len(sample):
            raise InputError(f"{self.path}: has no vectors, its rows are all zeros")
        progress.begin("clustering", residuals.ROUNDS, " rounds")
        try:
            return residuals.k_means(
                sample, min(lists, len(sample)), self.random, self.running.threads, self.running.stop, progress.report
            )
        finally:
            progress.end()

    def _find_lists(self, turn: Floats, centres: Floats) -> None:
        def task(span: slice) -> tuple[Any, Floats, NDArray[np.int64]]:
            rows = self._read(np.arange(span.start, span.stop))
            lengths = exact_lengths(rows).astype(np.float32)
            near = residuals.nearest_centres(self._rotated(rows, turn), centres, 1, self.running.stop)
            return rows, lengths, np.where(lengths > 0, near, -1)

        for span, (rows, lengths, near) in self._pass("finding lists", task):
            self.digest.update(rows.data)
            self.lengths[span], self.lists[span] = lengths, near

    def _encode(self, folder: Path, turn: Floats, centres: Floats, order: NDArray[np.int64], bits: int) -> None:
        size = residuals.plane_bytes(len(turn))
        shapes = {"signs": size, "rest": (bits - 1) * size, "factors": FACTORS}
        kinds = {"factors": np.dtype(np.float32)}
        mapped = [
            _create(folder / f"{name}.npy", (len(order), width), kinds.get(name, np.dtype(np.uint8)))
            for name, width in shapes.items()
        ]
        positions = np.full(len(self.lists), -1, np.int64)
        positions[order] = np.arange(len(order))

        def task(span: slice) -> tuple[NDArray[np.int64], Codes]:
            there = self.lists[span] >= 0
            rows = self._rotated(self.matrix[span][there], turn)
            return positions[span][there], residuals.encoded(rows - centres[self.lists[span][there]], bits)

        for _, (places, codes) in self._pass("encoding", task):
            for array, part in zip(mapped, (codes.signs, codes.rest, codes.factors), strict=True):
                array[places] = part.reshape(len(places), -1)

    def _pass(self, label: str, task: Any) -> Iterator[tuple[slice, Any]]:
        """Yield spans of rows with the results of a task, in order."""
        rows, progress = len(self.matrix), self.running.progress
        spans = list(blocks(rows, ROWS_AT_ONCE))
        progress.begin(label, rows, " rows")
        try:
            with blas.one_thread():
                done = ordered_map(task, self.running.stop.until(spans), self.running.threads)
                for span, result in zip(spans, done, strict=True):
                    yield span, result
                    progress.report(span.stop)
        finally:
            progress.end()

    def _read(self, numbers: NDArray[np.int64]) -> Floats:
        """Return some rows.

        Raises
        ------
        InputError
            If a number is not finite.
        """
        consecutive = len(numbers) == numbers[-1] - numbers[0] + 1
        some = self.matrix[slice(numbers[0], numbers[-1] + 1) if consecutive else numbers]
        bad = first_not_finite(some)
        if bad is not None:
            raise InputError(f"{self.path}: row {numbers[bad]} holds NaN or infinity")
        return np.ascontiguousarray(some)

    @staticmethod
    def _rotated(rows: Floats, turn: Floats) -> Floats:
        """Return rows scaled to length 1 and rotated."""
        lengths = exact_lengths(rows)
        lengths[lengths == 0] = 1
        return np.asarray((rows / lengths.astype(np.float32)[:, None]) @ turn)


def _create(path: Path, shape: tuple[int, ...], dtype: "np.dtype[Any]") -> NDArray[Any]:
    """Create the file of an array, whose disk space is allocated, and map it."""
    header = io.BytesIO()
    write_header(header, shape, dtype)
    begin = header.tell()
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    reserve(path, begin + size)
    with path.open("r+b") as file:
        file.write(header.getvalue())
    return np.asarray(np.memmap(path, dtype, "r+", begin, shape)) if size else np.empty(shape, dtype)
