"""Retrieval of translations: cosines, and their corrections for hubs.

Hubs are words that are nearest neighbours of very many others. The score of y for x is cos(x, y) − h(y), where the
hubness h(y) is computed from all x':

- ``nearest``: h = 0, the cosine itself;
- ``csls`` (Conneau et al. 2018): h(y) = r(y) / 2, r the mean of the k largest cosines with x'. Written out, CSLS is
  2 cos(x, y) − r(x) − r(y), which ranks the same;
- ``softmax``, the inverted softmax (Smith et al. 2017): h(y) = log Σ_x' exp(β cos(x', y)) / β, so that
  exp(β (cos(x, y) − h(y))) is the probability of x given y.

Words without a vector (rows of zeros) are not among the x' and are never retrieved: their hubness is ∞.

MUSE uses k = 10 and β = 30.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.rows import first_not_finite, present
from wordvec.search import mean_of_best
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

RETRIEVALS = ("nearest", "csls", "softmax")
NEIGHBOURS = 10
BETA = 30.0
_ROWS_AT_ONCE = 1_024
_SCORES_AT_ONCE = 1 << 21

Floats = NDArray[np.float32]


def unit_pair(source: Vectors, target: Vectors) -> tuple[Floats, Floats]:
    """Return the unit rows of two aligned spaces; rows of zeros stay.

    Raises
    ------
    InputError
        If their dims differ, one has no word or no vector, or a row holds NaN or infinity.
    """
    if source.dim != target.dim:
        raise InputError(
            f"the source has dim {source.dim} and the target dim {target.dim}, so they are not in one space; "
            "align them first"
        )
    for side, vectors in (("source", source), ("target", target)):
        if not len(vectors):
            raise InputError(f"the {side} holds no word")
        if (row := first_not_finite(vectors.matrix)) is not None:
            raise InputError(f"{vectors.words[row]}: its vector in the {side} holds NaN or infinity")
        if not vectors.present.any():
            raise InputError(f"no word of the {side} has a vector: all its rows are zeros")
    return source.unit().matrix, target.unit().matrix


def hubness(
    retrieval: str,
    source: Floats,
    target: Floats,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
    neighbours: int = NEIGHBOURS,
) -> Floats:
    """Return the hubness h of each target, (targets,) float32; ∞ for targets without a vector.

    Parameters
    ----------
    retrieval
        One of `RETRIEVALS`.
    source, target
        Unit rows (sources, dim) and (targets, dim).
    progress, stop
        Receiver of reports, and flag that stops the work.
    neighbours
        k of CSLS.

    Raises
    ------
    SettingsError
        If `retrieval` is unknown.
    Interrupted
        If `stop` was set.
    """
    if retrieval not in RETRIEVALS:
        raise SettingsError(f"{retrieval}: unknown retrieval; choose from {', '.join(RETRIEVALS)}")
    hubs = np.zeros(len(target), np.float32)
    if retrieval == "csls":
        k, shifts = min(neighbours, len(source)), without_zeros(source)
        hubs = mean_of_best(target, source, k, shifts=shifts, progress=progress, stop=stop)
        hubs /= np.float32(2)
    if retrieval == "softmax":
        hubs = _log_sums(target, source, progress or Progress(), stop or StopFlag())
    hubs[~present(target)] = np.inf
    return hubs


def without_zeros(rows: Floats) -> Floats | None:
    """Return shifts (rows,) that exclude rows of zeros from a search; None if there are no such rows."""
    there = present(rows)
    return None if there.all() else np.where(there, 0, -np.inf).astype(np.float32)


def _log_sums(target: Floats, source: Floats, progress: Progress, stop: StopFlag) -> Floats:
    """Return log Σ_x exp(β cos(x, y)) / β of each target y, (targets,) float32, computed in blocks."""
    sums = np.zeros(len(target))
    if not (there := present(source)).all():
        source = source[there]
    together = max(1, _SCORES_AT_ONCE // min(_ROWS_AT_ONCE, len(target)))
    progress.begin("inverted softmax", len(target), " words")
    for first in range(0, len(target), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        for begin in stop.until(range(0, len(source), together)):
            scores = target[rows] @ source[begin : begin + together].T
            # Cosines are at most 1, so that exp() cannot overflow.
            scores -= 1
            scores *= BETA
            sums[rows] += np.exp(scores, out=scores).sum(axis=1)
        progress.report(min(first + _ROWS_AT_ONCE, len(target)))
    progress.end()
    logs: Floats = (1 + np.log(sums) / BETA).astype(np.float32)
    return logs
