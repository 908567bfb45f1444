"""The words that changed most, with the direction of their change."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wordvec.errors import InputError
from wordvec.plots import canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NEIGHBOURS, MOST_LETTERS = 2, 22
"""Number of neighbours that are named in each slice, and the most letters of them together."""


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
    """
    shown = rows[:number][::-1]
    width = 6.5 if size is None else canvas.inches(size)[0]
    height = 1.3 + 0.36 * len(shown) if size is None else canvas.inches(size)[1]
    figure, axes = canvas.figure(width, height)
    font = min(canvas.points(width), 72 * (height - 1.2) / max(1, len(shown)) / 2.3)
    intervals = any(_number(row, f"{by}_low") == _number(row, f"{by}_low") for row in shown)
    for at, row in enumerate(shown):
        value, low, high, median = (_number(row, f"{by}{part}") for part in ("", "_low", "_high", "_usual"))
        certain = row["changed"] == "1"
        colour = canvas.GREY if not certain else canvas.BLUE if row["rare"] == "1" else canvas.ORANGE
        axes.plot([low, high], [at, at], color=colour, lw=1.2)
        axes.plot(value, at, "o", color=colour, markersize=4.5)
        axes.plot(median, at, "|", color=canvas.GREY, markersize=9)
        axes.text(
            1.02,
            at,
            _direction(row),
            transform=axes.get_yaxis_transform(),
            size=font * 0.85,
            va="center",
            parse_math=False,
        )
    axes.set_yticks(
        range(len(shown)), [f"{row['word']}  {row['count_a']}/{row['count_b']}" for row in shown], size=font
    )
    for label in axes.get_yticklabels():
        label.set_parse_math(False)
    axes.set_ylim(-0.8, len(shown) - 0.2)
    lines = "; lines: 95 % intervals" if intervals else ""
    axes.set_xlabel(f"{by}{lines}; ticks: expected without change", size=font)
    axes.tick_params(axis="x", labelsize=font)
    axes.text(
        1.02,
        1.0,
        "neighbours before \u2192 after",
        transform=axes.transAxes,
        size=font * 0.85,
        va="bottom",
        style="italic",
    )
    for colour, text in (
        (canvas.ORANGE, "changed"),
        (canvas.BLUE, "changed, but rare"),
        (canvas.GREY, "not significant"),
    ):
        axes.plot([], [], "o", color=colour, markersize=4.5, label=text)
    figure.legend(loc="lower left", ncols=3, frameon=False, fontsize=0.9 * font)
    axes.grid(axis="x", alpha=0.3)
    if title:
        figure.suptitle(title, size=1.2 * font, weight="bold", x=0.01, ha="left")
    left, foot, head = 0.22, 1.0 / height, (0.6 if title else 0.3) / height
    figure.subplots_adjust(left=left, right=0.5, bottom=foot, top=1 - head)
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


def _direction(row: Mapping[str, str]) -> str:
    """Return the nearest words before and after, those that are new in each."""
    before, after = (row.get(f"neighbours_{side}", "").split() for side in "ab")
    return " \u2192 ".join(
        _first([word for word in own if word not in other] or own) for own, other in ((before, after), (after, before))
    )


def _first(words: Sequence[str]) -> str:
    text = ", ".join(words[:NEIGHBOURS])
    return text if len(text) <= MOST_LETTERS else f"{text[: MOST_LETTERS - 1]}\u2026"


def _number(row: Mapping[str, str], column: str) -> float:
    return float(row[column]) if row.get(column) else float("nan")
