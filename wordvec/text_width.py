"""Width of text in the columns of a terminal, where characters of East Asian scripts take two and marks none."""

import unicodedata

ELLIPSIS = "…"
_WIDE = ("W", "F")
_WITHOUT_WIDTH = ("Mn", "Me", "Cf")


def width(text: str) -> int:
    """Return the number of columns of a text (Unicode Standard Annex 11).

    >>> width("tea"), width("東京"), width("e\u0301")
    (3, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def padded(text: str, columns: int, right: bool = False) -> str:
    """Return a text filled up with blanks to a number of columns, `right`: aligned to the right.

    >>> padded("東", 4), padded("東", 4, right=True)
    ('東  ', '  東')
    """
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


def clipped(text: str, columns: int, left: bool = False) -> str:
    """Return a text of at most `columns` columns, with an ellipsis where it is cut; `left`: its beginning is cut.

    >>> clipped("a long text", 6), clipped("a long text", 6, left=True), clipped("short", 6)
    ('a lon…', '… text', 'short')
    """
    if width(text) <= columns:
        return text
    kept, room = 0, columns - width(ELLIPSIS)
    for character in reversed(text) if left else text:
        room -= _columns(character)
        if room < 0:
            break
        kept += 1
    return ELLIPSIS + text[len(text) - kept :] if left else text[:kept] + ELLIPSIS


def _columns(character: str) -> int:
    if unicodedata.category(character) in _WITHOUT_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in _WIDE else 1
