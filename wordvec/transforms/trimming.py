"""Trimming of tables of n-grams: only the rows that words use, or the most useful of them, are kept.

All other buckets share one row of zeros, which counts in means. A composed vector is therefore shorter than before by
the share of its n-grams without a row, but its direction is that of the remaining ones, as if the others were left out;
cosines do not depend on the choice. Zeros are what the formats of fastText and floret can express, so that every
program computes the same vectors from a trimmed table. Vectors of the vocabulary are stored as such and do not change.
"""

import dataclasses
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.formats import Plain
from wordvec.representation import short
from wordvec.rows import Allocate, Floats, blocks, exact_lengths, gathered
from wordvec.subwords import Hashed, Used
from wordvec.subwords.bags import WORDS_AT_ONCE
from wordvec.transforms.settings import USED

_SAMPLED = 1_000
"""Words whose composed vectors are compared."""


class Trimming(NamedTuple):
    """Effect of trimming a table.

    Attributes
    ----------
    before, after
        Rows before and after, with the shared row of zeros.
    dim
        Dimension of the rows.
    cosine
        Mean cosine between the vectors of a sample of the words composed from their n-grams before and after; None if
        none of them has such a vector. A vector of zeros has the cosine 0.
    sampled
        Number of words in the sample.
    """

    before: int
    after: int
    dim: int
    cosine: float | None
    sampled: int

    def __repr__(self) -> str:
        return short(self)

    def described(self) -> str:
        """Return a line for the user."""
        sizes = " to ".join(
            f"{rows:,} rows ({4 * rows * self.dim / 1e6:,.1f} MB)" for rows in (self.before, self.after)
        )
        if self.cosine is None:
            return f"n-grams: {sizes}"
        words = f"{self.sampled:,} words composed from their n-grams"
        return f"n-grams: {sizes}; mean cosine of {words} before and after {self.cosine:.4f}"


def trimmed(plain: Plain, keep: int | str, allocate: Allocate) -> tuple[Plain, Trimming]:
    """Return vectors with a smaller table of n-grams, and the effect.

    The usefulness of a row is its length times the number of its occurrences in the n-grams of the distinct words.
    Weights by the frequencies of words were measured on words that had no part in the choice, whose composed vectors
    they kept less well.

    Parameters
    ----------
    plain
        Vectors with the table of fastText or floret.
    keep
        Number of rows, or ``"used"`` for all rows that the n-grams of the words use.
    allocate
        Returns memory for the rows.

    Raises
    ------
    InputError
        If there are no words, or no such table.
    """
    table = plain.subwords
    if not isinstance(table, Hashed):
        kind = "have no subwords" if table is None else "have subwords of another kind"
        raise InputError(f"only n-grams of fastText and floret can be trimmed; these vectors {kind}")
    if not plain.words:
        raise InputError("the file has no words that use the n-grams; --words takes a list of them")
    scores = _uses(plain, table) * _lengths(table)
    own = np.flatnonzero(scores)
    if keep != USED:
        # A stable order, so that equal rows are kept in the order of their buckets.
        own = np.sort(own[np.argsort(-scores[own], kind="stable")[: int(keep)]])
    rows = allocate(Path("subwords"), len(own) + 1, table.rows.shape[1])
    gathered(table.rows, own, rows[:-1])
    rows[-1] = 0
    numbers = own if table.used is None else table.used.numbers[own]
    after = dataclasses.replace(table, rows=rows, used=Used(table.buckets, numbers))
    cosine, sampled = _compared(plain, table, after)
    return plain._replace(subwords=after), Trimming(len(table.rows), len(rows), table.rows.shape[1], cosine, sampled)


def _uses(plain: Plain, table: Hashed) -> NDArray[np.float64]:
    """Return how often each row occurs in the n-grams of the words; never, for the row that buckets share."""
    uses = np.zeros(len(table.rows))
    for piece in blocks(len(plain.words), WORDS_AT_ONCE):
        np.add.at(uses, table.bags(plain.words[piece]).numbers, 1)
    if table.used is not None:
        uses[len(table.used.numbers) :] = 0
    return uses


def _lengths(table: Hashed) -> NDArray[np.float64]:
    lengths = np.empty(len(table.rows))
    for piece in blocks(len(lengths)):
        lengths[piece] = exact_lengths(table.rows[piece])
    return lengths


def _compared(plain: Plain, before: Hashed, after: Hashed) -> tuple[float | None, int]:
    """Return the mean cosine of composed vectors of words at equal distances, and their number."""
    step = max(1, len(plain.words) // _SAMPLED)
    old, new = (table.means(plain.words[::step]).vectors for table in (before, after))
    there = old.any(axis=1)
    if not there.any():
        return None, 0
    return float(_cosines(old[there], new[there]).mean()), int(there.sum())


def _cosines(old: Floats, new: Floats) -> NDArray[np.float64]:
    products: NDArray[np.float64] = np.einsum("ij,ij->i", old, new, dtype=np.float64)
    lengths: NDArray[np.float64] = exact_lengths(old) * exact_lengths(new)
    cosines: NDArray[np.float64] = products / np.maximum(lengths, np.finfo(float).tiny)
    return cosines
