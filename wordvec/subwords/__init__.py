"""Tables of character n-grams, from which words outside the vocabulary get their vectors."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from wordvec.subwords.base import Table as Table
from wordvec.subwords.sums import Sums, packed
from wordvec.subwords.tables import Buckets as Buckets
from wordvec.subwords.tables import Listed as Listed
from wordvec.subwords.tables import Pruned as Pruned

MOST_HASHES = 4
"""Largest number of rows of an n-gram in floret."""


@dataclasses.dataclass(frozen=True, eq=False)
class Subwords(Table):
    """fastText's table: a word's n-grams are numbered by a hash modulo the number of rows."""

    def settings(self) -> dict[str, Any]:
        """Return the settings that are stored beside the rows, and the number of rows."""
        return {"buckets": len(self.rows), "shortest": self.shortest, "longest": self.longest}

    def add_up(self, words: Sequence[str]) -> Sums:
        """Return the sums of the rows of the n-grams of words."""
        from wordvec.kernels.subword import add_ngrams

        text, begins = packed(words, "<", ">")
        sums = Sums.zeros(len(words), self.rows.shape[1])
        add_ngrams(text, begins, self.shortest, self.longest, self.rows, *sums)
        return sums


@dataclasses.dataclass(frozen=True, eq=False)
class Floret(Table):
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

    def settings(self) -> dict[str, Any]:
        """Return the settings that are stored beside the rows, and the number of rows."""
        names = [field.name for field in dataclasses.fields(self) if field.name != "rows"]
        return {"buckets": len(self.rows)} | {name: getattr(self, name) for name in names}

    def add_up(self, words: Sequence[str]) -> Sums:
        """Return the sums of the rows of the n-grams of words, none for the empty word."""
        from wordvec.kernels.murmur import add_hashed

        text, begins = packed(words, self.before, self.after)
        sums = Sums.zeros(len(words), self.rows.shape[1])
        lengths, hashing = (self.shortest, self.longest), (self.hashes, self.seed)
        add_hashed(text, begins, lengths, hashing, self.rows, *sums)
        sums.counts[[not word for word in words]] = 0
        return sums
