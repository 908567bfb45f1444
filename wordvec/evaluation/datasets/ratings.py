"""Ratings of several people side by side: which column is their mean, and whether columns are ratings at all."""

from collections.abc import Sequence

from wordvec.corpora.columns import number

_ROUNDING = 0.051
"""How far a published mean, rounded to a decimal, is from that of the ratings."""
_ONE_SCALE = 1.5
"""How far the highest ratings of several people on one scale are apart, as a factor."""
_MOST = 0.9

Columns = Sequence[Sequence[str]]
"""Cells by column."""


def mean_column(columns: Columns) -> int | None:
    """Return the first or last column if its numbers are the means of those in all others; otherwise None."""
    if len(columns) < 3:
        return None
    rows = list(zip(*(map(number, cells) for cells in columns), strict=False))
    for at in (0, len(columns) - 1):
        near = 0
        for row in rows:
            mean = row[at]
            known = [value for other, value in enumerate(row) if other != at and value is not None]
            near += mean is not None and bool(known) and abs(mean - sum(known) / len(known)) <= _ROUNDING
        if near >= _MOST * len(rows):
            return at
    return None


def are_single_ratings(columns: Columns) -> bool:
    """Return whether columns look like ratings by single people: in steps of a half, or three or more of one scale."""
    numbers = [[value for value in map(number, cells) if value is not None] for cells in columns]
    if all((2 * value).is_integer() for values in numbers for value in values):
        return True
    highest = [max(values) for values in numbers]
    return len(highest) > 2 and 0 < max(highest) <= _ONE_SCALE * min(highest)
