"""Procrustes again and again, on dictionaries that the mapping itself finds (MUSE; Conneau, Lample et al. 2018).

The first rotation comes from the anchors. A round takes the pairs of frequent words that are each other's best by
CSLS under the rotation so far, and rotates by these. Each rotation is judged, and the best is kept: by the share of
validation pairs it finds, if such are given, else by the mean cosine of the most confident translations.
"""

import dataclasses
from typing import ClassVar, NamedTuple

import numpy as np

from wordvec.alignment.anchors import Anchors, Ids
from wordvec.alignment.base import Aligner, Floats
from wordvec.alignment.induction import hubness, mutual, precision, translations
from wordvec.alignment.mapping import Mapping
from wordvec.alignment.normalise import unit_floats
from wordvec.alignment.procrustes import rotation
from wordvec.alignment.side import Rows
from wordvec.errors import InputError
from wordvec.search import operations
from wordvec.trainers.base import hyperparameter
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

JUDGED = 10_000
"""Pairs, the most confident, whose mean cosine judges a rotation."""


class _Judged(NamedTuple):
    """What a rotation is worth, and the pairs it finds."""

    criterion: float
    source: Ids
    target: Ids


@dataclasses.dataclass(frozen=True, kw_only=True)
class Refine(Aligner):
    """Rotations refined by the dictionaries they find."""

    rounds: int = hyperparameter(5, "times to go on from what was found", at_least=1)
    neighbours: int = hyperparameter(10, "k of CSLS", at_least=1)
    max_rank: int = hyperparameter(10_000, "find pairs among so many words of each, the most frequent", at_least=1)
    method: ClassVar[str] = "refine"
    rounds_of_work: ClassVar[bool] = True
    validates: ClassVar[bool] = True

    def fit(
        self,
        source: Vectors,
        target: Vectors,
        anchors: Anchors,
        *,
        validation: Anchors | None = None,
        progress: Progress | None = None,
        stop: StopFlag | None = None,
    ) -> Mapping:
        """Find the rotation.

        Parameters
        ----------
        source, target
            Of one dim.
        anchors
            What the first rotation is found by.
        validation
            Pairs by which the best round is chosen.
        progress, stop
            Where to report, and what stops the work.

        Raises
        ------
        InputError
            If the spaces are of different dims or not finite, there is no anchor, or a round finds no pair.
        Interrupted
            If `stop` was set.
        """
        progress, stop = progress or Progress(), stop or StopFlag()
        one, other = self.spaces(source, target)
        near, far = one.first(self.cutoff), unit_floats(other.first(self.cutoff))
        best = matrix = rotation(one.rows(anchors.source), other.rows(anchors.target))
        rounds = [self._judge(near, far, matrix, validation, progress, stop)]
        _tell(progress, 0, self.rounds, len(anchors), rounds[0])
        for number in range(1, self.rounds + 1):
            found = rounds[-1]
            if not len(found.source):
                raise InputError(
                    f"no pair of words is each other's best after {number - 1} rounds of refinement; give more anchors"
                )
            matrix = rotation(one.rows(found.source), other.rows(found.target))
            judged = self._judge(near, far, matrix, validation, progress, stop)
            if judged.criterion > max(before.criterion for before in rounds):
                best = matrix
            rounds.append(judged)
            _tell(progress, number, self.rounds, len(found.source), judged)
        criteria = [judged.criterion for judged in rounds]
        figures = {
            "criterion": "validation pairs found" if validation else "mean cosine of confident pairs",
            "criteria": [round(value, 6) for value in criteria],
            "pairs": [len(anchors), *(len(judged.source) for judged in rounds[:-1])],
            "best_round": int(np.argmax(criteria)),
        }
        return self.mapping(one, other, best, anchors, **figures)

    def operations(self, source: int, target: int, dim: int, pairs: int) -> float:
        """Give the floating-point operations of `fit` for so many words of each, roughly."""
        source, target = min(source, self.cutoff), min(target, self.cutoff)
        asked = min(source, self.max_rank), min(target, self.max_rank)
        searches = ((source, target), (target, source), (asked[0], target), (asked[1], source))
        return (self.rounds + 1) * sum(operations(queries, rows, dim) for queries, rows in searches)

    def _judge(
        self,
        near: Floats,
        far: Floats,
        matrix: Rows,
        validation: Anchors | None,
        progress: Progress,
        stop: StopFlag,
    ) -> _Judged:
        """Judge a rotation of the source's first rows to the unit rows of the target, and find pairs by it."""
        mapped = unit_floats(near @ matrix.astype(np.float32))
        hubs = hubness(mapped, far, self.neighbours, progress, stop)
        forward = translations(mapped[: self.max_rank], far, hubs.target, progress, stop)
        backward = translations(far[: self.max_rank], mapped, hubs.source, progress, stop)
        if validation:
            criterion = precision(mapped, far, hubs.target, validation)
        else:
            frequent = np.flatnonzero(forward.rows < self.max_rank)
            confident = frequent[np.argsort(-forward.confidences[frequent], kind="stable")][:JUDGED]
            criterion = float(forward.cosines[confident].mean(dtype=np.float64)) if len(confident) else -1.0
        return _Judged(criterion, *mutual(forward.rows, backward.rows))


def _tell(progress: Progress, number: int, rounds: int, pairs: int, judged: _Judged) -> None:
    """Say what a round was worth; searches, which take the time, show their own progress."""
    progress.begin("refine", rounds, " rounds")
    progress.report(number, pairs=pairs, criterion=judged.criterion)
    progress.end()
    progress.say(f"round {number}: {pairs:,} pairs, criterion {judged.criterion:.4f}")
