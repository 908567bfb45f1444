"""Tables of n-grams of finalfusion and of pruned fastText models, which are read but not written."""

import abc
import dataclasses
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from wordvec.representation import short
from wordvec.subwords.base import Table
from wordvec.subwords.sums import Sums, sums_of_rows

BUCKETS_HASH = "fnv1a-64"
_MARKS = (b"<", b">")
_CHARACTER = re.compile(rb"[^\x80-\xbf][\x80-\xbf]*")
_FNV32_OFFSET, _FNV32_PRIME, _FNV32_WORD, _SIGN = 2166136261, 16777619, 0xFFFFFFFF, 0xFFFFFF00
_FNV_OFFSET, _FNV_PRIME, _FNV_WORD = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1

Marked = TypeVar("Marked", str, list[bytes])
"""A word between its marks, as a sequence of characters."""


class _Numbered(Table):
    """A table whose rows are found word by word, in Python."""

    def add_up(self, words: Sequence[str]) -> Sums:
        """Return the sums of the rows of the n-grams of words."""
        return sums_of_rows(self.rows, map(self._found, words), len(words))

    @abc.abstractmethod
    def _found(self, word: str) -> list[int]:
        """Return the numbers of the rows of a word's n-grams."""


@dataclasses.dataclass(frozen=True, eq=False)
class Buckets(_Numbered):
    """finalfusion's table: n-grams are numbered by FNV-1a of 64 bits modulo the number of rows, a power of two."""

    def settings(self) -> dict[str, Any]:
        """Return the settings that are stored beside the rows, and the number of rows."""
        return {"buckets": len(self.rows), "shortest": self.shortest, "longest": self.longest, "hash": BUCKETS_HASH}

    def _found(self, word: str) -> list[int]:
        mask = len(self.rows) - 1
        return [_fnv(ngram) & mask for ngram in _ngrams(word, self.shortest, self.longest)]


@dataclasses.dataclass(frozen=True, eq=False)
class Listed(_Numbered):
    """finalfusion's table of n-grams that are listed; others have no row.

    Attributes
    ----------
    numbers
        The row of each n-gram.
    """

    numbers: dict[str, int]

    def __repr__(self) -> str:
        return short(self)

    def _found(self, word: str) -> list[int]:
        ngrams = _ngrams(word, self.shortest, self.longest)
        return [self.numbers[ngram] for ngram in ngrams if ngram in self.numbers]


@dataclasses.dataclass(frozen=True, eq=False)
class Pruned(_Numbered):
    """fastText's table after pruning: only some buckets of n-grams have a row.

    Attributes
    ----------
    buckets
        Number of buckets before pruning, the modulus of the hash.
    numbers
        The row of each bucket that has one.
    """

    buckets: int
    numbers: dict[int, int]

    def __repr__(self) -> str:
        return short(self)

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
