"""Usual magnitudes of the numbers of vectors, from which wrong byte order and data other than vectors are detected.

Read in the wrong byte order, hardly a fifth of the numbers have a usual magnitude. Text read as numbers has hardly any.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

LITTLE, BIG = "<f4", ">f4"

_LEAST, _MOST = 1e-10, 1e6  # numbers of vectors are zero or between these
_SHARE_FEW, _SHARE_MOST = 0.5, 0.9
_FEWEST_NUMBERS = 8  # fewer can have any magnitude by accident


def implausible(numbers: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the number of entries of unusual magnitude in each row (along the last axis)."""
    with np.errstate(invalid="ignore"):  # NaN that signals
        sizes = np.abs(numbers)
        return np.asarray(np.count_nonzero(~(_is_usual(sizes) | (sizes == 0)), axis=-1))


def are_usual(numbers: NDArray[Any]) -> bool:
    """Return whether there are nonzero numbers and most of them have a magnitude usual for vectors."""
    return _share(numbers) >= _SHARE_MOST


def byte_order(content: bytes) -> str:
    """Return `BIG` if the numbers fit that byte order better, else `LITTLE`, the correct one."""
    native, swapped = (np.frombuffer(content, order) for order in (LITTLE, BIG))
    enough = np.count_nonzero(native) >= _FEWEST_NUMBERS
    return BIG if enough and _share(native) <= _SHARE_FEW and are_usual(swapped) else LITTLE


def _share(numbers: NDArray[Any]) -> float:
    with np.errstate(invalid="ignore"):
        sizes = np.abs(numbers)
        sizes = sizes[sizes != 0]
        return float(np.mean(_is_usual(sizes))) if sizes.size else 0.0


def _is_usual(sizes: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray((sizes > _LEAST) & (sizes < _MOST))
