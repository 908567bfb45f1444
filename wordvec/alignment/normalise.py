"""What is done to the rows of a space before it is aligned: steps by name, in the order given.

``unit`` scales each row to length 1 (rows of zeros stay), ``center`` takes the mean of all rows away. MUSE does
nothing or ``center``, RCSLS ``unit``, VecMap ``unit,center,unit``, HistWords ``unit``.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import SettingsError

Rows = NDArray[np.float64]


def unit(rows: Rows) -> Rows:
    """Give rows (n, dim) of length 1; rows of zeros stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths == 0, 1, lengths)


def center(rows: Rows) -> Rows:
    """Give rows (n, dim) without their mean."""
    centred: Rows = rows - rows.mean(axis=0)
    return centred


STEPS: dict[str, Callable[[Rows], Rows]] = {"unit": unit, "center": center}


def steps(names: str) -> list[str]:
    """Read steps written as ``unit,center,unit``; none if empty.

    Raises
    ------
    SettingsError
        If one is unknown.
    """
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    for name in chosen:
        if name not in STEPS:
            raise SettingsError(f"{name}: no such step of normalisation; there is {', '.join(STEPS)}")
    return chosen


def normalised(rows: Rows, names: str) -> Rows:
    """Give rows (n, dim) after the steps.

    Raises
    ------
    SettingsError
        If a step is unknown.
    """
    for name in steps(names):
        rows = STEPS[name](rows)
    return rows
