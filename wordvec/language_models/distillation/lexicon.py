"""The words that get vectors, with their counts: of a list, of an encoded corpus, or of a vector file."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.representation import short
from wordvec.wording import quantity

_COLUMNS = ("a word, or a word and its count", "a word", "a word and its count")
_LONGEST_COUNT = 19
"""Digits with which a count may not fit in 64 bits."""


class Lexicon(NamedTuple):
    """Words in the order of their rows, their counts (words,), if known, and metadata of their text."""

    words: list[str]
    counts: NDArray[np.int64] | None = None
    metadata: dict[str, Any] = {}  # noqa: RUF012 - never changed

    def __repr__(self) -> str:
        return short(self)

    def first(self, number: int | None) -> "Lexicon":
        """Return the first words; None for all."""
        counts = None if self.counts is None else self.counts[:number]
        return self._replace(words=self.words[:number], counts=counts)


def of_corpus(folder: Path) -> Lexicon:
    """Return the words of an encoded corpus by falling count.

    Raises
    ------
    InputError
        If the folder holds no encoded corpus.
    """
    with EncodedCorpus.open(folder) as corpus:
        record = {
            "digest": corpus.digest,
            "tokens": len(corpus.ids),
            "sentences": len(corpus.offsets) - 1,
            "words": len(corpus.vocabulary),
            "settings": corpus.meta["settings"],
        }
        return Lexicon(list(corpus.vocabulary.words), np.array(corpus.vocabulary.counts), {"corpus": record})


def of_list(path: Path) -> Lexicon:
    """Return the words of a file, one a line, each with its count after a blank or tab, or none of them.

    Raises
    ------
    InputError
        If the file cannot be read, or a line is empty, has another number of columns than the first, or repeats a word.
    """
    lines, counts = dict[str, int](), list[int]()
    columns = 0
    for number, line in read_lines(path):
        cells = line.split()
        columns = columns or min(len(cells), 2)
        if len(cells) != columns or not cells:
            expected = _COLUMNS[columns if number > 1 else 0]
            raise InputError(f"{path}, line {number:,}: expected {expected}, found {quantity(len(cells), 'column')}")
        word = cells[0]
        if word in lines:
            raise InputError(f"{path}, line {number:,}: {word!r} is in line {lines[word]:,}, too")
        lines[word] = number
        counts += [_count(path, number, cell) for cell in cells[1:]]
    if not lines:
        raise InputError(f"{path}: holds no word")
    return Lexicon(list(lines), np.array(counts, np.int64) if counts else None)


def _count(path: Path, number: int, cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) < _LONGEST_COUNT):
        raise InputError(f"{path}, line {number:,}: the count {cell!r:.40} is not a whole number")
    return int(cell)
