"""Pairs of words in contexts with human scores, in the form of SCWS (Huang et al. 2012).

Columns are separated by tabs: number, first word and its part of speech, second word and its part of speech, the two
contexts with the words in ``<b> </b>``, and the mean score; further columns are ignored.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec import arguments
from wordvec.corpora.columns import number
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError
from wordvec.representation import short

_MARKED = re.compile(r"<b>\s*(.*?)\s*</b>", re.IGNORECASE)
_COLUMNS = 8

Context = tuple[str, str]
"""Text before and after a word."""


class ContextPairs(NamedTuple):
    """Pairs of words, their contexts and scores.

    Attributes
    ----------
    name
        Name of the file without its ending.
    words
        The two words of each pair.
    contexts
        Context of each of them.
    scores
        Human score of each pair.
    """

    name: str
    words: list[tuple[str, str]]
    contexts: list[tuple[Context, Context]]
    scores: list[float]

    def __repr__(self) -> str:
        return short(self)


def read_context_pairs(path: str | Path) -> ContextPairs:
    """Read a dataset.

    Raises
    ------
    InputError
        If the file cannot be read, or a line is not of this form.
    """
    path = arguments.path("dataset", path)
    found = ContextPairs(path.stem, [], [], [])
    for at, line in read_lines(path, fallback="latin-1"):
        if not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) < _COLUMNS:
            raise InputError(f"{path}, line {at}: expected {_COLUMNS} columns or more, found {len(cells)}")
        score = number(cells[7].strip())
        if score is None:
            raise InputError(f"{path}, line {at}: the score {cells[7]!r:.40} is not a number")
        sides = [_sides(cell) for cell in cells[5:7]]
        if sides[0] is None or sides[1] is None:
            raise InputError(f"{path}, line {at}: a context has no word in <b> </b>")
        found.words.append((cells[1].strip(), cells[3].strip()))
        found.contexts.append((sides[0], sides[1]))
        found.scores.append(score)
    if not found.scores:
        raise InputError(f"{path}: holds no pair")
    return found


def looks_like_context_pairs(lines: Sequence[str]) -> bool:
    """Return whether the first line has the columns of SCWS."""
    cells = lines[0].split("\t") if lines else []
    return len(cells) >= _COLUMNS and _sides(cells[5]) is not None


def _sides(text: str) -> Context | None:
    found = _MARKED.search(text)
    return None if found is None else (text[: found.start()], text[found.end() :])
