"""Values with intervals: a row for each name, or a line through the steps of a path for each."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from wordvec.errors import SettingsError
from wordvec.plots import canvas, lettering

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = (canvas.BLUE, canvas.ORANGE, "#2a7d3f", "#8a3f9e", "#8c6d1f", "#b02a4c", "#1c8080", "#555555")
"""Colours of lines, repeated with other marks."""
MARKS = ("o", "s", "^", "D")
LETTERS = 40
"""Most letters of a name."""
ROW = 1.2
"""Least height of a row, as a multiple of the font size."""


class Value(NamedTuple):
    """A value with its interval, and the value of a baseline; None if it is missing."""

    value: float | None
    low: float | None = None
    high: float | None = None
    baseline: float | None = None


def rows(
    values: Mapping[str, Value], label: str, caption: str = "", size: str | None = None, title: str | None = None
) -> "Figure":
    """Draw values with their intervals and baselines, a row for each name, and a line at 0.

    Parameters
    ----------
    values
        Values by name, from the top.
    label
        Name of the value.
    caption
        Text below.
    size
        A name of `canvas.SIZES`, or ``WxH`` in inches; default: as high as the rows need.
    title
        Title.

    Raises
    ------
    SettingsError
        If the size is unknown, or too small for the names.
    """
    from matplotlib.figure import Figure

    names = [lettering.cut(name, LETTERS) for name in values][::-1]
    width, height = (6.5, 1.3 + 0.25 * len(names)) if size is None else canvas.inches(size)
    figure = Figure(figsize=(width, height))
    left = lettering.widest(names) + 1.5
    font = min(canvas.points(width), 36 * width / left)
    head = canvas.heading(figure, title, font) + 0.7 * font
    foot = canvas.caption(figure, caption, font) + 3.2 * font
    room = (72 * height - head - foot) / max(1, len(names)) / ROW
    if min(font, room) < lettering.LEAST_FONT:
        needed = math.ceil((head + foot + len(names) * ROW * lettering.LEAST_FONT) / 7.2) / 10
        raise SettingsError(
            f": {len(names)} rows need a height of {needed:g} inches; use fewer words or a larger size", setting="size"
        )
    font = min(font, room)
    axes = figure.add_axes(_box(figure, left * font, font, head, foot))
    for at, one in enumerate([*values.values()][::-1]):
        _draw_interval(axes, [one.low, one.high], [at, at], font, canvas.BLUE)
        if one.baseline is not None:
            axes.plot(one.baseline, at, "|", color=canvas.GREY, markersize=font, markeredgewidth=0.2 * font)
        if one.value is not None:
            axes.plot(one.value, at, "o", color=canvas.BLUE, markersize=0.5 * font)
    axes.axvline(0, color=canvas.GREY, lw=0.08 * font)
    axes.set_yticks(range(len(names)), names, size=font)
    axes.set_ylim(-0.7, len(names) - 0.3)
    axes.set_xlabel(label, size=0.85 * font, parse_math=False)
    _finish(axes, font, "x")
    return figure


def path(
    values: Mapping[str, Mapping[str, Value]],
    label: str,
    caption: str = "",
    size: str | None = None,
    title: str | None = None,
) -> "Figure":
    """Draw the values of names through the steps of a path, a line with intervals for each name.

    Parameters
    ----------
    values
        Values by name and step; all names have the same steps.
    label, caption, size, title
        As for `rows`; the default size is ``paper``.

    Raises
    ------
    SettingsError
        If the size is unknown.
    """
    from matplotlib.figure import Figure

    width, height = canvas.inches(size or "paper")
    figure = Figure(figsize=(width, height))
    steps = [lettering.cut(step, LETTERS) for step in next(iter(values.values()))]
    names = [lettering.cut(name, LETTERS) for name in values]
    font = min(canvas.points(width), 24 * width / lettering.widest(names))
    head = canvas.heading(figure, title, font) + 0.7 * font
    right = (lettering.widest(names) + 3.5) * font
    slanted = lettering.widest(steps) * font * len(steps) > 72 * width - right - 5 * font
    below = (0.7 * lettering.widest(steps) + 1.5 if slanted else 2.0) * font
    foot = canvas.caption(figure, caption, font) + below
    if 72 * height - head - foot < 6 * font:
        raise SettingsError(": too low for the names of the steps; use a larger size", setting="size")
    axes = figure.add_axes(_box(figure, 5 * font, right, head, foot))
    for number, (name, line) in enumerate(zip(names, values.values(), strict=True)):
        colour, mark = COLOURS[number % len(COLOURS)], MARKS[number // len(COLOURS) % len(MARKS)]
        shift = 0.05 * (number - (len(names) - 1) / 2) / max(1, len(names) - 1) * 2
        places = [at + shift for at in range(len(line))]
        for at, one in zip(places, line.values(), strict=True):
            _draw_interval(axes, [at, at], [one.low, one.high], font, colour)
        heights = [math.nan if one.value is None else one.value for one in line.values()]
        axes.plot(places, heights, mark, ls="-", color=colour, markersize=0.5 * font, lw=0.1 * font, label=name)
    axes.axhline(0, color=canvas.GREY, lw=0.08 * font)
    turned: dict[str, Any] = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if slanted else {}
    axes.set_xticks(range(len(steps)), steps, size=font, **turned)
    axes.set_ylabel(label, size=0.85 * font, parse_math=False)
    legend = axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=font, borderaxespad=0)
    for text in legend.get_texts():
        text.set_parse_math(False)
    _finish(axes, font, "y")
    return figure


def _draw_interval(axes: Any, x: Sequence[float | None], y: Sequence[float | None], font: float, colour: str) -> None:
    if None not in (*x, *y):
        axes.plot(x, y, color=colour, lw=0.14 * font, alpha=0.6)


def _box(figure: "Figure", left: float, right: float, head: float, foot: float) -> tuple[float, float, float, float]:
    """Return the place of axes between margins in points."""
    width, height = 72 * figure.get_size_inches()
    return left / width, foot / height, 1 - (left + right) / width, 1 - (head + foot) / height


def _finish(axes: Any, font: float, along: str) -> None:
    for name in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        name.set_parse_math(False)
    axes.tick_params(length=0.35 * font, pad=0.35 * font)
    axes.tick_params(axis=along, labelsize=0.85 * font)
    axes.grid(axis=along, alpha=0.3)
