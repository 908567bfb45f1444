"""Scores of vectors on datasets, with intervals, coverage, a baseline of random vectors, and the gain over it."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.baselines import random_vectors
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets import Pairs, Questions, files_of, read_dataset
from wordvec.evaluation.intervals import RESAMPLES, check_resamples, wilson
from wordvec.evaluation.intrinsic import analogy, similarity
from wordvec.evaluation.lookup import MISSING, Lookup, check
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

KNOWN, ALL = "Spearman", "Spearman, unknown at 0"
TOTAL = "accuracy, total"
BASELINES_OF_PAIRS, BASELINES_OF_QUESTIONS = 20, 3
"""Number of random vectors whose mean score is the baseline; a single one may reach 0.1 on 353 pairs."""


@dataclasses.dataclass(frozen=True)
class ScoreSettings:
    """Settings of the scores.

    Parameters
    ----------
    case
        Case policy, one of `letter_case.CASES`.
    limit
        Number of words, the most frequent, among which analogies are answered; None for all.
    resamples
        Number of bootstrap resamples.
    seed
        Seed of the bootstrap and of the random vectors.

    Raises
    ------
    SettingsError
        If a setting is unknown or out of range.
    """

    case: str = "ignore"
    limit: int | None = 300_000
    resamples: int = RESAMPLES
    seed: int = 1

    def __post_init__(self) -> None:
        check(self.case, self.limit)
        check_resamples(self.resamples)


def read(sources: Sequence[str | Path], columns: str | None = None) -> list[Pairs | Questions]:
    """Read datasets of similarity or analogy; datasets with the same name are named by their paths.

    A folder of similarity datasets is read file by file; `columns` are those of similarity files.

    Raises
    ------
    InputError
        As `read_dataset`.
    SettingsError
        If one is given twice.
    """
    files = files_of(sources)
    given = [str(source) for source in files]
    for source in given:
        if given.count(source) > 1:
            raise SettingsError(f"{source}: is given twice")
    datasets = [read_dataset(source, columns) for source in files]
    names = [dataset.name for dataset in datasets]
    return [
        dataset if names.count(dataset.name) == 1 else dataset._replace(name=source)
        for dataset, source in zip(datasets, given, strict=True)
    ]


def check_coverage(words: Sequence[str], datasets: Sequence[Pairs | Questions], settings: ScoreSettings) -> list[str]:
    """Check, before the work begins, that vectors of these words can be scored by at least one dataset.

    Returns
    -------
    list of str
        A message for each dataset that covers too few of the words.

    Raises
    ------
    InputError
        If every dataset has fewer than two known pairs, or no known question.
    """
    lookup, few = Lookup(words, settings.case), Lookup(words, settings.case, settings.limit)
    lacking: list[str] = []
    for dataset in datasets:
        if isinstance(dataset, Pairs):
            first, second = lookup.rows(dataset.first), lookup.rows(dataset.second)
            enough = int(np.count_nonzero((first != MISSING) & (second != MISSING))) >= 2
        else:
            questions = (question for section in dataset.sections for question in section.questions)
            enough = any(
                bool((few.rows(question[:3]) != MISSING).all() and (few.rows(question[3:]) != MISSING).any())
                for question in questions
            )
        if not enough:
            lacking.append(
                f"{dataset.name}: has too few of the {len(words):,} words (case: {settings.case}); give a --dataset "
                "of the text's language, or --dataset none"
            )
    if lacking and len(lacking) == len(datasets):
        raise InputError(lacking[0])
    return lacking


def scores(
    vectors: Mapping[str, Vectors],
    datasets: Sequence[Pairs | Questions],
    settings: ScoreSettings,
    progress: Progress,
    stop: StopFlag,
) -> Table:
    """Score several sets of vectors.

    Returns
    -------
    Table
        A row for each dataset, measure and set of vectors: score, interval, coverage, ``random``, the baseline, and
        ``gain``, the gain ratio of Lai et al. (2016): (score - random) / (the best one's score - its random). Vectors
        that know too few words of a dataset have a note instead.

    Raises
    ------
    InputError
        If no dataset can be scored with any vectors.
    Interrupted
        If `stop` was set.
    """
    rows: list[dict[str, Any]] = []
    lacking: list[str] = []
    for dataset in datasets:
        progress.say(f"{dataset.name}: {', '.join(vectors)}")
        for measured in _measures(vectors, dataset, settings, stop, lacking):
            rows += _with_gain(measured)
    if lacking and not rows:
        raise InputError(lacking[0])
    columns = [f"{dataset.name}: {note}." for dataset in datasets for note in dataset.notes]
    return Table(rows, [*_notes(settings), *columns, *lacking])


def _measures(
    vectors: Mapping[str, Vectors],
    dataset: Pairs | Questions,
    settings: ScoreSettings,
    stop: StopFlag,
    lacking: list[str],
) -> Iterator[list[dict[str, Any]]]:
    """Yield for each measure a row for each set of vectors, with the mean score of random ones as ``random``.

    Vectors without a score have no row; the reason is appended to `lacking`.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    baselines: dict[tuple[int, int], dict[str, float | None]] = {}
    for name, one in vectors.items():
        try:
            own = _measured(one, dataset, settings, stop)
            # Random vectors are the same for the same dim and the same words with a vector.
            key = (hash((tuple(one.words), one.present.tobytes())), one.dim)
            if key not in baselines:
                baselines[key] = _baseline(one, dataset, settings, stop)
        except CoverageError as error:
            lacking.append(f"{name}: {error}")
            continue
        except InputError as error:
            raise InputError(f"{name}: {error}") from error
        for measure, row in own.items():
            line = {"dataset": dataset.name, "measure": measure, "vectors": name} | row
            found.setdefault(measure, []).append(line | {"random": baselines[key][measure]})
    yield from found.values()


def main_measure(dataset: Pairs | Questions) -> str:
    """Return the measure by which `main_score` scores vectors on a dataset."""
    return KNOWN if isinstance(dataset, Pairs) else TOTAL


def main_score(vectors: Vectors, dataset: Pairs | Questions, settings: ScoreSettings, stop: StopFlag) -> float | None:
    """Return the score of vectors by the main measure of a dataset, without interval; None if it is undefined."""
    stop.check()
    if isinstance(dataset, Pairs):
        score, _ = similarity.correlations(vectors, dataset, settings.case)
        return None if np.isnan(score) else score
    try:
        found: float = _answered(vectors, dataset, settings, stop)[TOTAL]["score"]
    except CoverageError:
        return None
    return found


def _baseline(
    vectors: Vectors, dataset: Pairs | Questions, settings: ScoreSettings, stop: StopFlag
) -> dict[str, float | None]:
    """Return the mean score of random vectors by measure; draws with an undefined score are left out."""
    drawn: dict[str, list[float]] = {}
    if isinstance(dataset, Pairs):
        rows = np.unique(Lookup.of(vectors, settings.case).rows([*dataset.first, *dataset.second]))
        rows = rows[rows != MISSING]
        few = Vectors([vectors.words[row] for row in rows], np.zeros((len(rows), vectors.dim), np.float32))
        for draw in range(BASELINES_OF_PAIRS):
            known, zero = similarity.correlations(random_vectors(few, settings.seed + draw), dataset, settings.case)
            for measure, score in ((KNOWN, known), (ALL, zero)):
                drawn.setdefault(measure, []).append(score)
    else:
        kept = np.flatnonzero(vectors.present[: settings.limit])
        words = Vectors([vectors.words[row] for row in kept], np.empty((len(kept), vectors.dim), np.float32))
        for draw in range(BASELINES_OF_QUESTIONS):
            made = random_vectors(words, settings.seed + draw)
            for measure, row in _answered(made, dataset, settings, stop).items():
                drawn.setdefault(measure, []).append(row["score"])
    means = {measure: np.array(values)[~np.isnan(values)] for measure, values in drawn.items()}
    return {measure: float(values.mean()) if len(values) else None for measure, values in means.items()}


def _measured(
    vectors: Vectors, dataset: Pairs | Questions, settings: ScoreSettings, stop: StopFlag
) -> dict[str, dict[str, Any]]:
    """Return score, interval and coverage by measure."""
    stop.check()
    if not isinstance(dataset, Pairs):
        return _answered(vectors, dataset, settings, stop)
    found = similarity.judge(vectors, dataset, case=settings.case, resamples=settings.resamples, seed=settings.seed)
    low, high = found.spearman_interval
    coverage = {"covered": found.covered, "of": found.pairs}
    return {
        KNOWN: {"score": found.spearman, "low": low, "high": high} | coverage,
        ALL: {"score": found.spearman_zero, "low": None, "high": None} | coverage,
    }


def _answered(
    vectors: Vectors, questions: Questions, settings: ScoreSettings, stop: StopFlag
) -> dict[str, dict[str, Any]]:
    convention, measured = analogy.Convention(case=settings.case, limit=settings.limit), {}
    for name, score in analogy.judge(vectors, questions, convention, stop).sums.items():
        low, high = wilson(score.correct, score.covered)
        measured[f"accuracy, {name}"] = {
            "score": score.correct / score.covered if score.covered else 0.0,
            "low": low,
            "high": high,
            "covered": score.covered,
            "of": score.questions,
        }
    return measured


def _with_gain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of one measure with Lai's gain ratio: the gain over random vectors, as a share of the best's."""
    best = max(rows, key=lambda row: row["score"])
    most = 0.0 if best["random"] is None else best["score"] - best["random"]

    def gain(row: dict[str, Any]) -> float | None:
        return (row["score"] - row["random"]) / most if most > 0 and row["random"] is not None else None

    return [row | {"gain": gain(row)} for row in rows]


def _notes(settings: ScoreSettings) -> list[str]:
    limit = "all words" if settings.limit is None else f"the first {settings.limit:,} words"
    return [
        f"Case: {settings.case}. Pairs and questions with an unknown word are left out; covered is the number of the "
        "others. This favours vectors with few words: if coverage differs, compare by 'unknown at 0' (Lai et al. "
        f"2016). Analogies by 3CosAdd among {limit}, the question's words excluded.",
        f"Low and high: 95 % confidence interval, by {settings.resamples:,} bootstrap resamples of the pairs (seed "
        f"{settings.seed}), or by Wilson's formula for accuracy, which is too narrow, as questions share words.",
        f"Random: mean score of {BASELINES_OF_PAIRS} sets of random vectors of the same words and dim, "
        f"{BASELINES_OF_QUESTIONS} for analogies. Gain: (score - random) / (the best one's score - its random), the "
        "gain ratio of Lai et al. (2016).",
    ]
