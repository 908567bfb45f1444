"""Which columns of a table hold the words and the score.

Published files differ: words first or after an index, parts of speech between them (SCWS), a mean before single
ratings (Rare Words), single ratings without a mean, the score first. Names in a header decide where they are known,
otherwise the contents. Where neither decides, that is an error rather than a guess, and the columns are to be chosen,
see `column_choice`.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from wordvec.corpora.columns import is_number
from wordvec.errors import InputError
from wordvec.evaluation.datasets.ratings import are_single_ratings, mean_column
from wordvec.representation import short

INDEX_NAMES = {
    "",
    "id",
    "idx",
    "index",
    "no",
    "nr",
    "num",
    "number",
    "row",
    "rownames",
    "n",
    "pair",
    "pairid",
    "unnamed0",
}
SCORE_NAMES = re.compile(
    r"((human|gold|average|mean|avg)?(score|rating|similarity|sim|relatedness|rel|mean|average|avg|human|change)"
    r"(score|rating|mean|average|avg|human)?|gold|simlex999|graded)"
)
_WORD = r"(word|w|term|token|item|noun|verb|lemma|concept|target|entity|wort|mot|palabra|kelime|ord)"
_WORD_NAMES = {1: re.compile(_WORD), 2: re.compile(_WORD + "(1|2|one|two|a|b)")}
_ID = re.compile(r"[A-Za-z_.:#-]{1,10}\d+")
_PART_OF_SPEECH = re.compile(
    r"[nvjarNVJAR]|noun|verb|adj|adv|adjective|adverb|NOUN|VERB|ADJ|ADV|PROPN|NNS?|NNPS?|VB[DGNPZ]?|JJ[RS]?|RB[RS]?"
)
WANTED = {1: "it takes a word and a score", 2: "it takes word, word, score"}
"""What a line holds, in messages."""

Rows = Sequence[Sequence[str]]


class Columns(NamedTuple):
    """Positions of columns, from 0.

    Attributes
    ----------
    words
        The columns of words.
    scores
        The columns whose mean is the score, mostly one.
    header
        Whether the first row names the columns.
    names
        The names of the columns; empty where there are none.
    reason
        How the choice was made, where that is not plain.
    """

    words: tuple[int, ...]
    scores: tuple[int, ...]
    header: bool
    names: tuple[str, ...] = ()
    reason: str = ""

    def __repr__(self) -> str:
        return short(self)

    def described(self, width: int) -> str:
        """Return a sentence on the columns that are used."""
        words = " and ".join(map(self._named, self.words))
        scores = self._named(self.scores[0])
        if len(self.scores) > 1:
            scores = f"the mean of columns {', '.join(map(self._named, self.scores))}"
        else:
            scores = f"column {scores}"
        of = f" of {width}" if width > len(self.words) + len(self.scores) else ""
        return f"words in column{'s' * (len(self.words) > 1)} {words}, score in {scores}{of}{self.reason}"

    def _named(self, column: int) -> str:
        name = self.names[column] if column < len(self.names) else ""
        return f"{column + 1} ({name})" if name else str(column + 1)


def find_columns(rows: Rows, words: int, separator: str) -> Columns:
    """Return the columns of the words and of the score.

    Parameters
    ----------
    rows
        Cells by row, perhaps with a header.
    words
        How many words a row has, 1 or 2.
    separator
        What the rows were cut at.

    Raises
    ------
    InputError
        If there is no score, or several columns could be it; the message lacks the file.
    """
    table = _Table(rows, separator)
    first = 1 if table.has_index(words) else 0
    found = table.words(words, first)
    score, reason = table.score(found, first)
    skipped = "; column 1 is an index" if first else ""
    return Columns(found, (score,), table.header, table.names, skipped + reason)


class _Table:
    """Rows, and what their columns hold."""

    def __init__(self, rows: Rows, separator: str) -> None:
        self.separator = separator
        lengths = [len(row) for row in rows if any(map(is_number, row))] or [len(rows[0])]
        # The last row decides between equals, as a header may be longer or shorter.
        self.width = max(set(lengths), key=lambda length: (lengths.count(length), length == lengths[-1]))
        self.columns = [[row[at] for row in rows if at < len(row)] for at in range(self.width)]
        self.numbers = [
            at for at, cells in enumerate(self.columns) if 2 * sum(map(is_number, cells)) >= max(1, len(cells))
        ]
        self.header = find_header(rows, self.numbers)
        self.names: tuple[str, ...] = ()
        if self.header:
            self._take_header(rows[0])
        self.texts = [at for at in range(self.width) if at not in self.numbers and any(self.columns[at])]

    def _take_header(self, row: Sequence[str]) -> None:
        for cells in self.columns[: len(row)]:
            del cells[:1]
        if len(row) == self.width - 1 and len(self.columns[0]) > 0:
            # R leaves out the name of the index.
            if self.separator == "," and not _counts(self.columns[0]):
                raise InputError(
                    f"rows have {self.width} columns and the header {len(row)}: a decimal comma between commas? "
                    "separate columns by tabs or semicolons"
                )
            row = ["", *row]
        if len(row) == self.width:
            self.names = tuple(row)

    def plain(self, at: int) -> str:
        """Return the name of a column, in lower case without marks."""
        return re.sub(r"[\W_]+", "", self.names[at].lower()) if at < len(self.names) else ""

    def has_index(self, words: int) -> bool:
        """Return whether the first column numbers the rows."""
        cells, later = self.columns[0], [at for at in self.numbers if at]
        texts = [at for at in self.texts if at]
        if not later or len(texts) < words:
            return False
        if self.names and self.plain(0) in INDEX_NAMES:
            return True
        if 0 in self.numbers:
            if SCORE_NAMES.fullmatch(self.plain(0)):
                return False
            return _counts(cells) or (all(cell.isdecimal() for cell in cells) and len(set(cells)) == len(cells))
        others = [at for at in texts if not self.is_part_of_speech(at)]
        ids = all(map(_ID.fullmatch, cells)) and len(set(cells)) == len(cells)
        return ids and len(others) >= words and len({re.sub(r"\d+", "", cell) for cell in cells}) == 1

    def words(self, count: int, first: int) -> tuple[int, ...]:
        """Return the columns of the words."""
        named = [at for at in range(self.width) if _WORD_NAMES[count].fullmatch(self.plain(at))]
        if len(named) == count:
            return tuple(named)
        texts = [at for at in self.texts if at >= first]
        untagged = [at for at in texts if not self.is_part_of_speech(at)]
        if len(untagged) >= count:
            texts = untagged
        if len(texts) < count:  # words that are numbers
            texts = list(range(first, first + count))
        return tuple(texts[:count])

    def is_part_of_speech(self, at: int) -> bool:
        """Return whether a column holds nothing but parts of speech."""
        return all(map(_PART_OF_SPEECH.fullmatch, self.columns[at]))

    def score(self, words: Sequence[int], first: int) -> tuple[int, str]:
        """Return the column of the score, and why it was taken."""
        numbers = [at for at in self.numbers if at not in words and at >= first]
        if not numbers:
            raise InputError(f"no score; {WANTED[len(words)]}")
        named = [at for at in numbers if SCORE_NAMES.fullmatch(self.plain(at))]
        if named:
            return named[0], ""
        before = numbers[0] < min(words)
        if len(numbers) == 1:
            if before and len(self.columns[numbers[0]]) > 2 and _counts(self.columns[numbers[0]]):
                raise InputError(f"no score, as column 1 counts the lines; {WANTED[len(words)]}")
            return numbers[0], ""
        mean = None if before else mean_column([self.columns[at] for at in numbers])
        if mean is not None:
            return numbers[mean], f"; column {numbers[mean] + 1} is the mean of the other ratings"
        # Whatever their names: raters may be called anna and ben.
        ratings = not before and are_single_ratings([self.columns[at] for at in numbers])
        if ratings or before or len(words) == 1:
            raise InputError(self._unclear(words, numbers, ratings))
        return numbers[0], ""

    def _unclear(self, words: Sequence[int], numbers: Sequence[int], ratings: bool) -> str:
        """Return what is unclear, and what to do."""
        if len(words) == 1:
            return f"columns {_listed(numbers)} hold numbers, and the score is not clear; keep a word and a score"
        first, second = (at + 1 for at in words)
        way = f"--columns {first},{second},{numbers[0 if ratings else -1] + 1}"
        if not ratings:
            return f"columns {_listed(numbers)} hold numbers, and the score is not clear; choose it, as {way}"
        mean = ",".join(str(at + 1) for at in numbers)
        if numbers[-1] - numbers[0] == len(numbers) - 1:
            mean = f"{numbers[0] + 1}-{numbers[-1] + 1}"
        comma = "; if these are decimal commas, separate columns by tabs or semicolons" if self.separator == "," else ""
        return (
            f"columns {_listed(numbers)} are ratings, and none is their mean; choose, as {way} or --columns "
            f"'{first},{second},mean({mean})'{comma}"
        )


def find_header(rows: Rows, numbers: Sequence[int]) -> bool:
    """Return whether the first row names columns: where the others have numbers, it has a name."""
    cells = [rows[0][at] for at in numbers if at < len(rows[0]) and rows[0][at]]
    return len(rows) > 1 and any(not (is_number(cell) or cell[0].isdigit()) for cell in cells)


def _counts(cells: Sequence[str]) -> bool:
    """Return whether cells are 0, 1, 2 … or 1, 2, 3 …."""
    return (
        bool(cells)
        and cells[0] in ("0", "1")
        and list(cells) == [str(value) for value in range(int(cells[0]), int(cells[0]) + len(cells))]
    )


def _listed(columns: Sequence[int]) -> str:
    """Return positions from 1, runs as ``3-12``."""
    numbers = [column + 1 for column in columns]
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} to {numbers[-1]}"
    return " and ".join(map(str, numbers)) if len(numbers) < 3 else ", ".join(map(str, numbers))
