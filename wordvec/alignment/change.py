"""How much words change from one slice to another: measures, and what they are by chance.

- ``cosine`` of a word's vector in one slice and in the other, which is in the same space (CADE's c_measure);
- ``local``: cosine of its similarities to the neighbours it has in either (second order; Hamilton, Leskovec and
  Jurafsky 2016), which does not need a common space;
- ``overlap``: the share of its k nearest that are alike;
- ``mix``: the mean of cosine and local (CADE's moving_lncs2 at ½).

Chance: the blocks of both slices are pooled and dealt anew into two of the old sizes, which are trained by the same
compass; whatever two such differ in is chance. A word's p is the share of words of like frequency, over all deals,
whose cosine is as small, and q its false discovery rate (Benjamini and Hochberg 1995).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.vectors import Vectors

NEAREST = 25
LIKE = 100
"""Words of like frequency whose chance cosines are pooled, at least."""
FALSE_DISCOVERIES = 0.05
_ROWS_AT_ONCE = 1_024

Numbers = NDArray[np.float64]


class Measures(NamedTuple):
    """What is measured of words that two slices have; each (words,)."""

    words: list[str]
    counts_a: NDArray[np.int64]
    counts_b: NDArray[np.int64]
    cosine: Numbers
    local: Numbers
    overlap: Numbers

    @property
    def mix(self) -> Numbers:
        """The mean of cosine and local."""
        return (self.cosine + self.local) / 2


def common(a: Vectors, b: Vectors, least: int = 1) -> list[str]:
    """Give the words that both have at least so often, by falling frequency of both together.

    Raises
    ------
    InputError
        If there is none.
    """
    seen_a, seen_b = (dict(zip(one.words, _counts(one), strict=True)) for one in (a, b))
    words = [word for word in a.words if seen_b.get(word, 0) >= least and seen_a[word] >= least]
    if not words:
        raise InputError("the two slices have no word in common, so nothing can be compared")
    return sorted(words, key=lambda word: (-(seen_a[word] + seen_b[word]), word))


def cosines(a: Vectors, b: Vectors, words: list[str]) -> Numbers:
    """Give the cosine of each word's vector in one and in the other (words,), NaN where one does not have it."""
    found = np.full(len(words), np.nan)
    both = [number for number, word in enumerate(words) if word in a and word in b]
    rows = [words[number] for number in both]
    found[both] = np.einsum("ij,ij->i", _unit(a, rows), _unit(b, rows))
    return found


def measure(a: Vectors, b: Vectors, least: int = 1, nearest: int = NEAREST) -> Measures:
    """Measure the change of every word that both have at least `least` times.

    Raises
    ------
    InputError
        If there is no such word.
    """
    words = common(a, b, least)
    unit_a, unit_b = _unit(a, words), _unit(b, words)
    local, overlap = np.empty(len(words)), np.empty(len(words))
    for first in range(0, len(words), _ROWS_AT_ONCE):
        rows = slice(first, first + _ROWS_AT_ONCE)
        alike = unit_a[rows] @ unit_a.T, unit_b[rows] @ unit_b.T
        near = [_nearest(similar, first, min(nearest, len(words) - 1)) for similar in alike]
        for row in range(len(alike[0])):
            either = np.union1d(near[0][row], near[1][row])
            overlap[first + row] = len(np.intersect1d(near[0][row], near[1][row])) / max(1, near[0].shape[1])
            local[first + row] = _cosine(alike[0][row, either], alike[1][row, either])
    seen_a, seen_b = (dict(zip(one.words, _counts(one), strict=True)) for one in (a, b))
    counts = (np.array([int(seen[word]) for word in words]) for seen in (seen_a, seen_b))
    return Measures(words, next(counts), next(counts), np.einsum("ij,ij->i", unit_a, unit_b), local, overlap)


def chances(observed: Numbers, frequencies: NDArray[np.int64], null: Numbers) -> Numbers:
    """Give each word's p (words,): how often a cosine as small is seen by chance among words of like frequency.

    Parameters
    ----------
    observed
        (words,) cosines.
    frequencies
        (words,), falling.
    null
        (deals, words) cosines of slices dealt by chance; NaN where a word is missing in one.
    """
    p = np.empty(len(observed))
    half = LIKE // 2
    for word in range(len(observed)):
        first = max(0, min(word - half, len(observed) - LIKE))
        like = null[:, first : max(first + LIKE, word + 1)]
        like = like[~np.isnan(like)]
        p[word] = (1 + np.count_nonzero(like <= observed[word])) / (1 + len(like))
    return p


def false_discovery_rates(p: Numbers) -> Numbers:
    """Give Benjamini and Hochberg's q of each p: the least rate at which it would be called a discovery."""
    order = np.argsort(p, kind="stable")
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(1, np.minimum.accumulate(scaled[::-1])[::-1])
    return q


def _counts(vectors: Vectors) -> NDArray[np.int64]:
    if vectors.counts is None:
        raise InputError("the counts of a slice's words are not known: its .vocab file is missing")
    return vectors.counts


def _unit(vectors: Vectors, words: list[str]) -> Numbers:
    rows = vectors.subset(words).matrix.astype(np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not np.isfinite(lengths).all():
        raise InputError("a slice's vectors hold NaN or infinity; train it again")
    return np.asarray(rows / np.where(lengths == 0, 1, lengths))


def _nearest(similar: Numbers, first: int, number: int) -> NDArray[np.int64]:
    """Give the columns of the nearest other words (rows, number), the rows being the words from `first` on."""
    others = similar.copy()
    others[np.arange(len(others)), first + np.arange(len(others))] = -np.inf
    if number < 1:
        return np.empty((len(others), 0), np.int64)
    return np.argpartition(-others, number - 1, axis=1)[:, :number]


def _cosine(x: Numbers, y: Numbers) -> float:
    lengths = np.linalg.norm(x) * np.linalg.norm(y)
    return float(x @ y / lengths) if lengths > 0 else 0.0
