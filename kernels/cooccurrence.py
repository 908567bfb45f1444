"""Co-occurrence counts, a row of the matrix at a time.

The corpus is written to a stream of ids, with a border where no window may cross. A counting sort gathers the positions
of each word in the stream. The row of word w is then the sum over the windows around its positions:

    X_wc = Σ_p Σ_d weight(d)    over the positions p of w and the distances d ≤ window at which c occurs

Sums are added in one dense int64 array that fits in the second-level cache: no sort, no hash, no overflow file. A bit
for each word touched makes a sort unnecessary: entries come out by rising column. The few entries of a rare word are
inserted in order instead, since looking at all bits takes longer. Weights are integer multiples of a
common unit (for 1/d the least common multiple of the distances), so that sums are exact and independent of the order of
addition: any number of threads and of pieces yields the same bits. Subsampling is a function of the seed and of the
position in the corpus.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import Int, lowest_bit, without_lowest_bit
from wordvec.kernels.simd import prefetch

BORDER = 2**32 - 1
"""Element of a stream that no window crosses."""
GAP = 2**32 - 2
"""Element of a stream at the position of an omitted word."""
# Positions whose windows are prefetched ahead, since those of a rare word are far apart.
POSITIONS_AHEAD = 12
_6, _63, _ONE = np.int64(6), np.int64(63), np.uint64(1)


class TokenSelection(NamedTuple):
    """The tokens that enter the stream.

    `keep` (words,) uint32 holds the probability of keeping a token of each word, scaled to 2³² (see
    `sampling.keep_thresholds`); it is applied where `subsampled` is true. Ids from ``len(keep)`` on are omitted. Where
    `gaps` is true, an omitted token leaves a gap; where `borders` is true, ends of sentences are borders. `numbers`
    (ids,) uint32 holds the word of each id of the corpus; if it is empty, ids are words.
    """

    keep: NDArray[np.uint32]
    subsampled: bool
    gaps: bool
    borders: bool
    numbers: NDArray[np.uint32]


class CountingWindow(NamedTuple):
    """The shape of a window: ``weights[d]`` int64 of distance d ≤ window, and the sides that are counted."""

    weights: NDArray[np.int64]
    left: bool
    right: bool


class RowAccumulator(NamedTuple):
    """One thread's accumulator: sums (words,) int64 of a row, and a bit (words / 64,) for each that is not zero."""

    sums: NDArray[np.int64]
    marks: NDArray[np.uint64]


@inline
def _word(selection: TokenSelection, ids: NDArray[np.uint32], token: int) -> Int:
    number = np.int64(ids[token])
    return np.int64(selection.numbers[number]) if len(selection.numbers) > 0 else number


@inline
def _kept(selection: TokenSelection, word: Int, token: int, stream: np.uint64) -> bool:
    if word >= len(selection.keep):
        return False
    if not selection.subsampled:
        return True
    return bool(rng.low(rng.mix(stream + np.uint64(token + 1) * rng.GOLDEN)) <= selection.keep[word])


@kernel
def context_edge(
    ids: NDArray[np.uint32], token: int, step: int, wanted: int, selection: TokenSelection, stream: np.uint64
) -> int:
    """Return the end of the context of `wanted` positions on one side of `token`, or the corpus's end.

    Step −1: the context before `token`; step 1: the context from `token` on.
    """
    edge = token if step > 0 else token - 1
    while wanted > 0 and 0 <= edge < len(ids):
        if selection.gaps or _kept(selection, _word(selection, ids, edge), edge, stream):
            wanted -= 1
        edge += step
    return edge if step > 0 else edge + 1


@kernel
def fill_stream(
    ids: NDArray[np.uint32],
    first: int,
    last: int,
    ends: NDArray[np.int64],
    selection: TokenSelection,
    stream: np.uint64,
    out: NDArray[np.uint32],
    filled: int,
) -> int:
    """Append the kept tokens from `first` to `last` to ``out[filled:]``; return the new `filled`.

    Parameters
    ----------
    ids
        (tokens,) uint32 array of the whole corpus: subsampling depends on a token's position in it.
    ends
        (any,) int64 array of sentence ends, rising; at least those between `first` and `last`.
    """
    sentence = 0
    for token in range(first, last):
        if selection.borders:
            while sentence < len(ends) and ends[sentence] <= token:
                if ends[sentence] > first:
                    out[filled] = BORDER
                    filled += 1
                sentence += 1
        word = _word(selection, ids, token)
        if _kept(selection, word, token, stream):
            out[filled] = word
            filled += 1
        elif selection.gaps:
            out[filled] = GAP
            filled += 1
    return filled


@kernel
def gather_positions(
    stream: NDArray[np.uint32], first: int, last: int, starts: NDArray[np.int64], positions: NDArray[np.uint32]
) -> None:
    """Sort the positions from `first` to `last` of a stream by their words.

    Fill `positions`, rising for each word, and `starts` (words + 1,), the beginning of each word's positions.
    """
    words = len(starts) - 1
    starts[:] = 0
    for position in range(first, last):
        word = np.int64(stream[position])
        if word < words:
            starts[word + 1] += 1
    for row in range(words):
        starts[row + 1] += starts[row]
    # Each start advances to its end while positions are written, and is then restored.
    for position in range(first, last):
        word = np.int64(stream[position])
        if word < words:
            positions[starts[word]] = position
            starts[word] += 1
    for row in range(words, 0, -1):
        starts[row] = starts[row - 1]
    starts[0] = 0


