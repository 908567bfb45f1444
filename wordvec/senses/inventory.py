"""The inventory of senses: for each word, the rows of its senses and their shares."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.representation import short
from wordvec.senses.names import check_mark, split_name

RECORD = "senses"
"""Name in the metadata under which a result records that it has rows of senses."""


class Sense(NamedTuple):
    """A sense of a word.

    Attributes
    ----------
    name
        Name of its row, such as ``bank#2``; the word itself if it has one sense.
    share
        Share of the tokens of the word; None if counts are not known.
    vector
        (dim,) float32 array.
    """

    name: str
    share: float | None
    vector: NDArray[np.float32]

    def __repr__(self) -> str:
        return short(self)


def record(method: str, words: int, mark: str, **settings: Any) -> dict[str, Any]:
    """Return what metadata hold under ``"senses"``.

    Parameters
    ----------
    method
        Method that made the senses.
    words
        Number of words with several senses.
    mark
        Mark between words and numbers: see `wordvec.senses.names`.
    settings
        Settings that reading needs, as JSON can hold them.
    """
    return {"method": method, "words": words, "mark": mark, **settings}


class SenseInventory:
    """The rows and shares of the senses of each word.

    The senses of a word are the rows ``word#1``, ``word#2`` and so on; a word with one sense is a row of its own name.
    Words keep the order of their first rows, and senses that of their numbers.

    Parameters
    ----------
    words
        Names of the rows.
    counts
        (rows,) numbers of tokens, if known: the share of a sense is its part of the tokens of all senses of the word.
    mark
        Mark between words and numbers.

    Attributes
    ----------
    words
        Plain words.
    offsets
        (words + 1,) int64 array: beginning of the senses of each word in `rows`.
    rows
        Row numbers of senses, of one word after another.
    counts
        Numbers of tokens of the senses in `rows`, or None.

    Examples
    --------
    >>> inventory = SenseInventory(["tea", "bank#1", "bank#2"], [9, 6, 2])
    >>> inventory.words, inventory.rows_of("bank").tolist(), inventory.shares_of("bank").tolist()
    (['tea', 'bank'], [1, 2], [0.75, 0.25])
    """

    def __init__(
        self, words: Sequence[str], counts: Sequence[int] | NDArray[np.int64] | None = None, mark: str = "#"
    ) -> None:
        self.mark = check_mark(mark)
        numbered: dict[str, list[tuple[int, int]]] = {}
        plain: dict[str, int] = {}
        for row, name in enumerate(arguments.words("words", words)):
            found = split_name(name, mark)
            if found is None:
                plain[name] = row
            else:
                numbered.setdefault(found[0], []).append((found[1], row))
        first = {word: row for word, row in plain.items() if word not in numbered}
        first |= {word: min(row for _, row in senses) for word, senses in numbered.items()}
        self.words = sorted(first, key=first.__getitem__)
        rows = [
            [row for _, row in sorted(numbered[word])] if word in numbered else [plain[word]] for word in self.words
        ]
        self.offsets = np.concatenate([[0], np.cumsum([len(senses) for senses in rows], dtype=np.int64)])
        self.rows: NDArray[np.int64] = np.array([row for senses in rows for row in senses], np.int64)
        self.counts: NDArray[np.int64] | None = None if counts is None else np.asarray(counts, np.int64)[self.rows]
        self._numbers = {word: number for number, word in enumerate(self.words)}
        self._names = words

    @classmethod
    def of(
        cls, words: Sequence[str], counts: NDArray[np.int64] | None, metadata: Mapping[str, Any]
    ) -> "SenseInventory | None":
        """Return the inventory of vectors by their metadata; None if these record no senses.

        Raises
        ------
        InputError
            If the record is damaged.
        """
        about = metadata.get(RECORD)
        if about is None:
            return None
        mark = about.get("mark") if isinstance(about, dict) else None
        try:
            return cls(words, counts, check_mark(mark))
        except SettingsError as error:
            raise InputError(f"metadata: the record of senses is damaged ({error})") from error

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self._numbers

    def __repr__(self) -> str:
        return f"<SenseInventory: {len(self)} words, {self.several} with several senses>"

    @property
    def senses(self) -> NDArray[np.int64]:
        """(words,) number of senses of each word."""
        return np.diff(self.offsets)

    @property
    def several(self) -> int:
        """Number of words with several senses."""
        return int((self.senses > 1).sum())

    @property
    def most(self) -> int:
        """Largest number of senses of a word."""
        return int(self.senses.max(initial=1))

    def number(self, word: str) -> int | None:
        """Return the number of a word in `words`; None for an unknown one."""
        return self._numbers.get(word)

    def names_of(self, word: str) -> list[str]:
        """Return the names of a word's senses; none for an unknown word."""
        return [self._names[row] for row in self.rows_of(word)]

    def rows_of(self, word: str) -> NDArray[np.int64]:
        """Return the rows of a word's senses; none for an unknown word."""
        return self.rows[self._span(word)]

    def shares_of(self, word: str) -> NDArray[np.float64] | None:
        """Return the shares of a word's senses, which add up to 1; None if counts are not known."""
        if self.counts is None:
            return None
        counts = self.counts[self._span(word)]
        return counts / counts.sum() if counts.sum() else np.full(len(counts), 1 / max(len(counts), 1))

    def counts_of(self, word: str) -> NDArray[np.int64] | None:
        """Return the numbers of tokens of a word's senses; None if counts are not known."""
        return None if self.counts is None else self.counts[self._span(word)]

    def word_of(self, row: int) -> str | None:
        """Return the word of which a row is a sense; None for a plain row of a word that has senses besides."""
        found = split_name(self._names[row], self.mark)
        word = self._names[row] if found is None else found[0]
        return word if row in self.rows_of(word) else None

    def _span(self, word: str) -> slice:
        number = self._numbers.get(word)
        return slice(0, 0) if number is None else slice(*self.offsets[number : number + 2])
