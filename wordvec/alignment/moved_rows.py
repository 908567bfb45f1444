"""Rows of words mapped into another space, in blocks, with a step added to their history."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.formats import Plain
from wordvec.rows import Allocate, blocks

Map = Callable[[NDArray[Any]], NDArray[np.float64]]


def moved(plain: Plain, rows: Map, shape: tuple[int, ...], allocate: Allocate, step: dict[str, Any]) -> Plain:
    """Return words with mapped rows.

    Subwords are left out, since normalisation does not commute with their mean.

    Parameters
    ----------
    plain
        Words and rows; the matrix may be memory-mapped.
    rows
        Map of a block of rows (n, dim).
    shape
        Dimensions before and after the map.
    allocate
        Allocator of the new matrix.
    step
        New entry of the history.

    Raises
    ------
    InputError
        If the dim is wrong, or a row is not finite before or after.
    """
    words, matrix, (dim, new_dim) = plain.words, plain.matrix, shape
    if matrix.shape[1] != dim:
        raise InputError(f"the vectors have dim {matrix.shape[1]}, and the mapping takes dim {dim}")
    out = allocate(Path("rows"), len(words), new_dim)
    for span in blocks(len(words)):
        finite = np.isfinite(matrix[span]).all(axis=1)
        if not finite.all():
            bad = span.start + int(np.argmin(finite))
            raise InputError(f"{words[bad]}: its vector holds NaN or infinity, and cannot be mapped")
        with np.errstate(over="ignore", invalid="ignore"):
            found = rows(matrix[span])
        fits = (np.abs(found) <= np.finfo(np.float32).max).all(axis=1)
        if not fits.all():
            bad = span.start + int(np.argmin(fits))
            raise InputError(f"{words[bad]}: its mapped vector exceeds what float32 holds; scale the mapping down")
        out[span] = found
    history = [*plain.metadata.get("history", []), step]
    return Plain(words, out, plain.counts, plain.metadata | {"history": history})
