"""Pictures of what compared slices show: a word's path, the words that changed, how alike slices are.

Each function gives a Matplotlib figure; `save` writes it, in the format of the file's ending. The same data give the
same file.
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
"""Words seen so often in every slice are what slices are compared by."""
_UNITS_PER_INCH = 100
_POINTS = 72 * maps.FONT / _UNITS_PER_INCH


def check(path: Path) -> None:
    """Refuse a picture that cannot be made: of an unknown ending, or without Matplotlib.

    Raises
    ------
    SettingsError
        In both cases.
    """
    if path.suffix not in ENDINGS:
        raise SettingsError(f"{path}: a picture ends with {', '.join(ENDINGS)}")
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise SettingsError("pictures need Matplotlib: pip install 'wordvec[plot]'") from error


def save(figure: "Figure", path: Path, overwrite: bool = False) -> None:
    """Write a picture, whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written, or exists and `overwrite` is false.
    """
    import matplotlib as mpl

    undated = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix)
    # Letters stay text in SVG; its random names are made from a fixed word.
    settings: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "wordvec"}
    with mpl.rc_context(settings), replacing(path, overwrite) as temporary:
        figure.savefig(temporary, format=path.suffix[1:], dpi=150, metadata=undated)


def path(slices: Mapping[str, Vectors], word: str, neighbours: int = 8) -> "Figure":
    """Draw where a word stands in each slice, among the words nearest to it in any of them.

    Flattened by PCA of unit vectors (Hamilton, Leskovec and Jurafsky 2016 draw such maps); a neighbour stands where
    it does on the mean of all slices. Labels that find no room are left out.

    Raises
    ------
    InputError
        If fewer than two slices have the word.
    """
    having = [name for name, vectors in slices.items() if vectors.covers(word)]
    if len(having) < 2:
        raise InputError(f"{word}: is in {len(having)} of the slices; a path takes two")
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
    """Draw the words that changed most, each with its interval and what is usual by chance.

    Parameters
    ----------
    rows
        Of the CSV that ``wordvec compass change`` writes, which are in order.
    number
        How many words.
    by
        The measure.
    """
    shown = rows[:number][::-1]
    figure, axes = _figure(6.5, 1.2 + 0.22 * len(shown))
    for place, row in enumerate(shown):
        value, low, high, usual = (_number(row, f"{by}{part}") for part in ("", "_low", "_high", "_usual"))
        certain = row["changed"] == "1"
        colour = GREY if not certain else BLUE if row["rare"] == "1" else ORANGE
        axes.plot([low, high], [place, place], color=colour, lw=1.2)
        axes.plot(value, place, "o", color=colour, markersize=4.5)
        axes.plot(usual, place, "|", color=GREY, markersize=9)
    axes.set_yticks(range(len(shown)), [f"{row['word']}  {row['count_a']}/{row['count_b']}" for row in shown])
    axes.set_ylim(-0.8, len(shown) - 0.2)
    axes.set_xlabel(f"{by}, 95 % intervals; ticks: what is usual by chance")
    for colour, text in ((ORANGE, "changed"), (BLUE, "changed, but rare"), (GREY, "perhaps chance")):
        axes.plot([], [], "o", color=colour, markersize=4.5, label=text)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=8)
    axes.grid(axis="x", alpha=0.3)
    figure.set_layout_engine("tight")
    return figure


def self_similarity(slices: Mapping[str, Vectors]) -> NDArray[np.float64]:
    """Give the mean cosine of words to themselves (slices, slices), over words that all have `OFTEN` times.

    Raises
    ------
    InputError
        If there are none.
    """
    often = [_often(vectors) for vectors in slices.values()]
    words = sorted(set.intersection(*often))
    if not words:
        raise InputError(f"no word is seen {OFTEN} times in every slice, so nothing can be compared")
    vectors = list(slices.values())
    return np.array([[cosines(one, other, words).mean() for other in vectors] for one in vectors])


def heat_map(slices: Mapping[str, Vectors]) -> "Figure":
    """Draw how alike slices are, by `self_similarity`.

    Raises
    ------
    InputError
        If no word is seen often enough in every slice.
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
    """Read the CSV that ``wordvec compass change`` writes.

    Raises
    ------
    InputError
        If it cannot be read, or is none.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if not rows or not {"word", "count_a", "count_b", "cosine_usual", "changed", "rare"} <= rows[0].keys():
        raise InputError(f"{path}: is not a table made by wordvec compass change -o, or is empty")
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
        raise InputError("the counts of a slice's words are not known: its .vocab file is missing")
    return {vectors.words[row] for row in np.flatnonzero((vectors.counts >= OFTEN) & vectors.present)}


def _number(row: Mapping[str, str], column: str) -> float:
    return float(row[column]) if row.get(column) else float("nan")
