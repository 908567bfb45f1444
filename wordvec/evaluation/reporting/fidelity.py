"""Fidelity of compressed vectors: what they keep of the scores and neighbours of the original ones.

Each measure has a value for every item: a pair of words, a question, a word. All vectors are judged on the items that
the original ones cover, so that a word that was left out is not an advantage: its pairs have cosine 0, its questions a
wrong answer, its neighbours are lost, unless n-grams compose it. Differences and ratios are compared by a paired
bootstrap, which draws the same items for all vectors.
"""

import string
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.evaluation import intervals
from wordvec.evaluation.correlation import correlations_of_rows, ranks, spearman
from wordvec.evaluation.datasets import Pairs, Questions
from wordvec.evaluation.intervals import Interval
from wordvec.evaluation.intrinsic import analogy
from wordvec.evaluation.intrinsic.pair_scores import pair_cosines
from wordvec.evaluation.oov import SUBWORDS
from wordvec.evaluation.reporting.scores import ScoreSettings
from wordvec.representation import short
from wordvec.rows import unit_float64
from wordvec.vectors import Vectors
from wordvec.workers import StopFlag

NEIGHBOURS, UNKNOWN = "neighbours", "unknown words"
"""Names of the measures of nearest words and of composed vectors."""
NEAREST, SAMPLED, AMONG = 10, 500, 50_000
"""Neighbours of each word, number of words asked, and the number of words, from the first, of which they are."""
_MAPPED = 5_000
"""Words by which vectors of another dim are mapped."""
LEAST_SCORE = 0.05
"""Measures on which the original vectors score less have no ratio."""

Numbers = NDArray[np.float64]


class Measure(NamedTuple):
    """A measure: its name, the score of each item by people, or None for a mean, and the items."""

    name: str
    human: Numbers | None
    items: "Pairs | Questions | list[str]"
    counted: NDArray[np.bool_]

    def __repr__(self) -> str:
        return short(self)

    def score(self, values: Numbers) -> float:
        """Return the score of values (items,); 0 for a correlation that is undefined, because all values are equal."""
        score = float(values.mean()) if self.human is None else spearman(values, self.human)
        return 0.0 if np.isnan(score) else score

    def resampled(self, values: Numbers, resamples: int, seed: int) -> Numbers:
        """Return the score of each resample (resamples,); the same seed draws the same items."""
        human = self.human
        if human is None:
            return intervals.resampled(lambda items: values[items].mean(axis=1), len(values), resamples, seed)
        if (values == values[0]).all():
            return np.zeros(resamples)

        def correlations(items: NDArray[np.int64]) -> Numbers:
            return correlations_of_rows(ranks(values[items]), ranks(human[items]))

        return intervals.resampled(correlations, len(values), resamples, seed)


Judged = Mapping[str, Numbers]
"""Values of the items by measure."""


