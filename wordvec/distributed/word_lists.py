"""Words of a shard or of several, in files: ``packed.npy``, ``lengths.npy`` and ``counts.npy``.

With `max_words`, rare words are dropped while the text is read, and which ones depends on the batches. Then a shard
has one list of words for each of its blocks (``lists.npy``), so that `replayed` adds them as one pass over the text
does. Otherwise it has one list, in order of first appearance.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.arrayfile import ArrayFile, read_at
from wordvec.corpora.batches import BATCH_BYTES, TokenisedBatch
from wordvec.corpora.listed_words import KeptWords
from wordvec.corpora.npy import map_array
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.wordtable import WordTable
from wordvec.errors import MemoryLimitError

_PACKED, _LENGTHS, _COUNTS, _LISTS = "packed.npy", "lengths.npy", "counts.npy", "lists.npy"
_MOST_NUMBERS = (1 << 32) - 2


class Words(NamedTuple):
    """Some words: their bytes, beginnings and counts, as in `Vocabulary`."""

    packed: NDArray[np.uint8]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]


def write_words(folder: Path, table: WordTable) -> None:
    """Write the words of a table."""
    for name, array in ((_PACKED, table.packed), (_LENGTHS, np.diff(table.starts)), (_COUNTS, table.counts)):
        with ArrayFile(folder / name, array.dtype) as file:
            file.append(array)


def read_words(folder: Path) -> Words:
    """Read the words of a folder into memory."""
    packed, lengths, counts = (np.array(map_array(folder / name)) for name in (_PACKED, _LENGTHS, _COUNTS))
    return Words(packed, np.concatenate(([0], np.cumsum(lengths))), counts)


class ListWriter:
    """Writes a list of words for each block; usable in a ``with`` statement."""

    def __init__(self, folder: Path) -> None:
        self._files = [
            ArrayFile(folder / name, dtype)
            for name, dtype in ((_PACKED, np.uint8), (_LENGTHS, np.int64), (_COUNTS, np.int64), (_LISTS, np.int64))
        ]
        self._words = 0

    def add(self, encoded: TokenisedBatch, as_tokens: bool) -> NDArray[np.uint32]:
        """Append the words of a block; return their numbers, which no other block of the shard has.

        Raises
        ------
        MemoryLimitError
            If there are more than 4 billion.
        """
        table = WordTable()
        numbers = table.add(encoded.data, encoded.tokens.words)
        if self._words + table.words > _MOST_NUMBERS:
            raise MemoryLimitError("one file is too large for --max-words on several workers: split it into files")
        rows = (table.packed, np.diff(table.starts), table.counts, [table.words, encoded.size, int(as_tokens)])
        for file, row in zip(self._files, rows, strict=True):
            file.append(np.asarray(row))
        numbers += np.uint32(self._words)
        self._words += table.words
        return numbers

    def __enter__(self) -> "ListWriter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files:
            file.__exit__(kind, error, trace)


class _List(NamedTuple):
    words: Words
    size: int
    as_tokens: bool


def replayed(folders: Sequence[Path], names: Sequence[Path], settings: EncodingSettings) -> WordTable:
    """Return the table of one pass over the text of some shards, with the same words dropped.

    Parameters
    ----------
    folders
        Folders of all shards, in order.
    names
        Files that get the name of each word of each shard.
    settings
        Settings of encoding, with `max_words`.
    """
    replay = _Replay(KeptWords(settings).table())
    for folder, path in zip(folders, names, strict=True):
        replay.begin(path)
        for found in _lists(folder):
            replay.add(found)
    replay.end()
    return replay.table


class _Replay:
    """Adds lists of words in the batches in which one pass over the text adds them."""

    def __init__(self, table: WordTable) -> None:
        self.table = table
        self._batch: list[tuple[_List, ArrayFile]] = []
        self._size = 0
        self._file: ArrayFile | None = None

    def begin(self, path: Path) -> None:
        """Write the names of the next lists to another file."""
        if self._file is not None and not any(file is self._file for _, file in self._batch):
            self._file.close()
        self._file = ArrayFile(path, np.uint32)

    def add(self, found: "_List") -> None:
        """Add a list, now or with the next ones."""
        assert self._file is not None
        if self._batch and self._batch[0][0].as_tokens != found.as_tokens:
            self._flush()
        self._batch.append((found, self._file))
        self._size += found.size
        if self._size >= BATCH_BYTES:
            self._flush()

    def end(self) -> None:
        """Add what is left, and close the files."""
        self._flush()
        if self._file is not None:
            self._file.close()

    def _flush(self) -> None:
        together = WordTable()
        inner = [together.add_packed(*found.words) for found, _ in self._batch]
        names = self.table.add_packed(together.packed, together.starts, together.counts)
        done: list[ArrayFile] = []
        for (_, file), numbers in zip(self._batch, inner, strict=True):
            file.append(names[numbers])
            if file is not self._file and file not in done:
                done.append(file)
        for file in done:
            file.close()
        self._batch, self._size = [], 0


def _lists(folder: Path) -> Iterator[_List]:
    word = byte = 0
    for words, size, as_tokens in map_array(folder / _LISTS).reshape(-1, 3).tolist():
        starts = np.concatenate(([0], np.cumsum(read_at(folder / _LENGTHS, np.int64, word, words))))
        packed = read_at(folder / _PACKED, np.uint8, byte, int(starts[-1]))
        counts = read_at(folder / _COUNTS, np.int64, word, words)
        yield _List(Words(packed, starts, counts), size, bool(as_tokens))
        word, byte = word + words, byte + int(starts[-1])
