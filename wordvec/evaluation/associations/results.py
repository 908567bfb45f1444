"""Results of association tests as tables."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.evaluation import intervals
from wordvec.evaluation.associations.samples import Samples
from wordvec.evaluation.intervals import LEAST_ITEMS
from wordvec.evaluation.permutations import Null
from wordvec.slices.significance import false_discovery_rates
from wordvec.tables import Table, Tabular
from wordvec.wording import quantity

if TYPE_CHECKING:
    from wordvec.evaluation.associations.association import AssociationSettings

Numbers = NDArray[np.float64]


class Associations(Tabular):
    """Results of an association test in one or several models.

    Attributes
    ----------
    models
        Names of the models.
    samples
        The words and their vectors in each model.
    settings
        Settings of the test.
    rows
        A row for each model, with SC-WEAT for each model and word; see `table`.
    words
        A row for each model and word: its part in the measure. With SC-WEAT, the same as `rows`.
    ordered
        Whether the models are the slices of a compass.
    exact
        Whether the p-values are from all permutations.
    notes
        Coverage, meaning of the values, permutations, seeds.
    """

    def __init__(
        self,
        models: list[str],
        samples: list[Samples],
        settings: "AssociationSettings",
        rows: list[dict[str, Any]],
        words: Table,
        notes: list[str],
        *,
        ordered: bool,
        exact: bool,
    ) -> None:
        self.models, self.samples, self.settings = models, samples, settings
        self.rows, self.words, self.notes = rows, words, notes
        self.ordered, self.exact = ordered, exact

    @classmethod
    def of(
        cls,
        models: list[str],
        samples: list[Samples],
        measure: Any,
        settings: "AssociationSettings",
        coverage: Sequence[str],
        ordered: bool = False,
    ) -> "Associations":
        """Run a test in each model."""
        one_by_one = measure.name == "sc-weat"
        rows: list[dict[str, Any]] = []
        parts: list[dict[str, Any]] = []
        first: tuple[Numbers, Numbers | None] | None = None
        for name, sample in zip(models, samples, strict=True):
            test = measure(sample)
            values = test.values()
            if not np.isfinite(values).all():
                raise InputError(f"{name}: {measure.name} is undefined, because vectors of different words are equal")
            observed, null = test.null(settings.permutations, settings.seed)
            alternative = settings.alternative or measure.default_alternative
            p = null.p_values(observed, alternative)
            drawn = _resampled(test, settings, drawn_items(sample, measure.name))
            added = _rows(values, p, drawn)
            if len(models) > 1:
                first = first or (values, drawn)
                added = [row | _difference(values, drawn, first, at) for at, row in enumerate(added)]
            if measure.name == "weat":
                added = [row | {"statistic": test.statistic()} for row in added]
            if one_by_one:
                q = false_discovery_rates(p)
                added = [
                    {"set": label, "word": word} | row | {"q": float(rate)}
                    for (label, word), row, rate in zip(sample.target_words(), added, q, strict=True)
                ]
            rows += [({"vectors": name} if len(models) > 1 else {}) | row for row in added]
            if not one_by_one:
                parts += [({"vectors": name} if len(models) > 1 else {}) | row for row in test.by_word()]
        notes = [*coverage, f"{measure.name}: {measure.about}", *_notes(measure, settings, null, samples[0])]
        if len(models) > 1:
            notes.append(
                f"words: those that all vectors know; difference: from {models[0]}, with the same resamples; "
                "p_difference: two-sided, of words and not of texts"
            )
        words = Table(rows if one_by_one else parts, notes[:-1] if one_by_one else coverage)
        return cls(models, samples, settings, rows, words, notes, ordered=ordered, exact=null.exact)

    def __repr__(self) -> str:
        return f"<Associations by {self.settings.measure}: {quantity(len(self.rows), 'row')}>"

    def table(self) -> Table:
        """Return the measure of each model, with its interval (``low``, ``high``) and its p-value."""
        return Table(self.rows, self.notes)

    def __str__(self) -> str:
        return str(self.table())


def drawn_items(sample: Samples, measure: str) -> int:
    """Return the number of words, or pairs, that a bootstrap draws; the attributes are drawn, too."""
    if measure == "sc-weat":
        return sum(sample.attribute_sizes)
    return len(sample.targets[0]) if measure == "ripa" else sum(map(len, sample.targets))


def _resampled(test: Any, settings: "AssociationSettings", items: int) -> Numbers | None:
    return test.resampled(settings.resamples, settings.seed) if items >= LEAST_ITEMS else None


def _rows(values: Numbers, p: Numbers, drawn: Numbers | None) -> list[dict[str, Any]]:
    rows = []
    for at, value in enumerate(values):
        bounds = intervals.Interval(None, None) if drawn is None else intervals.interval(drawn[:, at])
        rows.append({"value": float(value), "low": bounds.low, "high": bounds.high, "p": float(p[at])})
    return rows


def _difference(
    values: Numbers, drawn: Numbers | None, first: tuple[Numbers, Numbers | None], at: int
) -> dict[str, Any]:
    """Return the columns on the difference from the first model."""
    if values is first[0]:
        found = intervals.Difference(None, None, None, None)
    elif drawn is None or first[1] is None:
        found = intervals.Difference(float(values[at] - first[0][at]), None, None, None)
    else:
        found = intervals.difference(float(values[at] - first[0][at]), drawn[:, at] - first[1][:, at])
    return dict(zip(("difference", "difference_low", "difference_high", "p_difference"), found, strict=True))


def _notes(measure: Any, settings: "AssociationSettings", null: Null, sample: Samples) -> list[str]:
    count = len(null.values)
    alternative = settings.alternative or measure.default_alternative
    said = [
        f"p: {alternative}, {'all ' if null.exact else ''}{quantity(count, 'permutation')} of {measure.permuted}"
        + ("" if null.exact else f", seed {settings.seed}")
    ]
    drawn = {
        "sc-weat": "words of each set of attributes",
        "ripa": "pairs and of the attributes",
    }.get(measure.name, "words of each set")
    if drawn_items(sample, measure.name) < LEAST_ITEMS:
        needed = {"sc-weat": "attributes", "ripa": "pairs"}.get(measure.name, "targets")
        return [*said, f"no intervals: there are fewer than {LEAST_ITEMS} {needed} for a bootstrap"]
    return [
        *said,
        f"low, high: 95 % of {settings.resamples:,} bootstrap resamples of the {drawn}, seed {settings.seed}",
    ]
