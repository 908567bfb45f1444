"""Which word of one space a word of another is: cosines, and what is taken from them against hubs.

Hubs are words that are near to very many; the score of y for x is cos(x, y) less a hubness h(y) among all x':

- ``nearest``: h = 0, the cosine itself;
- ``csls`` (Conneau et al. 2018): h(y) = r(y) / 2, r the mean of the k largest cosines with x'. Written out, CSLS is
  2 cos(x, y) − r(x) − r(y), which orders words alike;
- ``softmax``, the inverted softmax (Smith et al. 2017): h(y) = log Σ_x' exp(β cos(x', y)) / β, so that
  exp(β (cos(x, y) − h(y))) is the share of x among all words that might be translated by y.

Words without a vector (rows of zeros) are neither among the x' nor found: their hubness is ∞.

MUSE takes k = 10 and β = 30.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.rows import present
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
    """Give the rows of two spaces that are one, of length 1; rows of zeros stay.

    Raises
    ------
    InputError
        If they are of different dims, one holds no word or no vector, or a row holds NaN or infinity.
    """
    if source.dim != target.dim:
        raise InputError(
            f"the source is of dim {source.dim} and the target of dim {target.dim}, so they are not in one space; "
            "align them first"
        )
    for side, vectors in (("source", source), ("target", target)):
        if not len(vectors):
            raise InputError(f"the {side} holds no word")
        broken = np.flatnonzero(~np.isfinite(vectors.matrix).all(axis=1))
        if len(broken):
            raise InputError(f"{vectors.words[broken[0]]}: its vector in the {side} holds NaN or infinity")
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
    """Return h (targets,), which is to be taken from cosines with each target; ∞ for targets without a vector.

    Parameters
    ----------
    retrieval
        One of `RETRIEVALS`.
    source, target
        Unit rows (sources, dim) and (targets, dim).
    progress, stop
        Where to report, and what stops the work.

    Raises
    ------
    SettingsError
        If there is no such retrieval.
    Interrupted
        If `stop` was set.
    """
    if retrieval not in RETRIEVALS:
        raise SettingsError(f"{retrieval}: no such retrieval; there is {', '.join(RETRIEVALS)}")
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
    """Return shifts (rows,) by which a search leaves out rows of zeros; None where there are none."""
    there = present(rows)
    return None if there.all() else np.where(there, 0, -np.inf).astype(np.float32)


def _log_sums(target: Floats, source: Floats, progress: Progress, stop: StopFlag) -> Floats:
    """Give log Σ_x exp(β cos(x, y)) / β of each target y (targets,), in blocks."""
    sums = np.zeros(len(target))
    if not (there := present(source)).all():
        source = source[there]
    together = max(1, _SCORES_AT_ONCE // min(_ROWS_AT_ONCE, len(target)))
    progress.begin("inverted softmax", len(target), " words")
    for first in range(0, len(target), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        for begin in stop.until(range(0, len(source), together)):
            scores = target[rows] @ source[begin : begin + together].T
            # A cosine is at most 1, so that nothing here exceeds it either.
            scores -= 1
            scores *= BETA
            sums[rows] += np.exp(scores, out=scores).sum(axis=1)
        progress.report(min(first + _ROWS_AT_ONCE, len(target)))
    progress.end()
    logs: Floats = (1 + np.log(sums) / BETA).astype(np.float32)
    return logs
