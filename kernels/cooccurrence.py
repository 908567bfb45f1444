"""Counting which words stand near which, a row of the matrix at a time.

The corpus becomes a stream of ids once, with a border where no window may pass; the places of each word in it are
gathered by a counting sort. Then a row is made by walking the windows around a word's places, adding

    X_wc = Σ_p Σ_d weight(d)    over the places p of w and the distances d ≤ window at which c stands

in one dense array of whole numbers that fits in the second-level cache: no sort, no hash, no overflow file. Weights
are whole multiples of a common unit, so that sums are exact and do not depend on the order of adding.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bits import Int, lowest, without_lowest
from wordvec.kernels.simd import prefetch

BORDER = 2**32 - 1
"""In a stream: no window goes on beyond here."""
GAP = 2**32 - 2
"""In a stream: a word that was left out and keeps its place."""
# Places whose windows are asked for ahead.
AHEAD = 12
_6, _63, _ONE = np.int64(6), np.int64(63), np.uint64(1)


class Selection(NamedTuple):
    """Which tokens get into the stream.

    `keep` (words,) uint32 is the share of 2³² of a word's tokens that stay (see `sampling.keep_thresholds`), drawn
    where `thin` is true; ids from ``len(keep)`` on never stay. Where `places` is true, what does not stay leaves a
    gap; where `borders` is true, sentences are borders.
    """

    keep: NDArray[np.uint32]
    thin: bool
    places: bool
    borders: bool


class Reach(NamedTuple):
    """The shape of a window: ``weights[d]`` int64 of distance d ≤ window, and the sides that are looked at."""

    weights: NDArray[np.int64]
    left: bool
    right: bool


class Row(NamedTuple):
    """One thread's room: the sums (words,) int64 of a row, and a bit (words / 64,) for each that is not zero."""

    sums: NDArray[np.int64]
    marks: NDArray[np.uint64]


@inline
def _stays(selection: Selection, ids: NDArray[np.uint32], token: int, stream: np.uint64) -> bool:
    word = np.int64(ids[token])
    if word >= len(selection.keep):
        return False
    if not selection.thin:
        return True
    return bool(rng.low(rng.mix(stream + np.uint64(token + 1) * rng.GOLDEN)) <= selection.keep[word])


@kernel
def margin(ids: NDArray[np.uint32], token: int, step: int, wanted: int, selection: Selection, stream: np.uint64) -> int:
    """Give where a walk from `token` by steps of −1 or 1 ends that takes `wanted` places in, or the corpus's end."""
    edge = token if step > 0 else token - 1
    while wanted > 0 and 0 <= edge < len(ids):
        if selection.places or _stays(selection, ids, edge, stream):
            wanted -= 1
        edge += step
    return edge if step > 0 else edge + 1


@kernel
def fill_stream(
    ids: NDArray[np.uint32],
    first: int,
    last: int,
    ends: NDArray[np.int64],
    selection: Selection,
    stream: np.uint64,
    out: NDArray[np.uint32],
    filled: int,
) -> int:
    """Append the tokens from `first` to `last` that stay to ``out[filled:]``; give the new `filled`.

    Parameters
    ----------
    ids
        (tokens,) of the whole corpus: what is drawn depends on a token's place in it.
    ends
        Where sentences end, at least those within `first` and `last`, rising.
    """
    sentence = 0
    for token in range(first, last):
        if selection.borders:
            while sentence < len(ends) and ends[sentence] <= token:
                if ends[sentence] > first:
                    out[filled] = BORDER
                    filled += 1
                sentence += 1
        if _stays(selection, ids, token, stream):
            out[filled] = ids[token]
            filled += 1
        elif selection.places:
            out[filled] = GAP
            filled += 1
    return filled


