"""Base of all tables of character n-grams: a word's vector is the mean of the rows of its n-grams."""

import abc
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from wordvec.representation import short
from wordvec.rows import Allocate, Change
from wordvec.rows import changed as changed_rows
from wordvec.subwords.bags import Bags, Means, Sums, is_coded, means_of, sums_of


class Ngram(NamedTuple):
    """An n-gram of a word, and the numbers of its rows; none if it has no row."""

    text: str
    rows: tuple[int, ...]

    def __repr__(self) -> str:
        return short(self)


@dataclasses.dataclass(frozen=True, eq=False)
class Table(abc.ABC):
    """Rows of n-grams, and the rule that numbers them.

    Attributes
    ----------
    rows
        (rows, dim) float32; or coded rows, as `Vectors.load` returns them, which are decoded when they are indexed.
    shortest, longest
        Length in characters of the n-grams of a word between its two marks.
    """

    rows: NDArray[np.float32]
    shortest: int
    longest: int

    @abc.abstractmethod
    def bags(self, words: Sequence[str]) -> Bags:
        """Return the numbers of the rows of the n-grams of words."""

    @abc.abstractmethod
    def ngrams(self, word: str) -> list[Ngram]:
        """Return the n-grams of a word, with repetitions."""

    def add_up(self, words: Sequence[str]) -> Sums:
        """Return the sums of the rows of the n-grams of words."""
        return sums_of(self.rows, self.bags(words))

    def means(self, words: Sequence[str]) -> Means:
        """Return the vectors of words. A word may have no n-gram with a row."""
        return means_of(self.add_up(words))

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Return the vector of a word (dim,), or None if it has no n-gram with a row."""
        means, found = self.means([word])
        return means[0] if found[0] else None

    def decoded(self) -> Self:
        """Return the table with rows of float32."""
        return dataclasses.replace(self, rows=self.rows[:]) if is_coded(self.rows) else self

    def mapped(self, change: Change, allocate: Allocate) -> Self:
        """Return the table after an affine change of its rows; means of rows change by the same."""
        rows = allocate(Path("subwords"), len(self.rows), change(self.rows[:1]).shape[1])
        return dataclasses.replace(self, rows=changed_rows(self.rows, change, rows))
