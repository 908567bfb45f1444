"""Removal of an axis from vectors, and what remains of it (Bolukbasi et al. 2016; Gonen and Goldberg 2019).

Each row is projected on the space orthogonal to the axis. That makes all projections on it 0, but not the association:
the words that were extreme are still neighbours of each other. Three measures tell how far they can be separated
before and after: cross-validated classification, clustering into two, and WEAT with the poles as attributes.
"""

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.evaluation.associations.axes import Basis, Poles
from wordvec.evaluation.associations.axis import AxisSettings, known_poles
from wordvec.evaluation.associations.fitted import FittedAxis
from wordvec.evaluation.associations.known import Known
from wordvec.evaluation.associations.models import Model
from wordvec.evaluation.associations.norms import FOLDS, predicted
from wordvec.evaluation.associations.samples import Samples
from wordvec.evaluation.associations.weat import WEAT
from wordvec.evaluation.datasets.word_sets import Source, read_word_set
from wordvec.evaluation.permutations import GREATER
from wordvec.formats import Plain
from wordvec.provenance import with_step
from wordvec.rows import Allocate
from wordvec.tables import Table
from wordvec.transforms.numbers import without_direction
from wordvec.vectors import Vectors

EXTREME, LIMIT = 250, 20_000
"""Number of words at either pole by which the remaining association is measured, and of the most frequent words from
which they are taken."""
PERMUTATIONS = 10_000
WARNING = (
    "the axis is removed, not the association: words that were near to one pole can still be told from those "
    "near to the "
    "other by their neighbours (Gonen and Goldberg 2019); the table says how well"
)
CASE = "ignore"


class AxisRemoval:
    """Removal of the axis between two poles.

    Parameters
    ----------
    poles
        Words of either pole, as for `axis`.
    method
        Method of the axis, one of `axes.METHODS`.
    seed
        Seed of all random numbers.

    Attributes
    ----------
    warning
        What to know about the result.
    remaining
        After a call, the table of what remains: each measure ``before`` and ``after``, and ``p`` after.
    """

    def __init__(self, poles: tuple[Source, Source], method: str = "pairs", seed: int = 1) -> None:
        self.settings = AxisSettings(method=method, seed=seed)
        self._a, self._b = (read_word_set(source, name) for source, name in zip(poles, "AB", strict=True))
        self.remaining, self.warning = Table([]), WARNING

    def __repr__(self) -> str:
        return f"<AxisRemoval of {self._a.name} and {self._b.name} by {self.settings.method}>"

    def __call__(self, plain: Plain, allocate: Allocate) -> Plain:
        """Return vectors, and rows of subwords, without the axis; contexts are left out.

        Raises
        ------
        InputError
            If the poles are unknown or cancel out.
        """
        before = _model(plain)
        poles, coverage = known_poles([before], self._a, self._b, self.settings.method)
        basis = Basis.of(before, poles, self.settings.method)
        fitted = FittedAxis([before], [basis], poles, path=False)
        direction = fitted.direction()
        length = float(np.linalg.norm(direction))
        if not 0 < length < np.inf:
            raise InputError("the poles cancel out, so that there is no axis; use other words")
        found = without_direction(plain, direction / length, allocate)
        self.remaining = self._remains(fitted, poles, before, _model(found), coverage)
        step = {"a": poles.a, "b": poles.b, "axis": self.settings.method}
        return found._replace(metadata=with_step(plain.metadata, "remove_axis", **step))

    def _remains(self, fitted: FittedAxis, poles: Poles, before: Model, after: Model, coverage: list[str]) -> Table:
        words = fitted.extremes(EXTREME, LIMIT)
        # The removed axis may have been all that a word had.
        words = [word for word in words if after.knows(word)]
        values = fitted.values(words)[0]
        sides = [word for word, value in zip(words, values, strict=True) if value > np.median(values)]
        labels = np.array([1.0 if word in set(sides) else -1.0 for word in words])
        seed = self.settings.seed
        note = f"words: the {len(sides)} nearest to either pole among the {LIMIT:,} most frequent; seed {seed}"
        poles = _distinct(poles)
        if len(sides) < 2 or len(sides) == len(words) or not all(after.knows(word) for side in poles for word in side):
            return Table([], [*coverage, "too few words remain to measure the association"])
        rows = []
        for name, measure in (("classified", self._classified), ("clustered", self._clustered)):
            scores = [measure(model, words, labels) for model in (before, after)]
            rows.append({"measure": name, "before": scores[0], "after": scores[1], "p": None})
        rows.append({"measure": "weat"} | self._weat(before, after, words, labels, poles))
        return Table(
            rows,
            [
                *coverage,
                "classified: cross-validated accuracy of ridge classification of the words by pole; "
                "clustered: accuracy of "
                "two clusters; weat: effect size of the words with the poles as attributes, and p of a "
                "permutation test "
                "after removal; random: 0.5, 0.5 and 0",
                note,
            ],
        )

    def _classified(self, model: Model, words: list[str], labels: NDArray[np.float64]) -> float:
        """Return the share of words whose pole ridge regression on the other folds predicts."""
        found = predicted(model.units(words), labels, FOLDS, self.settings.seed)
        return float(((found > 0) == (labels > 0)).mean())

    def _clustered(self, model: Model, words: list[str], labels: NDArray[np.float64]) -> float:
        """Return the accuracy of two clusters, each taken for the better pole."""
        from wordvec.trainers.senses.kmeans import spherical_kmeans

        units = np.ascontiguousarray(model.units(words), np.float32)
        same = float(((spherical_kmeans(units, 2, (self.settings.seed,), 10) == 0) == (labels > 0)).mean())
        return max(same, 1 - same)

    def _weat(
        self, before: Model, after: Model, words: list[str], labels: NDArray[np.float64], poles: Poles
    ) -> dict[str, Any]:
        sides = (labels > 0, labels < 0)
        targets = [
            Known(name, list(itertools.compress(words, side)), []) for name, side in zip("XY", sides, strict=True)
        ]
        attributes = [Known(name, side, []) for name, side in zip("AB", poles, strict=True)]
        tests = [WEAT(Samples(model, targets, attributes)) for model in (before, after)]
        values = [float(test.values()[0]) for test in tests]
        if not np.isfinite(values[1]):  # the words of the poles have become equal
            return {"before": values[0], "after": None, "p": None}
        observed, null = tests[1].null(PERMUTATIONS, self.settings.seed)
        return {"before": values[0], "after": values[1], "p": float(null.p_values(observed, GREATER)[0])}


def _model(plain: Plain) -> Model:
    return Model("vectors", Vectors(plain.words, plain.matrix, plain.counts, plain.metadata), CASE)


def _distinct(poles: Poles) -> Poles:
    """Return each word of the poles once."""
    return Poles(*(list(dict.fromkeys(side)) for side in poles))
