"""Co-occurrence counting by the workers of Dask; the folder is that of one process, byte for byte.

Each worker counts all rows of one piece of the corpus. Then each task adds some rows of all pieces. Sums are integers
until they are rounded, so that neither the pieces nor their number change a bit.
"""

import itertools
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from wordvec import arguments, clock
from wordvec.corpora.arrayfile import ArrayFile
from wordvec.corpora.cooccurrence import (
    VALUES,
    Cooccurrence,
    check_entries,
    counted_text,
    record_of,
    settings_of,
    write_meta,
)
from wordvec.corpora.count_settings import CountSettings
from wordvec.corpora.counting import BEGINS, COLUMNS, CooccurrenceCounter
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.folder import VOCABULARY
from wordvec.corpora.npy import map_array
from wordvec.corpora.positions import runs
from wordvec.corpora.vocabulary import Vocabulary
from wordvec.distributed.cluster import Cluster, connected
from wordvec.distributed.joining import Part, joined
from wordvec.distributed.worker import FolderFlag, alone, whole_folder
from wordvec.errors import InputError
from wordvec.files import check_output
from wordvec.files.commits import remove
from wordvec.workers import Progress, StopFlag, available_memory

if TYPE_CHECKING:
    from distributed import Client

WORK = "work"
ENDS = "ends.npy"
_BLOCKS_PER_WORKER = 4


class Counting(NamedTuple):
    """What all tasks of a counting have in common.

    Attributes
    ----------
    corpus, digest
        Folder of the corpus, and its digest.
    settings
        Settings of counting.
    memory
        Bytes that one worker uses.
    """

    corpus: Path
    digest: str
    settings: CountSettings
    memory: int

    def counter(self, workspace: Path, threads: int) -> CooccurrenceCounter:
        """Open the corpus on a worker, and return its counter.

        Raises
        ------
        InputError
            If the folder holds another corpus than that of the client.
        """
        corpus = EncodedCorpus(self.corpus, verify=False)
        if corpus.digest != self.digest:
            raise InputError(f"{self.corpus}: a worker finds another corpus there than this process")
        text = counted_text(corpus, self.settings)
        return CooccurrenceCounter(text, self.settings, len(text.vocabulary), workspace, self.memory, threads)


class PieceJob(NamedTuple):
    """The counting of the tokens from `first` to `last` into the folder `place`."""

    place: Path
    counting: Counting
    first: int
    last: int


class RowsJob(NamedTuple):
    """The adding of the rows from ``rows[0]`` to ``rows[1]`` of all `pieces`, into the folder `place`."""

    place: Path
    counting: Counting
    pieces: list[Path]
    rows: tuple[int, int]


def count(
    corpus: EncodedCorpus,
    folder: str | Path | None = None,
    *,
    client: "Client | None" = None,
    memory: float | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
    **settings: Any,
) -> Cooccurrence:
    """Count the co-occurrences of a corpus on the workers of Dask.

    Parameters
    ----------
    corpus
        Encoded text, in a folder that all workers see under the same path.
    folder
        Output folder, which all workers see; None: a temporary folder of this machine.
    client
        Client of Dask; None: the default client, or a cluster of processes on this machine that ends with the call.
    memory
        Gigabytes that each worker uses; None: half of its memory limit.
    overwrite
        Whether an existing `folder` is replaced.
    progress, stop
        Progress reports, and the flag that stops the work.
    **settings
        Fields of `wordvec.corpora.count_settings.CountSettings`.

    Returns
    -------
    Cooccurrence
        Its files are those of `Cooccurrence.count`, byte for byte; its metadata also record the workers.

    Raises
    ------
    ClusterError
        If the scheduler is lost, or workers have other versions or do not see the folders.
    InputError, SettingsError, OutputError, MemoryLimitError, Interrupted
        As for `Cooccurrence.count`.
    """
    arguments.expect("corpus", corpus, EncodedCorpus)
    chosen = settings_of(settings)
    vocabulary = counted_text(corpus, chosen).vocabulary
    given = None if memory is None else CountSettings.bytes_of(memory)
    if folder is not None:
        check_output(Path(folder), overwrite, folder=True)
    with connected(client, progress or Progress(), StopFlag() if stop is None else stop) as cluster:
        cluster.check_sees(corpus.folder)
        budget = given if given is not None else cluster.memory() or available_memory() // len(cluster.threads)
        counting = Counting(corpus.folder.absolute(), corpus.digest, chosen, budget)

        def write(unfinished: Path) -> None:
            _Counting(cluster, corpus, vocabulary, counting).write(unfinished)

        return Cooccurrence.make(folder, overwrite, write)