@inline
def _add(row: RowAccumulator, word: Int, amount: Int) -> None:
    row.sums[word] += amount
    row.marks[word >> _6] |= _ONE << np.uint64(word & _63)


@inline
def _walk(
    stream: NDArray[np.uint32], position: Int, step: int, weights: NDArray[np.int64], row: RowAccumulator
) -> None:
    """Add the words on one side of a position, `step` −1 or 1, up to the end of the window or a border."""
    for distance in range(1, len(weights)):
        other = np.int64(stream[position + step * distance])
        if other >= GAP:
            if other == BORDER:
                break
            continue
        _add(row, other, weights[distance])


@inline
def prefetch_windows(stream: NDArray[np.uint32], positions: NDArray[np.uint32], k: Int, window: Int) -> None:
    """Prefetch the window `POSITIONS_AHEAD` positions further on."""
    ahead = np.int64(positions[min(k + POSITIONS_AHEAD, len(positions) - 1)])
    prefetch(stream, max(ahead - window, np.int64(0)))
    prefetch(stream, ahead)
    prefetch(stream, min(ahead + window, np.int64(len(stream) - 1)))


@inline
def _emit(row: RowAccumulator, columns: NDArray[np.int32], sums: NDArray[np.int64], filled: int) -> int:
    """Append the entries of a row by rising column, and set it to zero; return the new `filled`."""
    for group in range(len(row.marks)):
        mask = row.marks[group]
        if mask:
            row.marks[group] = 0
            while mask:
                column = 64 * group + lowest_bit(mask)
                columns[filled], sums[filled] = column, row.sums[column]
                row.sums[column] = 0
                filled += 1
                mask = without_lowest_bit(mask)
    return filled


@inline
def _insert(
    columns: NDArray[np.int32], sums: NDArray[np.int64], begin: int, filled: int, column: Int, amount: Int
) -> int:
    """Add to the entry of a column in a rising row that begins at `begin`; return the new `filled`."""
    place = filled
    while place > begin and columns[place - 1] > column:
        place -= 1
    if place > begin and columns[place - 1] == column:
        sums[place - 1] += amount
        return filled
    for k in range(filled, place, -1):
        columns[k], sums[k] = columns[k - 1], sums[k - 1]
    columns[place], sums[place] = column, amount
    return filled + 1


@inline
def _insert_side(
    stream: NDArray[np.uint32],
    position: Int,
    step: int,
    weights: NDArray[np.int64],
    columns: NDArray[np.int32],
    sums: NDArray[np.int64],
    begin: int,
    filled: int,
) -> int:
    """Insert the words on one side of a position into a row; return the new `filled`."""
    for distance in range(1, len(weights)):
        other = np.int64(stream[position + step * distance])
        if other == BORDER:
            break
        if other != GAP:
            filled = _insert(columns, sums, begin, filled, other, weights[distance])
    return filled


@kernel
def count_rows(
    stream: NDArray[np.uint32],
    starts: NDArray[np.int64],
    positions: NDArray[np.uint32],
    first: int,
    window_weights: CountingWindow,
    row: RowAccumulator,
    columns: NDArray[np.int32],
    sums: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None:
    """Count the rows of the words from `first` on, as many as `ends` has elements.

    Parameters
    ----------
    stream
        (any,) uint32 array from `fill_stream`, with a border at its beginning and end.
    starts, positions
        Arrays from `gather_positions`.
    row
        Accumulator, zero before and after.
    columns, sums, ends
        (entries,) int32 and int64 arrays, and (rows,) int64 array of the end of each row; filled.
    """
    window, filled = len(window_weights.weights) - 1, 0
    sides = int(window_weights.left) + int(window_weights.right)
    for word in range(first, first + len(ends)):
        most = sides * window * (starts[word + 1] - starts[word])
        # Insertion takes at most most² / 4 steps, and `_emit` one for each group of marks: most words are rare.
        if most * most <= 4 * len(row.marks):
            begin = filled
            for k in range(starts[word], starts[word + 1]):
                position = np.int64(positions[k])
                prefetch_windows(stream, positions, k, window)
                if window_weights.left:
                    filled = _insert_side(stream, position, -1, window_weights.weights, columns, sums, begin, filled)
                if window_weights.right:
                    filled = _insert_side(stream, position, 1, window_weights.weights, columns, sums, begin, filled)
            ends[word - first] = filled
            continue
        for k in range(starts[word], starts[word + 1]):
            position = np.int64(positions[k])
            prefetch_windows(stream, positions, k, window)
            if window_weights.left:
                _walk(stream, position, -1, window_weights.weights, row)
            if window_weights.right:
                _walk(stream, position, 1, window_weights.weights, row)
        filled = _emit(row, columns, sums, filled)
        ends[word - first] = filled


@kernel
def add_rows(
    begins: NDArray[np.int64],
    piece_columns: NDArray[np.int32],
    piece_sums: NDArray[np.int64],
    row: RowAccumulator,
    columns: NDArray[np.int32],
    sums: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None:
    """Add the rows of several pieces; row r of piece k begins at ``begins[k, r]`` of the pieces' entries."""
    filled = 0
    for r in range(len(ends)):
        for k in range(len(begins)):
            for entry in range(begins[k, r], begins[k, r + 1]):
                _add(row, np.int64(piece_columns[entry]), piece_sums[entry])
        filled = _emit(row, columns, sums, filled)
        ends[r] = filled
