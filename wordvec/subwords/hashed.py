"""Tables whose rows are numbered by the hashes of fastText and floret."""

import abc
import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.representation import short
from wordvec.subwords.bags import Bags
from wordvec.subwords.base import Ngram, Table
from wordvec.subwords.hashing import FastTextHash, FloretHash


@dataclasses.dataclass(frozen=True)
class Used:
    """The buckets of a table that have a row of their own.

    Attributes
    ----------
    buckets
        Number of all buckets, the modulus of the hash.
    numbers
        (rows,) int64 numbers of these buckets, ascending, in the order of the rows.
    """

    buckets: int
    numbers: NDArray[np.int64]

    def __repr__(self) -> str:
        return short(self)

    def rows_of(self, buckets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row of each bucket; the number of rows for one that has none."""
        rows = np.searchsorted(self.numbers, buckets)
        there = np.append(self.numbers, -1)[rows] == buckets
        return np.where(there, rows, len(self.numbers))


@dataclasses.dataclass(frozen=True, eq=False)
class Hashed(Table):
    """A table whose rows are numbered by a hash.

    Attributes
    ----------
    used
        The buckets that have a row of their own; all others share one more row, the last. None: all buckets have one.
    """

    used: Used | None = dataclasses.field(default=None, kw_only=True)

    def __repr__(self) -> str:
        return short(self)

    @property
    @abc.abstractmethod
    def hashing(self) -> FastTextHash | FloretHash:
        """Rule that numbers the n-grams."""

    @property
    def buckets(self) -> int:
        """Number of buckets, the modulus of the hash."""
        return len(self.rows) if self.used is None else self.used.buckets

    def settings(self) -> dict[str, Any]:
        """Return the settings that are stored beside the rows, and the number of buckets."""
        names = [field.name for field in dataclasses.fields(self) if field.name not in ("rows", "used")]
        return {"buckets": self.buckets} | {name: getattr(self, name) for name in names}

    def bags(self, words: Sequence[str]) -> Bags:
        """Return the numbers of the rows of the n-grams of words."""
        starts, buckets = self.hashing.bags(words)
        return Bags(starts, buckets if self.used is None else self.used.rows_of(buckets))

    def ngrams(self, word: str) -> list[Ngram]:
        """Return the n-grams of a word, with repetitions."""
        spelled, numbers = self.hashing.cut([word]).spelled(), self.bags([word]).numbers
        rows = numbers.reshape(len(spelled), -1) if len(numbers) else np.empty((len(spelled), 0), np.int64)
        return [Ngram(text, tuple(row)) for text, row in zip(spelled, rows.tolist(), strict=True)]

    def rows_of_buckets(self, span: slice) -> NDArray[np.float32]:
        """Return the rows of a range of buckets, (buckets, dim)."""
        if self.used is None:
            return self.rows[span]
        return self.rows[self.used.rows_of(np.arange(span.start, min(span.stop, self.buckets)))]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Subwords(Hashed):
    """fastText's table: a word's n-grams are numbered by a hash modulo the number of buckets."""

    @property
    def hashing(self) -> FastTextHash:
        """Rule that numbers the n-grams."""
        return FastTextHash(self.shortest, self.longest, self.buckets)


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Floret(Hashed):
    """floret's table: a hash gives each n-gram of a word, and the word itself, several rows.

    Attributes
    ----------
    hashes, seed
        Number of rows of an n-gram, 1 to `MOST_HASHES`, and seed of the hash.
    before, after
        Marks before and after a word.
    """

    hashes: int
    seed: int
    before: str
    after: str

    @property
    def hashing(self) -> FloretHash:
        """Rule that numbers the n-grams."""
        return FloretHash(self.shortest, self.longest, self.buckets, self.hashes, self.seed, self.before, self.after)


@dataclasses.dataclass(frozen=True, eq=False)
class Pruned(Table):
    """fastText's table after pruning: n-grams of buckets that are not used have no row, and do not count.

    Attributes
    ----------
    used
        The buckets that have a row.
    """

    used: Used

    def __repr__(self) -> str:
        return short(self)

    def bags(self, words: Sequence[str]) -> Bags:
        """Return the numbers of the rows of the n-grams of words."""
        starts, buckets = self._hashing.bags(words)
        rows = self.used.rows_of(buckets)
        return Bags(starts, rows).where(rows < len(self.rows))

    def ngrams(self, word: str) -> list[Ngram]:
        """Return the n-grams of a word, with repetitions."""
        rows = self.used.rows_of(self._hashing.bags([word]).numbers).tolist()
        spelled = self._hashing.cut([word]).spelled()
        return [Ngram(text, (row,) * (row < len(self.rows))) for text, row in zip(spelled, rows, strict=True)]

    @property
    def _hashing(self) -> FastTextHash:
        return FastTextHash(self.shortest, self.longest, self.used.buckets)
