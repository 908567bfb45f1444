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
from wordvec.evaluation.associations.models import Model, each, models_of
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets.word_groups import Topic, read_topics
from wordvec.evaluation.intervals import LEAST_ITEMS, RESAMPLES, Difference, Interval
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.wording import some

Numbers = NDArray[np.float64]
LEAST_WORDS = 2
"""Fewest known words of a topic."""


def outliers(
    vectors: Vectors | Mapping[str, Vectors],
    datasets: str | Path | Sequence[str | Path | Sequence[Topic]],
    *,
    case: str = "ignore",
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Table:
    """Evaluate vectors on the detection of outliers.

    Parameters
    ----------
    vectors
        Vectors, or several by name, which are compared with the first.
    datasets
        Files of a topic, or folders of such files; see `read_topics`.
    case
        One of `letter_case.CASES`.
    resamples, seed
        Number and seed of the bootstrap resamples, of topics, or of outliers if there are few topics.

    Returns
    -------
    Table
        For each dataset and set of vectors, the accuracy and OPP, the mean position of the outlier as a share of the
        last position, over the words that all vectors know.

    Raises
    ------
    InputError
        If a dataset cannot be read, or no topic has two known words and a known outlier.
    SettingsError
        If a setting is out of range.
    """
    intervals.check_resamples(resamples)
    arguments.seed(seed)
    models = models_of(vectors, case)
    rows: list[dict[str, Any]] = []
    notes = [
        "accuracy: share of outliers whose removal leaves the most compact group; opp: mean position of the outlier, 1 "
        "where it is detected; random words have 1 / (words + 1) and 0.5",
        "unknown words of a topic are left out, and unknown outliers are not asked; words: those that all vectors know",
    ]
    for dataset in each(datasets):
        name, topics = _read(dataset)
        known, lacking = _known(models, topics)
        notes += [f"{name}: unknown: {some(lacking)}"] if lacking else []
        if not known:
            raise CoverageError(
                f"{name}: no topic has {LEAST_WORDS} known words and a known outlier; check language", 0
            )
        drawn, unit = _draws(known, resamples, seed)
        notes.append(f"{name}: low, high: 95 % of {resamples:,} bootstrap resamples of the {unit}, seed {seed}")
        found = [_positions(model, known) for model in models]
        asked = sum(len(topic.outliers) for topic in topics)
        base = {"dataset": name, "outliers": asked, "covered": sum(len(topic.outliers) for topic in known)}
        for at, (model, places) in enumerate(zip(models, found, strict=True)):
            row = base | {"vectors": model.name} | _scores(places, drawn)
            rows.append(row | (_difference(places, found[0], drawn) if at else {}))
    return Table(rows, notes)


def _read(dataset: str | Path | Sequence[Topic]) -> tuple[str, list[Topic]]:
    if isinstance(dataset, str | Path):
        return Path(dataset).stem, read_topics(dataset)
    topics = arguments.items("datasets", dataset, "a path or a list of topics")
    for number, topic in enumerate(topics):
        arguments.expect(f"datasets[{number}]", topic, Topic)
    return "topics", topics


def _known(models: Sequence[Model], topics: Sequence[Topic]) -> tuple[list[Topic], list[str]]:
    """Return the topics with the words that all models know, and the other words."""
    found, lacking = [], []
    for topic in topics:
        sides = [[word for word in side if all(model.knows(word) for model in models)] for side in topic[1:]]
        lacking += [word for word in (*topic.words, *topic.outliers) if word not in {*sides[0], *sides[1]}]
        if len(sides[0]) >= LEAST_WORDS and sides[1]:
            found.append(Topic(topic.name, sides[0], sides[1]))
    return found, list(dict.fromkeys(lacking))


def _positions(model: Model, topics: Sequence[Topic]) -> Numbers:
    """Return the position of each outlier as a share of the last position, (outliers,); of ties, the first."""
    found = []
    for topic in topics:
        words, others = model.units(topic.words), model.units(topic.outliers)
        inside = (words @ words.T).sum(1) - 1
        across = (others @ words.T).round(12)
        # Sums of cosines with the others: of each word with the outlier, and of the outlier with the words.
        positions = (inside + across > across.sum(1)[:, None] + 1e-12).sum(1)
        found.append(positions / len(topic.words))
    return np.concatenate(found)


def _draws(topics: Sequence[Topic], resamples: int, seed: int) -> tuple[Numbers | None, str]:
    """Return how often each outlier is drawn (resamples, outliers), None if they are too few, and the drawn unit."""
    sizes = [len(topic.outliers) for topic in topics]
    if len(topics) >= LEAST_ITEMS:
        drawn = intervals.multiplicities([len(topics)], resamples, seed)
        return np.repeat(drawn, sizes, axis=1), "topics"
    if sum(sizes) < LEAST_ITEMS:
        return None, "outliers, of which there are too few for intervals"
    return intervals.multiplicities([sum(sizes)], resamples, seed), "outliers, because there are few topics"


def _scores(places: Numbers, drawn: Numbers | None) -> dict[str, Any]:
    scores = {"accuracy": (places == 1).astype(np.float64), "opp": places}
    row: dict[str, Any] = {}
    for name, values in scores.items():
        bounds = Interval(None, None) if drawn is None else intervals.interval(_means(values, drawn))
        row |= {name: float(values.mean()), f"{name}_low": bounds.low, f"{name}_high": bounds.high}
    return row


def _difference(places: Numbers, first: Numbers, drawn: Numbers | None) -> dict[str, Any]:
    """Return the difference of OPP from that of the first vectors."""
    apart = places - first
    observed = float(apart.mean())
    found = (
        Difference(observed, None, None, None)
        if drawn is None
        else intervals.difference(observed, _means(apart, drawn))
    )
    return dict(zip(("difference", "difference_low", "difference_high", "p"), found, strict=True))


def _means(values: Numbers, drawn: Numbers) -> Numbers:
    found: Numbers = drawn @ values / drawn.sum(1)
    return found
