"""Building an index: two passes over the rows, of which no more than some blocks are in memory.

The first pass finds the list of each row, the second writes the codes at their positions in mapped files. The index is
complete under a temporary name before it gets its own.
"""

import dataclasses
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np

from wordvec import arguments, blas, formats
from wordvec.codecs.bits import Bits
from wordvec.codecs.coded import Coded
from wordvec.documentation import documented
from wordvec.errors import InputError, MemoryLimitError
from wordvec.files import FOLDER_MARK, check_output, replacing
from wordvec.formats.common import sidecars
from wordvec.formats.common.reading import Reading
from wordvec.kernels.rabitq import FACTORS
from wordvec.provenance import machinery
from wordvec.rows import Floats
from wordvec.search import index_files, residuals
from wordvec.search.index import Effort, Shares
from wordvec.search.index_passes import ROWS_AT_ONCE, SAMPLED_PER_LIST, Passes, Running
from wordvec.search.index_path import path_beside
from wordvec.search.tuning import Measured, Rows, tuned
from wordvec.settings import check_settings, setting
from wordvec.workers import Progress, StopFlag, available_memory, thread_count

_BLOCKS_IN_MEMORY = 6
"""Copies of a block that each thread may have: its rows, scaled, rotated, residuals, and results that wait."""


class Estimate(NamedTuple):
    """What building an index takes.

    Attributes
    ----------
    words, lists
        Numbers of words and of lists.
    bytes
        Size of the index, on the disk and in memory when all lists are in use.
    memory
        Bytes of memory for building.
    """

    words: int
    lists: int
    bytes: int
    memory: int


class Built(NamedTuple):
    """A new index.

    Attributes
    ----------
    path
        Its folder.
    estimate
        Its size.
    effort
        What a query reads.
    measured
        Recall and time of queries.
    """

    path: Path
    estimate: Estimate
    effort: Effort
    measured: Measured


@documented
@dataclasses.dataclass(frozen=True)
class IndexBuilder:
    """Settings of an index, which `build` writes beside a ``.vectors`` folder.

    Examples
    --------
    >>> IndexBuilder(recall=0.95).build("corpus.vectors")  # doctest: +SKIP
    """

    recall: float = setting(
        0.99, "share of the ten nearest words that a query finds, on average", above=0.0, at_most=1.0
    )
    bits: int = setting(4, "bits for each number of a vector", at_least=1, at_most=residuals.MOST_BITS)
    lists: int | None = setting(
        None, "number of lists of near words; default: twice the square root of the number of words", at_least=1
    )
    seed: int = setting(1, "random seed", at_least=0)
    threads: int | None = setting(None, "number of threads; default: one for each processor", at_least=1)

    def __post_init__(self) -> None:
        check_settings(self)

    def estimate(self, vectors: str | Path) -> Estimate:
        """Return what building the index of a ``.vectors`` folder takes.

        Raises
        ------
        InputError
            If it is no such folder.
        """
        return self._estimate(_rows_of(arguments.path("vectors", vectors)).shape)

    def build(
        self,
        vectors: str | Path,
        overwrite: bool = False,
        *,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
    ) -> Built:
        """Write the index of a ``.vectors`` folder beside it, with the least effort that has the recall.

        Parameters
        ----------
        vectors
            The folder.
        overwrite
            Whether an existing index is replaced.
        progress, stop
            Progress display, and flag that stops the work.

        Raises
        ------
        InputError
            If it is no ``.vectors`` folder, holds bits, too few words, or a number that is not finite.
        OutputError
            If the index cannot be written, or exists and `overwrite` is false.
        MemoryLimitError
            If there is too little memory.
        Interrupted
            If `stop` was set; then nothing was written.
        """
        path = arguments.path("vectors", vectors)
        target = path_beside(path)
        matrix = _rows_of(path)
        check_output(target, overwrite, folder=True)
        estimate = self._estimate(matrix.shape)
        if estimate.memory > available_memory():
            raise MemoryLimitError(
                f"{path}: an index of {estimate.words:,} words takes {estimate.memory / 1e9:.1f} GB of memory to build,"
                f" and {available_memory() / 1e9:.1f} GB are free; use fewer --lists"
            )
        random = np.random.default_rng(self.seed)
        running = Running(thread_count(self.threads), progress or Progress(), stop or StopFlag())
        files = index_files.files_of(path)
        # A product of BLAS may depend on the number of its threads.
        with replacing(target, overwrite, folder=True) as folder, blas.one_thread():
            folder.mkdir()
            passes = Passes(path, matrix, random, running)
            about = {"kind": index_files.KIND, "rows": len(matrix), "dim": matrix.shape[1], "bits": self.bits}
            about |= passes.write(folder, estimate.lists, self.bits)
            index = index_files.opened(
                folder, about | {"effort": Effort(1, 1)._asdict(), "recall": Shares(0, 0)._asdict()}
            )
            effort, measured = tuned(index, Rows(matrix, passes.lists, passes.lengths), self.recall, random, running)
            source = {"digest": passes.digest.hexdigest(), "files": files}
            about |= {"effort": effort._asdict(), "recall": index.recall._asdict(), "source": source}
            settings = dataclasses.asdict(self) | {"threads": running.threads}
            details = {"settings": settings, "measured": measured.record()} | machinery()
            sidecars.write_json(about | {"metadata": details}, folder / FOLDER_MARK)
        return Built(target, estimate, effort, measured)

    def _estimate(self, shape: tuple[int, int]) -> Estimate:
        rows, dim = shape
        lists = min(rows, round(2 * rows**0.5)) if self.lists is None else min(rows, self.lists)
        size = residuals.plane_bytes(dim)
        index = rows * (size * self.bits + 4 * FACTORS + 4) + 4 * lists * dim
        sample = 2 * 4 * dim * min(rows, SAMPLED_PER_LIST * lists)
        block = 4 * dim * ROWS_AT_ONCE * _BLOCKS_IN_MEMORY * thread_count(self.threads)
        # Lists, positions and lengths of all rows, and their sorting.
        return Estimate(rows, lists, index, sample + block + 32 * rows)


def _rows_of(path: Path) -> Floats | Coded:
    """Return the rows of a folder.

    Raises
    ------
    InputError
        If it is no ``.vectors`` folder, or its rows cannot have an index.
    """
    if not path.is_dir() or formats.detect(path) != "vectors":
        if not path.exists():
            raise InputError(f"{path}: does not exist")
        other = path.with_suffix(".vectors").name
        raise InputError(
            f"{path}: an index needs rows that can be read one by one, of a .vectors folder; "
            f"`wordvec convert {path} {other}` writes one"
        )
    matrix = cast("Floats | Coded", formats.load(path, reading=Reading(coded=True, contexts=False)).matrix)
    if isinstance(matrix, Bits):
        raise InputError(f"{path}: holds bits, which are searched by their distances, without an index")
    if len(matrix) < 2:
        raise InputError(f"{path}: has {len(matrix)} word, and an index needs at least 2")
    return matrix
