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
BUCKETS_HASH = "fnv1a-64"
_MARKS = ("<", ">")
_FNV32_OFFSET, _FNV32_PRIME, _FNV32_WORD, _SIGN = 2166136261, 16777619, 0xFFFFFFFF, 0xFFFFFF00
_FNV_OFFSET, _FNV_PRIME, _FNV_WORD = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1


class Sums(NamedTuple):
    """For some words the sums of their n-grams' rows, (words, dim) float64, and (words,) how many those were."""

    sums: NDArray[np.float64]
    counts: NDArray[np.int64]


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

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Give a word's vector, the mean of its n-grams' rows; None for a word too short to have one."""
        sums, counts = self.add_up([word])
        return (sums[0] / counts[0]).astype(np.float32) if counts[0] else None

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

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Give a word's vector, the mean of its n-grams' rows; None for the empty word."""
        from wordvec.kernels.murmur import add_hashed

        if not word:
            return None
        text, begins = packed([word], self.before, self.after)
        sums, counts = Sums(np.zeros((1, self.rows.shape[1])), np.zeros(1, np.int64))
        lengths, hashing = (self.shortest, self.longest), (self.hashes, self.seed)
        add_hashed(text, begins, lengths, hashing, self.rows, sums, counts)
        return np.asarray(sums[0] / counts[0], np.float32)

    def mapped(self, change: Change, allocate: Allocate) -> "Floret":
        """Give the table after an affine change of its rows, which their means then go through, too."""
        return self._replace(rows=_changed(self.rows, change, allocate))


class Buckets(NamedTuple):
    """finalfusion's table: n-grams are numbered by FNV-1a of 64 bits, cut to the number of rows, a power of two.

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
        """Return what is needed beside the rows, and how many those are."""
        return {"buckets": len(self.rows), "shortest": self.shortest, "longest": self.longest, "hash": BUCKETS_HASH}

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Return a word's vector, the mean of its n-grams' rows; None for a word too short to have one."""
        mask = len(self.rows) - 1
        return _mean(self.rows, [_fnv(ngram) & mask for ngram in _ngrams(word, self.shortest, self.longest)])

    def mapped(self, change: Change, allocate: Allocate) -> "Buckets":
        """Return the table after an affine change of its rows, which their means then go through, too."""
        return self._replace(rows=_changed(self.rows, change, allocate))


class Listed(NamedTuple):
    """finalfusion's table of n-grams that are listed; others have no row.

    Attributes
    ----------
    rows
        (rows, dim) float32.
    shortest, longest
        Characters of an n-gram, of a word between ``<`` and ``>``.
    numbers
        The row of each n-gram.
    """

    rows: NDArray[np.float32]
    shortest: int
    longest: int
    numbers: dict[str, int]

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Return a word's vector, the mean of its n-grams' rows; None for a word without a known n-gram."""
        ngrams = _ngrams(word, self.shortest, self.longest)
        return _mean(self.rows, [self.numbers[ngram] for ngram in ngrams if ngram in self.numbers])

    def mapped(self, change: Change, allocate: Allocate) -> "Listed":
        """Return the table after an affine change of its rows, which their means then go through, too."""
        return self._replace(rows=_changed(self.rows, change, allocate))


class Pruned(NamedTuple):
    """fastText's table after pruning: only some buckets of n-grams have a row.

    Attributes
    ----------
    rows
        (rows, dim) float32.
    shortest, longest
        Characters of an n-gram, of a word between ``<`` and ``>``.
    buckets
        By which the hash is taken modulo.
    numbers
        The row of each bucket that has one.
    """

    rows: NDArray[np.float32]
    shortest: int
    longest: int
    buckets: int
    numbers: dict[int, int]

    def add_up(self, words: Sequence[str]) -> Sums:
        """Add up the rows of words' n-grams."""
        sums = Sums(np.zeros((len(words), self.rows.shape[1])), np.zeros(len(words), np.int64))
        for at, word in enumerate(words):
            found = self._found(word)
            sums.sums[at], sums.counts[at] = self.rows[found].sum(0, dtype=np.float64), len(found)
        return sums

    def vector(self, word: str) -> NDArray[np.float32] | None:
        """Return a word's vector, the mean of its n-grams' rows; None for a word without one that has a row."""
        return _mean(self.rows, self._found(word))

    def mapped(self, change: Change, allocate: Allocate) -> "Pruned":
        """Return the table after an affine change of its rows, which their means then go through, too."""
        return self._replace(rows=_changed(self.rows, change, allocate))

    def _found(self, word: str) -> list[int]:
        ngrams = (ngram for ngram in _ngrams(word, max(1, self.shortest), self.longest) if ngram not in _MARKS)
        buckets = (_fasttext_hash(ngram) % self.buckets for ngram in ngrams)
        return [self.numbers[bucket] for bucket in buckets if bucket in self.numbers]


Table = Subwords | Floret | Buckets | Listed | Pruned


def _fasttext_hash(ngram: str) -> int:
    """Return FNV-1a of 32 bits, with each byte's sign spread, as `kernels.subword` computes it of all n-grams."""
    hashed = _FNV32_OFFSET
    for byte in ngram.encode():
        hashed = (hashed ^ (byte | _SIGN if byte > 127 else byte)) * _FNV32_PRIME & _FNV32_WORD
    return hashed


def _ngrams(word: str, shortest: int, longest: int) -> Iterator[str]:
    """Return the n-grams of a word between ``<`` and ``>``, as finalfusion cuts them."""
    marked = f"<{word}>"
    for begin in range(len(marked)):
        for end in range(begin + shortest, min(begin + longest, len(marked)) + 1):
            yield marked[begin:end]


def _fnv(ngram: str) -> int:
    """Return FNV-1a of 64 bits of an n-gram's length (8 bytes) and its characters (4 bytes each), little-endian."""
    hashed = _FNV_OFFSET
    for byte in len(ngram).to_bytes(8, "little") + ngram.encode("utf-32-le"):
        hashed = (hashed ^ byte) * _FNV_PRIME & _FNV_WORD
    return hashed


def _mean(rows: NDArray[np.float32], numbers: list[int]) -> NDArray[np.float32] | None:
    return np.asarray(rows[numbers].mean(0, dtype=np.float64), np.float32) if numbers else None


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
