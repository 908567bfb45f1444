"""Ranks of right rows among candidates, by inner products."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wordvec.workers import Progress, StopFlag

Numbers = NDArray[np.float64]
Ids = NDArray[np.int64]
_SCORES_AT_ONCE = 1 << 23


def ranks(
    queries: NDArray[np.floating],
    candidates: NDArray[np.floating],
    right: Ids,
    also_right: Sequence[Ids] = (),
    *,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Numbers:
    """Return the rank (queries,) of each query's right candidate, from 1; of equal products, the mean of their ranks.

    Parameters
    ----------
    queries, candidates
        (queries, dim) and (candidates, dim) arrays of one type.
    right
        (queries,) number of the right candidate.
    also_right
        Other right candidates of each query, which take no rank; default: none.
    progress, stop
        Receiver of reports, and flag that stops the work.

    Examples
    --------
    >>> rows = np.array([[0.9, 0.1, 0.5], [0.2, 0.2, 0.0]])
    >>> ranks(rows, np.eye(3), np.array([2, 1])).tolist()
    [2.0, 1.5]
    >>> ranks(rows, np.eye(3), np.array([2, 1]), [np.array([0]), np.array([0])]).tolist()
    [1.0, 1.0]
    """
    found, together = np.empty(len(queries)), max(1, _SCORES_AT_ONCE // max(1, len(candidates)))
    progress = progress or Progress()
    progress.begin("ranks", len(queries), " queries")
    try:
        for begin in (stop or StopFlag()).until(range(0, len(queries), together)):
            span = slice(begin, begin + together)
            scores = queries[span] @ candidates.T
            mine = np.take_along_axis(scores, right[span, None], axis=1)
            above, equal = (np.count_nonzero(test, axis=1) for test in (scores > mine, scores == mine))
            for row, others in enumerate(also_right[span]):
                above[row] -= np.count_nonzero(scores[row, others] > mine[row])
                equal[row] -= np.count_nonzero(scores[row, others] == mine[row])
            found[span] = above + (equal + 1) / 2
            progress.report(begin + len(scores))
    finally:
        progress.end()
    return found
