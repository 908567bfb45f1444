"""Iterative Procrustes on dictionaries induced by the mapping itself (MUSE; Conneau, Lample et al. 2018).

The first rotation is fitted to the anchors. A round takes the pairs of frequent words that are mutually best by CSLS
under the current rotation, and fits a new rotation to them. The rotation with the highest criterion is kept: the
precision on the validation pairs if there are any, else the mean cosine of the most confident translations.
"""

import dataclasses
from typing import ClassVar, NamedTuple

import numpy as np

from wordvec.alignment.csls import mutual, precision, translations
from wordvec.alignment.dictionary import Ids
from wordvec.alignment.mapping import Mapping
from wordvec.alignment.methods.base import Aligner, Floats, Job
from wordvec.alignment.methods.procrustes import rotation
from wordvec.alignment.retrieval import hubness
from wordvec.alignment.side import Rows
from wordvec.documentation import documented
from wordvec.errors import InputError
from wordvec.rows import unit_in_place
from wordvec.settings import setting
from wordvec.workers import Progress

JUDGED = 10_000
"""Number of most confident pairs whose mean cosine is the criterion."""


class _Judged(NamedTuple):
    """The criterion of a rotation, and the pairs it induces."""

    criterion: float
    source: Ids
    target: Ids


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class Refine(Aligner):
    """Alignment by rotations refined with induced dictionaries."""

    rounds: int = setting(5, "rounds of refinement", at_least=1)
    neighbours: int = setting(10, "k of CSLS", at_least=1)
    max_rank: int = setting(10_000, "number of most frequent words of each among which pairs are found", at_least=1)
    method: ClassVar[str] = "refine"
    if_open: ClassVar[str] = (
        "the first rotation is arbitrary in them, and the rounds have to find them, which can fail although their "
        "pairs become more; test the result with evaluate translation, or add pairs"
    )
    validates: ClassVar[bool] = True

    def rounds_text(self, pairs: int) -> str:
        """Return the number of rounds."""
        return f"{self.rounds} rounds" if self.rounds > 1 else "1 round"

    def _fit(self, job: Job) -> Mapping:
        one, other = job.source, job.target
        near, far = one.first(self.cutoff), unit_in_place(other.first(self.cutoff))
        best = matrix = rotation(*job.pairs())
        most, rounds = job.rounds(self.rounds), [self._judge(near, far, matrix, job)]
        _report(job.progress, 0, most, len(job.anchors), rounds[0])
        for number in range(1, most + 1):
            found = rounds[-1]
            if not len(found.source):
                raise InputError(
                    f"of the first {self.max_rank:,} words no two are each other's best after {number - 1} rounds of "
                    "refinement; give more anchors, or a larger max_rank"
                )
            matrix = rotation(one.rows(found.source), other.rows(found.target))
            judged = self._judge(near, far, matrix, job)
            if judged.criterion > max(before.criterion for before in rounds):
                best = matrix
            rounds.append(judged)
            _report(job.progress, number, most, len(found.source), judged)
        criteria = [judged.criterion for judged in rounds]
        figures = {
            "criterion": "validation pairs found" if job.validation else "mean cosine of confident pairs",
            "criteria": [round(value, 6) for value in criteria],
            "pairs": [len(job.anchors), *(len(judged.source) for judged in rounds[:-1])],
            "best_round": int(np.argmax(criteria)),
        }
        return self._mapping(job, best, **figures)

    def _judge(self, near: Floats, far: Floats, matrix: Rows, job: Job) -> _Judged:
        """Compute the criterion of a rotation of the source's first rows, and the pairs it induces."""
        mapped = unit_in_place(near @ matrix.astype(np.float32))
        hubs, back_hubs = (
            hubness("csls", *sides, job.progress, job.stop, self.neighbours) for sides in ((mapped, far), (far, mapped))
        )
        forward = translations(mapped[: self.max_rank], far, hubs, job.progress, job.stop)
        backward = translations(far[: self.max_rank], mapped, back_hubs, job.progress, job.stop)
        if job.validation:
            criterion = precision(mapped, far, hubs, job.validation)
        else:
            frequent = np.flatnonzero(forward.rows < self.max_rank)
            confident = frequent[np.argsort(-forward.confidences[frequent], kind="stable")][:JUDGED]
            criterion = float(forward.cosines[confident].mean(dtype=np.float64)) if len(confident) else -1.0
        return _Judged(criterion, *mutual(forward.rows, backward.rows))


def _report(progress: Progress, number: int, rounds: int, pairs: int, judged: _Judged) -> None:
    """Report the criterion of a round; searches, which take the time, report their own progress."""
    progress.begin("refine", rounds, " rounds")
    progress.report(number, pairs=pairs, criterion=judged.criterion)
    progress.end()
    progress.say(f"round {number}: {pairs:,} pairs, criterion {judged.criterion:.4f}")
