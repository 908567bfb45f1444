"""Tables of character n-grams, from which words outside the vocabulary get their vectors."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.rows import Allocate, Change
from wordvec.subwords.sums import Means, Sums, changed, means_of, packed
from wordvec.subwords.tables import Buckets, Listed, Pruned

MOST_HASHES = 4
"""Largest number of rows of an n-gram in floret."""


class Subwords(NamedTuple):
    """fastText's table: a word's n-grams are numbered by a hash modulo the number of rows.

    Attributes
    ----------
    rows
        (buckets, dim) float32.
    shortest, longest
        Length in characters of the n-grams of a word between ``<`` and ``>``.
    """

    rows: NDArray[np.float32]
    shortest: int
    longest: int

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

    def means(self, words: Sequence[str]) -> Means:
        """Return the vectors of words: means of the rows of their n-grams. A word may be too short to have one."""
        return means_of(self.add_up(words))

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Return the vector of a word: the mean of the rows of its n-grams. None for a word that is too short."""
        means, found = self.means([word])
        return means[0] if found[0] else None

    def mapped(self, change: Change, allocate: Allocate) -> "Subwords":
        """Return the table after an affine change of its rows; means of rows change by the same."""
        return self._replace(rows=changed(self.rows, change, allocate))


class Floret(NamedTuple):
    """floret's table: a hash gives each n-gram of a word, and the word itself, several rows.

    Attributes
    ----------
    rows
        (buckets, dim) float32.
    shortest, longest
        Length in characters of the n-grams of a word between its two marks.
    hashes, seed
        Number of rows of an n-gram, 1 to `MOST_HASHES`, and seed of the hash.
    before, after
        Marks before and after a word.
    """

    rows: NDArray[np.float32]
    shortest: int
    longest: int
    hashes: int
    seed: int
    before: str
    after: str

    def settings(self) -> dict[str, Any]:
        """Return the settings that are stored beside the rows, and the number of rows."""
        fields = self._asdict()
        del fields["rows"]
        return {"buckets": len(self.rows)} | fields

    def means(self, words: Sequence[str]) -> Means:
        """Return the vectors of words: means of the rows of their n-grams. Only the empty word has none."""
        from wordvec.kernels.murmur import add_hashed

        text, begins = packed(words, self.before, self.after)
        sums = Sums.zeros(len(words), self.rows.shape[1])
        lengths, hashing = (self.shortest, self.longest), (self.hashes, self.seed)
        add_hashed(text, begins, lengths, hashing, self.rows, *sums)
        sums.counts[[not word for word in words]] = 0
        return means_of(sums)

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Return the vector of a word: the mean of the rows of its n-grams. None for the empty word."""
        means, found = self.means([word])
        return means[0] if found[0] else None

    def mapped(self, change: Change, allocate: Allocate) -> "Floret":
        """Return the table after an affine change of its rows; means of rows change by the same."""
        return self._replace(rows=changed(self.rows, change, allocate))


Table = Subwords | Floret | Buckets | Listed | Pruned
