"""Sizes, colours, checks and files of all plots; the same data produce the same file."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wordvec.errors import SettingsError
from wordvec.files import replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ENDINGS = (".svg", ".png", ".pdf")
BLUE, ORANGE, GREY = "#1f5fa8", "#c4550a", "#666666"
SIZES = {"paper": (6.5, 5.0), "slide": (10.0, 5.6)}
"""Inches: the width of a page's text, and a slide of 16:9 below its title."""
LEAST_INCHES, MOST_INCHES = 2.0, 40.0
_OWN_SIZE = re.compile(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)")


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


def inches(size: str) -> tuple[float, float]:
    """Return the width and height of a size: a name of `SIZES`, or ``WxH`` in inches.

    Raises
    ------
    SettingsError
        If it is neither, or not between `LEAST_INCHES` and `MOST_INCHES`.
    """
    if size in SIZES:
        return SIZES[size]
    found = _OWN_SIZE.fullmatch(size)
    if not found:
        raise SettingsError(f"{size}: expected {', '.join(SIZES)} or WxH in inches, such as 7x5", setting="size")
    width, height = map(float, found.groups())
    if min(width, height) < LEAST_INCHES or max(width, height) > MOST_INCHES:
        raise SettingsError(f"{size}: must be {LEAST_INCHES:g} to {MOST_INCHES:g} inches each", setting="size")
    return width, height


def points(width: float) -> float:
    """Return the font size for a figure of some width: larger on slides, smaller in the column of a paper."""
    return 7.0 if width < 4 else 9.0 if width < 8 else 13.0


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


def heading(figure: "Figure", title: str | None, font: float) -> float:
    """Write a title at the top left; return the points that it takes."""
    from wordvec.plots.lettering import LINE, wrapped

    if not title:
        return 0.0
    width, height = 72 * figure.get_size_inches()
    size = 1.2 * font
    lines = wrapped(title, 0.9 * (width - font) / size)
    at = (0.5 * font / width, 1 - 0.5 * font / height)
    figure.text(*at, "\n".join(lines), size=size, weight="bold", va="top", parse_math=False, linespacing=LINE)
    return len(lines) * LINE * size + 0.5 * font


def caption(figure: "Figure", text: str, font: float) -> float:
    """Write a text of whole lines at the bottom left; return the points that it takes."""
    from wordvec.plots.lettering import LINE, wrapped

    width, height = 72 * figure.get_size_inches()
    size = 0.8 * font
    lines = wrapped(text, 0.97 * (width - font) / size)
    at = (0.5 * font / width, 0.4 * font / height)
    figure.text(*at, "\n".join(lines), size=size, color=GREY, va="bottom", parse_math=False, linespacing=LINE)
    return len(lines) * LINE * size + 0.8 * font
