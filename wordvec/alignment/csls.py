"""Translations by CSLS, cross-domain similarity local scaling (Conneau, Lample et al. 2018).

    csls(x, y) = 2 cos(x, y) − r_T(x) − r_S(y)

r_T(x) is the mean cosine of the mapped x with its k nearest target words, and r_S(y) that of y with its k nearest
mapped source words. Hubs have a large r and are penalised. r_T(x) does not change the ranking of the y for one x, so
that the searches rank by half of the rest, cos(x, y) − h(y), where h = r_S / 2 is `retrieval.hubness`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.dictionary import Anchors, Ids
from wordvec.representation import short
from wordvec.search import best
from wordvec.workers import Progress, StopFlag

Floats = NDArray[np.float32]


class Translations(NamedTuple):
    """The best row of the other space for each query.

    Attributes
    ----------
    rows
        (queries,) int64 array: the best rows.
    cosines
        (queries,) float32 array: cosines with the best rows.
    confidences
        (queries,) float32 array: differences of CSLS between the best and the second best row.
    """

    rows: Ids
    cosines: Floats
    confidences: Floats

    def __repr__(self) -> str:
        return short(self)


def translations(
    queries: Floats, rows: Floats, hubness: Floats, progress: Progress | None = None, stop: StopFlag | None = None
) -> Translations:
    """Return the row of highest CSLS for each query.

    Parameters
    ----------
    queries, rows
        (queries, dim) and (rows, dim) float32 arrays of unit rows.
    hubness
        (rows,) float32 array: h of the `rows`.
    progress, stop
        Receiver of reports, and flag that stops the work.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    found = best(queries, rows, min(2, len(rows)), shifts=-hubness, progress=progress, stop=stop)
    first = found.rows[:, 0]
    return Translations(first, found.scores[:, 0] + hubness[first], 2 * (found.scores[:, 0] - found.scores[:, -1]))


def mutual(forward: Ids, backward: Ids) -> tuple[Ids, Ids]:
    """Return the mutual pairs (source rows, target rows): each row is the best of the other."""
    source = np.arange(len(forward))
    known = forward < len(backward)
    source, target = source[known], forward[known]
    agree = backward[target] == source
    return source[agree], target[agree]


def precision(source: Floats, target: Floats, hubness: Floats, pairs: Anchors) -> float:
    """Return the share of the distinct source words whose best target by CSLS is one of their translations.

    Parameters
    ----------
    source, target
        (words, dim) float32 arrays of unit rows in the common space.
    hubness
        (target words,) float32 array: h of the target words.
    pairs
        Pairs of a word and a translation.
    """
    asked, positions = np.unique(pairs.source, return_inverse=True)
    found = translations(source[asked], target, hubness).rows
    right = np.zeros(len(asked), bool)
    np.logical_or.at(right, positions, found[positions] == pairs.target)
    return float(right.mean())
