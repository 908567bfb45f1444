"""An axis in several models: projections of words, their bootstrap, and the axis without each unit of its poles."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.evaluation import intervals
from wordvec.evaluation.associations.axes import PAIRED, SEEDS, Basis, Poles
from wordvec.evaluation.associations.models import Model

Numbers = NDArray[np.float64]
_AT_ONCE = 1 << 21
"""Resampled projections in memory at a time."""


class LeftOut(NamedTuple):
    """An axis without one unit of its poles, on average over the models.

    Attributes
    ----------
    unit
        The pair, or the word of a pole.
    cosine
        Cosine of this axis with that of all units.
    held_out
        Difference between the projections of the unit's two words, or of the word and the mean of the other pole, in
        the direction of the poles; below 0 the unit contradicts the others.
    """

    unit: str
    cosine: float
    held_out: float


class FittedAxis:
    """An axis in each of several models.

    Parameters
    ----------
    models, bases
        The models, and the rows of the axis in each.
    poles
        Words of the poles.
    path
        Whether the models are steps of a path, instead of repetitions.
    """

    def __init__(self, models: Sequence[Model], bases: Sequence[Basis], poles: Poles, path: bool) -> None:
        self.models, self.bases, self.poles, self.path = models, bases, poles, path
        self._whole = [basis.coefficients(np.ones((1, len(basis.first)))) for basis in bases]

    def __repr__(self) -> str:
        return f"<FittedAxis by {self.bases[0].method}: {len(self.models)} models, {len(self.bases[0].first)} units>"

    @property
    def names(self) -> list[str]:
        """Names of the rows of `values`: the models, or one name of all."""
        return [model.name for model in self.models] if self.path else ["mean"]

    @property
    def draws_poles(self) -> bool:
        """Whether there are enough pairs, or words of the poles, for a bootstrap."""
        return sum(self.bases[0].ends) >= intervals.LEAST_ITEMS

    def direction(self, at: int = 0) -> Numbers:
        """Return the axis (dim,) in a model."""
        found: Numbers = (self._whole[at] @ self.bases[at].rows)[0]
        return found

    def extremes(self, number: int, limit: int) -> list[str]:
        """Return the words with the highest projections, then those with the lowest, of the first model's first words.

        Words of the poles are left out.
        """
        model = self.models[0]
        left_out = {model.spelling(word) for side in self.poles for word in side}
        there = model.vectors.present[:limit]
        words = [word for word, has in zip(model.vectors.words, there, strict=False) if has and word not in left_out]
        values = self.bases[0].projections(model.units(words), self._whole[0])[0]
        order = np.argsort(-values, kind="stable")
        number = min(number, len(words) // 2)
        return [words[at] for at in (*order[:number], *order[len(words) - number :])]

    def values(self, words: Sequence[str]) -> Numbers:
        """Return the projections (models, words); NaN where a model does not know a word."""
        found: Numbers = self._projected(words, self._whole)[0]
        return found

    def resampled(self, words: Sequence[str], resamples: int, seed: int) -> Iterator[Numbers]:
        """Yield resampled projections (resamples, rows, words) of the words, block by block.

        A resample draws pairs, or words of each pole, the same in all models. Of repetitions, it also draws models, and
        has their mean in one row. Projections on a resampled axis of length 1 are nearer to 0 than those on the axis,
        by its cosine with it, because it has more noise; they are divided by the mean of this cosine.
        """
        drawn = self._drawn(resamples, seed)
        chosen = np.random.default_rng([seed, 1]).multinomial(
            len(self.models), np.full(len(self.models), 1 / len(self.models)), resamples
        )
        step = max(1, _AT_ONCE // (resamples * len(self.models)))
        for begin in range(0, len(words), step):
            found = self._projected(words[begin : begin + step], drawn)
            if self.path:
                yield found
            else:
                mean: Numbers = np.einsum("rmw,rm->rw", found, chosen / len(self.models))
                yield mean[:, None]

    def reliability(self, resamples: int, seed: int) -> float:
        """Return the mean cosine of resampled axes with the axis, over the models.

        It estimates the cosine of the axis with that of infinitely many such pairs or words.
        """
        weights = intervals.multiplicities(self.bases[0].ends, resamples, seed)
        return float(np.mean([self._agreement(at, basis.coefficients(weights)) for at, basis in enumerate(self.bases)]))

    def _drawn(self, resamples: int, seed: int) -> list[Numbers]:
        """Return the coefficients (resamples, units) of resampled axes in each model."""
        weights = intervals.multiplicities(self.bases[0].ends, resamples, seed)
        drawn = [basis.coefficients(weights) for basis in self.bases]
        if self.bases[0].method == SEEDS:
            return drawn
        return [one / self._agreement(at, one) for at, one in enumerate(drawn)]

    def _agreement(self, at: int, coefficients: Numbers) -> float:
        """Return the mean cosine of axes with the axis of a model."""
        return float(np.nanmean(self._cosines(at, coefficients)))

    def _cosines(self, at: int, coefficients: Numbers) -> Numbers:
        """Return the cosines (axes,) of axes with the axis of a model."""
        gram, whole = self.bases[at].gram, self._whole[at]
        lengths = [np.sqrt(np.einsum("ri,ij,rj->r", one, gram, one, optimize=True)) for one in (coefficients, whole)]
        found: Numbers = coefficients @ gram @ whole[0] / (lengths[0] * lengths[1])
        return found

    def without_each(self) -> list[LeftOut]:
        """Return the axis without each unit; empty if there would be no unit left."""
        first = self.bases[0]
        if min(first.ends) < 2:
            return []
        n = len(first.first)
        cosines, held_out = np.zeros(n), np.zeros(n)
        for at, (model, basis) in enumerate(zip(self.models, self.bases, strict=True)):
            others = basis.coefficients(1 - np.eye(n))
            cosines += self._cosines(at, others)
            a, b = (basis.projections(model.units(side), others) for side in self.poles)
            if basis.method in PAIRED:
                held_out += np.diagonal(a - b)
            else:
                to_b = np.diagonal(a[: len(self.poles.a)]) - b[: len(self.poles.a)].mean(1)
                to_a = a[len(self.poles.a) :].mean(1) - np.diagonal(b[len(self.poles.a) :])
                held_out += np.concatenate([to_b, to_a])
        names = (
            [f"{one}-{other}" for one, other in zip(*self.poles, strict=True)]
            if first.method in PAIRED
            else [*self.poles.a, *self.poles.b]
        )
        count = len(self.models)
        return [
            LeftOut(*row) for row in zip(names, (cosines / count).tolist(), (held_out / count).tolist(), strict=True)
        ]

    def _projected(self, words: Sequence[str], coefficients: Sequence[Numbers]) -> Numbers:
        """Return the projections (axes, models, words) on the axes of each model; NaN for unknown words."""
        found = np.full((len(coefficients[0]), len(self.models), len(words)), np.nan)
        for at, (model, basis) in enumerate(zip(self.models, self.bases, strict=True)):
            known = np.array([model.knows(word) for word in words], bool)
            units = model.units([word for word, there in zip(words, known, strict=True) if there])
            found[:, at, known] = basis.projections(units, coefficients[at])
        return found
