"""What is done to the rows of a space before it is aligned: steps by name, in the order given.

``unit`` scales each row to length 1, ``center`` takes the mean of all rows away. MUSE does nothing or ``center``, RCSLS
``unit``, VecMap ``unit,center,unit``, HistWords ``unit``. The means are those of the whole space, and are kept, so that
other rows can be moved by the same. Rows of zeros, words without a vector, are part of no mean and stay as they are.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import SettingsError
from wordvec.rows import blocks, present, unit_float64

Rows = NDArray[np.float64]

UNIT, CENTER = "unit", "center"


class Normalisation(NamedTuple):
    """Steps as they were learnt from one space.

    Parameters
    ----------
    steps
        Their names, in order.
    means
        What each ``center`` takes away, (dim,) float64.
    """

    steps: tuple[str, ...] = ()
    means: tuple[Rows, ...] = ()

    @classmethod
    def of(cls, matrix: NDArray[Any], names: str) -> "Normalisation":
        """Learn steps written as ``unit,center,unit`` from all rows (words, dim) of a space.

        Raises
        ------
        SettingsError
            If a step is unknown.
        """
        learnt = cls()
        for name in steps(names):
            means = learnt.means
            if name == CENTER:
                total = sum(learnt.apply(matrix[span]).sum(axis=0) for span in blocks(len(matrix)))
                means = (*means, np.asarray(total / max(1, int(present(matrix).sum())), np.float64))
            learnt = cls((*learnt.steps, name), means)
        return learnt

    def apply(self, rows: NDArray[Any]) -> Rows:
        """Return rows (n, dim) after the steps, float64; rows of zeros stay."""
        means = iter(self.means)
        changed: Rows = np.asarray(rows, np.float64)
        for step in self.steps:
            changed = unit_float64(changed) if step == UNIT else changed - next(means)
        if self.means:
            changed[~present(rows)] = 0
        return changed


def steps(names: str) -> list[str]:
    """Read steps written as ``unit,center,unit``; none if empty.

    Raises
    ------
    SettingsError
        If one is unknown.
    """
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    for name in chosen:
        if name not in (UNIT, CENTER):
            raise SettingsError(f"{name}: no such step of normalisation; there is {UNIT}, {CENTER}")
    return chosen


def normalised(rows: Rows, names: str) -> Rows:
    """Give rows (n, dim) after steps learnt from themselves.

    Raises
    ------
    SettingsError
        If a step is unknown.
    """
    return Normalisation.of(rows, names).apply(rows)
