"""Counts of the candidates of a pass, by the counter of co-occurrences: window 1, to the right, within sentences."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.count_settings import CountSettings
from wordvec.corpora.counting import CooccurrenceCounter
from wordvec.corpora.phrases.prefixes import Candidates
from wordvec.workers import Progress, StopFlag

Longs = NDArray[np.int64]
Keep = Callable[[Longs, Longs], NDArray[np.bool_]]
"""Returns which pairs to keep, whatever their count, from their beginnings and last words."""


class Pairs(NamedTuple):
    """Pairs of a beginning and a last word.

    Attributes
    ----------
    begins, lasts
        (pairs,) int64 arrays: number of the beginning, see `Candidates`, and id of the last word.
    counts
        (pairs,) int64 array.
    distinct
        Number of different pairs of the text, including those that are not in the arrays.
    """

    begins: Longs
    lasts: Longs
    counts: Longs
    distinct: int


class Effort(NamedTuple):
    """How to count.

    Attributes
    ----------
    workspace
        Folder for files that are removed at the end.
    memory
        Bytes to use.
    threads
        Number of threads.
    progress, stop
        Progress reports, and the flag that stops the work.
    """

    workspace: Path
    memory: int
    threads: int
    progress: Progress
    stop: StopFlag


def count_pairs(candidates: Candidates, min_count: int, keep: Keep | None, effort: Effort) -> Pairs:
    """Return the pairs that occur `min_count` times, and those that `keep` chooses.

    Raises
    ------
    MemoryLimitError
        If the memory is too small.
    Interrupted
        If the flag is set.
    """
    settings = CountSettings(min_count=1, window=1, weighting="flat", direction="right", keep_places=True)
    numbers = candidates.numbers
    counter = CooccurrenceCounter(candidates, settings, numbers, effort.workspace, effort.memory, effort.threads)
    begins: list[Longs] = []
    lasts: list[Longs] = []
    counts: list[Longs] = []
    row = distinct = 0
    for rows in counter.count(effort.progress, effort.stop):
        distinct += len(rows.columns)
        chosen = rows.sums >= min_count
        if keep is not None or chosen.any():
            sizes = np.diff(rows.ends, prepend=0)
            all_begins = np.repeat(np.arange(row, row + len(sizes)), sizes)
            if keep is not None:
                chosen |= keep(all_begins, rows.columns.astype(np.int64))
            begins.append(all_begins[chosen])
            lasts.append(rows.columns[chosen].astype(np.int64))
            counts.append(rows.sums[chosen])
        row += len(rows.ends)
    nothing = np.empty(0, np.int64)
    return Pairs(
        np.concatenate([nothing, *begins]),
        np.concatenate([nothing, *lasts]),
        np.concatenate([nothing, *counts]),
        distinct,
    )
