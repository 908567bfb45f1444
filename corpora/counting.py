"""Co-occurrence counting of a corpus: in pieces that fit in memory, rows in parallel, with reproducible bits.

A piece is a run of tokens, read together with its context on either side. All sums are integer multiples of one unit,
so that the sum of the pieces' rows equals the rows of an undivided corpus.
"""

import math
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.arrayfile import ArrayFile, read_at
from wordvec.corpora.count_settings import CountSettings
from wordvec.corpora.positions import LEAST_TOKENS, MOST_TOKENS, TOKEN_BYTES, PositionIndexer, TokenSequence, runs
from wordvec.errors import MemoryLimitError, SettingsError
from wordvec.files.commits import remove
from wordvec.kernels.cooccurrence import CountingWindow, RowAccumulator, add_rows, count_rows
from wordvec.workers import Progress, StopFlag, ordered_map

# Maximal entries that a thread counts at a time (24 MB), unless one row can have more.
ENTRIES_AT_ONCE = 1 << 21
ENTRY_BYTES = 16
COLUMNS, SUMS, BEGINS = "columns.npy", "sums.npy", "begins.npy"
MOST_WORDS = (1 << 31) - 1
FINEST_UNIT = 1 << 40


def weights(settings: CountSettings, most: int) -> tuple[NDArray[np.int64], int]:
    """Return the weight of each distance, (window + 1,) int64 in units of 1 / `unit`, and `unit`.

    Harmonic weights are exact if the least common multiple of all distances is small enough (windows up to 22 and
    more). Otherwise they are rounded to the finest unit that lets `most` of each distance sum to less than 63 bits.

    Parameters
    ----------
    settings
        Settings of counting.
    most
        Count of the most frequent word.
    """
    window = settings.window
    distances = np.arange(1, window + 1)
    if settings.weighting == "flat":
        return np.concatenate(([0], np.ones(window, np.int64))), 1
    if settings.weighting == "dynamic":
        return np.concatenate(([0], window + 1 - distances)), window
    largest_unit = (1 << 62) // (2 * most * (1 + math.ceil(math.log(window))))
    unit = math.lcm(*range(1, window + 1))
    if unit > largest_unit:
        unit = min(FINEST_UNIT, 1 << (largest_unit.bit_length() - 1))
        if unit < 1 << 30:
            raise SettingsError(
                f"{window}: too wide for a corpus whose first word occurs {most:,} times", setting="window"
            )
    return np.array([0] + [(2 * unit + d) // (2 * d) for d in range(1, window + 1)], np.int64), unit


class CountedRows(NamedTuple):
    """Entries of some rows: `columns` int32 and `sums` int64, and the end of each row."""

    columns: NDArray[np.int32]
    sums: NDArray[np.int64]
    ends: NDArray[np.int64]


class CooccurrenceCounter:
    """Counts the co-occurrences of a corpus.

    Parameters
    ----------
    corpus, settings
        Sentences of ids, and settings of counting.
    words
        Number of words that have rows.
    workspace
        Folder for the pieces of a corpus that does not fit in memory.
    memory
        Bytes to use.
    threads
        Number of threads.

    Raises
    ------
    MemoryLimitError
        If `memory` is too small for the rows.
    """

    def __init__(
        self, corpus: TokenSequence, settings: CountSettings, words: int, workspace: Path, memory: int, threads: int
    ) -> None:
        self.corpus, self.settings, self.words = corpus, settings, words
        self.workspace, self.threads = workspace, threads
        counts = corpus.vocabulary.counts[:words]
        self._indexer = PositionIndexer(
            corpus,
            words,
            settings.window,
            sample=settings.sample,
            keep_places=settings.keep_places,
            across_sentences=settings.across_sentences,
            seed=settings.seed,
        )
        weight, self.unit = weights(settings, int(counts[0]))
        sides = settings.direction
        self.counting_window = CountingWindow(weight, sides != "right", sides != "left")
        self.kept = 0
        self._local = threading.local()
        self.entries_at_once, self.piece_tokens = _sizes(words, len(corpus.ids), memory, threads)

    def count(self, progress: Progress, stop: StopFlag) -> Iterator[CountedRows]:
        """Yield all rows in order, some at a time.

        Raises
        ------
        Interrupted
            If the flag is set.
        """
        cuts = self.cuts()
        pieces = len(cuts) - 1
        progress.begin("counting", pieces * self.words, " rows")
        try:
            if pieces == 1:
                for rows in self._rows_of_piece(0, cuts[1], stop):
                    yield self._reported(rows, progress)
                return
            folders = []
            for piece in range(pieces):
                folder = self.workspace / f"piece-{piece}"
                folder.mkdir()
                self.write_piece(folder, cuts[piece], cuts[piece + 1], progress, stop)
                folders.append(folder)
            yield from self.merged(folders, (0, self.words), stop)
            for folder in folders:
                remove(folder)
        finally:
            progress.end()

    def cuts(self, least: int = 1) -> list[int]:
        """Return the first token of each piece, and the end of the last; there are at least `least` pieces."""
        tokens = len(self.corpus.ids)
        pieces = max(least, -(-tokens // self.piece_tokens))
        return [tokens * piece // pieces for piece in range(pieces + 1)]

    _done = 0

    def _reported(self, rows: CountedRows, progress: Progress) -> CountedRows:
        self._done += len(rows.ends)
        progress.report(self._done)
        return rows

    def _rows_of_piece(self, first: int, last: int, stop: StopFlag) -> Iterator[CountedRows]:
        stream, starts, positions = self._indexer.piece(first, last)
        self.kept += int(starts[-1])
        sides = self.counting_window.left + self.counting_window.right
        most = np.minimum(np.diff(starts) * sides * self.settings.window, self.words)

        def count(part: tuple[int, int]) -> CountedRows:
            capacity = int(most[part[0] : part[1]].sum())
            rows = CountedRows(
                np.empty(capacity, np.int32), np.empty(capacity, np.int64), np.empty(part[1] - part[0], np.int64)
            )
            count_rows(stream, starts, positions, part[0], self.counting_window, self._row(), *rows)
            return _cut(rows)

        yield from ordered_map(count, stop.until(runs(most, self.entries_at_once)), self.threads)

    def write_piece(self, folder: Path, first: int, last: int, progress: Progress, stop: StopFlag) -> None:
        """Count the tokens from `first` to `last`, and write their rows.

        Raises
        ------
        Interrupted
            If the flag is set.
        """
        begins = np.zeros(self.words + 1, np.int64)
        row = 0
        with ArrayFile(folder / COLUMNS, np.int32) as columns, ArrayFile(folder / SUMS, np.int64) as sums:
            for rows in self._rows_of_piece(first, last, stop):
                begins[row + 1 : row + 1 + len(rows.ends)] = columns.length + rows.ends
                row += len(rows.ends)
                columns.append(rows.columns)
                sums.append(rows.sums)
                self._reported(rows, progress)
        with ArrayFile(folder / BEGINS, np.int64) as file:
            file.append(begins)

    def merged(self, folders: list[Path], rows: tuple[int, int], stop: StopFlag) -> Iterator[CountedRows]:
        """Yield the sums of some pieces, of the rows from ``rows[0]`` to ``rows[1]``, some at a time.

        Raises
        ------
        Interrupted
            If the flag is set.
        """
        first_row, last_row = rows
        begins = np.stack([read_at(f / BEGINS, np.int64, first_row, last_row - first_row + 1) for f in folders])
        most = np.diff(begins, axis=1).sum(0)

        def merge(part: tuple[int, int]) -> CountedRows:
            inner = begins[:, part[0] : part[1] + 1]
            ranges = [(f, int(own[0]), int(own[-1] - own[0])) for f, own in zip(folders, inner, strict=True)]
            columns = np.concatenate([read_at(f / COLUMNS, np.int32, *span) for f, *span in ranges])
            sums = np.concatenate([read_at(f / SUMS, np.int64, *span) for f, *span in ranges])
            shift = np.concatenate(([0], np.cumsum(inner[:, -1] - inner[:, 0])[:-1])) - inner[:, 0]
            capacity = int(most[part[0] : part[1]].sum())
            rows = CountedRows(
                np.empty(capacity, np.int32), np.empty(capacity, np.int64), np.empty(part[1] - part[0], np.int64)
            )
            add_rows(inner + shift[:, None], columns, sums, self._row(), *rows)
            return _cut(rows)

        yield from ordered_map(merge, stop.until(runs(most, self.entries_at_once)), self.threads)

    def _row(self) -> RowAccumulator:
        """Return the accumulator of this thread."""
        if not hasattr(self._local, "row"):
            self._local.row = RowAccumulator(np.zeros(self.words, np.int64), np.zeros(-(-self.words // 64), np.uint64))
        row: RowAccumulator = self._local.row
        return row


def _sizes(words: int, tokens: int, memory: int, threads: int) -> tuple[int, int]:
    """Return the entries that a thread counts at a time, and the tokens of a piece.

    Raises
    ------
    MemoryLimitError
        If `memory` is too small for the rows.
    """
    # Memory: an accumulator for each thread, beginnings of positions, and entries that are counted or queued.
    batches = 3 * threads + 1
    entries = max(words, min(ENTRIES_AT_ONCE, memory // (2 * ENTRY_BYTES * batches)))
    fixed = words * (8 * threads + 16) + entries * ENTRY_BYTES * batches
    piece = min((memory - fixed) // TOKEN_BYTES, MOST_TOKENS)
    if piece < min(LEAST_TOKENS, tokens):
        needed = fixed + LEAST_TOKENS * TOKEN_BYTES
        raise MemoryLimitError(
            f"counting {words:,} words takes at least {needed / 1e6:,.0f} MB, and {memory / 1e6:,.0f} MB may be "
            "used: raise --memory, or --min-count"
        )
    return entries, piece


def _cut(rows: CountedRows) -> CountedRows:
    filled = int(rows.ends[-1])
    return CountedRows(rows.columns[:filled], rows.sums[:filled], rows.ends)
