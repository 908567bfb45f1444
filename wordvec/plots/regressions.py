"""Effects of an embedding regression: rows with intervals."""

from typing import TYPE_CHECKING

from wordvec.evaluation.associations.context_regression import ContextRegression
from wordvec.plots import values
from wordvec.plots.values import Value

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def regressions(found: ContextRegression, size: str | None = None, title: str | None = None) -> "Figure":
    """Draw the debiased lengths of the coefficient vectors, with their intervals.

    Raises
    ------
    SettingsError
        If the size is unknown, or too small for the rows.
    """
    rows = {row["coefficient"]: Value(row["debiased"], row["low"], row["high"]) for row in found.rows}
    caption = "Lengths of coefficient vectors without the part of errors; lines: 95 % intervals over documents."
    return values.rows(rows, "effect on the contexts", caption, size, title)
