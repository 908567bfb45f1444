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
from wordvec.evaluation.intrinsic import analogy, pair_scores
from wordvec.evaluation.lookup import MISSING, Lookup, check, normal_form_notes
from wordvec.evaluation.oov import SKIP, SPELLED, SUBWORDS, ZERO, check_oov
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

TOTAL = "total"
_OF_PAIRS = {SKIP: "", ZERO: ", unknown at 0", SUBWORDS: ", unknown from n-grams"}
_OF_QUESTIONS = _OF_PAIRS | {ZERO: ", unknown wrong"}
"""Ends of the names of measures, by policy for unknown words."""
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
    oov
        Policy for unknown words, one of `oov.POLICIES`; default: ``skip``, ``zero`` for similarity, and ``subwords``
        for vectors with n-grams, each a measure of its own.

    Raises
    ------
    SettingsError
        If a setting is unknown or out of range.
    """

    case: str = "ignore"
    limit: int | None = 300_000
    resamples: int = RESAMPLES
    seed: int = 1
    oov: str | None = None

    def __post_init__(self) -> None:
        check(self.case, self.limit)
        check_oov(self.oov)
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

    With ``subwords`` they may be even if no word is known, which is not checked.

    Returns
    -------
    list of str
        A message for each dataset that covers too few of the words.

    Raises
    ------
    InputError
        If every dataset has fewer than two known pairs, or no known question.
    """
    if settings.oov == SUBWORDS:
        return []
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
    composing = any(one.subwords is not None for one in vectors.values())
    forms = normal_form_notes(vectors, [word for dataset in datasets for word in dataset.words], settings.case)
    return Table(rows, [*_notes(settings, composing), *forms, *columns, *lacking])


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
    baselines: dict[tuple[object, ...], dict[str, float | None]] = {}
    for name, one in vectors.items():
        failed = False
        for oov in _policies(one, dataset, settings):
            if failed and oov == ZERO:
                continue  # all cosines are 0
            try:
                own = _measured(one, dataset, settings, oov, stop)
                # Random vectors are the same for the same dim and the same words with a vector.
                words = hash((tuple(one.words), one.present.tobytes()))
                key = (words, one.dim, oov, name if oov == SUBWORDS else "")
                if key not in baselines:
                    baselines[key] = _baseline(one, dataset, settings, oov, stop)
            except CoverageError as error:
                failed = True
                lacking.append(f"{name}: {error}")
                continue
            except InputError as error:
                raise InputError(f"{name}: {error}") from error
            for measure, row in own.items():
                line = {"dataset": dataset.name, "measure": measure, "vectors": name} | row
                found.setdefault(measure, []).append(line | {"random": baselines[key][measure]})
    yield from found.values()


def _policies(vectors: Vectors, dataset: Pairs | Questions, settings: ScoreSettings) -> list[str]:
    if settings.oov is not None:
        return [settings.oov]
    return [SKIP] + [ZERO] * isinstance(dataset, Pairs) + [SUBWORDS] * (vectors.subwords is not None)


def _measure(dataset: Pairs | Questions, oov: str, part: str = TOTAL) -> str:
    """Return the name of a measure under a policy for unknown words."""
    return f"Spearman{_OF_PAIRS[oov]}" if isinstance(dataset, Pairs) else f"accuracy, {part}{_OF_QUESTIONS[oov]}"


def main_measure(dataset: Pairs | Questions, settings: ScoreSettings) -> str:
    """Return the measure by which `main_score` scores vectors on a dataset."""
    return _measure(dataset, settings.oov or SKIP)


def main_score(vectors: Vectors, dataset: Pairs | Questions, settings: ScoreSettings, stop: StopFlag) -> float | None:
    """Return the score of vectors by the main measure of a dataset, without interval; None if it is undefined."""
    stop.check()
    oov = settings.oov or SKIP
    if isinstance(dataset, Pairs):
        score = pair_scores.correlation(vectors, dataset, settings.case, oov)
        return None if np.isnan(score) else score
    try:
        found: float = _answered(vectors, dataset, settings, oov, stop)[_measure(dataset, oov)]["score"]
    except CoverageError:
        return None
    return found


def _baseline(
    vectors: Vectors, dataset: Pairs | Questions, settings: ScoreSettings, oov: str, stop: StopFlag
) -> dict[str, float | None]:
    """Return the mean score of random vectors by measure; draws with an undefined score are left out.

    Words that are composed have random vectors, too.
    """
    drawn: dict[str, list[float]] = {}
    if isinstance(dataset, Pairs):
        lookup = Lookup.of(vectors, settings.case, compose=dataset.words if oov == SUBWORDS else ())
        rows = np.unique(lookup.rows(dataset.words))
        few = _without_numbers([lookup.spelling(row) for row in rows[rows != MISSING].tolist()], vectors.dim)
        for draw in range(BASELINES_OF_PAIRS):
            made = random_vectors(few, settings.seed + draw)
            score = pair_scores.correlation(made, dataset, settings.case, ZERO if oov == ZERO else SKIP)
            drawn.setdefault(_measure(dataset, oov), []).append(score)
    else:
        kept = [vectors.words[row] for row in np.flatnonzero(vectors.present[: settings.limit])]
        others = _beyond(vectors, dataset, settings) if oov == SUBWORDS else []
        # The other words of questions are beyond the limit, and so no answers.
        words = _without_numbers([*kept, *others], vectors.dim)
        for draw in range(BASELINES_OF_QUESTIONS):
            made = random_vectors(words, settings.seed + draw)
            limited = dataclasses.replace(settings, limit=len(kept))
            for measure, row in _answered(made, dataset, limited, oov, stop).items():
                drawn.setdefault(measure, []).append(row["score"])
    means = {measure: np.array(values)[~np.isnan(values)] for measure, values in drawn.items()}
    return {measure: float(values.mean()) if len(values) else None for measure, values in means.items()}


