"""VecMap: both spaces whitened, rotated, re-weighted, de-whitened (Artetxe, Labaka and Agirre 2018, AAAI and ACL).

For rows X and Y (pairs, dim) of anchors, with W_x = (XᵀX)^−½, W_y likewise, and USVᵀ = (X W_x)ᵀ(Y W_y), a row of the
source is multiplied by

    A = W_x · U · S^½ · Uᵀ W_x⁻¹ U

and a row of the target by B, the same with W_y and V: directions in which the two agree get larger weights. The
dictionary is given, grown from a given one by self-learning, or found unsupervised; see `self_learning` and
`unsupervised`.
"""

import dataclasses
from typing import ClassVar

import numpy as np

from wordvec.alignment.mapping import Mapping
from wordvec.alignment.methods.base import Aligner, Job
from wordvec.alignment.methods.linear import check_rank
from wordvec.alignment.methods.self_learning import LEAST_ROUNDS, Learning, Learnt, learn
from wordvec.alignment.methods.unsupervised import first_pairs
from wordvec.alignment.side import Rows, Side
from wordvec.documentation import documented
from wordvec.errors import InputError
from wordvec.rows import unit_in_place
from wordvec.settings import setting

REWEIGHT = 0.5


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class VecMap(Aligner):
    """Alignment of both spaces by VecMap, with a dictionary that is given, grown or found unsupervised."""

    cutoff: int = setting(20_000, "number of most frequent words of each to use", at_least=1)
    neighbours: int = setting(10, "k of CSLS", at_least=1)
    self_learning: bool = setting(False, "grow the dictionary by self-learning, as is always done without one")
    seed: int = setting(1, "seed of the dropout in self-learning", at_least=0, at_most=2**63 - 1)
    method: ClassVar[str] = "vecmap"
    if_open: ClassVar[str] = (
        "self-learning has to find them, which can fail; test the result with evaluate translation, or add pairs"
    )
    unsupervised: ClassVar[bool] = True

    @property
    def moves_target(self) -> bool:
        """Both sides are mapped."""
        return True

    def rounds_text(self, pairs: int) -> str:
        """Return the least number of rounds of self-learning; it ends when the objective no longer rises."""
        return f"at least {LEAST_ROUNDS} rounds" if self._learns(pairs) else ""

    def _open(self, job: Job) -> str:
        """Return a warning if self-learning starts from anchors that leave directions open, or an empty text."""
        return super()._open(job) if self._learns(len(job.anchors)) else ""

    def _fit(self, job: Job) -> Mapping:
        pairs, figures = (job.anchors.source, job.anchors.target), {}
        if self._learns(len(job.anchors)):
            learnt = self._learnt(job)
            pairs, figures = (learnt.source, learnt.target), learnt.figures()
        sides = advanced(job.source.rows(pairs[0]), job.target.rows(pairs[1]))
        return Mapping(
            Side(job.source.normalisation, sides[0]),
            Side(job.target.normalisation, sides[1]),
            self._record(job, **figures),
        )

    def _learnt(self, job: Job) -> Learnt:
        """Grow a dictionary from the anchors, or without anchors from an unsupervised dictionary."""
        near, far = job.source.first(self.cutoff), job.target.first(self.cutoff)
        pairs = job.anchors.source, job.anchors.target
        if not len(job.anchors):
            pairs = first_pairs(near, far, self.steps, self.neighbours, job.stop)
        within = (pairs[0] < len(near)) & (pairs[1] < len(far))
        if not within.any():
            raise InputError(f"cutoff: no pair is among the first {self.cutoff:,} words of both; raise it")
        learning = Learning(unit_in_place(near), unit_in_place(far), self.neighbours, self.seed)
        first = pairs[0][within], pairs[1][within]
        return learn(learning, first, job.progress, job.stop, job.most_rounds)

    def _learns(self, pairs: int) -> bool:
        return self.self_learning or not pairs


def advanced(x: Rows, y: Rows) -> tuple[Rows, Rows]:
    """Return A and B (dim, dim) float64 for corresponding rows (pairs, dim).

    Raises
    ------
    InputError
        If the rows of a side do not span their space, so that it cannot be whitened.
    """
    (white_x, coloured_x), (white_y, coloured_y) = _whitening(x, "source"), _whitening(y, "target")
    left, values, right = np.linalg.svd((x @ white_x).T @ (y @ white_y))
    weights = values**REWEIGHT
    return (
        white_x @ (left * weights) @ left.T @ coloured_x @ left,
        white_y @ (right.T * weights) @ right @ coloured_y @ right.T,
    )


def _whitening(rows: Rows, side: str) -> tuple[Rows, Rows]:
    """Return (rowsᵀ rows)^−½ and its inverse, (dim, dim) float64."""
    check_rank(rows, side)
    _, values, right = np.linalg.svd(rows, full_matrices=False)
    return (right.T / values) @ right, (right.T * values) @ right
