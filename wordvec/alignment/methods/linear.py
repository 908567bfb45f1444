"""Least squares: the matrix W that makes ||XW − Y||_F smallest (Mikolov, Le and Sutskever 2013).

Nothing keeps it orthogonal, so it needs more pairs than dimensions, and bends the space to fit them.
"""

import dataclasses
from typing import ClassVar

import numpy as np

from wordvec.alignment.mapping import Mapping
from wordvec.alignment.methods.base import Aligner, Job
from wordvec.alignment.side import Rows
from wordvec.errors import InputError


@dataclasses.dataclass(frozen=True, kw_only=True)
class Linear(Aligner):
    """The matrix of least squares."""

    method: ClassVar[str] = "linear"

    def _fit(self, job: Job) -> Mapping:
        return self._mapping(job, least_squares(*job.pairs()))


def least_squares(source: Rows, target: Rows) -> Rows:
    """Give W (dim, dim) for which ``source @ W`` is nearest to `target`, both (n, dim).

    Raises
    ------
    InputError
        If there is more than one, as the rows of `source` do not span the space.
    """
    check_rank(source, "source")
    return np.asarray(np.linalg.lstsq(source, target, rcond=None)[0], np.float64)


def check_rank(rows: Rows, side: str) -> None:
    """Refuse rows (n, dim) that leave a direction of their space open.

    Raises
    ------
    InputError
        If their rank is below dim.
    """
    rank = int(np.linalg.matrix_rank(rows))
    if rank < rows.shape[1]:
        raise InputError(
            f"singular: the {len(rows):,} pairs span {rank} of the {rows.shape[1]} dimensions of the {side}; give more "
            "pairs, or use refine, which goes on from a few"
        )
