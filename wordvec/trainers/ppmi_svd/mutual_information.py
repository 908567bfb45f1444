"""Positive pointwise mutual information of co-occurring words (Levy, Goldberg and Dagan 2015).

::

    PMI(w, c) = ln(#(w, c) · Σ_c' #(c')^α / (#(w) · #(c)^α))      #(w), #(c): sums of the counts' row and column
    M(w, c)   = max(PMI(w, c) − ln shift, 0)
"""

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from wordvec.corpora.cooccurrence import Cooccurrence

ENTRIES_AT_ONCE = 1 << 20


@dataclasses.dataclass(frozen=True)
class PPMI:
    """Positive pointwise mutual information of counts.

    Parameters
    ----------
    shift
        Number whose logarithm is subtracted (skip-gram's negatives); above 0.
    context_smoothing
        Power α of the context counts, 0 to 1.
    """

    shift: float = 1.0
    context_smoothing: float = 0.75

    def transform(
        self, counts: "Cooccurrence", *, progress: Progress | None = None, stop: StopFlag | None = None
    ) -> "csr_array[Any, Any]":
        """Return the sparse matrix M, (words, words) float32, without zeros.

        Rows are processed in blocks of about a million entries, in float64. The peak memory is little more than that
        of M, 8 bytes an entry.

        Raises
        ------
        Interrupted
            If `stop` was set.
        """
        from scipy.sparse import csr_array

        progress, stop = progress or Progress(), stop or StopFlag()
        words, entries = len(counts.indptr) - 1, len(counts.columns)
        rows, columns = _marginals(counts, words)
        smoothed = np.power(columns, self.context_smoothing, where=columns > 0, out=np.zeros(words))
        # #(w)·shift / Σ_c #(c)^α, so that only an entry's logarithm remains.
        scale = rows * (self.shift / smoothed.sum()) if entries else rows
        # Unused pages of these take no memory.
        kept_columns, kept_values = np.empty(entries, np.int32), np.empty(entries, np.float32)
        indptr, filled = np.zeros(words + 1, np.int64), 0
        progress.begin("PPMI", entries, " entries")
        for begin, end in _blocks(counts.indptr):
            stop.check()
            first, last = int(counts.indptr[begin]), int(counts.indptr[end])
            block = counts.columns[first:last]
            of_row = np.repeat(np.arange(begin, end), np.diff(counts.indptr[begin : end + 1]))
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.log(counts.values[first:last] / (scale[of_row] * smoothed[block])).astype(np.float32)
            keep = values > 0
            number = int(np.count_nonzero(keep))
            kept_columns[filled : filled + number] = block[keep]
            kept_values[filled : filled + number] = values[keep]
            indptr[begin + 1 : end + 1] = filled + np.cumsum(np.bincount(of_row[keep] - begin, minlength=end - begin))
            filled += number
            progress.report(last)
        progress.end()
        kept_columns.resize(filled, refcheck=False)
        kept_values.resize(filled, refcheck=False)
        # SciPy needs both index arrays in one type, and would copy.
        pointers = indptr.astype(np.int32) if filled < 1 << 31 else indptr
        return csr_array((kept_values, kept_columns, pointers), shape=(words, words))


def _blocks(indptr: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield ranges of rows (begin, end) with about `ENTRIES_AT_ONCE` entries each, or of one longer row."""
    begin, rows = 0, len(indptr) - 1
    while begin < rows:
        within = int(np.searchsorted(indptr, indptr[begin] + ENTRIES_AT_ONCE, side="right")) - 1
        end = min(rows, max(within, begin + 1))
        yield begin, end
        begin = end


def _marginals(counts: "Cooccurrence", words: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sums of rows and of columns, (words,) each."""
    rows, columns = np.zeros(words), np.zeros(words)
    for begin, end in _blocks(counts.indptr):
        first, last = int(counts.indptr[begin]), int(counts.indptr[end])
        values = counts.values[first:last]
        of_row = np.repeat(np.arange(end - begin), np.diff(counts.indptr[begin : end + 1]))
        rows[begin:end] = np.bincount(of_row, values, minlength=end - begin)
        columns += np.bincount(counts.columns[first:last], values, minlength=words)
    return rows, columns