def count_piece(job: PieceJob) -> int:
    """Count a piece; return the number of tokens that entered its rows.

    Raises
    ------
    Interrupted
        If the client has stopped the work.
    """
    with alone() as threads, whole_folder(job.place) as folder:
        counter = job.counting.counter(folder, threads)
        counter.write_piece(folder, job.first, job.last, Progress(), FolderFlag(job.place.parent))
        return counter.kept


def add_pieces(job: RowsJob) -> int:
    """Add rows of all pieces; return the number of entries.

    Raises
    ------
    Interrupted
        If the client has stopped the work.
    """
    with alone() as threads, whole_folder(job.place) as folder:
        counter = job.counting.counter(folder, threads)
        with (
            ArrayFile(folder / COLUMNS, np.int32) as columns,
            ArrayFile(folder / VALUES, np.float32) as values,
            ArrayFile(folder / ENDS, np.int64) as ends,
        ):
            for rows in counter.merged(job.pieces, job.rows, FolderFlag(job.place.parent)):
                ends.append(columns.length + rows.ends)
                columns.append(rows.columns)
                values.append((rows.sums / counter.unit).astype(np.float32))
        return columns.length


class _Counting:
    def __init__(self, cluster: Cluster, corpus: EncodedCorpus, vocabulary: Vocabulary, counting: Counting) -> None:
        self._begun = clock.now()
        self._cluster, self._corpus, self._vocabulary, self._counting = cluster, corpus, vocabulary, counting

    def write(self, unfinished: Path) -> None:
        folder = unfinished.absolute()  # workers have other current folders
        cluster, counting = self._cluster, self._counting
        with cluster.workspace(folder / WORK) as work:
            pieces = self._pieces(work)
            kept = sum(cluster.run("count", count_piece, pieces, "counting"))
            rows = self._rows(work, [job.place for job in pieces])
            entries = cluster.run("add", add_pieces, rows, "adding")
            check_entries(sum(entries))
            for job in pieces:
                remove(job.place)
            hashes = (
                self._joined("columns", folder / COLUMNS, "<i4", rows, entries),
                self._joined("values", folder / VALUES, "<f4", rows, entries),
            )
            self._write_begins(folder / BEGINS, rows, entries)
            self._vocabulary.write(folder / VOCABULARY)
            remove(work)
            seconds = clock.now() - self._begun
            record = record_of(self._corpus)
            more = {"cluster": cluster.record()}
            write_meta(unfinished, asdict(counting.settings), record, kept, seconds, hashes, **more)

    def _pieces(self, work: Path) -> list[PieceJob]:
        """Return one piece for each worker, or more if memory is scarce."""
        threads = max(self._cluster.threads.values())
        cuts = self._counting.counter(work, threads).cuts(len(self._cluster.threads))
        return [
            PieceJob(work / f"piece-{number}", self._counting, first, last)
            for number, (first, last) in enumerate(itertools.pairwise(cuts))
        ]

    def _rows(self, work: Path, pieces: list[Path]) -> list[RowsJob]:
        """Return blocks of rows that have about as much work, by the counts of their words."""
        counting = self._counting
        most = np.minimum(self._vocabulary.counts * 2 * counting.settings.window, len(self._vocabulary))
        blocks = _BLOCKS_PER_WORKER * len(self._cluster.threads)
        ranges = runs(most, max(1, int(most.sum()) // blocks))
        return [RowsJob(work / f"rows-{rows[0]}", counting, pieces, rows) for rows in ranges]

    def _joined(self, file: str, path: Path, dtype: str, rows: list[RowsJob], entries: list[int]) -> list[bytes]:
        parts = [Part(job.place / path.name, length) for job, length in zip(rows, entries, strict=True)]
        return joined(self._cluster, file, path, dtype, parts, f"writing {file}")

    def _write_begins(self, path: Path, rows: list[RowsJob], entries: list[int]) -> None:
        before = 0
        with ArrayFile(path, np.int64) as begins:
            begins.append(np.zeros(1, np.int64))
            for job, length in zip(rows, entries, strict=True):
                begins.append(before + np.array(map_array(job.place / ENDS, np.int64)))
                before += length
