"""Nearest texts by cosine, and pairs of texts that are nearly the same; by exact search."""

from typing import NamedTuple

import numpy as np

from wordvec import search
from wordvec.errors import SettingsError
from wordvec.rows import Floats, lengths, present
from wordvec.workers import Progress, StopFlag


class Pair(NamedTuple):
    """Two texts by row, the first before the second, and their cosine."""

    first: int
    second: int
    cosine: float


def similar(
    queries: Floats,
    matrix: Floats,
    n: int = 10,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> search.Best:
    """Return the texts of highest cosine to each query, best first.

    Parameters
    ----------
    queries, matrix
        (queries, dim) and (texts, dim) float32 vectors of texts. A text of zeros is nobody's neighbour; a query of
        zeros has none.
    n
        Number of texts for each query.

    Returns
    -------
    Best
        Cosines and rows (queries, n); fewer are filled with −inf and −1.

    Raises
    ------
    SettingsError
        If shapes do not fit, or `n` is not positive.
    """
    if queries.ndim != 2 or matrix.ndim != 2 or queries.shape[1] != matrix.shape[1]:
        raise SettingsError(f"queries {queries.shape} and texts {matrix.shape} must be matrices of the same dim")
    scales = np.reciprocal(np.maximum(lengths(matrix), np.finfo(np.float32).tiny))
    shifts = np.where(present(matrix), 0, -np.inf).astype(np.float32)
    asked = queries / lengths(queries)[:, None]
    found = search.best(asked, matrix, n, scales=scales, shifts=shifts, threads=threads, progress=progress, stop=stop)
    nothing = ~present(queries)
    found.scores[nothing], found.rows[nothing] = -np.inf, -1
    found.rows[np.isneginf(found.scores)] = -1
    return found


def duplicates(
    matrix: Floats,
    least: float = 0.95,
    most: int = 10,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> list[Pair]:
    """Return the pairs of texts whose cosine is at least `least`, in the order of their rows.

    Parameters
    ----------
    matrix
        (texts, dim) float32 vectors of texts; texts of zeros are left out.
    least
        Smallest cosine of a pair.
    most
        Number of nearest texts that are compared for each text: of more near-duplicates some pairs are left out.

    Raises
    ------
    SettingsError
        If `least` is not a cosine, or `most` is not positive.
    """
    if not -1 <= least <= 1:
        raise SettingsError(f"{least}: must be between -1 and 1", setting="least")
    if most < 1:
        raise SettingsError(f"{most}: must be at least 1", setting="most")
    found = similar(matrix, matrix, most + 1, threads=threads, progress=progress, stop=stop)
    # A product of unit rows in float32 may be a little below the cosine.
    close = (found.scores >= least - np.finfo(np.float32).eps * 8) & (found.rows >= 0)
    firsts, places = np.nonzero(close)
    pairs: dict[tuple[int, int], float] = {}
    for first, place in zip(firsts.tolist(), places.tolist(), strict=True):
        second = int(found.rows[first, place])
        if second != first:
            pairs.setdefault((min(first, second), max(first, second)), float(found.scores[first, place]))
    return [Pair(*rows, cosine) for rows, cosine in sorted(pairs.items())]
