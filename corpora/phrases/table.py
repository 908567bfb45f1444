"""Tables of phrases: rows, and a file that people read and edit.

The file has a header and tab-separated columns. ``phrase`` is the token that replaces the ``words``, which are
separated by blanks; the first and the last word are any words, and those between are connectors. Rows of a later pass
are applied to the text with the phrases of earlier passes joined. The other columns may be missing.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from wordvec.errors import InputError
from wordvec.files import replacing
from wordvec.representation import short

COLUMNS = ("phrase", "words", "pass", "phrase_count", "first_count", "last_count", "score")
REQUIRED = ("phrase", "words")


class Phrase(NamedTuple):
    """A phrase.

    Attributes
    ----------
    phrase
        Token that replaces the words.
    words
        First word, connectors, last word.
    phrase_count
        Number of occurrences, overlapping ones included; None: unknown.
    first_count, last_count
        Counts of the first and the last word.
    score
        Score.
    """

    phrase: str
    words: tuple[str, ...]
    phrase_count: int | None = None
    first_count: int | None = None
    last_count: int | None = None
    score: float | None = None

    def __repr__(self) -> str:
        return short(self)


def write_table(passes: Sequence[Sequence[Phrase]], path: Path, overwrite: bool) -> None:
    """Write the phrases of all passes.

    Raises
    ------
    OutputError
        If the file cannot be written, or exists and may not be replaced.
    """
    with replacing(path, overwrite) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as file:
        file.write("\t".join(COLUMNS) + "\n")
        for number, phrases in enumerate(passes, 1):
            for row in phrases:
                numbers = (row.phrase_count, row.first_count, row.last_count, row.score)
                cells = [row.phrase, " ".join(row.words), str(number)]
                cells += [
                    "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
                    for value in numbers
                ]
                file.write("\t".join(cells) + "\n")


def read_table(path: Path) -> list[list[Phrase]]:
    """Return the phrases of each pass.

    Raises
    ------
    InputError
        If the file cannot be read, or a line is malformed or contradicts another.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot read the phrases: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(f"{path}: line {line:,} is not UTF-8 text; save the table as UTF-8") from error
    # A quotation mark is a character like others; a table without one has no quoted cell either.
    lines = csv.reader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    header = next(lines, [])
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise InputError(f"{path}: line 1: expected tab-separated columns with the names {', '.join(COLUMNS)}")
    passes: dict[int, list[Phrase]] = {}
    for number, cells in enumerate(lines, 2):
        if not any(cells):
            continue
        if len(cells) != len(header):
            raise InputError(f"{path}: line {number:,}: expected {len(header)} columns, found {len(cells)}")
        row = _Row(path, number, dict(zip(header, cells, strict=True)))
        passes.setdefault(row.whole("pass") or 1, []).append(row.phrase())
    return [passes.get(number, []) for number in range(1, max(passes, default=0) + 1)]


class _Row:
    def __init__(self, path: Path, line: int, cells: dict[str, str]) -> None:
        self._where, self._cells = f"{path}: line {line:,}", cells

    def phrase(self) -> Phrase:
        """Return the phrase of a line."""
        phrase, words = self._cells["phrase"].strip(), tuple(self._cells["words"].split())
        if len(words) < 2:
            self._refuse("'words' must be two or more words, separated by blanks")
        if not phrase or len(phrase.split()) > 1:
            self._refuse("'phrase' must be one word without blanks")
        count, first, last = (self.whole(name) for name in ("phrase_count", "first_count", "last_count"))
        return Phrase(phrase, words, count, first, last, self._real("score"))

    def whole(self, name: str) -> int | None:
        """Return a cell as an integer; None for an empty or missing cell."""
        cell = self._cells.get(name, "").strip()
        if not cell:
            return None
        if not cell.isdecimal() or int(cell) < 1 or len(cell) > 18 or (name == "pass" and int(cell) > 99):
            self._refuse(f"{name!r} must be a whole number, found {cell!r:.40}")
        return int(cell)

    def _real(self, name: str) -> float | None:
        cell = self._cells.get(name, "").strip()
        try:
            return float(cell) if cell else None
        except ValueError:
            self._refuse(f"{name!r} must be a number, found {cell!r:.40}")

    def _refuse(self, why: str) -> NoReturn:
        raise InputError(f"{self._where}: {why}")


def connectors_in(phrases: Sequence[Phrase]) -> frozenset[str]:
    """Return the words inside phrases; no phrase may begin or end with one.

    Raises
    ------
    InputError
        If one does, or two rows have the same words.
    """
    inside = frozenset(word for row in phrases for word in row.words[1:-1])
    seen: dict[tuple[str, ...], str] = {}
    for row in phrases:
        for word in (row.words[0], row.words[-1]):
            if word in inside:
                raise InputError(
                    f"{' '.join(row.words)}: begins or ends with {word!r}, which is inside another phrase of the same "
                    "pass; a connector neither begins nor ends a phrase"
                )
        if seen.setdefault(row.words, row.phrase) != row.phrase:
            raise InputError(f"{' '.join(row.words)}: two different phrases for these words; remove one")
    return inside
