"""Affine maps of rows, and what a method of grounding returns."""

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from wordvec.representation import short

Numbers = NDArray[np.float64]


class AffineMap(NamedTuple):
    """The map of rows x to (x − centre) @ matrix + level.

    Parameters
    ----------
    centre
        (dim,) mean of the rows to which the map was fitted.
    matrix
        (dim, new dim) array.
    level
        (new dim,) array, the image of the centre.
    """

    centre: Numbers
    matrix: Numbers
    level: Numbers

    def __repr__(self) -> str:
        return short(self)

    def rows(self, rows: NDArray[Any]) -> Numbers:
        """Return the images (n, new dim) of rows (n, dim)."""
        found: Numbers = (rows - self.centre) @ self.matrix + self.level
        return found


class Fit(NamedTuple):
    """Maps fitted to pairs of rows.

    Attributes
    ----------
    measured
        Prediction of measured rows.
    output
        Map to the space in which vectors are written: the measured one, or the shared one of CCA.
    figures
        Figures of the fit for metadata, as JSON can hold them.
    """

    measured: AffineMap
    output: AffineMap
    figures: dict[str, Any]

    def __repr__(self) -> str:
        return short(self)


class Regression(Protocol):
    """A method that has factorised rows, and is fitted to any measured rows of the same words."""

    def fit(self, measured: Numbers) -> Fit:
        """Return the maps to measured rows (n, dimensions)."""
