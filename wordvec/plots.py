"""Plots of compared slices: the path of a word, the words that changed, the self-similarity of slices.

Each function returns a Matplotlib figure; `save` writes it in the format of the file's ending. The same data produce
the same file.
"""

import csv
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.reporting import maps
from wordvec.files import replacing
from wordvec.rows import unit_float64
from wordvec.slices.measures import cosines
from wordvec.vectors import Vectors

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ENDINGS = (".svg", ".png", ".pdf")
BLUE, ORANGE, GREY = "#1f5fa8", "#c4550a", "#666666"
OFTEN = 50
"""Least frequency in every slice of the words by which slices are compared."""
_UNITS_PER_INCH = 100
_POINTS = 72 * maps.FONT / _UNITS_PER_INCH


def check(path: Path) -> None:
    """Check that a plot can be written.

    Raises
    ------
    SettingsError
        If the ending is unknown, or Matplotlib is not installed.
    """
    if path.suffix not in ENDINGS:
        raise SettingsError(f"{path}: the name of a plot must end with {', '.join(ENDINGS)}")
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise SettingsError("plots need Matplotlib: pip install matplotlib") from error


def save(figure: "Figure", path: Path, overwrite: bool = False) -> None:
    """Write a plot to a file, atomically.

    Raises
    ------
    OutputError
        If the file cannot be written, or exists and `overwrite` is false.
    """
    import matplotlib as mpl

    undated = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix)
    # Text stays text in SVG, and a fixed salt makes its random names reproducible.
    settings: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "wordvec"}
    with mpl.rc_context(settings), replacing(path, overwrite) as temporary:
        figure.savefig(temporary, format=path.suffix[1:], dpi=150, metadata=undated)


def path(slices: Mapping[str, Vectors], word: str, neighbours: int = 8) -> "Figure":
    """Draw the positions of a word in all slices, among its nearest neighbours in any of them.

    The map shows two principal components of unit vectors (such maps: Hamilton, Leskovec and Jurafsky 2016). The
    position of a neighbour is that of its mean over all slices. Labels without room are left out.

    Raises
    ------
    InputError
        If fewer than two slices have the word.
    """
    having = [name for name, vectors in slices.items() if vectors.covers(word)]
    if len(having) < 2:
        raise InputError(f"{word}: found in {len(having)} of the slices; a path needs at least two")
    near = dict.fromkeys(other for name in having for other, _ in slices[name].nearest(word, neighbours))
    where = [unit_float64(slices[name][word][None].astype(np.float64))[0] for name in having]
    means = [_mean(slices, other) for other in near]
    names = [*having, *near]
    rows = [f"{number}" for number in range(len(names))]
    points = maps.positions(Vectors(rows, np.array([*where, *means])), rows)
    labels = maps.labels(names, points, maps.scale(points))
    figure, axes = _figure(maps.WIDTH / _UNITS_PER_INCH, maps.HEIGHT / _UNITS_PER_INCH)
    axes.set_position((0, 0, 1, 1))
    axes.set(xlim=(0, maps.WIDTH), ylim=(maps.HEIGHT, 0))
    axes.axis("off")
    axes.text(maps.MARGIN / 2, maps.MARGIN * 0.7, word, fontsize=1.3 * _POINTS, weight="bold")
    steps = labels[: len(having)]
    for before, after in itertools.pairwise(steps):
        line = {"arrowstyle": "-|>", "color": ORANGE, "shrinkA": 3, "shrinkB": 3, "lw": 1}
        axes.annotate("", (after.x, after.y), (before.x, before.y), arrowprops=line)
    for number, label in enumerate(labels):
        colour = ORANGE if number < len(having) else GREY
        axes.plot(label.x, label.y, "o", color=colour, markersize=4 if number < len(having) else 2)
        if label.readable:
            axes.text(label.text_x, label.text_y, label.word, color=colour, fontsize=_POINTS)
    return figure


def changes(rows: Sequence[Mapping[str, str]], number: int = 30, by: str = "cosine") -> "Figure":
    """Draw the words that changed most, each with its interval and the median of its null distribution.

    Parameters
    ----------
    rows
        Rows of the CSV that ``wordvec compass change`` writes, in their order.
    number
        Number of words.
    by
        Measure of change.
    """
    shown = rows[:number][::-1]
    figure, axes = _figure(6.5, 1.2 + 0.22 * len(shown))
    for height, row in enumerate(shown):
        value, low, high, median = (_number(row, f"{by}{part}") for part in ("", "_low", "_high", "_usual"))
        certain = row["changed"] == "1"
        colour = GREY if not certain else BLUE if row["rare"] == "1" else ORANGE
        axes.plot([low, high], [height, height], color=colour, lw=1.2)
        axes.plot(value, height, "o", color=colour, markersize=4.5)
        axes.plot(median, height, "|", color=GREY, markersize=9)
    axes.set_yticks(range(len(shown)), [f"{row['word']}  {row['count_a']}/{row['count_b']}" for row in shown])
    axes.set_ylim(-0.8, len(shown) - 0.2)
    axes.set_xlabel(f"{by}, 95 % intervals; ticks: null distribution")
    for colour, text in ((ORANGE, "changed"), (BLUE, "changed, but rare"), (GREY, "not significant")):
        axes.plot([], [], "o", color=colour, markersize=4.5, label=text)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=8)
    axes.grid(axis="x", alpha=0.3)
    figure.set_layout_engine("tight")
    return figure


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


def heat_map(slices: Mapping[str, Vectors]) -> "Figure":
    """Draw the `self_similarity` of slices as a heat map.

    Raises
    ------
    InputError
        If no word is frequent enough in every slice.
    """
    alike, names = self_similarity(slices), list(slices)
    size = 2.2 + 0.45 * len(names)
    figure, axes = _figure(size + 0.8, size)
    others = alike[~np.eye(len(alike), dtype=bool)]
    image = axes.imshow(alike, cmap="Blues", vmin=float(others.min()) - 0.05, vmax=float(others.max()) + 0.02)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    dark = float(others.min() + others.max()) / 2
    for row, column in np.ndindex(*alike.shape):
        colour = "white" if alike[row, column] > dark else "black"
        text = f"{alike[row, column]:.2f}".removeprefix("0")
        axes.text(column, row, text, ha="center", va="center", fontsize=7, color=colour)
    figure.colorbar(image, ax=axes, label="mean cosine of words to themselves", shrink=0.8)
    figure.set_layout_engine("tight")
    return figure


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


def _figure(width: float, height: float) -> tuple["Figure", Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    return figure, figure.subplots()


def _mean(slices: Mapping[str, Vectors], word: str) -> NDArray[np.float64]:
    rows = np.array([vectors[word] for vectors in slices.values() if vectors.covers(word)], np.float64)
    mean: NDArray[np.float64] = unit_float64(rows).mean(axis=0)
    return mean


def _often(vectors: Vectors) -> set[str]:
    if vectors.counts is None:
        raise InputError("the counts of a slice are unknown: its .vocab file is missing")
    return {vectors.words[row] for row in np.flatnonzero((vectors.counts >= OFTEN) & vectors.present)}


def _number(row: Mapping[str, str], column: str) -> float:
    return float(row[column]) if row.get(column) else float("nan")
