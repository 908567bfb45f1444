"""Outlier detection (Camacho-Collados and Navigli 2016): which word does not belong to a group.

Each outlier is added to the words of its topic, and the n + 1 words are ordered by the compactness of the others, the
mean cosine of all pairs, without each. That is the order of falling mean cosine with the others. The position of the
outlier is from 0 to n; it is detected at n.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.evaluation import intervals
from wordvec.evaluation.associations.models import Model, each
from wordvec.evaluation.associations.word_scores import Task, WordScores, judge
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets.word_groups import Topic, Topics, read_topics
from wordvec.evaluation.intervals import LEAST_ITEMS, RESAMPLES, Difference, Interval
from wordvec.vectors import Vectors

Numbers = NDArray[np.float64]
LEAST_WORDS = 2
"""Fewest known words of a topic."""


def outliers(
    vectors: Vectors | Mapping[str, Vectors],
    datasets: str | Path | Sequence[str | Path | Sequence[Topic]],
    *,
    case: str = "ignore",
    oov: str | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> WordScores:
    """Evaluate vectors on the detection of outliers.

    Parameters
    ----------
    vectors, case, oov
        As for `evaluation.similarity`; ``zero`` is not a policy.
    datasets
        Files of a topic, or folders of such files; see `read_topics`.
    resamples, seed
        Number and seed of the bootstrap resamples, of topics, or of outliers if there are few topics.

    Returns
    -------
    WordScores
        For each dataset and set of vectors, the accuracy and OPP, the mean position of the outlier as a share of the
        last position, over the words that all vectors know.

    Raises
    ------
    InputError
        If a dataset cannot be read, or no topic has two known words and a known outlier.
    SettingsError
        If a setting is out of range.
    """
    return judge(Outliers(resamples, seed), vectors, datasets, case, oov)


class Outliers(Task[Topics, Numbers]):
    """The detection of outliers; an outcome has the position of each outlier as a share of the last one."""

    compared = "opp"

    def read(self, datasets: Any) -> list[Topics]:
        """Return the topics of each dataset."""
        return [_read(dataset) for dataset in each(datasets)]

    def notes(self, data: Sequence[Topics]) -> list[str]:
        """Return the meaning of the scores."""
        return [
            "accuracy: share of outliers whose removal leaves the most compact group; opp: mean position of the "
            "outlier, 1 where it is detected; random words have 1 / (words + 1) and 0.5",
            f"low, high: 95 % of {self.resamples:,} bootstrap resamples of the topics, or of the outliers if there are "
            f"fewer than {LEAST_ITEMS} topics, seed {self.seed}",
        ]

    def words(self, data: Topics) -> list[str]:
        """Return the words and outliers of all topics."""
        return [word for topic in data.topics for word in (*topic.words, *topic.outliers)]

    def known(self, data: Topics, known: set[str]) -> Topics:
        """Return the topics that have known words and a known outlier."""
        found = [
            Topic(topic.name, *([word for word in side if word in known] for side in topic[1:]))
            for topic in data.topics
        ]
        found = [topic for topic in found if len(topic.words) >= LEAST_WORDS and topic.outliers]
        if not found:
            raise CoverageError(
                f"{data.name}: no topic has {LEAST_WORDS} known words and a known outlier; check language", 0
            )
        return Topics(data.name, found)

    def sizes(self, data: Topics, known: Topics) -> dict[str, Any]:
        """Return the numbers of outliers."""
        return {"dataset": data.name, "outliers": sum(data.sizes), "covered": sum(known.sizes)}

    def outcome(self, model: Model, data: Topics) -> Numbers:
        """Return the position of each outlier (outliers,); of ties, the first."""
        found = []
        for topic in data.topics:
            words, others = model.units(topic.words), model.units(topic.outliers)
            inside = (words @ words.T).sum(1) - 1
            across = (others @ words.T).round(12)
            # Sums of cosines with the others: of each word with the outlier, and of the outlier with the words.
            positions = (inside + across > across.sum(1)[:, None] + 1e-12).sum(1)
            found.append(positions / len(topic.words))
        return np.concatenate(found)

    def scores(self, data: Topics, outcome: Numbers) -> dict[str, Any]:
        """Return accuracy and OPP."""
        drawn = self._drawn(data)
        row: dict[str, Any] = {}
        for name, values in {"accuracy": (outcome == 1).astype(np.float64), "opp": outcome}.items():
            bounds = Interval(None, None) if drawn is None else intervals.interval(_means(values, drawn))
            row |= {name: float(values.mean()), f"{name}_low": bounds.low, f"{name}_high": bounds.high}
        return row

    def difference(self, data: Topics, outcome: Numbers, first: Numbers) -> Difference:
        """Return the difference of OPP."""
        apart, drawn = outcome - first, self._drawn(data)
        observed = float(apart.mean())
        if drawn is None:
            return Difference(observed, None, None, None)
        return intervals.difference(observed, _means(apart, drawn))

    def _drawn(self, data: Topics) -> Numbers | None:
        """Return how often each outlier is drawn (resamples, outliers), None if there are too few."""
        if len(data.topics) >= LEAST_ITEMS:
            drawn = intervals.multiplicities([len(data.topics)], self.resamples, self.seed)
            return np.repeat(drawn, data.sizes, axis=1)
        if sum(data.sizes) < LEAST_ITEMS:
            return None
        return intervals.multiplicities([sum(data.sizes)], self.resamples, self.seed)


def _read(dataset: str | Path | Sequence[Topic]) -> Topics:
    if isinstance(dataset, str | Path):
        return Topics(Path(dataset).stem, read_topics(dataset))
    topics = arguments.items("datasets", dataset, "a path or a list of topics")
    for number, topic in enumerate(topics):
        arguments.expect(f"datasets[{number}]", topic, Topic)
    return Topics("topics", topics)


def _means(values: Numbers, drawn: Numbers) -> Numbers:
    found: Numbers = drawn @ values / drawn.sum(1)
    return found
