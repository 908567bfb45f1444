"""Tables of n-grams of finalfusion and of pruned fastText models, which are read but not written."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from wordvec.rows import Allocate, Change
from wordvec.subwords.sums import Means, Sums, changed, means_of, sums_of_rows

BUCKETS_HASH = "fnv1a-64"
_MARKS = (b"<", b">")
_CHARACTER = re.compile(rb"[^\x80-\xbf][\x80-\xbf]*")
_FNV32_OFFSET, _FNV32_PRIME, _FNV32_WORD, _SIGN = 2166136261, 16777619, 0xFFFFFFFF, 0xFFFFFF00
_FNV_OFFSET, _FNV_PRIME, _FNV_WORD = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1

Marked = TypeVar("Marked", str, list[bytes])
"""A word between its marks, as a sequence of characters."""


class Buckets(NamedTuple):
    """finalfusion's table: n-grams are numbered by FNV-1a of 64 bits modulo the number of rows, a power of two.

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
        return {"buckets": len(self.rows), "shortest": self.shortest, "longest": self.longest, "hash": BUCKETS_HASH}

    def means(self, words: Sequence[str]) -> Means:
        """Return the vectors of words: means of the rows of their n-grams. A word may be too short to have one."""
        return means_of(sums_of_rows(self.rows, map(self._found, words), len(words)))

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Return the vector of a word: the mean of the rows of its n-grams. None for a word that is too short."""
        means, found = self.means([word])
        return means[0] if found[0] else None

    def mapped(self, change: Change, allocate: Allocate) -> "Buckets":
        """Return the table after an affine change of its rows; means of rows change by the same."""
        return self._replace(rows=changed(self.rows, change, allocate))

    def _found(self, word: str) -> list[int]:
        mask = len(self.rows) - 1
        return [_fnv(ngram) & mask for ngram in _ngrams(word, self.shortest, self.longest)]


class Listed(NamedTuple):
    """finalfusion's table of n-grams that are listed; others have no row.

    Attributes
    ----------
    rows
        (rows, dim) float32.
    shortest, longest
        Length in characters of the n-grams of a word between ``<`` and ``>``.
    numbers
        The row of each n-gram.
    """

    rows: NDArray[np.float32]
    shortest: int
    longest: int
    numbers: dict[str, int]

    def means(self, words: Sequence[str]) -> Means:
        """Return the vectors of words: means of the rows of their n-grams. A word may have no n-gram with a row."""
        return means_of(sums_of_rows(self.rows, map(self._found, words), len(words)))

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Return the vector of a word: the mean of the rows of its n-grams. None for a word without a known n-gram."""
        means, found = self.means([word])
        return means[0] if found[0] else None

    def mapped(self, change: Change, allocate: Allocate) -> "Listed":
        """Return the table after an affine change of its rows; means of rows change by the same."""
        return self._replace(rows=changed(self.rows, change, allocate))

    def _found(self, word: str) -> list[int]:
        ngrams = _ngrams(word, self.shortest, self.longest)
        return [self.numbers[ngram] for ngram in ngrams if ngram in self.numbers]


class Pruned(NamedTuple):
    """fastText's table after pruning: only some buckets of n-grams have a row.

    Attributes
    ----------
    rows
        (rows, dim) float32.
    shortest, longest
        Length in characters of the n-grams of a word between ``<`` and ``>``.
    buckets
        Number of buckets before pruning, the modulus of the hash.
    numbers
        The row of each bucket that has one.
    """

    rows: NDArray[np.float32]
    shortest: int
    longest: int
    buckets: int
    numbers: dict[int, int]

    def add_up(self, words: Sequence[str]) -> Sums:
        """Return the sums of the rows of the n-grams of words."""
        return sums_of_rows(self.rows, map(self._found, words), len(words))

    def means(self, words: Sequence[str]) -> Means:
        """Return the vectors of words: means of the rows of their n-grams. A word may have no n-gram with a row."""
        return means_of(self.add_up(words))

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Return the vector of a word: the mean of the rows of its n-grams. None for a word without a known n-gram."""
        means, found = self.means([word])
        return means[0] if found[0] else None

    def mapped(self, change: Change, allocate: Allocate) -> "Pruned":
        """Return the table after an affine change of its rows; means of rows change by the same."""
        return self._replace(rows=changed(self.rows, change, allocate))

    def _found(self, word: str) -> list[int]:
        characters = _CHARACTER.findall(f"<{word}>".encode(errors="surrogateescape"))
        ngrams = (b"".join(ngram) for ngram in _cut(characters, max(1, self.shortest), self.longest))
        buckets = (_fasttext_hash(ngram) % self.buckets for ngram in ngrams if ngram not in _MARKS)
        return [self.numbers[bucket] for bucket in buckets if bucket in self.numbers]


def _fasttext_hash(ngram: bytes) -> int:
    """Return FNV-1a of 32 bits with sign-extended bytes, as `kernels.subword` computes it."""
    hashed = _FNV32_OFFSET
    for byte in ngram:
        hashed = (hashed ^ (byte | _SIGN if byte > 127 else byte)) * _FNV32_PRIME & _FNV32_WORD
    return hashed


def _ngrams(word: str, shortest: int, longest: int) -> Iterator[str]:
    """Yield the n-grams of a word between ``<`` and ``>``, as finalfusion cuts them."""
    return _cut(f"<{word}>", shortest, longest)


def _cut(marked: Marked, shortest: int, longest: int) -> Iterator[Marked]:
    """Yield the subsequences of characters whose length is in a range."""
    for begin in range(len(marked)):
        for end in range(begin + shortest, min(begin + longest, len(marked)) + 1):
            yield marked[begin:end]


def _fnv(ngram: str) -> int:
    """Return FNV-1a of 64 bits of an n-gram's length (8 bytes) and its characters (4 bytes each), little-endian."""
    hashed = _FNV_OFFSET
    for byte in len(ngram).to_bytes(8, "little") + ngram.encode("utf-32-le"):
        hashed = (hashed ^ byte) * _FNV_PRIME & _FNV_WORD
    return hashed
