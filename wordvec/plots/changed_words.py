"""The words that changed most, with the direction of their change."""

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordvec.errors import InputError, SettingsError
from wordvec.plots import canvas, lettering

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ABRIDGED = ((22, 2, 22), (22, 1, 16), (22, 1, 11), (12, 1, 11))
"""Most letters of a word, number of neighbours in each slice and most letters of them together, by width of figure."""
COMFORTABLE = 6.0
"""Font for which fewer letters are written."""
HEADER = "neighbours before \u2192 after"
SMALLER = 0.85
"""Font of neighbours and numbers, as a multiple of that of words."""
LEAST_AXES = 0.28
"""Least share of the width for the values."""
ROW = 1.2
"""Least height of a row, as a multiple of the font size."""


def changes(
    rows: Sequence[Mapping[str, str]],
    number: int = 20,
    by: str = "cosine",
    size: str | None = None,
    title: str | None = None,
) -> "Figure":
    """Draw the words that changed most: value, interval if there is one, expected value, neighbours before and after.

    Parameters
    ----------
    rows
        Rows of the CSV that ``wordvec compass change`` writes, in their order.
    number
        Number of words.
    by
        Measure of change.
    size
        A name of `canvas.SIZES`, or ``WxH`` in inches; default: as high as the words need.
    title
        Title.

    Raises
    ------
    SettingsError
        If the size is unknown, or too small for the words.
    """
    from matplotlib.figure import Figure

    shown = rows[:number][::-1]
    width, height = (6.5, 1.3 + 0.3 * len(shown)) if size is None else canvas.inches(size)
    wide = 72 * width * (1 - LEAST_AXES)
    for letters, *named in ABRIDGED:
        labels = [f"{lettering.cut(row['word'], letters)}  {row['count_a']}/{row['count_b']}" for row in shown]
        directions = [_direction(row, *named) for row in shown]
        left = lettering.widest(labels) + 1.5
        right = SMALLER * lettering.widest([*directions, HEADER]) + 1.7
        font = min(canvas.points(width), wide / (left + right))
        if font >= COMFORTABLE:
            break
    figure = Figure(figsize=(width, height))
    head = canvas.heading(figure, title, font) + 1.7 * font
    foot = canvas.caption(figure, _explanation(shown, by), font) + 1.9 * font
    room = (72 * height - head - foot) / max(1, len(shown)) / ROW
    if min(font, room) < lettering.LEAST_FONT:
        raise SettingsError(_too_small(len(shown), room, (head + foot) / 72), setting="size")
    font = min(font, room)
    box = (left * font / 72 / width, foot / 72 / height)
    axes = figure.add_axes((*box, 1 - box[0] - right * font / 72 / width, 1 - box[1] - head / 72 / height))
    for at, row in enumerate(shown):
        _draw(axes, at, row, by, font)
    beside: dict[str, Any] = {"xycoords": axes.get_yaxis_transform(), "textcoords": "offset points", "va": "center"}
    beside |= {"xytext": (0.7 * font, 0), "size": SMALLER * font, "parse_math": False}
    for at, text in enumerate(directions):
        axes.annotate(text, (1, at), **beside)
    above = beside | {"xycoords": "axes fraction", "xytext": (0.7 * font, 0.8 * font)}
    axes.annotate(HEADER, (1, 1), style="italic", **above)
    axes.set_yticks(range(len(shown)), labels, size=font)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)
    axes.set_ylim(-0.7, len(shown) - 0.3)
    axes.tick_params(length=0.35 * font, pad=0.35 * font)
    axes.tick_params(axis="x", labelsize=SMALLER * font)
    axes.grid(axis="x", alpha=0.3)
    return figure


def _draw(axes: Any, at: int, row: Mapping[str, str], by: str, font: float) -> None:
    """Draw the value of a word, its interval and the value expected without change."""
    value, low, high, median = (_number(row, f"{by}{part}") for part in ("", "_low", "_high", "_usual"))
    colour = canvas.GREY if row["changed"] != "1" else canvas.BLUE if row["rare"] == "1" else canvas.ORANGE
    axes.plot([low, high], [at, at], color=colour, lw=0.14 * font)
    axes.plot(value, at, "o", color=colour, markersize=0.5 * font)
    axes.plot(median, at, "|", color=canvas.GREY, markersize=font)


def _explanation(rows: Sequence[Mapping[str, str]], by: str) -> str:
    """Return the caption: what lines, ticks and colours are."""
    intervals = any(_number(row, f"{by}_low") == _number(row, f"{by}_low") for row in rows)
    lines = "; lines: 95 % intervals" if intervals else ""
    return (
        f"Dots: {by}{lines}; ticks: expected without change.\n"
        "Orange: changed; blue: changed, but rare; grey: not significant."
    )


def _too_small(words: int, room: float, margins: float) -> str:
    """Return the message on a size that is too small for the words."""
    height = margins + words * ROW * lettering.LEAST_FONT / 72
    if room < lettering.LEAST_FONT:
        return (
            f": {words} words need a height of {math.ceil(10 * height) / 10:g} inches; use fewer words or a larger size"
        )
    return ": the words and their neighbours are too long for this width; use a larger size"


def read_changes(path: Path) -> list[dict[str, str]]:
    """Return the rows of the CSV that ``wordvec compass change`` writes.

    Raises
    ------
    InputError
        If the file cannot be read, or is another one.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if not rows or not {"word", "count_a", "count_b", "cosine_usual", "changed", "rare"} <= rows[0].keys():
        raise InputError(f"{path}: is not a table written by wordvec compass change -o, or is empty")
    return rows


def _direction(row: Mapping[str, str], neighbours: int, letters: int) -> str:
    """Return the nearest words before and after, those that are new in each."""
    before, after = (row.get(f"neighbours_{side}", "").split() for side in "ab")
    new = [[word for word in own if word not in other] or own for own, other in ((before, after), (after, before))]
    return " \u2192 ".join(lettering.cut(", ".join(words[:neighbours]), letters) for words in new)


def _number(row: Mapping[str, str], column: str) -> float:
    return float(row[column]) if row.get(column) else float("nan")
