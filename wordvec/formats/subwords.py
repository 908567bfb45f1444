"""Rows of character n-grams, which give words that a vocabulary does not have their vectors."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.formats.reading import Allocate

Change = Callable[[NDArray[np.float32]], NDArray[np.float32]]

MOST_HASHES = 4
"""Rows that floret gives an n-gram at most."""
_WORDS_AT_ONCE = 1024


class Sums(NamedTuple):
    """For some words the sums of their n-grams' rows, (words, dim) float64, and (words,) how many those were."""

    sums: NDArray[np.float64]
    counts: NDArray[np.int64]


class Means(NamedTuple):
    """Vectors of words, (words, dim) float32, and (words,) bool whether they have one."""

    vectors: NDArray[np.float32]
    found: NDArray[np.bool_]


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
        sums = Sums(np.zeros((len(words), self.rows.shape[1])), np.zeros(len(words), np.int64))
        add_ngrams(text, begins, self.shortest, self.longest, self.rows, *sums)
        return sums

    def means(self, words: Sequence[str]) -> Means:
        """Return the vectors of words, the means of their n-grams' rows; a word may be too short to have one."""
        return _means(self.add_up(words))

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Give a word's vector, the mean of its n-grams' rows; None for a word too short to have one."""
        means, found = self.means([word])
        return means[0] if found[0] else None

    def mapped(self, change: Change, allocate: Allocate) -> "Subwords":
        """Give the table after an affine change of its rows, which their means then go through, too."""
        return self._replace(rows=_changed(self.rows, change, allocate))


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
        sums = Sums(np.zeros((len(words), self.rows.shape[1])), np.zeros(len(words), np.int64))
        lengths, hashing = (self.shortest, self.longest), (self.hashes, self.seed)
        add_hashed(text, begins, lengths, hashing, self.rows, *sums)
        sums.counts[[not word for word in words]] = 0
        return _means(sums)

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Give a word's vector, the mean of its n-grams' rows; None for the empty word."""
        means, found = self.means([word])
        return means[0] if found[0] else None

    def mapped(self, change: Change, allocate: Allocate) -> "Floret":
        """Give the table after an affine change of its rows, which their means then go through, too."""
        return self._replace(rows=_changed(self.rows, change, allocate))


Table = Subwords | Floret


def _means(sums: Sums) -> Means:
    return Means((sums.sums / np.maximum(sums.counts, 1)[:, None]).astype(np.float32), sums.counts > 0)


def packed(words: Sequence[str], before: str, after: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Give words in UTF-8, each between two marks, and (words + 1,) where they begin."""
    encoded = [f"{before}{word}{after}".encode() for word in words]
    begins = np.zeros(len(words) + 1, np.int64)
    np.cumsum([len(word) for word in encoded], out=begins[1:])
    return np.frombuffer(b"".join(encoded), np.uint8), begins


def blocks(count: int) -> Iterator[slice]:
    """Cut so many words into pieces whose sums take little memory."""
    for begin in range(0, count, _WORDS_AT_ONCE):
        yield slice(begin, begin + _WORDS_AT_ONCE)


def _changed(rows: NDArray[np.float32], change: Change, allocate: Allocate) -> NDArray[np.float32]:
    out = allocate(Path("subwords"), len(rows), change(rows[:1]).shape[1])
    for begin in range(0, len(rows), _WORDS_AT_ONCE):
        out[begin : begin + _WORDS_AT_ONCE] = change(rows[begin : begin + _WORDS_AT_ONCE])
    return out
