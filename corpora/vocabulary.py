"""The vocabulary of a corpus: words and their counts, by falling frequency."""

import functools
import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.wordtable import WordTable
from wordvec.errors import InputError
from wordvec.files import replacing
from wordvec.kernels.vocabulary import LINE_ROOM, NO_FAULT, gather_words, parse_lines, prefixes, write_lines


class Vocabulary:
    """Words and counts; a word's id is its rank by falling count, ties by bytes.

    Attributes
    ----------
    packed : (bytes,) uint8
        Concatenated words in UTF-8.
    starts : (words + 1,) int64
        Beginning of each word in `packed`, and the end of the last.
    counts : (words,) int64
        Count of each word; falling.

    Examples
    --------
    >>> vocabulary = Vocabulary.from_words(["b", "a", "the"], [2, 2, 7])
    >>> vocabulary.words, vocabulary.id("b"), vocabulary.cut(min_count=3)
    (['the', 'a', 'b'], 2, 1)
    """

    def __init__(self, packed: NDArray[np.uint8], starts: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
        """Wrap words that are already sorted; see `of` for others."""
        self.packed, self.starts, self.counts = packed, starts, counts

    @classmethod
    def of(
        cls,
        packed: NDArray[np.uint8],
        starts: NDArray[np.int64],
        counts: NDArray[np.int64],
        order: NDArray[np.int64],
    ) -> "Vocabulary":
        """Return the vocabulary of the words at the indices `order`, from `frequency_order`."""
        new_starts = np.zeros(len(order) + 1, np.int64)
        new_packed = np.empty(int(np.diff(starts)[order].sum()), np.uint8)
        gather_words(packed, starts, order, new_packed, new_starts)
        return cls(new_packed, new_starts, counts[order])

    @classmethod
    def from_words(cls, words: Sequence[str], counts: Sequence[int] | NDArray[np.int64]) -> "Vocabulary":
        """Return the vocabulary of words in any order; the counts of a repeated word are added.

        Raises
        ------
        InputError
            If the numbers of words and counts differ, a count is negative, or a word is empty or has white space.
        """
        words = arguments.words("words", words)
        for number, count in enumerate(arguments.items("counts", counts, "a list of whole numbers")):
            arguments.whole(f"counts[{number}]", count)
        if len(words) != len(counts) or min(counts, default=0) < 0:
            raise InputError(f"{len(words):,} words need as many counts, none of them negative")
        for word in words:
            if not word or (not word.isprintable() and any(letter.isspace() or letter < " " for letter in word)):
                raise InputError(f"the word {word!r:.60} is empty or holds white space or control characters")
        packed, starts = pack(words)
        table = WordTable()
        table.add_packed(packed, starts, np.asarray(counts, np.int64))
        return cls._of_table(table)

    @classmethod
    def merge(cls, *vocabularies: "Vocabulary") -> "Vocabulary":
        """Return the union of vocabularies, with their counts added."""
        table = WordTable()
        for number, vocabulary in enumerate(vocabularies):
            arguments.expect(f"vocabularies[{number}]", vocabulary, Vocabulary)
            table.add_packed(vocabulary.packed, vocabulary.starts, vocabulary.counts)
        return cls._of_table(table)

    @classmethod
    def _of_table(cls, table: WordTable) -> "Vocabulary":
        words = table.packed, table.starts, table.counts
        return cls.of(*words, frequency_order(*words))

    @classmethod
    def load(cls, path: str | Path) -> "Vocabulary":
        """Read ``word count`` lines, in any order.

        Raises
        ------
        InputError
            If the file is missing or empty, or a line is not a word, a blank or tab, and an integer.
        """
        arguments.path("path", path)
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            raise InputError(f"{path}: cannot read the vocabulary: {error.strerror}") from error
        packed, starts, counts = parse_vocabulary(content, path)
        table = WordTable()
        table.add_packed(packed, starts, counts)
        return cls._of_table(table)

    def save(self, path: str | Path, overwrite: bool = False) -> None:
        """Write ``word count`` lines.

        Raises
        ------
        OutputError
            If the file exists and `overwrite` is false, or it cannot be written.
        """
        with replacing(arguments.path("path", path), overwrite) as temporary:
            self.write(temporary)

    def write(self, path: Path) -> None:
        """Write ``word count`` lines to a new file, without the atomic replacement of `save`."""
        lines = np.empty(len(self.packed) + LINE_ROOM * len(self), np.uint8)
        written = write_lines(self.packed, self.starts, self.counts, lines)
        path.write_bytes(lines[:written].data)  # NumPy's tofile reports a full disk without its errno

    @functools.cached_property
    def words(self) -> list[str]:
        """The words as strings."""
        return unpack(self.packed, self.starts)

    @functools.cached_property
    def total(self) -> int:
        """The sum of the counts."""
        return int(self.counts.sum())

    def cut(self, min_count: int) -> int:
        """Return the number of words that occur at least `min_count` times; their ids are below it."""
        return int(np.searchsorted(-self.counts, -arguments.whole("min_count", min_count), side="right"))

    def id(self, word: str) -> int:
        """Return the id of a word.

        Raises
        ------
        KeyError
            If the word is not in the vocabulary.
        """
        return self._ids[arguments.word("word", word)]

    def __contains__(self, word: object) -> bool:
        return arguments.word("word", word) in self._ids

    def __len__(self) -> int:
        return len(self.counts)

    def __repr__(self) -> str:
        return f"<Vocabulary of {len(self):,} words, {self.total:,} tokens>"

    @functools.cached_property
    def _ids(self) -> dict[str, int]:
        return {word: number for number, word in enumerate(self.words)}


def pack(words: Iterable[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the concatenated UTF-8 bytes of words, and the beginning of each word and the end of the last."""
    encoded = [word.encode() for word in words]
    starts = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(word) for word in encoded], out=starts[1:])
    # A copy, since kernels are compiled once more for arrays that cannot be written.
    return np.frombuffer(b"".join(encoded), np.uint8).copy(), starts


def unpack(packed: NDArray[np.uint8], starts: NDArray[np.int64]) -> list[str]:
    """Return the strings of packed words."""
    offsets = starts.tolist()
    content = packed[: offsets[-1]].tobytes()
    if content.isascii():  # slices of a string are made in half the time
        text = content.decode("ascii")
        return [text[begin:end] for begin, end in itertools.pairwise(offsets)]
    return [content[begin:end].decode() for begin, end in itertools.pairwise(offsets)]


def frequency_order(
    packed: NDArray[np.uint8], starts: NDArray[np.int64], counts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the indices of distinct words by falling count, ties by bytes.

    Ties are resolved by eight bytes at a time; only words that are still equal are compared by the next eight.
    """
    order = np.argsort(_prefixes(packed, starts, np.arange(len(counts)), 0))
    for shift in range(0, int(counts.max(initial=0)).bit_length(), 16):
        # NumPy sorts 16 bits stably in linear time.
        digit = (~counts[order] >> shift).astype(np.uint16)
        order = order[np.argsort(digit, kind="stable")]
    positions = np.arange(len(order))
    group = np.cumsum(np.diff(counts[order], prepend=-1) != 0)
    prefix = _prefixes(packed, starts, order, 0)
    depth = 8
    while True:
        new = np.ones(len(positions) + 1, np.bool_)
        new[1:-1] = (group[1:] != group[:-1]) | (prefix[1:] != prefix[:-1])
        tied = ~(new[:-1] & new[1:])
        positions, group = positions[tied], np.cumsum(new[:-1])[tied]
        if not len(positions):
            return order
        words = order[positions]
        prefix = _prefixes(packed, starts, words, depth)
        by = np.lexsort((prefix, group))
        order[positions], prefix = words[by], prefix[by]
        depth += 8


def _prefixes(
    packed: NDArray[np.uint8], starts: NDArray[np.int64], words: NDArray[np.int64], depth: int
) -> NDArray[np.uint64]:
    found = np.empty(len(words), np.uint64)
    prefixes(packed, starts, words, depth, found)
    return found


def parse_vocabulary(
    content: bytes, path: str | Path
) -> tuple[NDArray[np.uint8], NDArray[np.int64], NDArray[np.int64]]:
    """Return the packed words, starts and counts of ``word count`` lines, in the order of the lines.

    Raises
    ------
    InputError
        If there is no line, or a line is malformed; the message names `path` and the line.
    """
    content = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\t", b" ")
    if not content:
        raise InputError(f"{path}: the vocabulary is empty")
    lines = np.frombuffer(content if content.endswith(b"\n") else content + b"\n", np.uint8)
    counts = np.empty(np.count_nonzero(lines == 10), np.int64)
    packed, starts = np.empty(len(lines), np.uint8), np.empty(len(counts) + 1, np.int64)
    faulty = parse_lines(lines, packed, starts, counts)
    if faulty == NO_FAULT:
        try:
            packed[: starts[-1]].tobytes().decode()
        except UnicodeDecodeError as error:
            faulty = int(np.searchsorted(starts, error.start, side="right")) - 1
    if faulty != NO_FAULT:
        raise InputError(f"{path}: line {faulty + 1:,} is not a word, a blank and a count")
    return packed[: starts[-1]], starts, counts
