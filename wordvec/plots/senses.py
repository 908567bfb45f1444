"""Maps of the senses of words among their neighbours: a panel for each word, a colour for each sense.

The unit vectors of a word's senses and of the words nearest to each are projected onto their two principal components.
"""

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.plots import canvas, lettering
from wordvec.plots.placement import Box, placed
from wordvec.representation import short
from wordvec.rows import unit_float64
from wordvec.vectors import Vectors

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Points = NDArray[np.float64]
COLOURS = (canvas.ORANGE, canvas.BLUE, "#2a7d3f", "#8a3f9e", "#8c6d1f", "#b02a4c", "#1c8080", "#555555")
"""Colours of senses, by falling share; the last for all further ones."""
MARGIN = 0.09
"""Share of the panel's sides without points."""
LEAST_PANEL = 60.0
"""Least height of a panel in points."""


class SenseMap(NamedTuple):
    """Points of the senses of a word and of their neighbours in a plane, and the sense of each."""

    word: str
    senses: list[str]
    names: list[str]
    owners: list[int]
    at: Points

    def __repr__(self) -> str:
        return short(self)


def mapped(vectors: Vectors, word: str, neighbours: int) -> SenseMap:
    """Return the map of a word's senses.

    A word that is near to several senses belongs to the nearest.

    Raises
    ------
    InputError
        If the vectors have no senses, or the word is unknown.
    """
    senses = vectors.senses(word)
    found = vectors.nearest([sense.name for sense in senses], neighbours, exact=True)
    best: dict[str, tuple[float, int]] = {}
    for number, near in enumerate(found):
        for name, cosine in near:
            if name not in best or cosine > best[name][0]:
                best[name] = cosine, number
    rows = np.array([*(sense.vector for sense in senses), *(vectors[name] for name in best)], np.float64)
    units = unit_float64(rows)
    centred = units - units.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    plane = np.zeros((2, centred.shape[1]))
    plane[: min(2, len(axes))] = axes[:2]
    # The sign of a component is arbitrary; its largest number is positive, on every processor.
    plane *= np.where(plane[np.arange(2), np.abs(plane).argmax(axis=1)] < 0, -1, 1)[:, None]
    labels = [sense.name if sense.share is None else f"{sense.name} {100 * sense.share:.0f} %" for sense in senses]
    owners = [*range(len(senses)), *(number for _, number in best.values())]
    return SenseMap(word, labels, list(best), owners, centred @ plane.T)


def senses(
    vectors: Vectors, words: str | Sequence[str], neighbours: int = 6, size: str = "paper", title: str | None = None
) -> "Figure":
    """Draw the senses of words among their nearest neighbours; a panel for each word, a colour for each sense.

    Parameters
    ----------
    vectors
        Vectors with senses.
    words
        A word, or several.
    neighbours
        Number of neighbours of each sense.
    size
        A name of `canvas.SIZES`, or ``WxH`` in inches.
    title
        Title above the panels, which are named by their words.

    Raises
    ------
    InputError
        If the vectors have no senses, or a word is unknown.
    SettingsError
        If the size is unknown, or too small for the words.
    """
    from matplotlib.figure import Figure

    width, height = canvas.inches(size)
    asked = [words] if isinstance(words, str) else list(words)
    if not asked:
        raise InputError("a map of senses needs at least one word")
    maps = [mapped(vectors, word, neighbours) for word in asked]
    columns = min(len(maps), 2 if width < 8 or len(maps) == 4 else 3)
    lines = -(-len(maps) // columns)
    figure, font = Figure(figsize=(width, height)), canvas.points(width)
    panels = figure.subplots(lines, columns, squeeze=False).flatten()
    for panel in panels[len(maps) :]:
        panel.axis("off")
    text = (
        f"Bold: senses with their shares of the tokens; in their colours the {neighbours} nearest words of each. "
        "Two principal components of each panel's unit vectors."
    )
    head, foot = canvas.heading(figure, title, font), canvas.caption(figure, text, font) + 0.3 * font
    above, points = 2.0 * font, 72 * height
    high = (points - head - above - foot - 1.3 * above * (lines - 1)) / lines
    if high < LEAST_PANEL:
        needed = math.ceil((points + lines * (LEAST_PANEL - high)) / 7.2) / 10
        raise SettingsError(f": the panels need a height of {needed:g} inches; use a larger size", setting="size")
    top, gap = 1 - (head + above) / points, 1.3 * above / high
    figure.subplots_adjust(left=0.01, right=0.99, bottom=foot / points, top=top, wspace=0.03, hspace=gap)
    for panel, found in zip(panels, maps, strict=False):
        _draw(figure, panel, found, font)
    return figure


def _draw(figure: "Figure", panel: Any, found: SenseMap, font: float) -> None:
    """Draw a map in a panel, with the largest font with which no label covers another."""
    box = panel.get_position()
    width, height = (72 * long * share for long, share in zip(figure.get_size_inches(), box.size, strict=True))
    at = _spread(found.at, width, height)
    texts, own, size = [*found.senses, *found.names], len(found.senses), font
    boxes = _labels(texts, own, at, (width, height), size)
    while size > lettering.LEAST_FONT and any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2)):
        size = max(0.93 * size, lettering.LEAST_FONT)
        boxes = _labels(texts, own, at, (width, height), size)
    panel.set(xlim=(0, width), ylim=(0, height), xticks=[], yticks=[])
    panel.set_title(found.word, size=font, weight="bold", loc="left", pad=0.3 * font)
    panel._left_title.set_parse_math(False)
    for side in panel.spines.values():
        side.set_color("#cccccc")
    for number, (text, label, point, owner) in enumerate(zip(texts, boxes, at, found.owners, strict=True)):
        colour, is_sense = COLOURS[min(owner, len(COLOURS) - 1)], number < own
        panel.plot(*point, "o", color=colour, markersize=(0.6 if is_sense else 0.25) * size, clip_on=False)
        nearest = np.clip(point, (label.left, label.bottom), (label.right, label.top))
        if np.hypot(*(nearest - point)) > 0.9 * size:
            panel.plot([point[0], nearest[0]], [point[1], nearest[1]], color=colour, lw=0.4, alpha=0.6)
        middle = (label.left + label.right) / 2, (label.bottom + label.top) / 2
        look = {"size": size, "color": colour, "weight": "bold" if is_sense else "normal", "parse_math": False}
        panel.text(*middle, text, ha="center", va="center", **look)


def _labels(texts: Sequence[str], own: int, at: Points, room: tuple[float, float], font: float) -> list[Box]:
    """Return the places of labels, of which the first `own` are bold."""
    sizes = [
        (font * (lettering.ems(text, "bold" if number < own else "normal") + 0.3), 1.15 * font)
        for number, text in enumerate(texts)
    ]
    return placed(at, sizes, Box(2, 2, room[0] - 2, room[1] - 2), 0.3 * font, np.empty((0, 2)))


def _spread(points: Points, width: float, height: float) -> Points:
    """Return points stretched to the panel's sides."""
    span = np.ptp(points, axis=0)
    scaled = (points - points.min(axis=0)) / np.where(span > 0, span, 1)
    scaled[:, span == 0] = 0.5
    stretched: Points = np.array([width, height]) * (MARGIN + (1 - 2 * MARGIN) * scaled)
    return stretched
