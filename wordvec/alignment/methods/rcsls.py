"""RCSLS: a matrix that minimises a relaxed CSLS loss (Joulin, Bojanowski, Mikolov, Jégou and Grave 2018).

For pairs x, y of anchors, and k neighbours among the target's words Z_T and the mapped source's Z_S W,

    loss(W) = −1/n Σ [ 2 xW·y − 1/k Σ_{z ∈ N(xW, Z_T)} xW·z − 1/k Σ_{z ∈ N(y, Z_S W)} zW·y ]
    gradient = −1/n [ 2 XᵀY − 1/k Xᵀ(Σ z) − 1/k (Σ z)ᵀY ]

The loss is convex and piecewise linear. Gradient descent starts from the rotation of Procrustes; a step that increases
the loss is undone and repeated at half the rate. Unless the spectral norm of W is bounded, the loss is unbounded below
(it is homogeneous in W), so that the number of rounds ends the descent.
"""

import dataclasses
from typing import ClassVar, NamedTuple

import numpy as np

from wordvec.alignment.csls import precision
from wordvec.alignment.dictionary import Anchors, Ids
from wordvec.alignment.mapping import Mapping
from wordvec.alignment.methods.base import Aligner, Floats, Job
from wordvec.alignment.methods.procrustes import rotation
from wordvec.alignment.retrieval import hubness
from wordvec.alignment.side import Rows
from wordvec.documentation import documented
from wordvec.rows import unit_in_place
from wordvec.search import best
from wordvec.settings import setting
from wordvec.workers import StopFlag

LEAST_RATE = 1e-4
_LARGEST = 1e18


class Pool(NamedTuple):
    """The anchors' rows, and the words among which neighbours are searched.

    Parameters
    ----------
    x, y
        (pairs, dim) float64 arrays: rows of the anchors.
    anchors
        The anchors.
    source, target
        (words, dim) float32 arrays: the words that are searched.
    neighbours
        k of CSLS.
    """

    x: Rows
    y: Rows
    anchors: Anchors
    source: Floats
    target: Floats
    neighbours: int


class Point(NamedTuple):
    """A matrix (dim, dim) with its loss and the gradient of the loss (dim, dim)."""

    matrix: Rows
    loss: float
    gradient: Rows


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class RCSLS(Aligner):
    """Alignment by gradient descent on the RCSLS loss."""

    rounds: int = setting(10, "steps of gradient descent", at_least=1)
    learning_rate: float = setting(1.0, "first step size; halved when the loss increases", above=0)
    neighbours: int = setting(10, "k of CSLS", at_least=1)
    spectral: bool = setting(False, "limit the matrix's singular values to 1")
    method: ClassVar[str] = "rcsls"
    if_open: ClassVar[str] = (
        "the descent starts from a rotation that is arbitrary in them; add pairs, or use vecmap --self-learning"
    )
    validates: ClassVar[bool] = True

    def rounds_text(self, pairs: int) -> str:
        """Return the number of rounds, which is smaller where the learning rate becomes too small."""
        return f"at most {self.rounds} rounds"

    def _fit(self, job: Job) -> Mapping:
        near, far = job.source.first(self.cutoff), job.target.first(self.cutoff)
        pool, progress, stop = Pool(*job.pairs(), job.anchors, near, far, self.neighbours), job.progress, job.stop
        point, rate = evaluated(pool, rotation(pool.x, pool.y), stop), self.learning_rate
        points, criteria = [point], [self._criterion(pool, point, job)]
        rounds = job.rounds(self.rounds)
        progress.begin("rcsls", rounds, " rounds")
        try:
            while len(points) <= rounds and rate >= LEAST_RATE:
                trial = self._trial(pool, point, rate, stop)
                if trial is None:
                    rate /= 2
                    continue
                point = trial
                points.append(point)
                criteria.append(self._criterion(pool, point, job))
                progress.report(len(points) - 1, loss=point.loss, rate=rate)
        finally:
            progress.end()
        best_round = int(np.argmax(criteria))
        figures = {"losses": [round(one.loss, 6) for one in points], "last_rate": rate, "best_round": best_round}
        if job.validation:
            figures["validation"] = [round(share, 6) for share in criteria]
        return self._mapping(job, points[best_round].matrix, **figures)

    def _trial(self, pool: Pool, point: Point, rate: float, stop: StopFlag) -> Point | None:
        """Return the point after a step, or None if the loss is greater there or the step overflows."""
        with np.errstate(over="ignore"):
            matrix = point.matrix - rate * point.gradient
        # Larger matrices have infinite products in float32.
        if not np.abs(matrix).max() < _LARGEST:
            return None
        trial = evaluated(pool, self._projected(matrix), stop)
        return trial if trial.loss <= point.loss else None

    def _projected(self, matrix: Rows) -> Rows:
        """Return the nearest matrix with singular values of at most 1 if `spectral`, else the matrix itself."""
        if not self.spectral:
            return matrix
        left, values, right = np.linalg.svd(matrix)
        projected: Rows = (left * np.minimum(values, 1)) @ right
        return projected

    def _criterion(self, pool: Pool, point: Point, job: Job) -> float:
        """Return the criterion of a matrix: the precision on the validation pairs, or the negative loss."""
        if not job.validation:
            return -point.loss
        mapped, far = unit_in_place(pool.source @ point.matrix.astype(np.float32)), unit_in_place(pool.target.copy())
        hubs = hubness("csls", mapped, far, stop=job.stop, neighbours=pool.neighbours)
        return precision(mapped, far, hubs, job.validation)


def evaluated(pool: Pool, matrix: Rows, stop: StopFlag | None = None) -> Point:
    """Return a matrix with its loss and gradient.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    mapped = pool.x @ matrix
    single = matrix.astype(np.float32)
    around_x = _neighbour_sums(mapped, pool.anchors.source, pool.target, pool.target, pool.neighbours, stop)
    around_y = _neighbour_sums(pool.y, pool.anchors.target, pool.source @ single, pool.source, pool.neighbours, stop)
    score = 2 * np.sum(mapped * pool.y) - np.sum(mapped * around_x) - np.sum((around_y @ matrix) * pool.y)
    gradient = 2 * pool.x.T @ pool.y - pool.x.T @ around_x - around_y.T @ pool.y
    return Point(matrix, float(-score / len(mapped)), -gradient / len(mapped))


def _neighbour_sums(queries: Rows, ids: Ids, searched: Floats, rows: Floats, k: int, stop: StopFlag | None) -> Rows:
    """Return for each query the mean of the `rows` of its k nearest words among `searched`, (pairs, dim) float64.

    Equal `ids` (pairs,) mark equal queries, which are searched once. `rows` and `searched` are (words, dim).
    """
    _, first, positions = np.unique(ids, return_index=True, return_inverse=True)
    near = best(queries[first].astype(np.float32), searched, min(k, len(searched)), stop=stop).rows
    sums = np.zeros((len(near), rows.shape[1]))
    for column in near.T:
        sums += rows[column]
    spread: Rows = sums[positions] / near.shape[1]
    return spread
