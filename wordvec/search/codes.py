"""Exact search among codes of bits by their Hamming distance, and re-ranking of its candidates by real vectors."""

import numpy as np
from numpy.typing import NDArray

from wordvec import search
from wordvec.codecs.bits import BYTE, WORD, Bits
from wordvec.codecs.coded import Coded
from wordvec.errors import SettingsError
from wordvec.kernels import hamming
from wordvec.rows import Floats, lengths, unit
from wordvec.search import Best
from wordvec.workers import Progress, StopFlag


def best_codes(
    queries: Bits,
    codes: Bits,
    k: int,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Best:
    """Return the codes with the fewest bits that differ from those of each query.

    Parameters
    ----------
    queries, codes
        Codes of the same number of bits. Rows of zeros are never found, and find nothing.
    k
        Number of codes for each query.
    threads, progress, stop
        As of `search.best`.

    Returns
    -------
    Best
        Cosines 1 − 2 · distance / bits, and rows (queries, k). Of equal distances the lower row comes first, always.

    Raises
    ------
    SettingsError
        If the numbers of bits differ, or `k` is not positive.
    Interrupted
        If `stop` was set.
    """
    shifts = np.where(codes.present, 0, -np.inf).astype(np.float32) if len(codes.absent) else None
    products, rows = search.run(_Hamming(queries, codes), k, None, shifts, threads, progress, stop)
    products[queries.absent] = -np.inf
    rows[np.isneginf(products)] = -1
    return Best(products / np.float32(codes.dim), rows)


def reranked(queries: Floats, matrix: Floats | Coded, candidates: NDArray[np.int64], k: int) -> Best:
    """Return the candidates of highest cosine to each query, best first.

    Parameters
    ----------
    queries, matrix
        (queries, dim) and (rows, dim) float32 arrays; only the rows of candidates are read.
    candidates
        (queries, candidates) int64 array of rows, such as `best_codes` finds; −1 for none.
    k
        Number of rows for each query.

    Returns
    -------
    Best
        Cosines and rows (queries, k). Of equal cosines the earlier candidate comes first.
    """
    wanted = min(k, candidates.shape[1])
    scores = np.full((len(queries), k), -np.inf, np.float32)
    rows = np.full((len(queries), k), -1, np.int64)
    for number, (query, near) in enumerate(zip(unit(queries), candidates, strict=True)):
        some = matrix[near]
        # Not by BLAS, in which a product depends on the position of its row.
        products = np.einsum("ij,j->i", some, query, dtype=np.float64).astype(np.float32)
        cosines = np.where((near >= 0) & some.any(axis=1), products / lengths(some), -np.inf)
        order = np.argsort(-cosines, kind="stable")[:wanted]
        scores[number, :wanted] = cosines[order]
        rows[number, :wanted] = np.where(np.isneginf(cosines[order]), -1, near[order])
    return Best(scores, rows)


class _Hamming:
    """Products of codes, from the number of bits that differ."""

    def __init__(self, queries: Bits, codes: Bits) -> None:
        if queries.dim != codes.dim:
            raise SettingsError(f"queries of {queries.dim} bits and codes of {codes.dim} bits cannot be compared")
        self.queries, self.rows = queries, codes
        self._asked, self._words = queries.words(), -(-codes.dim // WORD)
        self.work = len(queries) * len(codes) * self._words * BYTE

    def write(self, span: slice, rows: slice, block: Floats, width: int) -> None:
        """Write the products of some queries with some codes."""
        asked, some = self._asked[span].reshape(-1), self.rows.take(rows).words().reshape(-1)
        hamming.products(asked, some, self._words, self.rows.dim, block, width)
