"""Results of association tests: rows with intervals, or the path of a measure through slices."""

from typing import TYPE_CHECKING, Any

from wordvec.evaluation.associations.results import Associations
from wordvec.plots import values
from wordvec.plots.values import Value

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "weat": "effect size (WEAT)",
    "sc-weat": "effect size (SC-WEAT)",
    "rnd": "relative norm distance",
    "ect": "embedding coherence",
    "ripa": "relational inner product association",
    "rnsb": "relative negative sentiment bias",
}


def associations(found: Associations, size: str | None = None, title: str | None = None) -> "Figure":
    """Draw the measures with their intervals; those of slices as a path.

    Raises
    ------
    SettingsError
        If the size is unknown, or too small for the rows.
    """
    measure = found.settings.measure
    caption = "Lines: 95 % intervals of the bootstrap over the words." if found.rows[0]["low"] is not None else ""
    look: dict[str, Any] = {"label": LABELS[measure], "caption": caption, "size": size, "title": title}
    if found.ordered and len(found.models) > 1:
        lines: dict[str, dict[str, Value]] = {}
        for row in found.rows:
            lines.setdefault(row.get("word", measure), {})[row["vectors"]] = _value(row)
        return values.path(lines, **look)
    names = (" ".join(filter(None, (row.get("word"), row.get("vectors")))) or measure for row in found.rows)
    return values.rows(dict(zip(names, map(_value, found.rows), strict=True)), **look)


def _value(row: dict[str, Any]) -> Value:
    return Value(row["value"], row["low"], row["high"])
