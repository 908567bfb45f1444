"""Scores of change against what people say: graded truth by rank, binary truth by decision (SemEval-2020 Task 1).

Scores and truth are files of ``word<TAB>number``; the more, the more a word changed. The table that ``wordvec compass
change`` writes is read, too: a word's score is 1 minus a measure, and it says itself what changed.

Graded truth is judged by Spearman's correlation (Subtask 2), binary truth (0 and 1 only) by accuracy and F1 of a
decision (Subtask 1) and by the area under the ROC curve, which takes none. Words without a score are left out, and,
in a second figure, put below all others.
"""

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.correlation import correlations_of_rows, ranks, spearman
from wordvec.evaluation.datasets import read_lines
from wordvec.evaluation.intervals import RESAMPLES
from wordvec.evaluation.tables import Table

KINDS = ("graded", "binary")
Numbers = NDArray[np.float64]


class Scores(NamedTuple):
    """A number for each word, and, where the file says it, whether it changed."""

    name: str
    values: dict[str, float]
    changed: dict[str, bool] | None


def read_scores(path: str | Path, measure: str = "cosine") -> Scores:
    """Read scores of change.

    Parameters
    ----------
    path
        Lines ``word<TAB>number``, or a table of ``wordvec compass change -o``.
    measure
        Which measure of such a table.

    Raises
    ------
    InputError
        If the file cannot be read, a line is no word and number, a word comes twice, or there is no such measure.
    """
    path = Path(path)
    lines = [(number, line) for number, line in read_lines(path) if line.strip()]
    if not lines:
        raise InputError(f"{path}: is empty")
    if lines[0][1].startswith("word,"):
        return _of_table(path, [line for _, line in lines], measure)
    values: dict[str, float] = {}
    for number, line in lines:
        word, tab, written = line.rpartition("\t")
        value = _number(written)
        if not tab or not word or value is None:
            raise InputError(f"{path}, line {number}: give a word, a tab and a number, not {line[:60]!r}")
        if word in values:
            raise InputError(f"{path}, line {number}: {word} comes a second time")
        values[word] = value
    return Scores(str(path), values, None)


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
    hits, called, there = int((said & y).sum()), int(said.sum()), int(y.sum())
    return {
        "called": called,
        "accuracy": _or_none(float((said == y).mean()) if len(y) else math.nan),
        "f1": 2 * hits / (called + there) if called + there else None,
        "auc": _or_none(float(_areas(x[None], y[None])[0])),
        "low": low,
        "high": high,
        "accuracy_lowest": float(((decided & known) == truth).mean()),
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
        as many of the highest scores as have changed, which only someone who knows the truth can choose.
    resamples, seed
        Of the bootstrap over words.

    Raises
    ------
    InputError
        As `read_scores`; if binary truth has other numbers than 0 and 1, or one of them only; if no word has a score.
    SettingsError
        If `kind` is unknown.
    """
    intervals.check_resamples(resamples)
    right = read_scores(truth)
    words, wanted = list(right.values), np.array(list(right.values.values()))
    binary = kind == "binary" if kind else bool(np.isin(wanted, (0, 1)).all())
    _check(kind, binary, wanted, right.name)
    rows = []
    for path in scores:
        given = read_scores(path, measure)
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
    figure = "auc" if binary else "spearman"
    return Table(rows, [f"low, high: 95 % of {resamples:,} bootstraps over words, of {figure}; _lowest: words without "
                        "a score below all others"])  # fmt: skip


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
        return np.array([given.changed.get(word, False) for word in words]), "changed"
    many = int(truth[~np.isnan(values)].sum())
    decided = np.zeros(len(words), bool)
    decided[np.argsort(-_lowest(values), kind="stable")[:many]] = True
    return decided, f"highest {many}"


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


def _of_table(path: Path, lines: list[str], measure: str) -> Scores:
    rows: list[Mapping[str, str]] = list(csv.DictReader(lines))
    if not rows or not {"word", measure, "changed"} <= rows[0].keys():
        raise InputError(f"{path}: has no column {measure}; is it a table of wordvec compass change -o?")
    values = {row["word"]: _number(row[measure]) for row in rows}
    changed = {row["word"]: row["changed"] == "1" for row in rows}
    return Scores(str(path), {word: 1 - value for word, value in values.items() if value is not None}, changed)


def _number(written: str) -> float | None:
    try:
        value = float(written)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value
