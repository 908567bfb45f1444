"""Sets of words, such as the poles of an axis or the targets of an association test."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from wordvec import arguments
from wordvec.corpora.lines import read_lines
from wordvec.errors import InputError, SettingsError
from wordvec.representation import short


class WordSet(NamedTuple):
    """Words in order, and the name of their set."""

    name: str
    words: list[str]

    def __repr__(self) -> str:
        return short(self)


Source = str | Path | WordSet | Sequence[str]
"""A file, words separated by commas, or a list of words."""


def read_word_set(source: Source, name: str = "words") -> WordSet:
    """Return a set of words.

    Parameters
    ----------
    source
        A file with a word a line, or several separated by commas, and comments after ``#`` and a blank; or a word, or
        several separated by commas; or a list of words.
    name
        Name of a set that is not from a file.

    Raises
    ------
    InputError
        If the file cannot be read.
    SettingsError
        If there is no word.

    Examples
    --------
    >>> read_word_set("rich, wealthy", "A")
    WordSet(name='A', words=['rich', 'wealthy'])
    """
    if isinstance(source, WordSet):
        return source
    if isinstance(source, str | os.PathLike):
        path = arguments.path(name, source)
        if path.is_file():
            lines = (line for _, line in read_lines(path))
            return _checked(WordSet(path.stem, _split(lines)), f"{path}: ")
        if "," not in str(source) and (path.suffix or path.name != str(source)):
            raise InputError(f"{source}: no such file; expected a file of words, or words separated by commas")
        return _checked(WordSet(name, _split([str(source)])), f"{source}: ")
    return _checked(WordSet(name, [word for word in arguments.words(name, source) if word.strip()]), f"{name}: ")


def _split(lines: Iterable[str]) -> list[str]:
    """Return the words of lines without comments."""
    kept = ("" if line.startswith("#") and line[1:2] in ("", " ", "\t") else line.partition(" # ")[0] for line in lines)
    return [word for line in kept for part in line.split(",") if (word := part.strip())]


def _checked(found: WordSet, where: str) -> WordSet:
    if not found.words:
        raise SettingsError(f"{where}holds no word; expected one a line, or several separated by commas")
    return found


def check_distinct(*sets: WordSet) -> None:
    """Check that no word is given twice, in one set or in two.

    Raises
    ------
    InputError
        If one is.
    """
    owners: dict[str, str] = {}
    for one in sets:
        for word in one.words:
            if word in owners:
                where = f"twice in {one.name}" if owners[word] == one.name else f"in both {owners[word]} and {one.name}"
                raise InputError(f"{word}: is {where}; each word counts once, in one set")
            owners[word] = one.name
