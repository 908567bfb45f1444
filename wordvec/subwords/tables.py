"""Tables of n-grams of finalfusion, which are read but not written."""

import abc
import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

from wordvec.representation import short
from wordvec.subwords.bags import Bags
from wordvec.subwords.base import Ngram, Table

BUCKETS_HASH = "fnv1a-64"
_FNV_OFFSET, _FNV_PRIME, _FNV_WORD = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1


class _Numbered(Table):
    """A table whose rows are found n-gram by n-gram, in Python."""

    def bags(self, words: Sequence[str]) -> Bags:
        """Return the numbers of the rows of the n-grams of words."""
        return Bags.of([row for ngram in self.ngrams(word) for row in ngram.rows] for word in words)

    def ngrams(self, word: str) -> list[Ngram]:
        """Return the n-grams of a word, with repetitions."""
        return [Ngram(text, self._rows_of(text)) for text in _ngrams(word, self.shortest, self.longest)]

    @abc.abstractmethod
    def _rows_of(self, ngram: str) -> tuple[int, ...]:
        """Return the number of an n-gram's row, if it has one."""


@dataclasses.dataclass(frozen=True, eq=False)
class Buckets(_Numbered):
    """finalfusion's table: n-grams are numbered by FNV-1a of 64 bits modulo the number of rows, a power of two."""

    def settings(self) -> dict[str, Any]:
        """Return the settings that are stored beside the rows, and the number of rows."""
        return {"buckets": len(self.rows), "shortest": self.shortest, "longest": self.longest, "hash": BUCKETS_HASH}

    def _rows_of(self, ngram: str) -> tuple[int, ...]:
        return (_fnv(ngram) & (len(self.rows) - 1),)


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

    def _rows_of(self, ngram: str) -> tuple[int, ...]:
        return (self.numbers[ngram],) if ngram in self.numbers else ()


def _ngrams(word: str, shortest: int, longest: int) -> Iterator[str]:
    """Yield the n-grams of a word between ``<`` and ``>``, as finalfusion cuts them."""
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
