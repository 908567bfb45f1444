"""Numbers with nouns, and enumerations, for messages."""

from collections.abc import Sequence


def quantity(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun in the singular or plural.

    >>> quantity(1, "block"), quantity(1200, "block"), quantity(0, "entry", "entries")
    ('1 block', '1,200 blocks', '0 entries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(items: Sequence[str]) -> str:
    """Return an enumeration in words.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def some(items: Sequence[str], shown: int = 5) -> str:
    """Return the first items of a list, and the number of the others.

    >>> some(["a", "b"]), some(list("abcdefg"), 3)
    ('a, b', 'a, b, c and 4 more')
    """
    more = len(items) - shown
    return ", ".join(items[:shown]) + (f" and {quantity(more, 'more', 'more')}" if more > 0 else "")


def unknown_of(words: Sequence[str]) -> str:
    """Return the end of a message that too few words are known: the unknown ones, if there are any, and advice.

    >>> unknown_of([]), unknown_of(["a", "b"])
    ('', ' (unknown: a, b); check language and case')
    """
    return f" (unknown: {some(words)}); check language and case" if words else ""
