"""Measures of lexical semantic change between two slices.

- ``cosine``: cosine of a word's vectors in the two slices, in their common space (CADE's c_measure);
- ``local``: cosine of the word's similarities to its nearest neighbours in either slice (second order; Hamilton,
  Leskovec and Jurafsky 2016); it does not need a common space;
- ``overlap``: share of the word's nearest neighbours that are the same in both slices;
- ``mix``: mean of cosine and local (CADE's moving_lncs2 at ½).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.representation import short
from wordvec.rows import unit_float64
from wordvec.search import best
from wordvec.vectors import Vectors

NEAREST = 25
NEIGHBOURS = 10
"""Number of nearest words of each word that are listed."""
_ROWS_AT_ONCE = 512

Numbers = NDArray[np.float64]


class Measures(NamedTuple):
    """Measures of change, (words,) float64 arrays; smaller values are more change."""

    cosine: Numbers
    local: Numbers
    overlap: Numbers
    mix: Numbers

    def __repr__(self) -> str:
        return short(self)


def counts_of(vectors: Vectors, words: Sequence[str]) -> NDArray[np.int64]:
    """Return the count of each word in a slice, (words,) int64; 0 for words it lacks.

    Raises
    ------
    InputError
        If the counts are unknown.
    """
    if vectors.counts is None:
        raise InputError("the counts of a slice's words are unknown: its .vocab file is missing")
    seen = dict(zip(vectors.words, vectors.counts.tolist(), strict=True))
    return np.array([seen.get(word, 0) for word in words], np.int64)


def common(a: Vectors, b: Vectors, least: int = 1) -> list[str]:
    """Return the words that have a vector and a count of at least `least` in both slices.

    They are in descending order of their counts in both together.

    Raises
    ------
    InputError
        If there is no such word.
    """
    seen_a, seen_b = counts_of(a, a.words), counts_of(b, a.words)
    often = np.flatnonzero((seen_a >= least) & (seen_b >= least))
    kept = np.array([row for row in often if a.covers(a.words[row]) and b.covers(a.words[row])], np.int64)
    if not len(kept):
        raise InputError(
            f"the two slices have no word in common that occurs {least} times in both; lower --min-count, or add text"
        )
    return [a.words[row] for row in kept[np.argsort(-(seen_a + seen_b)[kept], kind="stable")]]


def nearest_words(vectors: Vectors, words: Sequence[str], min_count: int) -> list[list[str]]:
    """Return the nearest words of each word, among those with a count of at least `min_count` in the slice."""
    counts = counts_of(vectors, vectors.words)
    often = vectors.subset([vectors.words[row] for row in np.flatnonzero((counts >= min_count) & vectors.present)])
    found = often.nearest(list(words), min(NEIGHBOURS, len(often) - 1), exact=True)
    return [[other for other, _ in near] for near in found]


def cosines(a: Vectors, b: Vectors, words: Sequence[str]) -> Numbers:
    """Return the cosine of each word's two vectors, (words,) float64; NaN if one is missing."""
    found, both = np.full(len(words), np.nan), _in_both(a, b, words)
    rows = [words[number] for number in both]
    found[both] = np.einsum("ij,ij->i", _unit(a, rows), _unit(b, rows))
    return found


def measure(a: Vectors, b: Vectors, words: Sequence[str], nearest: int = NEAREST, first: int | None = None) -> Measures:
    """Measure the change of words; NaN for words without a vector in one slice. Neighbours are among the same words.

    Parameters
    ----------
    a, b
        Vectors of the slices.
    words
        Words that are measured, and may be neighbours.
    nearest
        Number of neighbours.
    first
        Number of words that are measured, the first ones; by default all.

    Raises
    ------
    InputError
        If a vector is not finite.
    """
    number = len(words) if first is None else first
    both = _in_both(a, b, words)
    rows = [words[number] for number in both]
    unit_a, unit_b = _unit(a, rows), _unit(b, rows)
    measured = int(np.count_nonzero(both < number))
    local, overlap = np.empty(measured), np.empty(measured)
    for begin in range(0, measured, _ROWS_AT_ONCE):
        some = slice(begin, min(begin + _ROWS_AT_ONCE, measured))
        local[some], overlap[some] = _neighbourhoods(unit_a, unit_b, some, min(nearest, len(rows) - 1))
    cosine = np.einsum("ij,ij->i", unit_a[:measured], unit_b[:measured], dtype=np.float64)
    found = Measures(*np.full((4, number), np.nan))
    for column, values in zip(found, (cosine, local, overlap, (cosine + local) / 2), strict=True):
        column[both[:measured]] = values
    return found


def _in_both(a: Vectors, b: Vectors, words: Sequence[str]) -> NDArray[np.int64]:
    return np.array([number for number, word in enumerate(words) if a.covers(word) and b.covers(word)], np.int64)


def _unit(vectors: Vectors, words: list[str]) -> NDArray[np.float32]:
    rows = unit_float64(vectors.subset(words).matrix.astype(np.float64))
    if not np.isfinite(rows).all():
        raise InputError("a slice's vectors hold NaN or infinity; train it again")
    return rows.astype(np.float32)


def _neighbourhoods(
    a: NDArray[np.float32], b: NDArray[np.float32], some: slice, nearest: int
) -> tuple[Numbers, Numbers]:
    """Return local and overlap of some rows, (some,) float64 each."""
    near_a, near_b = (_nearest(rows, some, nearest) for rows in (a, b))
    known = (near_b[:, :, None] == near_a[:, None, :]).any(axis=2)
    either, first_time = np.concatenate([near_a, near_b], axis=1), np.concatenate([np.ones_like(known), ~known], axis=1)
    x, y = (np.einsum("rd,rkd->rk", rows[some], rows[either], dtype=np.float64) * first_time for rows in (a, b))
    lengths = np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1)
    together = np.einsum("ij,ij->i", x, y)
    local = np.divide(together, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return local, known.sum(axis=1) / max(1, nearest)


def _nearest(rows: NDArray[np.float32], some: slice, number: int) -> NDArray[np.int64]:
    """Return the nearest other rows of some rows, (some, number) int64."""
    # One thread, since several pairs of slices are measured in parallel.
    found = best(rows[some], rows, number + 1, threads=1).rows
    own = found == np.arange(some.start, some.start + len(found))[:, None]
    order = np.argsort(own, axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1)[:, :number]
