"""Numbers with nouns for messages."""


def quantity(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun in the singular or plural.

    >>> quantity(1, "block"), quantity(1200, "block"), quantity(0, "entry", "entries")
    ('1 block', '1,200 blocks', '0 entries')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
