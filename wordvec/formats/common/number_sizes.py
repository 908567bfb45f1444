"""Sizes that the numbers of vectors have, by which their byte order and what is no vector at all are detected.

Read in the wrong byte order, hardly a fifth of them have such a size, and hardly any letters read as numbers do.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

LITTLE, BIG = "<f4", ">f4"

_LEAST, _MOST = 1e-10, 1e6  # the numbers of vectors are zero or lie between them
_SHARE_FEW, _SHARE_MOST = 0.5, 0.9
_FEWEST_NUMBERS = 8  # fewer can have any size by chance


def implausible(numbers: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return how many numbers of each row (the last axis) are of no size that vectors have."""
    with np.errstate(invalid="ignore"):  # NaN that signals
        sizes = np.abs(numbers)
        return np.asarray(np.count_nonzero(~(_is_usual(sizes) | (sizes == 0)), axis=-1))


def are_usual(numbers: NDArray[Any]) -> bool:
    """Tell whether most numbers that are not zero, and at least one, have sizes that vectors have."""
    return _share(numbers) >= _SHARE_MOST


def byte_order(packed: bytes) -> str:
    """Return `LITTLE`, the byte order that numbers should have, or `BIG` if that fits better."""
    native, swapped = (np.frombuffer(packed, order) for order in (LITTLE, BIG))
    enough = np.count_nonzero(native) >= _FEWEST_NUMBERS
    return BIG if enough and _share(native) <= _SHARE_FEW and are_usual(swapped) else LITTLE


def _share(numbers: NDArray[Any]) -> float:
    with np.errstate(invalid="ignore"):
        sizes = np.abs(numbers)
        sizes = sizes[sizes != 0]
        return float(np.mean(_is_usual(sizes))) if sizes.size else 0.0


def _is_usual(sizes: NDArray[Any]) -> NDArray[np.bool_]:
    return np.asarray((sizes > _LEAST) & (sizes < _MOST))
