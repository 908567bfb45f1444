"""The path of words through slices, as in figure 1 of Hamilton, Leskovec and Jurafsky (2016).

The nearest words of a word in all slices, and the word itself in the last one, are projected with their vectors of the
last slice in which they have one, onto two principal components. These points are fixed. The word's vector in each
slice is then placed at the mean of the fixed neighbours that are most similar to it, weighted by squared cosine.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.plots import canvas, lettering
from wordvec.plots.placement import Box, placed
from wordvec.representation import short
from wordvec.rows import unit_float64
from wordvec.slices.trace import hint, spelled
from wordvec.vectors import Vectors

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Points = NDArray[np.float64]
NEAREST = 3
"""Number of fixed words by which a position is computed in the plane."""
MARGIN = 0.08
"""Share of the panel's sides without points."""
LEAST_PANEL = 30.0
"""Least height of a panel in points."""


class Path(NamedTuple):
    """Points of a word in each slice that has it, and of its neighbours, in one plane."""

    word: str
    slices: list[str]
    steps: Points
    neighbours: list[str]
    fixed: Points

    def __repr__(self) -> str:
        return short(self)


def laid_out(slices: Mapping[str, Vectors], word: str, neighbours: int) -> Path:
    """Return the path of a word.

    Raises
    ------
    InputError
        If fewer than two slices have the word.
    """
    word = spelled(slices, word)
    having = [name for name, vectors in slices.items() if vectors.covers(word)]
    if len(having) < 2:
        lacking = f"{word}: found in {len(having)} of the slices; a path needs at least two"
        raise InputError(lacking if having else lacking + hint(slices, word))
    near = list(
        dict.fromkeys(other for name in having for other, _ in slices[name].nearest(word, neighbours, exact=True))
    )
    latest = list(slices.values())[::-1]
    rows = [next(vectors for vectors in latest if vectors.covers(other))[other] for other in near]
    fixed = unit_float64(np.array(rows, np.float64))
    own = unit_float64(np.array([slices[name][word] for name in having], np.float64))
    everything = np.concatenate([fixed, own[-1:]])
    mean = everything.mean(axis=0)
    _, _, axes = np.linalg.svd(everything - mean, full_matrices=False)
    plane = np.zeros((2, everything.shape[1]))
    plane[: min(2, len(axes))] = axes[:2]
    # The sign of a component is arbitrary; its largest number is positive, on every processor.
    plane *= np.where(plane[np.arange(2), np.abs(plane).argmax(axis=1)] < 0, -1, 1)[:, None]
    at = (fixed - mean) @ plane.T
    return Path(word, having, _steps(own, fixed, at), near, at)


def _steps(own: Points, fixed: Points, at: Points) -> Points:
    """Return the points of a word's vectors: means of their nearest fixed words, weighted by similarity."""
    found = []
    for cosines in own @ fixed.T:
        nearest = np.argsort(-cosines, kind="stable")[:NEAREST]
        weights = np.maximum(cosines[nearest], 1e-9) ** 2
        found.append(weights @ at[nearest] / weights.sum())
    return np.array(found)