@kernel
def gather_places(
    stream: NDArray[np.uint32], first: int, last: int, starts: NDArray[np.int64], places: NDArray[np.uint32]
) -> None:
    """Sort the places from `first` to `last` of a stream by their words.

    Fills `starts` (words + 1,), where each word's places begin, and `places` with them, rising for each word.
    """
    words = len(starts) - 1
    starts[:] = 0
    for place in range(first, last):
        word = np.int64(stream[place])
        if word < words:
            starts[word + 1] += 1
    for row in range(words):
        starts[row + 1] += starts[row]
    # Each start moves to its end while it is filled, and then back.
    for place in range(first, last):
        word = np.int64(stream[place])
        if word < words:
            places[starts[word]] = place
            starts[word] += 1
    for row in range(words, 0, -1):
        starts[row] = starts[row - 1]
    starts[0] = 0


@inline
def _add(row: Row, word: Int, amount: Int) -> None:
    row.sums[word] += amount
    row.marks[word >> _6] |= _ONE << np.uint64(word & _63)


@inline
def _walk(stream: NDArray[np.uint32], place: Int, step: int, weights: NDArray[np.int64], row: Row) -> None:
    """Add the words on one side of a place, `step` −1 or 1, up to the window's end or a border."""
    for distance in range(1, len(weights)):
        other = np.int64(stream[place + step * distance])
        if other >= GAP:
            if other == BORDER:
                break
            continue
        _add(row, other, weights[distance])


@inline
def ask_ahead(stream: NDArray[np.uint32], places: NDArray[np.uint32], k: Int, window: Int) -> None:
    """Ask for the window of a place `AHEAD` places further on: those of rare words lie far apart."""
    ahead = np.int64(places[min(k + AHEAD, len(places) - 1)])
    prefetch(stream, max(ahead - window, np.int64(0)))
    prefetch(stream, ahead)
    prefetch(stream, min(ahead + window, np.int64(len(stream) - 1)))


@inline
def _emit(row: Row, columns: NDArray[np.int32], sums: NDArray[np.int64], filled: int) -> int:
    """Append the row's entries, by rising column, and empty it; give the new `filled`."""
    for group in range(len(row.marks)):
        mask = row.marks[group]
        if mask:
            row.marks[group] = 0
            while mask:
                column = 64 * group + lowest(mask)
                columns[filled], sums[filled] = column, row.sums[column]
                row.sums[column] = 0
                filled += 1
                mask = without_lowest(mask)
    return filled


@kernel
def count_rows(
    stream: NDArray[np.uint32],
    starts: NDArray[np.int64],
    places: NDArray[np.uint32],
    first: int,
    reach: Reach,
    row: Row,
    columns: NDArray[np.int32],
    sums: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None:
    """Count the rows of the words from `first` on, as many as `ends` has room for.

    Parameters
    ----------
    stream
        From `fill_stream`, with a border before and behind everything.
    starts, places
        From `gather_places`.
    row
        All zeros, and left so.
    columns, sums, ends
        Filled with the entries, and with where each row's end.
    """
    window, filled = len(reach.weights) - 1, 0
    for word in range(first, first + len(ends)):
        for k in range(starts[word], starts[word + 1]):
            place = np.int64(places[k])
            ask_ahead(stream, places, k, window)
            if reach.left:
                _walk(stream, place, -1, reach.weights, row)
            if reach.right:
                _walk(stream, place, 1, reach.weights, row)
        filled = _emit(row, columns, sums, filled)
        ends[word - first] = filled


@kernel
def add_rows(
    begins: NDArray[np.int64],
    piece_columns: NDArray[np.int32],
    piece_sums: NDArray[np.int64],
    row: Row,
    columns: NDArray[np.int32],
    sums: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> None:
    """Add the rows of several pieces; ``begins[k, r]`` is where row r of piece k begins in the pieces' entries."""
    filled = 0
    for r in range(len(ends)):
        for k in range(len(begins)):
            for entry in range(begins[k, r], begins[k, r + 1]):
                _add(row, np.int64(piece_columns[entry]), piece_sums[entry])
        filled = _emit(row, columns, sums, filled)
        ends[r] = filled
