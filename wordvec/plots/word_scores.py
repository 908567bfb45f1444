"""Scores of evaluations on words: a row with its interval for each dataset, set of vectors and policy."""

from typing import TYPE_CHECKING, Any

from wordvec.evaluation.associations.word_scores import WordScores
from wordvec.plots import values
from wordvec.plots.values import Value

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LABELS = {
    "opp": "mean position of the outlier (OPP)",
    "purity": "purity of the clusters",
    "pearson": "correlation of predicted and given ratings",
}


def word_scores(found: WordScores, size: str | None = None, title: str | None = None) -> "Figure":
    """Draw the score of each row with its interval, and that of permuted categories as a grey mark.

    Raises
    ------
    SettingsError
        If the size is unknown, or too small for the rows.
    """
    column = found.task.compared
    drawn = [
        Value(row[column], row[f"{column}_low"], row[f"{column}_high"], row.get(f"{column}_random"))
        for row in found.rows
    ]
    captions = ["Grey marks: permuted categories."] if any(one.baseline is not None for one in drawn) else []
    if any(one.low is not None for one in drawn):
        captions.append("Lines: 95 % intervals of the bootstrap.")
    return values.rows(
        dict(zip(_names(found.rows), drawn, strict=True)), LABELS[column], " ".join(captions), size, title
    )


def _names(rows: list[dict[str, Any]]) -> list[str]:
    """Return the name of each row: of dataset, vectors and policy those that differ between rows."""
    differing = [name for name in ("dataset", "vectors", "oov") if len({row.get(name) for row in rows}) > 1]
    return [" ".join(str(row[name]) for name in differing or ["dataset"]) for row in rows]
