"""Transformation of one side of an alignment: normalisation, then a matrix."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.normalise import Normalisation
from wordvec.errors import InputError
from wordvec.formats import Plain
from wordvec.formats.common.reading import Allocate
from wordvec.representation import short
from wordvec.rows import ROWS_AT_ONCE, present, unit_float64

Rows = NDArray[np.float64]


class Placement(NamedTuple):
    """Placement of directions around the mean of a space whose rows are not centred.

    A direction ĉ, of a row whose length after centring was s, becomes `factor` · s · ĉ + `mean`.
    """

    mean: Rows
    factor: float


class Side(NamedTuple):
    """Transformation of the rows of one space into the common space.

    Parameters
    ----------
    normalisation
        Normalisation of the rows, applied first.
    matrix
        (dim, common dim) float64 array that row vectors are multiplied by.
    placed
        Placement of the result among the rows of a space as given; None for rows in the common space.
    """

    normalisation: Normalisation
    matrix: Rows
    placed: Placement | None = None

    def __repr__(self) -> str:
        return short(self)

    @property
    def dim(self) -> int:
        """Dimension of the rows before the transformation."""
        return len(self.matrix)

    @property
    def still(self) -> bool:
        """Whether the transformation leaves cosines unchanged: the matrix is the identity and nothing is centred."""
        square = self.matrix.shape[0] == self.matrix.shape[1]
        return (
            square
            and self.placed is None
            and not self.normalisation.means
            and bool((self.matrix == np.eye(self.dim)).all())
        )

    def rows(self, rows: NDArray[Any]) -> Rows:
        """Return rows (n, dim) in the common space, (n, common dim) float64."""
        moved: Rows = self.normalisation.apply(rows) @ self.matrix
        if self.placed is None:
            return moved
        lengths = np.linalg.norm(self.normalisation.until_centred().apply(rows), axis=1, keepdims=True)
        moved = self.placed.factor * lengths * unit_float64(moved) + self.placed.mean
        moved[~present(rows)] = 0
        return moved

    def change(self, plain: Plain, allocate: Allocate, **step: Any) -> Plain:
        """Return words with their rows in the common space, computed in blocks, with a `step` added to their history.

        Subwords are left out, since normalisation does not commute with their mean.

        Parameters
        ----------
        plain
            Words and rows; the matrix may be memory-mapped.
        allocate
            Allocator of the new matrix.
        step
            New entry of the history.

        Raises
        ------
        InputError
            If the dim is wrong, or a row is not finite before or after.
        """
        words, matrix = plain.words, plain.matrix
        if matrix.shape[1] != self.dim:
            raise InputError(f"the vectors have dim {matrix.shape[1]}, and the mapping takes dim {self.dim}")
        out = allocate(Path("rows"), len(words), self.matrix.shape[1])
        for begin in range(0, len(words), ROWS_AT_ONCE):
            rows = matrix[begin : begin + ROWS_AT_ONCE]
            if not np.isfinite(rows).all():
                bad = begin + int(np.argmin(np.isfinite(rows).all(axis=1)))
                raise InputError(f"{words[bad]}: its vector holds NaN or infinity, and cannot be mapped")
            with np.errstate(over="ignore", invalid="ignore"):
                moved = self.rows(rows)
            fits = (np.abs(moved) <= np.finfo(np.float32).max).all(axis=1)
            if not fits.all():
                bad = begin + int(np.argmin(fits))
                raise InputError(f"{words[bad]}: its mapped vector exceeds what float32 holds; scale the mapping down")
            out[begin : begin + len(rows)] = moved
        history = [*plain.metadata.get("history", []), step]
        return Plain(words, out, plain.counts, plain.metadata | {"history": history})
