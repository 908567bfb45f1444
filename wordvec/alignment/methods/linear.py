"""Least squares: the matrix W that minimises ||XW − Y||_F (Mikolov, Le and Sutskever 2013).

W is not constrained to be orthogonal, so that it needs more pairs than dimensions and distorts the space to fit them.
"""

import dataclasses
from typing import ClassVar

import numpy as np

from wordvec.alignment.mapping import Mapping
from wordvec.alignment.methods.base import Aligner, Job
from wordvec.alignment.side import Rows
from wordvec.documentation import documented
from wordvec.errors import InputError


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class Linear(Aligner):
    """Alignment by the least-squares matrix."""

    method: ClassVar[str] = "linear"

    def _fit(self, job: Job) -> Mapping:
        return self._mapping(job, least_squares(*job.pairs()))


def least_squares(source: Rows, target: Rows) -> Rows:
    """Return W (dim, dim) float64 that minimises the distance of ``source @ W`` to `target`, both (pairs, dim).

    Raises
    ------
    InputError
        If the rows of `source` do not span the space, so that W is not unique.
    """
    check_rank(source, "source")
    return np.asarray(np.linalg.lstsq(source, target, rcond=None)[0], np.float64)


def check_rank(rows: Rows, side: str) -> None:
    """Raise InputError if rows (pairs, dim) do not span their space.

    Raises
    ------
    InputError
        If their rank is below dim.
    """
    rank = int(np.linalg.matrix_rank(rows))
    if rank < rows.shape[1]:
        raise InputError(
            f"singular: the {len(rows):,} pairs span {rank} of the {rows.shape[1]} dimensions of the {side}; give more "
            "pairs, or use vecmap with self-learning, which needs only a few"
        )
