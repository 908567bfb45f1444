"""Blocks of lines that all have the same two words, or two words and a weight: most large edge lists.

Such a block is split into cells at once, which takes a tenth of the time of lines that are parsed one by one. What its
words may contain is restricted, so that both ways read the same: no list of words, and no colon.
"""

import re
from typing import NamedTuple

_WORD = r"[^\s;|,/:]++"
_PHRASE = rf"{_WORD}(?: {_WORD})*+"
_WEIGHT = r"(?=[0.]*+[1-9])[0-9]{1,15}+(?:\.[0-9]{1,15}+)?+"
"""A positive number."""


class Regular(NamedTuple):
    """Separator and number of the columns of a block."""

    separator: str
    number: int


_PATTERNS = {
    Regular("\t", 2): re.compile(rf"(?:{_PHRASE}\t{_PHRASE}\n)++"),
    Regular("\t", 3): re.compile(rf"(?:{_PHRASE}\t{_PHRASE}\t{_WEIGHT}\n)++"),
    Regular(" ", 3): re.compile(rf"(?:{_WORD} {_WORD} {_WEIGHT}\n)++"),
    Regular(" ", 2): re.compile(rf"(?:{_WORD} {_WORD}\n)++"),
}


def regular(text: str) -> Regular | None:
    r"""Return the columns that all lines of a text have; None if they differ, or must be parsed one by one.

    >>> regular("tea\tchai\nnew york\tcity\n"), regular("tea chai 0.5\n"), regular("tea chai\ntea cup pot\n")
    (Regular(separator='\t', number=2), Regular(separator=' ', number=3), None)
    """
    return next((found for found, pattern in _PATTERNS.items() if pattern.fullmatch(text)), None)
