"""Which words of two spaces mean each other, by CSLS (Conneau, Lample et al. 2018).

    csls(x, y) = 2 cos(x, y) − r_T(x) − r_S(y)

r_T(x) is the mean cosine of x, mapped, with its k nearest target words, and r_S(y) that of y with its k nearest
mapped source words: words that are near to everything count less. For the best y of an x, r_T(x) does not matter.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.dictionary import Anchors, Ids
from wordvec.search import best
from wordvec.workers import Progress, StopFlag

Floats = NDArray[np.float32]

HALF = np.float32(0.5)
"""Half of CSLS is looked for, cos − r_S(y) / 2, so that rows need no other scale."""


class Translations(NamedTuple):
    """The best row of the other space for each of some rows.

    Attributes
    ----------
    rows
        (n,) int64.
    cosines
        (n,) with that row.
    confidences
        (n,) by how much its CSLS is above that of the next one.
    """

    rows: Ids
    cosines: Floats
    confidences: Floats


def translations(
    queries: Floats, rows: Floats, hubness: Floats, progress: Progress | None = None, stop: StopFlag | None = None
) -> Translations:
    """Give the row of highest CSLS for each query.

    Parameters
    ----------
    queries, rows
        (n, dim) and (m, dim) of length 1.
    hubness
        (m,), r of the `rows`.
    progress, stop
        Where to report, and what stops the work.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    found = best(queries, rows, min(2, len(rows)), shifts=-hubness, progress=progress, stop=stop)
    first = found.rows[:, 0]
    return Translations(first, found.scores[:, 0] + hubness[first], (found.scores[:, 0] - found.scores[:, -1]) / HALF)


def mutual(forward: Ids, backward: Ids) -> tuple[Ids, Ids]:
    """Give the pairs (source rows, target rows) of which each is the other's best, among the first of both."""
    source = np.arange(len(forward))
    known = forward < len(backward)
    source, target = source[known], forward[known]
    agree = backward[target] == source
    return source[agree], target[agree]


def precision(source: Floats, target: Floats, hubness: Floats, pairs: Anchors) -> float:
    """Give the share of the pairs' distinct source words whose best target by CSLS is one of theirs.

    Parameters
    ----------
    source, target
        (words, dim), mapped, of length 1.
    hubness
        (target words,), r of them.
    pairs
        Rows of both.
    """
    asked, places = np.unique(pairs.source, return_inverse=True)
    found = translations(source[asked], target, hubness).rows
    right = np.zeros(len(asked), bool)
    np.logical_or.at(right, places, found[places] == pairs.target)
    return float(right.mean())
