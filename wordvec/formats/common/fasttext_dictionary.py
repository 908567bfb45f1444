"""The dictionary of fastText's ``.bin``: words and labels with their counts, and the rows of pruned n-grams."""

import struct
from array import array
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.formats.common.bytesource import ByteSource
from wordvec.formats.common.fasttext_header import Header
from wordvec.formats.common.words import BadWordError
from wordvec.representation import short
from wordvec.subwords import Used

_ENTRY_END, _PRUNED = struct.Struct("<qb"), struct.Struct("<ii")
_WORD = 0
"""Type of an entry that is not a label."""


class PrunedRows(NamedTuple):
    """The buckets that remain after pruning, and the row of each, (buckets,) int64."""

    used: Used
    rows: NDArray[np.int64]


class Dictionary(NamedTuple):
    """Words in row order, their counts (words,) int64, and the remaining buckets if the model is pruned."""

    words: list[str]
    counts: NDArray[np.int64]
    pruned: PrunedRows | None

    def __repr__(self) -> str:
        return short(self)


def read_dictionary(source: ByteSource, header: Header, any_words: bool) -> Dictionary:
    """Read the dictionary. Labels follow the words and are ignored.

    Raises
    ------
    BadWordError
        If a word is not valid UTF-8 and `any_words` is false.
    InputError
        If the row numbers of a pruned model are damaged.
    """
    words, counts = [], array("q")
    for entry in range(header.size):
        word = source.string()
        count, _ = _ENTRY_END.unpack(source.take(_ENTRY_END.size))
        if entry < header.words:
            try:
                words.append(word.decode(errors="surrogateescape" if any_words else "strict"))
            except UnicodeDecodeError as error:
                raise BadWordError(f"{source.path}: {word!r}: the word is not valid UTF-8") from error
            counts.append(count)
    if header.pruned < 0:
        return Dictionary(words, np.array(counts, np.int64), None)
    rows = dict(_PRUNED.unpack(source.take(_PRUNED.size)) for _ in range(header.pruned))
    if sorted(rows.values()) != list(range(header.pruned)):
        raise InputError(f"{source.path}: the row numbers of its n-grams are damaged")
    buckets = np.array(sorted(rows), np.int64)
    pruned = PrunedRows(Used(header.buckets, buckets), np.array([rows[each] for each in buckets.tolist()], np.int64))
    return Dictionary(words, np.array(counts, np.int64), pruned)


def pruned(used: Used) -> bytes:
    """Return the numbers of buckets that remain after pruning, each with its row, in the order of the rows."""
    return b"".join(_PRUNED.pack(bucket, row) for row, bucket in enumerate(used.numbers.tolist()))


def entries(words: Sequence[str], counts: NDArray[np.int64]) -> Iterator[bytes]:
    """Yield the entries of words with their counts."""
    for word, count in zip(words, counts.tolist(), strict=True):
        yield word.encode() + b"\0" + _ENTRY_END.pack(count, _WORD)
