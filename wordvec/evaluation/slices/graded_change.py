"""Scores of change against what people say: graded truth by rank, binary truth by decision (SemEval-2020 Task 1).

The higher a score, the more a word changed; `change_scores` reads them. Graded truth is judged by Spearman's
correlation (Subtask 2), binary truth (0 and 1 only) by accuracy and F1 of a decision (Subtask 1) and by the area under
the ROC curve, which takes none. Words without a score are left out, and, in a second figure, put below all others.

A decision that was made with the truth in hand says so: the highest scores, as many as have changed, or the best
threshold there is (``accuracy_best``), which no one can be sure to find.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.correlation import correlations_of_rows, ranks, spearman
from wordvec.evaluation.intervals import RESAMPLES
from wordvec.evaluation.slices.change_scores import Scores, read_scores
from wordvec.evaluation.tables import Table

KINDS = ("graded", "binary")
HIGHEST, BY_TABLE = "highest", "changed"
"""How words are called changed where no threshold is given."""
Numbers = NDArray[np.float64]


def judge_graded(values: Numbers, truth: Numbers, *, resamples: int = RESAMPLES, seed: int = 1) -> dict[str, Any]:
    """Give Spearman's correlation with its interval, of words with a score, and of all; (words,) each, NaN for none."""
    known = ~np.isnan(values)
    x, y = values[known], truth[known]

    def statistic(items: NDArray[np.int64]) -> Numbers:
        return correlations_of_rows(ranks(x[items]), ranks(y[items]))

    low, high = intervals.interval(intervals.resampled(statistic, len(x), resamples, seed))
    return {
        "spearman": _or_none(spearman(x, y)),
        "low": low,
        "high": high,
        "spearman_lowest": _or_none(spearman(_lowest(values), truth)),
    }


def judge_binary(
    values: Numbers, truth: NDArray[np.bool_], decided: NDArray[np.bool_], *, resamples: int = RESAMPLES, seed: int = 1
) -> dict[str, Any]:
    """Give accuracy and F1 of a decision, and the area under the ROC curve with its interval; (words,) each."""
    known = ~np.isnan(values)
    x, y, said = values[known], truth[known], decided[known]

    def statistic(items: NDArray[np.int64]) -> Numbers:
        return _areas(x[items], y[items])

    low, high = intervals.interval(intervals.resampled(statistic, len(x), resamples, seed))
    return {
        "called": int(said.sum()),
        "accuracy": float((said == y).mean()),
        "f1": _f1(said, y),
        "auc": _or_none(float(_areas(x[None], y[None])[0])),
        "low": low,
        "high": high,
        "accuracy_best": _best_accuracy(x, y),
        "accuracy_lowest": float(((decided & known) == truth).mean()),
        "f1_lowest": _f1(decided & known, truth),
        "auc_lowest": _or_none(float(_areas(_lowest(values)[None], truth[None])[0])),
    }


def graded_change(
    scores: Sequence[str | Path],
    truth: str | Path,
    *,
    measure: str = "cosine",
    kind: str | None = None,
    threshold: float | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
) -> Table:
    """Judge scores of change by truth.

    Parameters
    ----------
    scores
        Files, see `read_scores`.
    truth
        A file of ``word<TAB>number``.
    measure
        Which measure of tables of ``wordvec compass change``.
    kind
        ``"graded"`` or ``"binary"``; by the numbers of the truth if not given.
    threshold
        Scores above it mean change. If not given, what a table of ``wordvec compass change`` calls changed, and else
        as many of the highest scores as have changed (and those equal to the last of them), which only someone who
        knows the truth can choose.
    resamples, seed
        Of the bootstrap over words.

    Raises
    ------
    InputError
        As `read_scores`; if binary truth has other numbers than 0 and 1, or one of them only; if no word has a score.
    SettingsError
        If `kind` is unknown, `threshold` is no number or given for graded truth, or a file is given twice.
    """
    intervals.check_resamples(resamples)
    if threshold is not None and not math.isfinite(threshold):
        raise SettingsError(f"threshold: {threshold} is no number that scores can be above")
    scores = [arguments.path("scores", path) for path in arguments.items("scores", scores, "a list of paths")]
    arguments.path("truth", truth)
    for place, path in enumerate(scores):
        if path in scores[:place]:
            raise SettingsError(f"{path}: is given twice")
    right = read_scores(truth)
    columns = [f"{right.name}: {note}" for note in right.notes]
    words, wanted = list(right.values), np.array(list(right.values.values()))
    binary = kind == "binary" if kind else bool(np.isin(wanted, (0, 1)).all())
    _check(kind, binary, wanted, right.name)
    if threshold is not None and not binary:
        raise SettingsError("threshold: decides between 0 and 1, and this truth is graded")
    rows = []
    for path in scores:
        given = read_scores(path, measure)
        columns += [f"{given.name}: {note}" for note in given.notes]
        values = np.array([given.values.get(word, math.nan) for word in words])
        known = int((~np.isnan(values)).sum())
        if not known:
            raise InputError(f"{given.name}: has a score for none of the {len(words)} words of {right.name}")
        row: dict[str, Any] = {"scores": given.name, "words": len(words), "covered": known}
        if binary:
            decided, how = _decided(given, words, values, wanted == 1, threshold)
            row |= {"decided": how} | judge_binary(values, wanted == 1, decided, resamples=resamples, seed=seed)
        else:
            row |= judge_graded(values, wanted, resamples=resamples, seed=seed)
        rows.append(row)
    return Table(rows, [*_notes(rows, binary, resamples, seed), *dict.fromkeys(columns)])