def _without_numbers(words: Sequence[str], dim: int) -> Vectors:
    return Vectors(words, np.empty((len(words), dim), np.float32))


def _beyond(vectors: Vectors, questions: Questions, settings: ScoreSettings) -> list[str]:
    """Return the words of questions that are composed or beyond the limit."""
    asked = [word for section in questions.sections for question in section.questions for word in question[:3]]
    lookup = Lookup.of(vectors, settings.case, settings.limit, asked)
    rows = np.unique(lookup.rows(asked))
    return [lookup.spelling(row) for row in rows[rows >= len(lookup.words)].tolist()]


def _measured(
    vectors: Vectors, dataset: Pairs | Questions, settings: ScoreSettings, oov: str, stop: StopFlag
) -> dict[str, dict[str, Any]]:
    """Return score, interval and coverage by measure."""
    stop.check()
    if not isinstance(dataset, Pairs):
        return _answered(vectors, dataset, settings, oov, stop)
    found = pair_scores.judge(
        vectors, dataset, case=settings.case, oov=oov, resamples=settings.resamples, seed=settings.seed
    )
    low, high = found.spearman_interval
    coverage = _coverage(found.covered, found.pairs, found.composed_words if oov == SUBWORDS else None)
    return {_measure(dataset, oov): {"score": found.spearman, "low": low, "high": high} | coverage}


def _coverage(covered: int, of: int, composed: int | None) -> dict[str, int]:
    return {"covered": covered, "of": of} | ({} if composed is None else {"composed_words": composed})


def _answered(
    vectors: Vectors, questions: Questions, settings: ScoreSettings, oov: str, stop: StopFlag
) -> dict[str, dict[str, Any]]:
    convention = analogy.Convention(case=settings.case, limit=settings.limit, oov=oov)
    measured = {}
    for name, score in analogy.judge(vectors, questions, convention, stop).sums.items():
        low, high = wilson(score.correct, score.counted)
        composed = score.composed_words if oov == SUBWORDS else None
        measured[_measure(questions, oov, name)] = {
            "score": score.accuracy or 0.0,
            "low": low,
            "high": high,
        } | _coverage(score.covered, score.questions, composed)
    return measured


def _with_gain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of one measure with Lai's gain ratio: the gain over random vectors, as a share of the best's."""
    best = max(rows, key=lambda row: row["score"])
    most = 0.0 if best["random"] is None else best["score"] - best["random"]

    def gain(row: dict[str, Any]) -> float | None:
        return (row["score"] - row["random"]) / most if most > 0 and row["random"] is not None else None

    return [row | {"gain": gain(row)} for row in rows]


def _notes_of_oov(settings: ScoreSettings, composing: bool) -> list[str]:
    """Return notes about unknown words; by default about all policies that are used."""
    meaning = {
        SKIP: "Pairs and questions with an unknown word are left out; covered is the number of the others. This "
        "favours vectors with few words: if coverage differs, compare by 'unknown at 0' (Lai et al. 2016).",
        ZERO: "Pairs with an unknown word have cosine 0, and answers to questions with one are wrong.",
        SUBWORDS: "Unknown from n-grams: words that the vocabulary lacks are composed, "
        f"{SPELLED[settings.case]}; composed_words is their number. Answers are words of the vocabulary.",
    }
    return [meaning[settings.oov]] if settings.oov else [meaning[SKIP], *[meaning[SUBWORDS]] * composing]


def _notes(settings: ScoreSettings, composing: bool) -> list[str]:
    limit = "all words" if settings.limit is None else f"the first {settings.limit:,} words"
    return [
        f"Case: {settings.case}. Analogies by 3CosAdd among {limit}, the question's words excluded.",
        *_notes_of_oov(settings, composing),
        f"Low and high: 95 % confidence interval, by {settings.resamples:,} bootstrap resamples of the pairs (seed "
        f"{settings.seed}), or by Wilson's formula for accuracy, which is too narrow, as questions share words.",
        f"Random: mean score of {BASELINES_OF_PAIRS} sets of random vectors of the same words and dim, "
        f"{BASELINES_OF_QUESTIONS} for analogies. Gain: (score - random) / (the best one's score - its random), the "
        "gain ratio of Lai et al. (2016).",
    ]
