"""The similarity of slices: the mean cosine of frequent words to themselves."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.plots import canvas, lettering
from wordvec.slices.measures import cosines
from wordvec.vectors import Vectors

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OFTEN = 50
"""Least frequency in every slice of the words by which slices are compared."""
BAR = 5.0
"""Width of the colour bar with its numbers, as a multiple of the font size."""
TICK = 1.0
"""Length of a tick and its distance from the name, as a multiple of the font size."""
LETTERS = 30
"""Most letters of a slice's name."""
LEAST_NUMBERS = 4.0
"""Smallest font of the numbers in cells."""
LEAST_SQUARE = 20.0
"""Least side of the heat map in points."""
DARK = 0.7
"""Position on the colour scale above which numbers are white."""
CAPTION = "Mean cosine of frequent words to themselves."


def self_similarity(slices: Mapping[str, Vectors]) -> NDArray[np.float64]:
    """Return the mean cosine of words to themselves in each pair of slices, (slices, slices) float64.

    The mean is over words of frequency `OFTEN` or more in every slice.

    Raises
    ------
    InputError
        If there is no such word.
    """
    often = [_often(vectors) for vectors in slices.values()]
    words = sorted(set.intersection(*often))
    if not words:
        raise InputError(f"no word has frequency {OFTEN} or more in every slice; the slices cannot be compared")
    vectors = list(slices.values())
    return np.array([[cosines(one, other, words).mean() for other in vectors] for one in vectors])


def heat_map(slices: Mapping[str, Vectors], size: str | None = None, title: str | None = None) -> "Figure":
    """Draw the `self_similarity` of slices as a heat map.

    Raises
    ------
    InputError
        If there are fewer than two slices, or no word is frequent enough in every slice.
    SettingsError
        If the size is unknown, or too small for the names.
    """
    from matplotlib.figure import Figure

    if len(slices) < 2:
        raise InputError(f"a comparison needs at least two slices; got {len(slices)}")
    alike, names = self_similarity(slices), [lettering.cut(name, LETTERS) for name in slices]
    side = 2.2 + 0.45 * len(names)
    width, height = (side + 0.8, side) if size is None else canvas.inches(size)
    figure = Figure(figsize=(width, height))
    font = _font(width, height, names)
    head = canvas.heading(figure, title, font)
    foot = canvas.caption(figure, CAPTION, font)
    label = (lettering.widest(names) + TICK) * font
    square = min(72 * width - label - (BAR + 1.5) * font, 72 * height - label - font - head - foot)
    if square < LEAST_SQUARE:
        raise SettingsError(": the names of the slices are too long for this size; use a larger one", setting="size")
    left = max(label + 0.5 * font, (72 * width - square - BAR * font) / 2)
    bottom = 72 * height - head - 0.5 * font - square
    axes = figure.add_axes(_shares(figure, left, bottom, square, square))
    others = alike[~np.eye(len(alike), dtype=bool)]
    low, high = float(others.min()) - 0.05, min(float(others.max()) + 0.02, 1.0)
    image = axes.imshow(alike, cmap="Blues", vmin=low, vmax=high)
    # Each name has a line, so that in a small figure not every slice is named.
    step = math.ceil(1.1 * font * len(names) / square)
    axes.set_xticks(range(0, len(names), step), names[::step], rotation=90, size=font)
    axes.set_yticks(range(0, len(names), step), names[::step], size=font)
    for name in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        name.set_parse_math(False)
    axes.tick_params(length=0.4 * font, pad=0.4 * font)
    _number(axes, alike, min(0.8 * font, square / len(names) / 2.4), low + DARK * (high - low))
    bar = figure.add_axes(_shares(figure, left + square + font, bottom, font, square))
    figure.colorbar(image, cax=bar)
    bar.tick_params(labelsize=0.8 * font)
    return figure


def _font(width: float, height: float, names: Sequence[str]) -> float:
    """Return the largest font with which names take at most a third of the figure, and have a line each."""
    least = 72 * min(width, height)
    wanted = min(canvas.points(width), least / 3 / lettering.widest(names), 0.5 * least / len(names))
    return max(wanted, lettering.LEAST_FONT)


def _shares(figure: "Figure", *box: float) -> tuple[float, float, float, float]:
    """Return left, bottom, width and height in points as shares of the figure."""
    width, height = 72 * figure.get_size_inches()
    left, bottom, wide, high = box
    return left / width, bottom / height, wide / width, high / height


def _number(axes: Any, alike: NDArray[np.float64], font: float, dark: float) -> None:
    """Write the numbers into the cells, unless these are too small."""
    if font < LEAST_NUMBERS:
        return
    for row, column in np.ndindex(*alike.shape):
        colour = "white" if alike[row, column] > dark else "black"
        text = f"{alike[row, column]:.2f}".removeprefix("0")
        axes.text(column, row, text, ha="center", va="center", fontsize=font, color=colour)


def _often(vectors: Vectors) -> set[str]:
    if vectors.counts is None:
        raise InputError("the counts of a slice are unknown: its .vocab file is missing")
    return {vectors.words[row] for row in np.flatnonzero((vectors.counts >= OFTEN) & vectors.present)}
