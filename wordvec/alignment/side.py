"""What is done to the rows of one of two spaces that meet: steps of normalisation, then a matrix."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.normalise import Normalisation
from wordvec.errors import InputError
from wordvec.formats import Plain
from wordvec.formats.common.reading import Allocate
from wordvec.rows import ROWS_AT_ONCE

Rows = NDArray[np.float64]


class Side(NamedTuple):
    """What is done to the rows of one of two spaces.

    Parameters
    ----------
    normalisation
        Done first.
    matrix
        (dim, common dim) float64; rows are multiplied by it from the left.
    """

    normalisation: Normalisation
    matrix: Rows

    @property
    def dim(self) -> int:
        """How many numbers a row has before."""
        return len(self.matrix)

    @property
    def still(self) -> bool:
        """Whether cosines of rows stay what they were."""
        square = self.matrix.shape[0] == self.matrix.shape[1]
        return square and not self.normalisation.means and bool((self.matrix == np.eye(self.dim)).all())

    def rows(self, rows: NDArray[Any]) -> Rows:
        """Give rows (n, dim) in the common space, (n, common dim) float64."""
        moved: Rows = self.normalisation.apply(rows) @ self.matrix
        return moved

    def change(self, plain: Plain, allocate: Allocate, **step: Any) -> Plain:
        """Give words with their rows in the common space, and a `step` to their history; rows are moved in blocks.

        Subwords are left out, as their means would lie elsewhere.

        Parameters
        ----------
        plain
            What is moved; its matrix may be a file that is mapped into memory.
        allocate
            Gives room for the rows.
        step
            What the history gets.

        Raises
        ------
        InputError
            If they are of another dim, or a row is not finite, before or after.
        """
        words, matrix = plain.words, plain.matrix
        if matrix.shape[1] != self.dim:
            raise InputError(f"the vectors are of dim {matrix.shape[1]}, and the mapping takes dim {self.dim}")
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