def _notes(rows: Sequence[dict[str, Any]], binary: bool, resamples: int, seed: int) -> list[str]:
    figure = "auc" if binary else "spearman"
    notes = [
        "the higher a score, the more a word changed; words without one are left out and, as _lowest, below all others",
        f"low, high: 95 % of {resamples:,} bootstrap resamples of the words, of {figure}, seed {seed}",
    ]
    if binary:
        notes.append(
            "accuracy_best: by the best threshold, found with the truth in hand, which no other threshold exceeds"
        )
    if any(row.get("decided") == HIGHEST for row in rows):
        notes.append(f"{HIGHEST}: as many as the truth says have changed, with the truth in hand; ties are all called")
    if any(row.get("decided") == BY_TABLE for row in rows):
        notes.append(f"{BY_TABLE}: by the table itself, whatever measure it was made by")
    return notes


def _check(kind: str | None, binary: bool, wanted: Numbers, name: str) -> None:
    if kind is not None and kind not in KINDS:
        raise SettingsError(f"{kind}: truth is one of {', '.join(KINDS)}")
    if binary and not np.isin(wanted, (0, 1)).all():
        raise InputError(f"{name}: holds other numbers than 0 and 1, so it is no binary truth")
    if len(np.unique(wanted)) < 2:
        raise InputError(f"{name}: says the same of all words, so that nothing can be judged by it")


def _decided(
    given: Scores, words: list[str], values: Numbers, truth: NDArray[np.bool_], threshold: float | None
) -> tuple[NDArray[np.bool_], str]:
    """Give which words are called changed, and how that was decided."""
    if threshold is not None:
        return values > threshold, f"above {threshold:g}"
    if given.changed is not None:
        return np.array([given.changed.get(word, False) for word in words]), BY_TABLE
    scored = ~np.isnan(values)
    many = int(truth[scored].sum())
    if not many:
        return np.zeros(len(words), bool), HIGHEST
    # Equal scores must be called alike, or the order of the truth's lines would decide.
    return values >= np.sort(values[scored])[-many], HIGHEST


def _f1(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float | None:
    called_or_there = int(said.sum()) + int(truth.sum())
    return 2 * int((said & truth).sum()) / called_or_there if called_or_there else None


def _best_accuracy(values: Numbers, truth: NDArray[np.bool_]) -> float:
    """Give the accuracy of the best threshold; words with equal scores are on one side of it."""
    order = np.argsort(-values, kind="stable")
    right = np.concatenate([[0], np.cumsum(np.where(truth[order], 1, -1))]) + int((~truth).sum())
    between = np.concatenate([[True], np.diff(values[order]) != 0, [True]])
    return float(right[between].max() / len(truth))


def _areas(values: Numbers, truth: NDArray[np.bool_]) -> Numbers:
    """Give the area under the ROC curve of each row (rows, words): how often a 1 is above a 0, ties half."""
    ones = truth.sum(axis=1)
    zeros = truth.shape[1] - ones
    above = (ranks(values) * truth).sum(axis=1) - ones * (ones + 1) / 2
    pairs: Numbers = np.where(ones * zeros == 0, np.nan, ones * zeros)
    areas: Numbers = above / pairs
    return areas


def _lowest(values: Numbers) -> Numbers:
    """Put words without a score below all others, alike."""
    return np.where(np.isnan(values), -np.inf, values)


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value
