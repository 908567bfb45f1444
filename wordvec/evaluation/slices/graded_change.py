"""Change scores against human judgements, graded or binary (SemEval-2020 Task 1).

A higher score means more change; `change_scores` reads the files. For a graded gold standard the measure is Spearman's
correlation (Subtask 2); for a binary one (0 and 1 only) it is accuracy and F1 of a decision (Subtask 1), and the area
under the ROC curve, which needs no decision. Words without a score are left out and, in a second figure, ranked below
all others.

Two decisions use the gold standard and are marked as such: the highest scores, as many as words changed, and the best
possible threshold (``accuracy_best``).
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
from wordvec.tables import Table
from wordvec.vectors.lookup import in_normal_forms

KINDS = ("graded", "binary")
HIGHEST, BY_TABLE = "highest", "changed"
"""Decisions without a threshold: as many words as changed, with the highest scores; or those of the table."""
Numbers = NDArray[np.float64]


def judge_graded(values: Numbers, truth: Numbers, *, resamples: int = RESAMPLES, seed: int = 1) -> dict[str, Any]:
    """Return Spearman's correlation over the words with a score, with its interval, and over all words.

    Parameters
    ----------
    values, truth
        (words,) float64 arrays, scores and gold standard; NaN for a missing score.
    """
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
    """Return accuracy and F1 of a decision, and the area under the ROC curve with its interval.

    Parameters
    ----------
    values, truth, decided
        (words,) arrays: scores, NaN for a missing one; whether each word changed; whether it is predicted to have.
    """
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
    """Evaluate change scores against a gold standard.

    Parameters
    ----------
    scores
        Files that `read_scores` reads.
    truth
        File of the gold standard, lines ``word<TAB>number``.
    measure
        Measure of tables of ``wordvec compass change``.
    kind
        ``"graded"`` or ``"binary"``; default: binary if all numbers of `truth` are 0 or 1.
    threshold
        Scores above it mean change. Default: the decisions of a table of ``wordvec compass change``; for other files
        the highest scores, as many as words changed (and ties of the last), which uses the gold standard.
    resamples, seed
        Number and seed of the bootstrap resamples of words.

    Raises
    ------
    InputError
        As `read_scores`; if a binary gold standard has other numbers than 0 and 1, all its numbers are equal, or no
        word has a score.
    SettingsError
        If `kind` is unknown, `threshold` is not finite or the gold standard is graded, or a file is given twice.
    """
    intervals.check_resamples(resamples)
    if threshold is not None and not math.isfinite(threshold):
        raise SettingsError(f"{threshold}: must be finite", setting="threshold")
    scores = [arguments.path("scores", path) for path in arguments.items("scores", scores, "a list of paths")]
    arguments.path("truth", truth)
    for number, path in enumerate(scores):
        if path in scores[:number]:
            raise SettingsError(f"{path}: is given twice")
    right = read_scores(truth)
    columns = [f"{right.name}: {note}" for note in right.notes]
    words, wanted = list(right.values), np.array(list(right.values.values()))
    binary = kind == "binary" if kind else bool(np.isin(wanted, (0, 1)).all())
    _check(kind, binary, wanted, right.name)
    if threshold is not None and not binary:
        raise SettingsError(": is for a binary truth, and this one is graded", setting="threshold")
    rows = []
    for path in scores:
        given = read_scores(path, measure)
        columns += [f"{given.name}: {note}" for note in given.notes]
        spelled = [next((form for form in in_normal_forms(word) if form in given.values), word) for word in words]
        values = np.array([given.values.get(word, math.nan) for word in spelled])
        known = int((~np.isnan(values)).sum())
        if not known:
            raise InputError(f"{given.name}: has no score for any of the {len(words)} words of {right.name}")
        row: dict[str, Any] = {"scores": given.name, "words": len(words), "covered": known}
        if binary:
            decided, how = _decided(given, spelled, values, wanted == 1, threshold)
            row |= {"decided": how} | judge_binary(values, wanted == 1, decided, resamples=resamples, seed=seed)
        else:
            row |= judge_graded(values, wanted, resamples=resamples, seed=seed)
        rows.append(row)
    return Table(rows, [*_notes(rows, binary, resamples, seed), *dict.fromkeys(columns)])


def _notes(rows: Sequence[dict[str, Any]], binary: bool, resamples: int, seed: int) -> list[str]:
    figure = "auc" if binary else "spearman"
    notes = [
        "a higher score means more change; words without one are left out and, for _lowest, ranked below all others",
        f"low, high: 95 % of {resamples:,} bootstrap resamples of the words, of {figure}, seed {seed}",
    ]
    if binary:
        notes.append(
            "accuracy_best: with the threshold of highest accuracy, which is chosen by the truth: an upper bound"
        )
    if any(row.get("decided") == HIGHEST for row in rows):
        notes.append(f"{HIGHEST}: as many words as changed by the truth, which this decision uses; ties are included")
    if any(row.get("decided") == BY_TABLE for row in rows):
        notes.append(f"{BY_TABLE}: the decisions of the table, whatever measure they are based on")
    return notes


def _check(kind: str | None, binary: bool, wanted: Numbers, name: str) -> None:
    if kind is not None and kind not in KINDS:
        raise SettingsError(f"{kind}: choose one of {', '.join(KINDS)}", setting="kind")
    if binary and not np.isin(wanted, (0, 1)).all():
        raise InputError(f"{name}: holds other numbers than 0 and 1; a binary truth holds only these")
    if len(np.unique(wanted)) < 2:
        raise InputError(f"{name}: all words have the same number; an evaluation needs at least two different ones")


def _decided(
    given: Scores, words: list[str], values: Numbers, truth: NDArray[np.bool_], threshold: float | None
) -> tuple[NDArray[np.bool_], str]:
    """Return whether each word is predicted to have changed (words,), and the name of the decision."""
    if threshold is not None:
        return values > threshold, f"above {threshold:g}"
    if given.changed is not None:
        return np.array([given.changed.get(word, False) for word in words]), BY_TABLE
    scored = ~np.isnan(values)
    many = int(truth[scored].sum())
    if not many:
        return np.zeros(len(words), bool), HIGHEST
    # Equal scores get the same decision: it must not depend on the order of lines.
    return values >= np.sort(values[scored])[-many], HIGHEST


def _f1(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float | None:
    called_or_there = int(said.sum()) + int(truth.sum())
    return 2 * int((said & truth).sum()) / called_or_there if called_or_there else None


def _best_accuracy(values: Numbers, truth: NDArray[np.bool_]) -> float:
    """Return the accuracy of the best threshold; equal scores are on the same side of it."""
    order = np.argsort(-values, kind="stable")
    right = np.concatenate([[0], np.cumsum(np.where(truth[order], 1, -1))]) + int((~truth).sum())
    between = np.concatenate([[True], np.diff(values[order]) != 0, [True]])
    return float(right[between].max() / len(truth))


def _areas(values: Numbers, truth: NDArray[np.bool_]) -> Numbers:
    """Return the area under the ROC curve of each row (rows, words); ties count half."""
    ones = truth.sum(axis=1)
    zeros = truth.shape[1] - ones
    above = (ranks(values) * truth).sum(axis=1) - ones * (ones + 1) / 2
    pairs: Numbers = np.where(ones * zeros == 0, np.nan, ones * zeros)
    areas: Numbers = above / pairs
    return areas


def _lowest(values: Numbers) -> Numbers:
    """Return scores with -inf in place of missing ones."""
    return np.where(np.isnan(values), -np.inf, values)


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value
