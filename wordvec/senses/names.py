"""Names of senses: a word, a mark and a number, as in ``bank#2``.

The mark is the shortest run of ``#`` after which no word of the vocabulary ends in a number. No plain word can
therefore be mistaken for a sense, even if the text is marked already: the senses of ``bank#2`` are ``bank#2##1`` and so
on.
"""

import re
from collections.abc import Iterable

from wordvec.errors import SettingsError

_ENDING = re.compile(r"(#+)[1-9][0-9]*\Z")


def free_mark(words: Iterable[str]) -> str:
    """Return the mark for senses of words: the shortest run of ``#`` with which no word looks like a sense.

    >>> free_mark(["bank", "c#", "#1"]), free_mark(["bank", "no#1"])
    ('#', '##')
    """
    found = (_ENDING.search(word) for word in words if "#" in word)
    return "#" * (1 + max((len(end[1]) - (end.start() == 0) for end in found if end), default=0))


def sense_name(word: str, number: int, mark: str = "#") -> str:
    """Return the name of a sense; senses are numbered from 1 by falling share."""
    return f"{word}{mark}{number}"


def split_name(name: str, mark: str = "#") -> tuple[str, int] | None:
    """Return the word and the number of a sense; None if the name is not one.

    >>> split_name("bank#2"), split_name("bank"), split_name("c##2"), split_name("#2")
    (('bank', 2), None, ('c#', 2), None)
    """
    word, found, number = name.rpartition(mark)
    if not found or not word or not (number.isascii() and number.isdigit()) or number.startswith("0"):
        return None
    return word, int(number)


def check_mark(mark: object) -> str:
    """Return a checked mark.

    Raises
    ------
    SettingsError
        If it is empty, or holds white space or a digit.
    """
    if not isinstance(mark, str) or not mark or any(letter.isspace() or letter.isdigit() for letter in mark):
        raise SettingsError(f"{mark!r}: a mark is one or more characters without blanks and digits", setting="mark")
    return mark
