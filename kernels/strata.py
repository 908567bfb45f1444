"""Entries of a sparse matrix dealt into P × P blocks, and shuffled within each.

The entry of row i and column j belongs to block (i mod P, j mod P); P is a power of two. Blocks that share neither
rows nor columns can be trained at once, and the result does not depend on how many are.

Words lie in the matrices class by class, so that a block's rows are neighbours: word i at `place_of` i. Otherwise
every row is on a page of its own, and neighbours that other threads change are fetched with it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.glove import Entries


@inline
def place_of(word: int, side: int, tall: int) -> int:
    """Give the row of a word: class i mod P, and there i div P; `tall` rows are kept for each class."""
    return (word & (side - 1)) * tall + word // side


@kernel
def count_blocks(
    indptr: NDArray[np.int64], columns: NDArray[np.int32], first: int, last: int, side: int, counts: NDArray[np.int64]
) -> None:
    """Put into `counts`, (side · side,), how many entries of the rows from `first` to `last` each block has."""
    counts[:] = 0
    mask = side - 1
    for row in range(first, last):
        block = (row & mask) * side
        for entry in range(indptr[row], indptr[row + 1]):
            counts[block + (columns[entry] & mask)] += 1


@kernel
def deal_rows(
    indptr: NDArray[np.int64],
    columns: NDArray[np.int32],
    values: Any,
    first: int,
    last: int,
    side: int,
    places: NDArray[np.int64],
    entries: Entries,
) -> None:
    """Put the entries of the rows from `first` to `last` where `places`, (side · side,), says; count it up."""
    mask, tall = side - 1, (len(indptr) - 2) // side + 1
    for row in range(first, last):
        block = (row & mask) * side
        row_place = place_of(row, side, tall)
        for entry in range(indptr[row], indptr[row + 1]):
            column = int(columns[entry])
            place = places[block + (column & mask)]
            places[block + (column & mask)] = place + 1
            entries.rows[place] = row_place
            entries.columns[place] = place_of(column, side, tall)
            entries.logs[place] = np.log(np.float64(values[entry]))


@kernel
def shuffle(entries: Entries, begin: int, end: int, state: np.uint64) -> None:
    """Bring the entries from `begin` to `end` into an order drawn from the stream `state` (Fisher and Yates)."""
    rows, columns, logs = entries.rows, entries.columns, entries.logs
    for k in range(end - 1, begin, -1):
        state += rng.GOLDEN
        other = begin + rng.below(rng.high(rng.mix(state)), k - begin + 1)
        rows[k], rows[other] = rows[other], rows[k]
        columns[k], columns[other] = columns[other], columns[k]
        logs[k], logs[other] = logs[other], logs[k]
