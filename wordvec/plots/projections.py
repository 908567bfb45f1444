"""Projections of words on an axis: rows with intervals, or paths through slices."""

from typing import TYPE_CHECKING, Any

from wordvec.evaluation.associations.projections import Projections
from wordvec.plots import values
from wordvec.plots.values import Value
from wordvec.wording import some

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def projections(found: Projections, size: str | None = None, title: str | None = None) -> "Figure":
    """Draw projections with their intervals; those of a path as a line for each word.

    Raises
    ------
    SettingsError
        If the size is unknown, or too small for the words.
    """
    a, b = found.axis.poles
    caption = f"Positive: towards {some(a, 3)}; negative: towards {some(b, 3)}."
    if found.axis.draws_poles:
        caption += " Lines: 95 % intervals of the bootstrap over the poles."
    look: dict[str, Any] = {"label": "projection on the axis", "caption": caption, "size": size, "title": title}
    if not found.axis.path or len(found.axis.names) == 1:
        return values.rows({row["word"]: _value(row) for row in found.rows}, **look)
    lines = {word: {row["step"]: _value(row) for row in found.rows if row["word"] == word} for word in found.words}
    return values.path(lines, **look)


def _value(row: dict[str, Any]) -> Value:
    return Value(row["projection"], row["low"], row["high"])
