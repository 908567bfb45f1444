"""Scores of vectors on datasets, with intervals, coverage, the floor of random vectors, and the gain over it."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from wordvec.errors import InputError
from wordvec.evaluation import analogies, similarities
from wordvec.evaluation.datasets import Pairs, Questions, is_questions, read_pairs, read_questions
from wordvec.evaluation.floors import random_vectors
from wordvec.evaluation.intervals import RESAMPLES, wilson
from wordvec.evaluation.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

FLOORS_OF_PAIRS, FLOORS_OF_QUESTIONS = 20, 3
"""Random vectors whose mean score is the floor; by chance, one of 353 pairs reaches 0.1."""


@dataclasses.dataclass(frozen=True)
class ScoreSettings:
    """How vectors are scored.

    Parameters
    ----------
    case, limit
        How words are looked up (see `lookup`), and among how many analogies are asked, all if None.
    resamples, seed
        Of the bootstrap and of the random vectors.
    """

    case: str = "ignore"
    limit: int | None = 300_000
    resamples: int = RESAMPLES
    seed: int = 1


def read(dataset: str | Path) -> Pairs | Questions:
    """Read a dataset of similarity or analogy, whichever it is.

    Raises
    ------
    InputError
        As `read_pairs` and `read_questions`.
    """
    return read_questions(dataset) if is_questions(dataset) else read_pairs(dataset)


def scores(
    vectors: Mapping[str, Vectors],
    datasets: Sequence[Pairs | Questions],
    settings: ScoreSettings,
    progress: Progress,
    stop: StopFlag,
) -> Table:
    """Score vectors by name.

    Returns
    -------
    Table
        A row for each dataset, measure and set of vectors: score, interval, coverage, ``random``, the floor, and
        ``gain``, the gain ratio of Lai et al. (2016): (score - random) / (the best one's score - its random).

    Raises
    ------
    InputError
        If a dataset covers too few words of some vectors.
    Interrupted
        If `stop` was set.
    """
    rows: list[dict[str, Any]] = []
    for dataset in datasets:
        progress.say(f"{dataset.name}: {', '.join(vectors)}")
        for measured in _measures(vectors, dataset, settings, stop):
            rows += _with_gain(measured)
    return Table(rows, _notes(settings))


def _measures(
    vectors: Mapping[str, Vectors], dataset: Pairs | Questions, settings: ScoreSettings, stop: StopFlag
) -> Iterator[list[dict[str, Any]]]:
    """Give for each measure a row for each set of vectors, with the mean score of random ones as ``random``."""
    found: dict[str, list[dict[str, Any]]] = {}
    floors: dict[tuple[int, int], dict[str, float]] = {}
    for name, one in vectors.items():
        try:
            own = _measured(one, dataset, settings, stop)
            # The same words and dim make the same random vectors.
            key = (hash(tuple(one.words)), one.dim)
            if key not in floors:
                floors[key] = _floor(one, dataset, settings, stop)
        except InputError as error:
            raise InputError(f"{name}: {error}") from error
        for measure, row in own.items():
            line = {"dataset": dataset.name, "measure": measure, "vectors": name} | row
            found.setdefault(measure, []).append(line | {"random": floors[key][measure]})
    yield from found.values()


def _floor(vectors: Vectors, dataset: Pairs | Questions, settings: ScoreSettings, stop: StopFlag) -> dict[str, float]:
    """Give the mean score of random vectors for each measure."""
    number = FLOORS_OF_PAIRS if isinstance(dataset, Pairs) else FLOORS_OF_QUESTIONS
    drawn = [
        _measured(random_vectors(vectors, settings.seed + draw), dataset, settings, stop, quick=True)
        for draw in range(number)
    ]
    return {measure: float(np.mean([one[measure]["score"] for one in drawn])) for measure in drawn[0]}


def _measured(
    vectors: Vectors, dataset: Pairs | Questions, settings: ScoreSettings, stop: StopFlag, quick: bool = False
) -> dict[str, dict[str, Any]]:
    """Give for each measure score, interval and coverage; without an interval worth its name if `quick`."""
    stop.check()
    if isinstance(dataset, Pairs):
        resamples = 100 if quick else settings.resamples
        found = similarities.judge(vectors, dataset, case=settings.case, resamples=resamples, seed=settings.seed)
        low, high = found.spearman_interval
        return {
            "Spearman": {"score": found.spearman, "low": low, "high": high, "covered": found.covered, "of": found.pairs}
        }
    convention = analogies.Convention(case=settings.case, limit=settings.limit)
    measured = {}
    for name, score in analogies.judge(vectors, dataset, convention, stop).items():
        if name in ("semantic", "syntactic", "total"):
            low, high = wilson(score.correct, score.covered)
            share = score.correct / score.covered if score.covered else 0.0
            measured[f"accuracy, {name}"] = {
                "score": share,
                "low": low,
                "high": high,
                "covered": score.covered,
                "of": score.questions,
            }
    return measured


def _with_gain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add Lai's gain ratio to the rows of one measure: the gain over random vectors, as a share of the best's."""
    best = max(rows, key=lambda row: row["score"])
    most = best["score"] - best["random"]
    return [row | {"gain": (row["score"] - row["random"]) / most if most > 0 else None} for row in rows]


def _notes(settings: ScoreSettings) -> list[str]:
    limit = "all words" if settings.limit is None else f"the first {settings.limit:,} words"
    return [
        f"Case: {settings.case}. Pairs and questions with an unknown word are left out; covered says how many remain. "
        f"Analogies by 3CosAdd among {limit}, the question's words excluded.",
        f"Low and high: 95 %, by {settings.resamples:,} bootstrap resamples of the pairs (seed {settings.seed}) or by "
        "Wilson's formula for accuracy, which is too narrow, as questions share words.",
        f"Random: mean score of {FLOORS_OF_PAIRS} sets of random vectors of the same words and dim, "
        f"{FLOORS_OF_QUESTIONS} for analogies. Gain: (score - random) / (the best one's score - its random), the gain "
        "ratio of Lai et al. (2016).",
    ]
