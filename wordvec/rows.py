"""Operations on matrices of rows (rows, dim), one word a row: lengths, unit rows, blocks, rows that hold no vector.

A row of zeros is a word without a vector. HistWords writes one for each word that a decade lacks, and neural models
write one for padding. Such a row has no direction: it is no anchor and no neighbour, and normalisation leaves it
unchanged.

Rows of length 1 are computed in three ways, whose results differ in the last bit. `unit` is for comparing words,
`unit_rounded_once` for writing files, and `unit_float64` (with `unit_in_place`) for alignment, which continues in
float64.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Allocate = Callable[[Path, int, int], Floats]
"""Returns memory for the matrix (rows, dim) of a file."""
Change = Callable[[Floats], Floats]
"""Computes new rows (n, new dim) from rows (n, dim)."""

ROWS_AT_ONCE = 8_192
"""Rows of a block: some megabytes in float64."""
_COPIED_AT_ONCE = 1_024


def present(matrix: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which rows of a matrix (rows, dim) are not all zeros, (rows,) bool."""
    found: NDArray[np.bool_] = (matrix[:, :1] != 0).any(axis=1)
    # Few rows begin with 0, and only these are read as a whole.
    rest = np.flatnonzero(~found)
    for span in blocks(len(rest)):
        found[rest[span]] = matrix[rest[span]].any(axis=1)
    return found


def blocks(rows: int, size: int = ROWS_AT_ONCE) -> Iterator[slice]:
    """Yield slices of at most `size` rows that cover so many rows in order."""
    for begin in range(0, rows, size):
        yield slice(begin, min(begin + size, rows))


def ragged_blocks(ends: NDArray[np.int64], size: int) -> Iterator[slice]:
    """Yield slices of rows that cover all in order, and have about `size` entries together.

    Parameters
    ----------
    ends
        (rows,) int64 array: number of the entries of the rows up to each.
    size
        Number of entries that one slice passes by at most one row.

    Examples
    --------
    >>> list(ragged_blocks(np.array([1, 4, 5, 9]), 4))
    [slice(0, 2, None), slice(2, 4, None)]
    """
    begin = 0
    while begin < len(ends):
        passed = int(ends[begin - 1]) if begin else 0
        end = min(len(ends), int(np.searchsorted(ends, passed + size)) + 1)
        yield slice(begin, end)
        begin = end


def first_not_finite(matrix: NDArray[Any]) -> int | None:
    """Return the first row of a matrix (rows, dim) that holds NaN or infinity; None if there is none."""
    for span in blocks(len(matrix)):
        finite = np.isfinite(matrix[span]).all(axis=1)
        if not finite.all():
            return int(span.start + finite.argmin())
    return None


def exact_lengths(rows: Floats) -> NDArray[np.float64]:
    """Return the lengths of rows (n, dim), computed in float64; 0 for rows of zeros."""
    lengths: NDArray[np.float64] = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))
    return lengths


def lengths(rows: Floats) -> Floats:
    """Return the lengths of rows (n, dim) by which they can be divided: 1 for rows of zeros."""
    found = exact_lengths(rows)
    found[found == 0] = 1
    return found.astype(np.float32)


def unit(rows: Floats) -> Floats:
    """Return rows (n, dim) scaled to length 1; rows of zeros stay."""
    scaled: Floats = rows / lengths(rows)[:, None]
    return scaled


def unit_rounded_once(rows: Floats) -> Floats:
    """Return rows (n, dim) scaled to length 1 in float64 and then rounded; rows of zeros stay."""
    found = exact_lengths(rows)
    found[found == 0] = 1
    return np.asarray(rows / found[:, None], np.float32)


def unit_float64(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows (n, dim) scaled to length 1; rows of zeros stay."""
    found = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(found == 0, 1, found)


def unit_in_place(rows: Floats) -> Floats:
    """Scale rows (n, dim) to length 1 in place, by `unit_float64`, and return them."""
    for span in blocks(len(rows)):
        rows[span] = unit_float64(rows[span].astype(np.float64))
    return rows


def changed(matrix: Floats, change: Change, out: Floats) -> Floats:
    """Write changed rows to `out`, block by block, and return it."""
    for span in blocks(len(matrix), _COPIED_AT_ONCE):
        out[span] = change(matrix[span])
    return out


def gathered(matrix: Floats, rows: NDArray[np.int64], out: Floats) -> Floats:
    """Copy some rows of a matrix to `out`, block by block, and return it."""
    for span in blocks(len(rows), _COPIED_AT_ONCE):
        out[span] = matrix[rows[span]]
    return out
