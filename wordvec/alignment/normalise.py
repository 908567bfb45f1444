"""Normalisation of the rows of a space before alignment: named steps, applied in order.

``unit`` scales each row to length 1; ``center`` subtracts the mean of all rows. MUSE uses nothing or ``center``, RCSLS
``unit``, VecMap ``unit,center,unit``, HistWords ``unit``. The means are those of the whole space and are stored, so
that other rows can be normalised in the same way. Rows of zeros, which are words without a vector, are not part of the
mean and stay zero.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import SettingsError
from wordvec.representation import short
from wordvec.rows import blocks, present, unit_float64

Rows = NDArray[np.float64]

UNIT, CENTER = "unit", "center"


class Normalisation(NamedTuple):
    """Steps of normalisation, fitted to one space.

    Parameters
    ----------
    steps
        Names of the steps, in order.
    means
        Mean that each ``center`` subtracts, (dim,) float64 arrays.
    """

    steps: tuple[str, ...] = ()
    means: tuple[Rows, ...] = ()

    def __repr__(self) -> str:
        return short(self)

    @classmethod
    def of(cls, matrix: NDArray[Any], names: str) -> "Normalisation":
        """Fit steps written as ``unit,center,unit`` to all rows (words, dim) of a space.

        Raises
        ------
        SettingsError
            If a step is unknown.
        """
        fitted = cls()
        for name in steps(names):
            means = fitted.means
            if name == CENTER:
                total = sum(fitted.apply(matrix[span]).sum(axis=0) for span in blocks(len(matrix)))
                means = (*means, np.asarray(total / max(1, int(present(matrix).sum())), np.float64))
            fitted = cls((*fitted.steps, name), means)
        return fitted

    def apply(self, rows: NDArray[Any]) -> Rows:
        """Return normalised rows, (n, dim) float64; rows of zeros stay."""
        means = iter(self.means)
        changed: Rows = np.asarray(rows, np.float64)
        for step in self.steps:
            changed = unit_float64(changed) if step == UNIT else changed - next(means)
        if self.means:
            changed[~present(rows)] = 0
        return changed

    @property
    def centres(self) -> int:
        """Number of ``center`` steps."""
        return len(self.means)

    def until_centred(self) -> "Normalisation":
        """Return the steps up to the last ``center``, whose rows have lengths that a later ``unit`` removes."""
        last = max((at for at, step in enumerate(self.steps) if step == CENTER), default=-1)
        return Normalisation(self.steps[: last + 1], self.means)


def steps(names: str) -> list[str]:
    """Parse steps written as ``unit,center,unit``; an empty text has none.

    Raises
    ------
    SettingsError
        If one is unknown.
    """
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    for name in chosen:
        if name not in (UNIT, CENTER):
            raise SettingsError(f"{name}: unknown step of normalisation; choose from {UNIT}, {CENTER}")
    return chosen


def normalised(rows: Rows, names: str) -> Rows:
    """Return rows (n, dim) after steps fitted to the rows themselves.

    Raises
    ------
    SettingsError
        If a step is unknown.
    """
    return Normalisation.of(rows, names).apply(rows)
