"""Rows of zeros: words without a vector.

HistWords writes one for each word that a decade lacks, and neural models write one for padding. Such a row has no
direction: it is no anchor, nobody's neighbour, and no step of normalisation moves it.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Allocate = Callable[[Path, int, int], NDArray[np.float32]]
"""Returns memory for the matrix (rows, dim) of a file."""

_ROWS_AT_ONCE = 8_192


def present(matrix: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which rows of a matrix (rows, dim) hold a vector, (rows,)."""
    found: NDArray[np.bool_] = (matrix[:, :1] != 0).any(axis=1)
    # Hardly any row begins with 0, so that few are looked at as a whole.
    rest = np.flatnonzero(~found)
    for begin in range(0, len(rest), _ROWS_AT_ONCE):
        some = rest[begin : begin + _ROWS_AT_ONCE]
        found[some] = matrix[some].any(axis=1)
    return found
