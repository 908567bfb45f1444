"""Rows of character n-grams, which give words that a vocabulary does not have their vectors."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.rows import Allocate, Change
from wordvec.subwords.sums import Means, Sums, changed, means_of, packed
from wordvec.subwords.tables import Buckets, Listed, Pruned

MOST_HASHES = 4
"""Rows that floret gives an n-gram at most."""


class Subwords(NamedTuple):
    """fastText's table: a word's n-grams are numbered by a hash modulo the number of rows.

    Attributes
    ----------
    rows
        (buckets, dim) float32.
    shortest, longest
        Characters of an n-gram, of a word between ``<`` and ``>``.
    """

    rows: NDArray[np.float32]
    shortest: int
    longest: int

    def settings(self) -> dict[str, Any]:
        """Give what is needed beside the rows, and how many those are."""
        return {"buckets": len(self.rows), "shortest": self.shortest, "longest": self.longest}

    def add_up(self, words: Sequence[str]) -> Sums:
        """Add up the rows of words' n-grams."""
        from wordvec.kernels.subword import add_ngrams

        text, begins = packed(words, "<", ">")
        sums = Sums.zeros(len(words), self.rows.shape[1])
        add_ngrams(text, begins, self.shortest, self.longest, self.rows, *sums)
        return sums

    def means(self, words: Sequence[str]) -> Means:
        """Return the vectors of words, the means of their n-grams' rows; a word may be too short to have one."""
        return means_of(self.add_up(words))

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Give a word's vector, the mean of its n-grams' rows; None for a word too short to have one."""
        means, found = self.means([word])
        return means[0] if found[0] else None

    def mapped(self, change: Change, allocate: Allocate) -> "Subwords":
        """Give the table after an affine change of its rows, which their means then go through, too."""
        return self._replace(rows=changed(self.rows, change, allocate))


class Floret(NamedTuple):
    """floret's table: each of a word's n-grams, and the word itself, has several rows, by a hash.

    Attributes
    ----------
    rows
        (buckets, dim) float32.
    shortest, longest
        Characters of an n-gram, of a word between its two marks.
    hashes, seed
        How many rows an n-gram has, 1 to `MOST_HASHES`, and the seed of the hash.
    before, after
        The marks.
    """

    rows: NDArray[np.float32]
    shortest: int
    longest: int
    hashes: int
    seed: int
    before: str
    after: str

    def settings(self) -> dict[str, Any]:
        """Give what is needed beside the rows, and how many those are."""
        fields = self._asdict()
        del fields["rows"]
        return {"buckets": len(self.rows)} | fields

    def means(self, words: Sequence[str]) -> Means:
        """Return the vectors of words, the means of their n-grams' rows; only the empty word has none."""
        from wordvec.kernels.murmur import add_hashed

        text, begins = packed(words, self.before, self.after)
        sums = Sums.zeros(len(words), self.rows.shape[1])
        lengths, hashing = (self.shortest, self.longest), (self.hashes, self.seed)
        add_hashed(text, begins, lengths, hashing, self.rows, *sums)
        sums.counts[[not word for word in words]] = 0
        return means_of(sums)

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Give a word's vector, the mean of its n-grams' rows; None for the empty word."""
        means, found = self.means([word])
        return means[0] if found[0] else None

    def mapped(self, change: Change, allocate: Allocate) -> "Floret":
        """Give the table after an affine change of its rows, which their means then go through, too."""
        return self._replace(rows=changed(self.rows, change, allocate))


Table = Subwords | Floret | Buckets | Listed | Pruned