def path(
    slices: Mapping[str, Vectors],
    words: str | Sequence[str],
    neighbours: int = 5,
    size: str = "paper",
    title: str | None = None,
) -> "Figure":
    """Draw the positions of words in all slices, among their nearest neighbours in any of them; a panel for each word.

    Parameters
    ----------
    slices
        Vectors by slice, in one space, in order.
    words
        A word, or several.
    neighbours
        Number of neighbours in each slice.
    size
        A name of `canvas.SIZES`, or ``WxH`` in inches.
    title
        Title above the panels, which are named by their words.

    Raises
    ------
    InputError
        If fewer than two slices have a word.
    SettingsError
        If the size is unknown, or too small for the words.
    """
    from matplotlib.figure import Figure

    width, height = canvas.inches(size)
    asked = [words] if isinstance(words, str) else list(words)
    paths = [laid_out(slices, word, neighbours) for word in asked]
    columns = min(len(paths), 2 if width < 8 or len(paths) == 4 else 3)
    lines = -(-len(paths) // columns)
    figure, font = Figure(figsize=(width, height)), canvas.points(width)
    panels = figure.subplots(lines, columns, squeeze=False).flatten()
    for panel in panels[len(paths) :]:
        panel.axis("off")
    text = (
        f"Grey: the {neighbours} nearest words of each slice, by two principal components in the last slice.\n"
        f"Orange: the word by slice, at the mean of the {NEAREST} most similar grey words (cf. Hamilton et al. 2016)."
    )
    head, foot = canvas.heading(figure, title, font), canvas.caption(figure, text, font) + 0.3 * font
    above, points = 2.0 * font, 72 * height
    between = 1.3 * above * (lines - 1)
    high = (points - head - above - foot - between) / lines
    if high < LEAST_PANEL:
        needed = math.ceil((points + lines * (LEAST_PANEL - high)) / 7.2) / 10
        fewer = "use fewer words or a larger size" if lines > 1 else "use a larger size"
        raise SettingsError(f": the panels need a height of {needed:g} inches; {fewer}", setting="size")
    top, gap = 1 - (head + above) / points, 1.3 * above / high
    figure.subplots_adjust(left=0.01, right=0.99, bottom=foot / points, top=top, wspace=0.03, hspace=gap)
    drawings = [_Drawing(figure, panel, found) for panel, found in zip(panels, paths, strict=False)]
    least = min(drawing.font(font) for drawing in drawings)
    for drawing in drawings:
        drawing.draw(font, least)
    return figure


class _Drawing:
    """A path in a panel, in points of the figure."""

    def __init__(self, figure: "Figure", panel: Any, found: Path) -> None:
        self.panel, self.found = panel, found
        box = panel.get_position()
        inches = figure.get_size_inches()
        self.width, self.height = (72 * long * share for long, share in zip(inches, box.size, strict=True))
        self.at = _spread(np.concatenate([found.steps, found.fixed]), self.width, self.height)
        self.names = [*found.slices, *found.neighbours]

    def font(self, largest: float) -> float:
        """Return the largest font with which no label covers another, at least `lettering.LEAST_FONT`."""
        font = largest
        while font > lettering.LEAST_FONT and _any_overlap(self.labels(font)):
            font = max(0.93 * font, lettering.LEAST_FONT)
        return font

    def labels(self, font: float) -> list[Box]:
        """Return the places of the labels of the steps and of the neighbours."""
        own = len(self.found.steps)
        sizes = [
            (font * (lettering.ems(name, "bold" if number < own else "normal") + 0.3), 1.15 * font)
            for number, name in enumerate(self.names)
        ]
        steps = self.at[:own]
        lines = np.concatenate([np.linspace(before, after, 50) for before, after in itertools.pairwise(steps)])
        return placed(self.at, sizes, Box(2, 2, self.width - 2, self.height - 2), 0.3 * font, lines)

    def draw(self, heading: float, font: float) -> None:
        """Draw points, arrows and labels."""
        panel = self.panel
        panel.set(xlim=(0, self.width), ylim=(0, self.height), xticks=[], yticks=[])
        panel.set_title(
            self.found.word, size=heading, weight="bold", loc="left", pad=0.3 * heading, color=canvas.ORANGE
        )
        panel._left_title.set_parse_math(False)
        for side in panel.spines.values():
            side.set_color("#cccccc")
        steps, fixed = self.at[: len(self.found.steps)], self.at[len(self.found.steps) :]
        panel.plot(*fixed.T, "o", color=canvas.GREY, markersize=0.25 * font, clip_on=False)
        for before, after in itertools.pairwise(steps):
            arrow = {
                "arrowstyle": "-|>",
                "color": canvas.ORANGE,
                "alpha": 0.55,
                "shrinkA": 2,
                "shrinkB": 2,
                "mutation_scale": font,
            }
            panel.annotate("", after, before, arrowprops=arrow)
        panel.plot(*steps.T, "o", color=canvas.ORANGE, markersize=0.45 * font)
        for number, (label, point) in enumerate(zip(self.labels(font), self.at, strict=True)):
            self._write(number, label, point, font)

    def _write(self, number: int, label: Box, point: Points, font: float) -> None:
        """Write a label, with a line to its point if that is far."""
        own = number < len(self.found.steps)
        colour = canvas.ORANGE if own else "#333333"
        middle = (label.left + label.right) / 2, (label.bottom + label.top) / 2
        nearest = np.clip(point, (label.left, label.bottom), (label.right, label.top))
        if np.hypot(*(nearest - point)) > 0.9 * font:
            self.panel.plot([point[0], nearest[0]], [point[1], nearest[1]], color=colour, lw=0.4, alpha=0.6)
        look = {"size": font, "color": colour, "weight": "bold" if own else "normal", "parse_math": False}
        self.panel.text(*middle, self.names[number], ha="center", va="center", **look)


def _any_overlap(boxes: Sequence[Box]) -> bool:
    return any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


def _spread(points: Points, width: float, height: float) -> Points:
    """Return points stretched to the panel's sides."""
    span = np.ptp(points, axis=0)
    scaled = (points - points.min(axis=0)) / np.where(span > 0, span, 1)
    scaled[:, span == 0] = 0.5
    room = np.array([width, height])
    stretched: Points = room * (MARGIN + (1 - 2 * MARGIN) * scaled)
    return stretched
