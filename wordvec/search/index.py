"""Search in two stages: an index in memory chooses candidates, whose exact rows are read from the disk.

Rows are in lists around centres (`wordvec.search.residuals`). A query reads the lists whose centres are nearest: first
the signs of their codes, then, for the few rows that may be candidates, all bits. Only the rows of the candidates are
read, and ranked by their exact cosines. A query is searched by one thread, and sees nothing of others, so that the
results are the same for any number of threads and in any company.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import blas
from wordvec.codecs.coded import Coded
from wordvec.errors import SettingsError
from wordvec.kernels import neighbours, rabitq
from wordvec.kernels.neighbours import Heaps
from wordvec.kernels.rabitq import Codes, Lists
from wordvec.rows import Floats, unit
from wordvec.search import Best
from wordvec.search.codes import reranked
from wordvec.search.mapped_rows import prefetch
from wordvec.search.residuals import half_squares, room_for
from wordvec.workers import available_threads, ordered_map

MEASURED = 11
"""Answers for which the number of candidates is chosen: ten neighbours, and the word itself."""
MARGIN = 2.0
"""Standard deviations by which a first estimate may be too low."""


class Effort(NamedTuple):
    """How much a query reads.

    Attributes
    ----------
    probes
        Number of lists.
    candidates
        Number of rows that are compared exactly, for eleven answers; in proportion for more.
    """

    probes: int
    candidates: int


class Shares(NamedTuple):
    """Shares of the ten nearest rows that an index finds.

    Attributes
    ----------
    words
        For words.
    sums
        For sums b − a + c, as of analogies, to which no row is as near as to a word.
    """

    words: float
    sums: float


class Found(NamedTuple):
    """Candidates of a query.

    Attributes
    ----------
    rows, estimates
        (candidates,) int64 and float32 arrays, by falling estimate.
    scanned, estimated
        Numbers of rows whose signs, and of those whose bits were all compared.
    """

    rows: NDArray[np.int64]
    estimates: Floats
    scanned: int
    estimated: int


class Index:
    """Codes of the rows of a matrix in lists, and the effort of a query.

    Parameters
    ----------
    turn
        (dim, dim) float32 array, the rotation.
    lists, codes
        Centres, in the rotated space, and codes of residuals.
    effort
        What a query reads.
    recall
        Shares of the ten nearest rows that were found when it was measured.
    """

    def __init__(self, turn: Floats, lists: Lists, codes: Codes, effort: Effort, recall: Shares) -> None:
        self.turn, self.lists, self.codes, self.effort, self.recall = turn, lists, codes, effort, recall
        self.dim = len(turn)
        self.centres = lists.centres.reshape(-1, self.dim)
        self._halves = half_squares(self.centres)

    def __repr__(self) -> str:
        return f"<Index: {len(self.codes.rows)} rows in {len(self.centres)} lists, recall {self.recall.words:.3f}>"

    def search(self, queries: Floats, matrix: Floats | Coded, k: int, *, threads: int | None = None) -> Best:
        """Return the rows of highest cosine to each query that the index finds, and these cosines.

        Parameters
        ----------
        queries
            (queries, dim) float32 array.
        matrix
            (rows, dim) float32 array or coded rows, of which the index was built.
        k
            Number of rows for each query.
        threads
            Number of threads, each for some of the queries; default: one for each processor.

        Returns
        -------
        Best
            Cosines and rows (queries, k). Of equal cosines the lower row comes first.

        Raises
        ------
        SettingsError
            If the queries have another dim, or `k` is not positive.
        """
        if queries.ndim != 2 or queries.shape[1] != self.dim:
            raise SettingsError(f"queries of shape {queries.shape}: the index has dim {self.dim}")
        if k < 1:
            raise SettingsError(f"{k}: must be at least 1", setting="k")
        effort = self.effort._replace(candidates=max(k, math.ceil(self.effort.candidates * k / MEASURED)))

        def one(number: int) -> Best:
            near = np.sort(self.candidates(queries[number], effort).rows)
            prefetch(matrix, near)
            return reranked(queries[number : number + 1], matrix, near[None], k)

        workers = max(1, min(threads or available_threads(), len(queries)))
        with blas.one_thread():
            found = list(ordered_map(one, range(len(queries)), workers))
        none = Best(np.empty((0, k), np.float32), np.empty((0, k), np.int64))
        return Best(*(np.concatenate(parts) for parts in zip(none, *found, strict=True)))

    def candidates(self, query: Floats, effort: Effort) -> Found:
        """Return the candidates of a query (dim,): of `effort.probes` lists, or of more if these have too few rows."""
        rotated = unit(query[None])[0] @ self.turn
        most = min(effort.candidates, len(self.codes.rows))
        probed = self._probed(rotated, effort.probes, most)
        heaps = Heaps(
            np.full((1, most), -np.inf, np.float32), np.full((1, most), -1, np.int64), np.full(1, -np.inf, np.float32)
        )
        room = room_for(self.dim)
        estimated = rabitq.search(rotated, self.lists, probed, self.codes, np.float32(MARGIN), room, heaps)
        neighbours.order(heaps)
        there = heaps.columns[0] >= 0
        scanned = int((self.lists.starts[probed + 1] - self.lists.starts[probed]).sum())
        return Found(heaps.columns[0][there], heaps.scores[0][there], scanned, estimated)

    def _probed(self, rotated: Floats, probes: int, most: int) -> NDArray[np.int64]:
        """Return the numbers of the nearest lists: as many as are probed, or so many that they have `most` rows."""
        order = self.nearest_lists(rotated, len(self.centres))
        rows = np.cumsum(self.lists.starts[order + 1] - self.lists.starts[order])
        return order[: max(probes, int(np.searchsorted(rows, most)) + 1)]

    def nearest_lists(self, rotated: Floats, probes: int) -> NDArray[np.int64]:
        """Return the numbers of the lists whose centres are nearest to a rotated query, nearest first."""
        order: NDArray[np.int64] = np.argsort(self._halves - self.centres @ rotated, kind="stable")[:probes]
        return order
