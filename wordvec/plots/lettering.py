"""Widths of texts in points, by which plots are laid out, and texts that are broken or cut to fit."""

from collections.abc import Sequence
from functools import lru_cache

LEAST_FONT = 5.0
"""Smallest font in points; a picture that needs a smaller one is unreadable."""
LINE = 1.25
"""Height of a line, as a multiple of the font size."""


HINTING = 1.05
"""Largest width of a text in pixels, as a multiple of that of its outlines."""


@lru_cache(maxsize=4096)
def ems(text: str, weight: str = "normal") -> float:
    """Return the width of a text as a multiple of its font size."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    if not text.strip():
        return 0.5 * len(text)
    extent = TextPath((0, 0), text, size=100, prop=FontProperties(weight=weight), usetex=False).get_extents()
    return HINTING * float(extent.width) / 100


def widest(texts: Sequence[str], weight: str = "normal") -> float:
    """Return the width of the widest text as a multiple of the font size."""
    return max((ems(text, weight) for text in texts), default=0.0)


def cut(text: str, letters: int) -> str:
    """Return a text of at most some letters, the last of which is an ellipsis if more were cut off."""
    return text if len(text) <= letters else f"{text[: letters - 1]}\u2026"


def wrapped(text: str, width: float) -> list[str]:
    """Return the lines of a text whose widths are at most `width` times the font size, where words permit."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and ems(longer) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines
