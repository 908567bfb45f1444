"""A dictionary that grows by itself (Artetxe, Labaka and Agirre 2018, ACL).

A round rotates by the dictionary, then makes a new one: for each word of either side its best by CSLS, where each
similarity is looked at with probability p only, so that the search is not caught in the first poor answer. p begins at
0.1 and doubles when the objective, the mean cosine of each word with its nearest, has not risen by 1e-6 for 50 rounds;
when that happens at p = 1, learning ends.
"""

import itertools
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.csls import HALF
from wordvec.alignment.dictionary import Ids
from wordvec.alignment.methods.procrustes import rotation
from wordvec.alignment.work import Size, Work, rotating, searching
from wordvec.errors import InputError
from wordvec.kernels import dropout
from wordvec.search import best
from wordvec.workers import Progress, StopFlag

FIRST_SHARE, GROWTH, INTERVAL, LEAST_GAIN = 0.1, 2.0, 50, 1e-6
LEAST_ROUNDS = 5 * (INTERVAL + 1)
"""p is 0.1, 0.2, 0.4, 0.8 and 1, for an interval each at the least."""
_SCORES_AT_ONCE = 1 << 21

Floats = NDArray[np.float32]


class Learning(NamedTuple):
    """What is learnt on: unit rows (words, dim) of both sides, k of CSLS, and the seed of chance."""

    source: Floats
    target: Floats
    neighbours: int
    seed: int


class Learnt(NamedTuple):
    """The last dictionary (pairs,), and the objective and share looked at of each round."""

    source: Ids
    target: Ids
    objective: list[float]
    shares: list[float]

    def figures(self) -> dict[str, Any]:
        """Give what a mapping's record keeps of it."""
        return {
            "rounds": len(self.objective),
            "objective": [round(value, 6) for value in self.objective],
            "shares": {str(share): self.shares.count(share) for share in dict.fromkeys(self.shares)},
            "pairs": len(self.source),
        }


def learn(learning: Learning, pairs: tuple[Ids, Ids], progress: Progress, stop: StopFlag) -> Learnt:
    """Grow a dictionary until it gets no better.

    Parameters
    ----------
    learning
        What is learnt on.
    pairs
        The first dictionary: rows of the source and of the target.
    progress, stop
        Where to report, and what stops the work.

    Raises
    ------
    InputError
        If a round finds no pair.
    Interrupted
        If `stop` was set.
    """
    share, highest, risen = FIRST_SHARE, -np.inf, 0
    learnt = Learnt(*pairs, [], [])
    progress.begin("self-learning", None, " rounds")
    try:
        for number in itertools.count(1):
            if number - risen > INTERVAL:
                if share >= 1:
                    return learnt
                share, risen = min(1.0, GROWTH * share), number
            found = _round(learning, learnt, share, number, stop)
            objective, learnt = found.objective[-1], found
            if objective - highest >= LEAST_GAIN:
                highest, risen = objective, number
            progress.report(number, objective=objective, share=share)
    finally:
        progress.end()
    raise AssertionError


def _round(learning: Learning, before: Learnt, share: float, number: int, stop: StopFlag) -> Learnt:
    """Rotate by a dictionary and make the next one."""
    source, target, k, seed = learning
    matrix = rotation(source[before.source].astype(np.float64), target[before.target].astype(np.float64))
    mapped = source @ matrix.astype(np.float32)
    near = [best(*sides, min(k, len(sides[1])), stop=stop).scores for sides in ((mapped, target), (target, mapped))]
    hubness = [scores.mean(axis=1, dtype=np.float64).astype(np.float32) for scores in near]
    forward = some_best(mapped, target, hubness[1], share, (seed, 2 * number), stop)
    backward = some_best(target, mapped, hubness[0], share, (seed, 2 * number + 1), stop)
    rows = np.concatenate([np.flatnonzero(forward >= 0), backward[backward >= 0]])
    columns = np.concatenate([forward[forward >= 0], np.flatnonzero(backward >= 0)])
    if not len(rows):
        raise InputError(
            f"self-learning finds no pair among {len(source):,} and {len(target):,} words; these are too few"
        )
    objective = float(np.mean([scores[:, 0].mean(dtype=np.float64) for scores in near]))
    return Learnt(rows, columns, [*before.objective, objective], [*before.shares, share])


def a_round(size: Size, k: int) -> Work:
    """Give the work of a round: both sides' nearest and best, a rotation by a pair for each word."""
    near, far, d = size.source, size.target, size.dim
    nearest = searching(near, far, d, k).then(searching(far, near, d, k))
    finding = nearest.then(Work(drawn=nearest.searched, multiplied=2.0 * near * d * d))
    # A block of scores stands beside the next one.
    scores = 4.0 * (2 * min(_SCORES_AT_ONCE, near * far) + k * (near + far))
    finding = finding._replace(memory=finding.memory + scores + 4.0 * near * d)
    turning = rotating(size._replace(pairs=near + far))
    return finding.then(turning._replace(memory=24.0 * (near + far) * d))


def some_best(
    queries: Floats, rows: Floats, hubness: Floats, share: float, draw: tuple[int, int], stop: StopFlag
) -> Ids:
    """Give the row of highest CSLS for each query (queries,) among a share of the rows, drawn anew for each; or −1.

    Parameters
    ----------
    queries, rows
        (n, dim) and (m, dim) of length 1.
    hubness
        (m,), r of the `rows`.
    share
        How many of the rows are looked at; at 1 nothing is drawn.
    draw
        The seed, and the number of the draw.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    if share >= 1:
        return best(queries, rows, 1, shifts=-HALF * hubness, stop=stop).rows[:, 0]
    found = np.empty(len(queries), np.int64)
    together = max(1, _SCORES_AT_ONCE // len(rows))
    for first in stop.until(range(0, len(queries), together)):
        scores = queries[first : first + together] @ rows.T
        dropout.best_with_dropout(scores, HALF * hubness, np.uint64(share * 2**32), draw, first, found)
    return found
