"""How much words change from one slice to another.

- ``cosine`` of a word's vector in one slice and in the other, which is in the same space (CADE's c_measure);
- ``local``: cosine of its similarities to the neighbours it has in either (second order; Hamilton, Leskovec and
  Jurafsky 2016), which does not need a common space;
- ``overlap``: the share of its nearest that are alike;
- ``mix``: the mean of cosine and local (CADE's moving_lncs2 at ½).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.rows import unit_float64
from wordvec.search import best
from wordvec.vectors import Vectors

NEAREST = 25
_ROWS_AT_ONCE = 512

Numbers = NDArray[np.float64]


class Measures(NamedTuple):
    """What is measured of some words, (words,) each; the less, the more a word changed."""

    cosine: Numbers
    local: Numbers
    overlap: Numbers
    mix: Numbers


def counts_of(vectors: Vectors, words: Sequence[str]) -> NDArray[np.int64]:
    """Give how often a slice has each word (words,), 0 for those it lacks.

    Raises
    ------
    InputError
        If the counts are not known.
    """
    if vectors.counts is None:
        raise InputError("the counts of a slice's words are not known: its .vocab file is missing")
    seen = dict(zip(vectors.words, vectors.counts.tolist(), strict=True))
    return np.array([seen.get(word, 0) for word in words], np.int64)


def common(a: Vectors, b: Vectors, least: int = 1) -> list[str]:
    """Return the words that both have a vector of and at least so often (1 or more).

    They come by falling frequency of both together.

    Raises
    ------
    InputError
        If there is none.
    """
    seen_a, seen_b = counts_of(a, a.words), counts_of(b, a.words)
    often = np.flatnonzero((seen_a >= least) & (seen_b >= least))
    kept = np.array([row for row in often if a.covers(a.words[row]) and b.covers(a.words[row])], np.int64)
    if not len(kept):
        raise InputError(f"the two slices have no word in common that both have {least} times; nothing can be compared")
    return [a.words[row] for row in kept[np.argsort(-(seen_a + seen_b)[kept], kind="stable")]]


def cosines(a: Vectors, b: Vectors, words: Sequence[str]) -> Numbers:
    """Return the cosine of each word's vector in one and in the other (words,), NaN where one has none."""
    found, both = np.full(len(words), np.nan), _in_both(a, b, words)
    rows = [words[number] for number in both]
    found[both] = np.einsum("ij,ij->i", _unit(a, rows), _unit(b, rows))
    return found


def measure(a: Vectors, b: Vectors, words: Sequence[str], nearest: int = NEAREST) -> Measures:
    """Measure the change of words, NaN for those without a vector in one; neighbours are of the same words.

    Raises
    ------
    InputError
        If a vector is not finite.
    """
    both = _in_both(a, b, words)
    rows = [words[number] for number in both]
    unit_a, unit_b = _unit(a, rows), _unit(b, rows)
    local, overlap = np.empty(len(rows)), np.empty(len(rows))
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        some = slice(first, first + _ROWS_AT_ONCE)
        local[some], overlap[some] = _neighbourhoods(unit_a, unit_b, some, min(nearest, len(rows) - 1))
    cosine = np.einsum("ij,ij->i", unit_a, unit_b, dtype=np.float64)
    found = Measures(*np.full((4, len(words)), np.nan))
    for column, numbers in zip(found, (cosine, local, overlap, (cosine + local) / 2), strict=True):
        column[both] = numbers
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
    """Give for some rows the cosine of similarities to the neighbours in either, and the share of neighbours alike."""
    near_a, near_b = (_nearest(rows, some, nearest) for rows in (a, b))
    known = (near_b[:, :, None] == near_a[:, None, :]).any(axis=2)
    either, first_time = np.concatenate([near_a, near_b], axis=1), np.concatenate([np.ones_like(known), ~known], axis=1)
    x, y = (np.einsum("rd,rkd->rk", rows[some], rows[either], dtype=np.float64) * first_time for rows in (a, b))
    lengths = np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1)
    together = np.einsum("ij,ij->i", x, y)
    local = np.divide(together, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return local, known.sum(axis=1) / max(1, nearest)


def _nearest(rows: NDArray[np.float32], some: slice, number: int) -> NDArray[np.int64]:
    """Give the nearest other rows (some, number) of some rows."""
    # One thread, since several deals are measured side by side.
    found = best(rows[some], rows, number + 1, threads=1).rows
    own = found == np.arange(some.start, some.start + len(found))[:, None]
    order = np.argsort(own, axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1)[:, :number]