class Fidelity:
    """What vectors keep of the original ones.

    Parameters
    ----------
    original
        The vectors before compression.
    datasets
        Similarities and analogies; those that the original vectors do not cover are left out.
    settings
        Settings of the scores.
    threads, stop
        Number of threads of searches; flag that stops the work.

    Raises
    ------
    InputError
        If fewer than two words have a vector.
    """

    def __init__(
        self,
        original: Vectors,
        datasets: Sequence[Pairs | Questions],
        settings: ScoreSettings | None = None,
        *,
        threads: int | None = None,
        stop: StopFlag | None = None,
    ) -> None:
        self.original, self.settings = original, settings or ScoreSettings()
        self._threads, self._stop = threads, stop or StopFlag()
        self._near: dict[str, set[str]] = {}
        self.measures: list[Measure] = []
        self.left_out: list[str] = []
        self.reference: dict[str, Numbers] = {}
        for dataset in datasets:
            self._stop.check()
            self._add(dataset)
        self._add_words()
        weak = [one.name for one in self.measures if not one.score(self.reference[one.name]) >= LEAST_SCORE]
        self.weak = frozenset(weak)

    def judged(self, vectors: Vectors) -> dict[str, Numbers]:
        """Return the values of vectors on all measures."""
        found = {}
        for measure in self.measures:
            self._stop.check()
            found[measure.name] = self._values(vectors, measure)
        return found

    def ratio(self, judged: Judged) -> float:
        """Return the mean over the measures of the score, divided by that of the original vectors."""
        ratios = [one.score(judged[one.name]) / one.score(self.reference[one.name]) for one in self._of_ratio()]
        return float(np.mean(ratios))

    def difference(self, judged: Judged, other: Judged | None = None) -> Interval:
        """Return the interval of the ratio minus that of other vectors; default: of the ratio itself."""
        first = self._resampled_ratio(judged)
        return intervals.interval(first if other is None else first - self._resampled_ratio(other))

    def score_difference(self, measure: Measure, judged: Judged) -> Interval:
        """Return the interval of the score of a measure minus that of the original vectors."""
        resamples, seed = self.settings.resamples, self.settings.seed
        values, reference = judged[measure.name], self.reference[measure.name]
        if np.array_equal(values, reference):
            return Interval(0.0, 0.0)
        changed, before = (measure.resampled(one, resamples, seed) for one in (values, reference))
        return intervals.interval(changed - before)

    def _of_ratio(self) -> list[Measure]:
        return [one for one in self.measures if one.name not in self.weak]

    def _resampled_ratio(self, judged: Judged) -> Numbers:
        resamples, seed = self.settings.resamples, self.settings.seed
        ratios = []
        for one in self._of_ratio():
            reference = one.resampled(self.reference[one.name], resamples, seed)
            ratios.append(one.resampled(judged[one.name], resamples, seed) / reference)
        known = [ratio for ratio in ratios if not np.isnan(ratio).all()]
        return np.mean(known, axis=0) if known else np.full(resamples, np.nan)

    def _add(self, dataset: Pairs | Questions) -> None:
        """Add a dataset with the items that the original vectors cover."""
        human: Numbers | None = None
        if isinstance(dataset, Pairs):
            cosines, covered, _ = pair_cosines(self.original, dataset, self.settings.case, SUBWORDS)
            values, human = cosines[covered], np.array(dataset.scores)[covered]
            enough = len(values) > 1 and not np.isnan(spearman(values, human))
        else:
            ranks = self._ranks(self.original, dataset)
            covered = ranks > 0
            values, enough = _right(ranks[covered]), bool(covered.any())
        if enough:
            self.measures.append(Measure(dataset.name, human, dataset, covered))
            self.reference[dataset.name] = values
        else:
            self.left_out.append(dataset.name)

    def _add_words(self) -> None:
        """Add the measures of nearest words and, for vectors with n-grams, of words that no vocabulary has."""
        there = np.flatnonzero(self.original.present[:AMONG])
        if len(there) < 2:
            raise InputError("fewer than 2 words have a vector, so that nothing can be compared")
        draw = np.random.default_rng(self.settings.seed)
        rows = np.sort(draw.choice(there, min(SAMPLED, len(there)), replace=False))
        words = [self.original.words[row] for row in rows.tolist()]
        near = self.original.nearest(words, NEAREST, threads=self._threads, exact=True)
        self._near = {word: {other for other, _ in found} for word, found in zip(words, near, strict=True)}
        self.measures.append(Measure(NEIGHBOURS, None, words, np.ones(len(words), bool)))
        self.reference[NEIGHBOURS] = np.array([float(bool(found)) for found in near])
        if self.original.subwords is not None:
            new = misspelt(words, self.original, self.settings.seed)
            if new:
                self.measures.append(Measure(UNKNOWN, None, new, np.ones(len(new), bool)))
                self.reference[UNKNOWN] = self._cosines(self.original, new)

    def _values(self, vectors: Vectors, measure: Measure) -> Numbers:
        items = measure.items
        if isinstance(items, Pairs):
            return pair_cosines(vectors, items, self.settings.case, SUBWORDS).values[measure.counted]
        if isinstance(items, Questions):
            return _right(self._ranks(vectors, items)[measure.counted])
        return self._overlaps(vectors, items) if measure.name == NEIGHBOURS else self._cosines(vectors, items)

    def _ranks(self, vectors: Vectors, questions: Questions) -> NDArray[np.int64]:
        listed = [question for section in questions.sections for question in section.questions]
        convention = analogy.Convention(case=self.settings.case, limit=self.settings.limit, oov=SUBWORDS)
        return analogy.ranks(vectors, listed, convention, self._stop)

    def _overlaps(self, vectors: Vectors, words: list[str]) -> Numbers:
        """Return for each word the share of its nearest words that stay so."""
        known = [word for word in words if vectors.spelling(word) is not None]
        found = vectors.nearest(known, NEAREST, threads=self._threads, exact=True) if known else []
        near = dict(zip(known, found, strict=True))
        return np.array([
            len(self._near[word] & {other for other, _ in near.get(word, [])}) / max(1, len(self._near[word]))
            for word in words
        ])  # fmt: skip

    def _cosines(self, vectors: Vectors, words: list[str]) -> Numbers:
        """Return for each word the cosine between its composed vectors before and after; 0 without one.

        Vectors of another dim are mapped to the original ones first, by least squares on the vocabulary.
        """
        before, after = (one.compose(words).vectors.astype(np.float64) for one in (self.original, vectors))
        if vectors.dim != self.original.dim:
            known = [word for word in self.original.words[:AMONG] if vectors.covers(word)][:_MAPPED]
            solution = np.linalg.lstsq(vectors[known].astype(np.float64), self.original[known].astype(np.float64))
            after = after @ solution[0]
        return np.asarray((unit_float64(before) * unit_float64(after)).sum(axis=1))


def _right(ranks: NDArray[np.int64]) -> Numbers:
    """Return 1 for each question whose answer is first, and 0 for the others."""
    return np.asarray(ranks == 1, np.float64)


def misspelt(words: Sequence[str], vectors: Vectors, seed: int) -> list[str]:
    """Return misspelt words: a letter within each word is replaced by another; without those of the vocabulary.

    Words that n-grams cannot compose are left out, too.
    """
    draw = np.random.default_rng(seed)
    found = []
    for word in words:
        if len(word) > 3:
            at = int(draw.integers(1, len(word) - 1))
            found.append(word[:at] + string.ascii_lowercase[draw.integers(26)] + word[at + 1 :])
    return [word for word in dict.fromkeys(found) if word not in vectors and vectors.can_compose(word)]
