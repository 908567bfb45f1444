"""Entries of a sparse matrix partitioned into P × P blocks, and shuffled within each block.

The entry of row i and column j belongs to block (i mod P, j mod P); P is a power of two. Blocks that share neither
rows nor columns (a stratum) can be trained in parallel, and the result does not depend on the number of threads.

In the model's matrices words are ordered by residue class, so that the rows of a block are contiguous: word i has row
(i mod P) · height + ⌊i / P⌋. Otherwise each row of a block would be on another page, and the cache lines around it
would be changed by other threads.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.glove import ShuffledEntries


@inline
def row_of_word(word: int, side: int, height: int) -> int:
    """Return the row of a word; each residue class has `height` rows."""
    return (word & (side - 1)) * height + word // side


@kernel
def count_blocks(
    indptr: NDArray[np.int64], columns: NDArray[np.int32], first: int, last: int, side: int, counts: NDArray[np.int64]
) -> None:
    """Count the entries of the rows from `first` to `last` in each block, into `counts` (side · side,)."""
    counts[:] = 0
    mask = side - 1
    for row in range(first, last):
        block = (row & mask) * side
        for entry in range(indptr[row], indptr[row + 1]):
            counts[block + (columns[entry] & mask)] += 1


@kernel
def scatter_rows(
    indptr: NDArray[np.int64],
    columns: NDArray[np.int32],
    values: Any,
    first: int,
    last: int,
    side: int,
    offsets: NDArray[np.int64],
    entries: ShuffledEntries,
) -> None:
    """Write the entries of rows `first` to `last` to their blocks at `offsets` (side · side,), which advance."""
    mask, height = side - 1, (len(indptr) - 2) // side + 1
    for row in range(first, last):
        block = (row & mask) * side
        matrix_row = row_of_word(row, side, height)
        for entry in range(indptr[row], indptr[row + 1]):
            column = int(columns[entry])
            position = offsets[block + (column & mask)]
            offsets[block + (column & mask)] = position + 1
            entries.rows[position] = matrix_row
            entries.columns[position] = row_of_word(column, side, height)
            entries.logs[position] = np.log(np.float64(values[entry]))


@kernel
def shuffle(entries: ShuffledEntries, begin: int, end: int, state: np.uint64) -> None:
    """Shuffle the entries from `begin` to `end` by the random stream `state` (Fisher and Yates)."""
    rows, columns, logs = entries.rows, entries.columns, entries.logs
    for k in range(end - 1, begin, -1):
        state += rng.GOLDEN
        other = begin + rng.below(rng.high(rng.mix(state)), k - begin + 1)
        rows[k], rows[other] = rows[other], rows[k]
        columns[k], columns[other] = columns[other], columns[k]
        logs[k], logs[other] = logs[other], logs[k]
