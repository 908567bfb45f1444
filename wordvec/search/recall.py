"""The recall of an index: the share of the ten nearest rows that it finds, and the least effort for a recall."""

import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import search
from wordvec.codecs.coded import Coded
from wordvec.rows import Floats, unit
from wordvec.search.index import MEASURED, Effort, Index
from wordvec.search.index_passes import Running

NEIGHBOURS = MEASURED - 1
_LISTS_SHARE = 0.6
"""Share of the permitted misses that may be in lists that are not read; the others are lost among the candidates."""
_RESERVE = 0.3
"""Share of the permitted misses by which the chosen effort is better, since other words are answered."""
_WIDEST = 512
_MORE = 1.25


class Sample(NamedTuple):
    """Queries, and their nearest rows by exact search.

    Attributes
    ----------
    queries
        (queries, dim) float32 array.
    own
        (queries,) int64 array: the row of each query, which is no answer; −1 for a query that is no row.
    near
        (queries, NEIGHBOURS) int64 array; −1 where there are fewer rows.
    """

    queries: Floats
    own: NDArray[np.int64]
    near: NDArray[np.int64]

    def part(self, span: slice) -> "Sample":
        """Return some of the queries."""
        return Sample(self.queries[span], self.own[span], self.near[span])


class Recall(NamedTuple):
    """Measured recall and time of a query.

    Attributes
    ----------
    recall, margin
        Mean share of the ten nearest rows that are found, and half of its 95 % interval.
    scanned, estimated
        Mean numbers of rows whose signs, and of those whose bits were all compared.
    milliseconds
        Median time of a query with its exact rows.
    """

    recall: float
    margin: float
    scanned: float
    estimated: float
    milliseconds: float


def sampled(
    matrix: Floats | Coded,
    queries: Floats,
    own: NDArray[np.int64],
    lengths: Floats,
    running: Running,
) -> Sample:
    """Return queries with their nearest rows, by exact search.

    Parameters
    ----------
    matrix
        (rows, dim) float32 array or coded rows.
    queries, own
        Queries, and their rows or −1.
    lengths
        (rows,) lengths of the rows, 0 for rows of zeros.
    running
        Threads, progress and stop flag.
    """
    there = lengths > 0
    scales = np.reciprocal(np.where(there, np.maximum(lengths, np.finfo(np.float32).tiny), 1))
    shifts = None if there.all() else np.where(there, 0, -np.inf).astype(np.float32)
    found = search.best(unit(queries), matrix, MEASURED, scales=scales, shifts=shifts, **running._asdict())
    return Sample(queries, own, _without(found.rows, own))


def measured(index: Index, matrix: Floats | Coded, sample: Sample) -> Recall:
    """Return the recall of an index with its effort."""
    counts, shares, times = [], [], []
    for number in range(len(sample.queries)):
        query, own = sample.queries[number : number + 1], sample.own[number : number + 1]
        begun = time.perf_counter()
        found = index.search(query, matrix, MEASURED, threads=1)
        times.append(time.perf_counter() - begun)
        shares.append(_share(_without(found.rows, own)[0], sample.near[number]))
        work = index.candidates(query[0], index.effort)
        counts.append((work.scanned, work.estimated))
    scanned, estimated = np.mean(counts, axis=0).tolist()
    margin = 1.96 * float(np.std(shares)) / max(1, len(shares)) ** 0.5
    return Recall(float(np.mean(shares)), margin, scanned, estimated, 1000 * float(np.median(times)))


def chosen(index: Index, lists: NDArray[np.int64], sample: Sample, recall: float) -> Effort:
    """Return the least effort with which a sample is answered with some recall.

    Parameters
    ----------
    index
        The index; its own effort is not used.
    lists
        (rows,) array: list of each row, −1 for rows of zeros.
    sample
        Queries and their nearest rows.
    recall
        Wanted recall.
    """
    wanted = 1 - (1 - recall) * (1 - _RESERVE)
    places, ranks = [], []
    for query, near in zip(sample.queries, sample.near, strict=True):
        order = np.empty(len(index.centres), np.int64)
        order[index.nearest_lists(unit(query[None])[0] @ index.turn, len(order))] = np.arange(len(order))
        places.append(order[lists[near[near >= 0]]])
    probes = _least(np.concatenate(places), 1 - (1 - wanted) * _LISTS_SHARE) + 1
    for query, near in zip(sample.queries, sample.near, strict=True):
        found = index.candidates(query, Effort(probes, _WIDEST)).rows
        rank = {row: place for place, row in enumerate(found.tolist())}
        ranks.append([rank.get(row, _WIDEST) for row in near[near >= 0].tolist()])
    candidates = _least(np.concatenate(ranks), wanted) + 1
    return Effort(probes, min(max(candidates, MEASURED), _WIDEST))


def more(effort: Effort, lists: int) -> Effort:
    """Return a larger effort, or the largest."""
    probes, candidates = int(effort.probes * _MORE) + 1, int(effort.candidates * _MORE) + 1
    return Effort(min(lists, probes), min(_WIDEST, candidates))


def _least(places: NDArray[np.int64], share: float) -> int:
    """Return the smallest place that is not below a share of the places."""
    if not len(places):
        return 0
    return int(np.sort(places)[min(len(places) - 1, int(np.ceil(share * len(places))) - 1)])


def _without(rows: NDArray[np.int64], own: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first ten rows of each query without its own row."""
    kept = [row[(row != mine) | (row < 0)][:NEIGHBOURS] for row, mine in zip(rows, own, strict=True)]
    return np.array(kept, np.int64).reshape(-1, NEIGHBOURS)


def _share(found: NDArray[np.int64], near: NDArray[np.int64]) -> float:
    """Return the share of the nearest rows that were found."""
    there = near[near >= 0]
    return 1.0 if not len(there) else float(np.isin(there, found).mean())
