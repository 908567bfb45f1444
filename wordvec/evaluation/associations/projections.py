"""Projections on an axis as a table, with the stability of the axis."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordvec.evaluation import intervals
from wordvec.evaluation.associations.axes import PAIRED, SEEDS
from wordvec.evaluation.associations.fitted import FittedAxis
from wordvec.evaluation.intervals import LEAST_ITEMS, Difference, Interval
from wordvec.tables import Table, Tabular
from wordvec.wording import quantity, some

if TYPE_CHECKING:
    from wordvec.evaluation.associations.axis import AxisSettings


class Projections(Tabular):
    """Projections of words on an axis.

    Attributes
    ----------
    axis
        The axis in each model.
    words
        The projected words.
    settings
        Settings of the axis.
    rows
        A row for each word, or for each word and step of a path; see `table`.
    stability
        A row for each pair, or word of a pole: the axis without it.
    notes
        Coverage, meaning of the columns, seeds.
    """

    def __init__(
        self,
        axis: FittedAxis,
        words: list[str],
        settings: "AxisSettings",
        rows: list[dict[str, Any]],
        stability: Table,
        notes: list[str],
    ) -> None:
        self.axis, self.words, self.settings = axis, words, settings
        self.rows, self.stability, self.notes = rows, stability, notes

    @classmethod
    def of(
        cls,
        axis: FittedAxis,
        words: list[str],
        settings: "AxisSettings",
        coverage: Sequence[str],
        extreme: bool = False,
    ) -> "Projections":
        """Project words on an axis.

        Parameters
        ----------
        axis, words, settings
            The axis, the words, and the settings.
        coverage
            Coverage of the poles in words.
        extreme
            Whether the words are the extreme ones of the vocabulary.
        """
        rows = _rows(axis, words, settings)
        notes = [*coverage, *_quality(axis, settings), *_columns(axis, settings), *_lacking(axis, words)]
        if extreme:
            notes.append("words: those with the highest and the lowest projections, chosen by them; poles left out")
        return cls(axis, words, settings, rows, _stability(axis), notes)

    def __repr__(self) -> str:
        return f"<Projections of {quantity(len(self.words), 'word')} on {self.axis!r}>"

    def table(self) -> Table:
        """Return the projections.

        ``projection`` is the cosine with the axis, with ``seeds`` the difference of mean cosines, positive towards A;
        ``low`` and ``high`` are its interval. Of repetitions it is a mean, and ``sd`` the standard deviation over the
        models. On a path, ``difference`` is that from the first step, with its interval and p-value.
        """
        return Table(self.rows, self.notes)

    def __str__(self) -> str:
        return str(self.table())


def _rows(axis: FittedAxis, words: Sequence[str], settings: "AxisSettings") -> list[dict[str, Any]]:
    values = axis.values(words)
    shown = values if axis.path else values.mean(0, keepdims=True)
    spread = values.std(0, ddof=1) if len(values) > 1 and not axis.path else None
    bounds = _bounds(axis, words, settings, shown)
    rows = []
    for at, word in enumerate(words):
        for step, name in enumerate(axis.names):
            interval, difference = bounds[at][step]
            row: dict[str, Any] = {"word": word} | ({"step": name} if axis.path else {})
            row |= {"projection": _plain(shown[step, at]), "low": interval.low, "high": interval.high}
            if spread is not None:
                row |= {"sd": _plain(spread[at]), "models": len(values)}
            if axis.path and len(axis.names) > 1:
                columns = ("difference", "difference_low", "difference_high", "p")
                row |= dict(zip(columns, difference if step else (None,) * 4, strict=True))
            rows.append(row)
    return rows


def _bounds(
    axis: FittedAxis, words: Sequence[str], settings: "AxisSettings", shown: NDArray[np.float64]
) -> list[list[tuple[Interval, Difference]]]:
    """Return the interval of each word at each step, and its difference from the first step."""
    differences = [[_plain(value - steps[0]) for value in steps] for steps in shown.T]
    if not axis.draws_poles:
        return [[(Interval(None, None), Difference(one, None, None, None)) for one in steps] for steps in differences]
    found: list[list[tuple[Interval, Difference]]] = []
    for block in axis.resampled(words, settings.resamples, settings.seed):
        for at in range(block.shape[2]):
            drawn, observed = block[:, :, at], differences[len(found)]
            found.append(
                [
                    (
                        intervals.interval(drawn[:, step]),
                        Difference(None, None, None, None)
                        if value is None
                        else intervals.difference(value, drawn[:, step] - drawn[:, 0]),
                    )
                    for step, value in enumerate(observed)
                ]
            )
    return found


def _stability(axis: FittedAxis) -> Table:
    unit = "pair" if axis.bases[0].method in PAIRED else "word"
    left_out = axis.without_each()
    rows = [{unit: one.unit, "cosine": one.cosine, "held_out": one.held_out} for one in left_out]
    over = f", mean of {len(axis.models)} models" if len(axis.models) > 1 else ""
    notes = [
        f"cosine: of the axis without the {unit} and the whole axis; held_out: projection, on the axis without it, "
        + (
            "of the pair's first word minus that of its second"
            if unit == "pair"
            else "of the word, from the other pole"
        )
        + f"; below 0 if it contradicts the others{over}"
    ]
    if not rows:
        notes = [f"nothing is left without one {unit}: no stability"]
    return Table(rows, notes)


def _quality(axis: FittedAxis, settings: "AxisSettings") -> list[str]:
    """Return notes on how far the poles agree."""
    basis, left_out = axis.bases[0], axis.without_each()
    if not left_out:
        return []
    against = [one.unit for one in left_out if one.held_out < 0]
    least = min(left_out, key=lambda one: one.cosine)
    said = f"left out one by one: {least.unit} changes the axis most (cosine {least.cosine:.3f})"
    said += f"; {some(against)} {'contradicts' if len(against) == 1 else 'contradict'} the others" if against else ""
    if axis.draws_poles:
        reliability = axis.reliability(settings.resamples, settings.seed)
        said += f"; expected cosine with the axis of infinitely many such poles: {reliability:.3f}"
    if basis.method not in PAIRED:
        return [said]
    consistency = np.mean([one.consistency() for one in axis.bases])
    explained = np.mean([one.explained() for one in axis.bases])
    return [
        f"mean cosine between pair differences: {consistency:.3f}; their first component has {explained:.0%} of their "
        "sum of squares",
        said,
    ]


def _columns(axis: FittedAxis, settings: "AxisSettings") -> list[str]:
    poles = "pairs" if settings.method in PAIRED else "words of each pole"
    what = "mean cosine with A minus mean cosine with B" if settings.method == SEEDS else "cosine with the axis"
    repeated = len(axis.models) > 1 and not axis.path
    said = [f"method: {settings.method}; projection: {what}{', mean of the models' * repeated}"]
    if axis.draws_poles:
        drawn = f"{poles} and of the models" if repeated else poles
        said.append(
            f"low, high: 95 % of {settings.resamples:,} bootstrap resamples of the {drawn}, seed {settings.seed}"
        )
    else:
        said.append(f"no intervals: the bootstrap draws {poles}, and there are fewer than {LEAST_ITEMS}")
    if axis.path and len(axis.models) > 1:
        said.append(
            f"difference: from {axis.names[0]}, with the same resamples; p: two-sided, of poles and not of texts"
        )
    if axis.path or repeated:
        said.append("the axis is fitted in each model, on the words that all models know")
    return said


def _lacking(axis: FittedAxis, words: Sequence[str]) -> list[str]:
    """Return notes about words that models do not know, or compose."""
    found = []
    for model in axis.models:
        unknown = [word for word in words if not model.knows(word)]
        composed = [word for word in words if model.composes(word)]
        found += [f"{model.name}: unknown: {some(unknown)}"] if unknown else []
        found += [f"{model.name}: composed from n-grams: {len(composed)} ({some(composed)})"] if composed else []
    return found


def _plain(value: Any) -> float | None:
    """Return a number, None for NaN."""
    return float(value) if np.isfinite(value) else None
