"""Transformation of one side of an alignment: normalisation, then a matrix."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.moved_rows import moved
from wordvec.alignment.normalise import Normalisation
from wordvec.formats import Plain
from wordvec.representation import short
from wordvec.rows import Allocate, present, unit_float64

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
        found: Rows = self.normalisation.apply(rows) @ self.matrix
        if self.placed is None:
            return found
        lengths = np.linalg.norm(self.normalisation.until_centred().apply(rows), axis=1, keepdims=True)
        found = self.placed.factor * lengths * unit_float64(found) + self.placed.mean
        found[~present(rows)] = 0
        return found

    def change(self, plain: Plain, allocate: Allocate, **step: Any) -> Plain:
        """Return words with their rows in the common space; see `moved_rows.moved`, which has the same errors."""
        return moved(plain, self.rows, self.matrix.shape, allocate, step)
