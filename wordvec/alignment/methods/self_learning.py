"""Self-learning of a dictionary (Artetxe, Labaka and Agirre 2018, ACL).

A round fits a rotation to the dictionary, then induces a new dictionary: for each word of either side its best by CSLS,
where each similarity is considered with probability p only (dropout), to escape poor local optima. p starts at 0.1. It
doubles when the objective, the mean cosine of each word with its nearest, has not risen by 1e-6 for 50 rounds; when
that happens at p = 1, learning ends.
"""

import itertools
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.dictionary import Ids
from wordvec.alignment.methods.procrustes import rotation
from wordvec.errors import InputError
from wordvec.kernels import dropout
from wordvec.search import best
from wordvec.workers import Progress, StopFlag

FIRST_SHARE, GROWTH, INTERVAL, LEAST_GAIN = 0.1, 2.0, 50, 1e-6
LEAST_ROUNDS = 5 * (INTERVAL + 1)
"""p is 0.1, 0.2, 0.4, 0.8 and 1, each for at least one interval."""
_SCORES_AT_ONCE = 1 << 21

Floats = NDArray[np.float32]


class Learning(NamedTuple):
    """Unit rows (words, dim) float32 of both sides, k of CSLS, and the seed of the dropout."""

    source: Floats
    target: Floats
    neighbours: int
    seed: int


class Learnt(NamedTuple):
    """The last dictionary (pairs,), and the objective and the share p of each round."""

    source: Ids
    target: Ids
    objective: list[float]
    shares: list[float]

    def figures(self) -> dict[str, Any]:
        """Return the figures for a mapping's record."""
        return {
            "rounds": len(self.objective),
            "objective": [round(value, 6) for value in self.objective],
            "shares": {str(share): self.shares.count(share) for share in dict.fromkeys(self.shares)},
            "pairs": len(self.source),
        }


def learn(
    learning: Learning, pairs: tuple[Ids, Ids], progress: Progress, stop: StopFlag, most_rounds: int | None = None
) -> Learnt:
    """Grow a dictionary until the objective no longer rises.

    Parameters
    ----------
    learning
        Rows of both sides, and settings.
    pairs
        The first dictionary: rows of the source and of the target, (pairs,) int64 arrays.
    progress, stop
        Receiver of reports, and flag that stops the work.
    most_rounds
        Greatest number of rounds; None for no limit.

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
            if number == most_rounds:
                return learnt
    finally:
        progress.end()
    raise AssertionError


def _round(learning: Learning, before: Learnt, share: float, number: int, stop: StopFlag) -> Learnt:
    """Fit a rotation to a dictionary and induce the next dictionary."""
    source, target, k, seed = learning
    matrix = rotation(source[before.source].astype(np.float64), target[before.target].astype(np.float64))
    mapped = source @ matrix.astype(np.float32)
    near = [best(*sides, min(k, len(sides[1])), stop=stop).scores for sides in ((mapped, target), (target, mapped))]
    hubness = [scores.mean(axis=1, dtype=np.float64).astype(np.float32) / 2 for scores in near]
    forward = some_best(mapped, target, hubness[1], share, (seed, 2 * number), stop)
    backward = some_best(target, mapped, hubness[0], share, (seed, 2 * number + 1), stop)
    rows = np.concatenate([np.flatnonzero(forward >= 0), backward[backward >= 0]])
    columns = np.concatenate([forward[forward >= 0], np.flatnonzero(backward >= 0)])
    if not len(rows):
        raise InputError(f"self-learning finds no pair among {len(source):,} and {len(target):,} words; use more words")
    objective = float(np.mean([scores[:, 0].mean(dtype=np.float64) for scores in near]))
    return Learnt(rows, columns, [*before.objective, objective], [*before.shares, share])


def some_best(
    queries: Floats, rows: Floats, hubness: Floats, share: float, draw: tuple[int, int], stop: StopFlag
) -> Ids:
    """Return the row of highest CSLS among a random share of the rows for each query, (queries,) int64; −1 for none.

    Parameters
    ----------
    queries, rows
        (queries, dim) and (rows, dim) float32 arrays of unit rows.
    hubness
        (rows,) float32 array: h of the `rows`.
    share
        Probability of considering a row; with 1, no random numbers are drawn.
    draw
        Seed, and number of the draw.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    if share >= 1:
        return best(queries, rows, 1, shifts=-hubness, stop=stop).rows[:, 0]
    found = np.empty(len(queries), np.int64)
    together = max(1, _SCORES_AT_ONCE // len(rows))
    for first in stop.until(range(0, len(queries), together)):
        scores = queries[first : first + together] @ rows.T
        dropout.best_with_dropout(scores, hubness, np.uint64(share * 2**32), draw, first, found)
    return found
