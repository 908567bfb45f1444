"""Columns of a table chosen by the user: ``word1,word2,score``, ``2,4,8`` or ``1,2,mean(3-12)``."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.datasets.score_columns import Columns, Rows, find_header
from wordvec.representation import short

_PARTS = re.compile(r"(?:[^,()]|\([^()]*\))+")
_MEAN = re.compile(r"mean\((.+)\)")
_RANGE = re.compile(r"(\d+)\s*-\s*(\d+)")


class ColumnChoice(NamedTuple):
    """Names of columns, or their numbers from 1: one or two of words, and those whose mean is the score."""

    words: tuple[str, ...]
    scores: tuple[str, ...]

    def __repr__(self) -> str:
        return short(self)

    @classmethod
    def parse(cls, text: str, words: int = 2) -> "ColumnChoice":
        """Return the choice of a text such as ``word1,word2,score`` or ``1,2,mean(3-12)``; or of one column of words.

        Raises
        ------
        SettingsError
            If it is not of that form.
        """
        parts = [part.strip() for part in _PARTS.findall(text)]
        count = words + 1
        if len(parts) != count or not all(parts) or len(re.sub(r"\([^()]*\)", "", text).split(",")) != count:
            columns, names = (
                ("a column", "word,score or 1,") if words == 1 else ("two columns", "word1,word2,score or 1,2,")
            )
            raise SettingsError(
                f"{text!r}: expected {columns} of words and one of scores, such as {names}mean({count}-12)",
                setting="columns",
            )
        mean = _MEAN.fullmatch(parts[-1])
        scores = [name for part in mean[1].split(",") for name in _spread(part.strip())] if mean else [parts[-1]]
        _check_names(text, [*parts[:-1], *scores])
        return cls(tuple(parts[:-1]), tuple(scores))

    def find(self, rows: Rows) -> Columns:
        """Return the positions of the chosen columns in a table.

        Raises
        ------
        InputError
            If the first row lacks a name, or all rows lack a column; the message does not name the file.
        """
        width = max(map(len, rows))
        wanted = (*self.words, *self.scores)
        named = any(not name.isdecimal() for name in wanted)
        found = tuple(_position(name, rows[0], width) for name in wanted)
        header = named or find_header(rows, found[len(self.words) :])
        names = tuple(rows[0]) if header else ()
        return Columns(found[: len(self.words)], found[len(self.words) :], header, names)


def positions(text: str, rows: Rows) -> list[int]:
    """Return the positions, from 0, of columns such as ``Word,Valence`` or ``1,3-7`` in a table.

    Raises
    ------
    InputError
        If the first row lacks a name, or all rows lack a column; the message does not name the file.
    SettingsError
        If a column is named twice, or a number is below 1.
    """
    names = [name for part in text.split(",") for name in _spread(part.strip())]
    _check_names(text, names)
    width = max(map(len, rows))
    return [_position(name, rows[0], width) for name in names]


def _check_names(text: str, names: Sequence[str]) -> None:
    if any(name.isdecimal() and int(name) < 1 for name in names):
        raise SettingsError(f"{text!r}: columns are counted from 1", setting="columns")
    if len(set(names)) < len(names):
        raise SettingsError(f"{text!r}: a column is named twice", setting="columns")


def _spread(part: str) -> list[str]:
    """Return the numbers of a range such as ``3-12``, or the name."""
    bounds = _RANGE.fullmatch(part)
    if not bounds:
        return [part]
    first, last = map(int, bounds.groups())
    if last <= first or last - first > 10_000:
        raise SettingsError(f"{part}: a range goes from a smaller to a larger number", setting="columns")
    return [str(at) for at in range(first, last + 1)]


def _position(name: str, header: Sequence[str], width: int) -> int:
    if name.isdecimal():
        if int(name) > width:
            raise InputError(f"there is no column {name}; the widest line has {width}")
        return int(name) - 1
    for form in (str, str.casefold):
        same = [at for at, cell in enumerate(header) if form(cell) == form(name)]
        if len(same) == 1:
            return same[0]
    raise InputError(f"the first line names no column {name!r}; it has {', '.join(map(repr, header[:20]))}")
