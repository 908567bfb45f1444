"""Node classification (Perozzi et al. 2014): the labels of a graph's nodes, predicted from their vectors alone.

A share of the nodes, drawn at random, trains one logistic regression for each label against all others. Of every other
node the number of labels is known, and so many labels with the highest scores are predicted. That is the rule of
published figures, and it is generous: a classifier would have to find the number, too.

    micro-F1 = 2 Σ true / Σ (predicted + labelled), over all labels;  macro-F1: the mean of the labels' F1

Splits draw from the same nodes, so that their scores are not independent. The intervals are those of Nadeau and Bengio
(2003), who add the ratio of test to training nodes to the variance of the mean of the splits.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.baselines import random_vectors
from wordvec.evaluation.lookup import by_name
from wordvec.evaluation.probes.features import need_sklearn, one_thread
from wordvec.evaluation.probes.node_labels import NodeLabels, read_node_labels
from wordvec.rows import first_not_finite
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.wording import quantity, some
from wordvec.workers import Progress, StopFlag

SHARES, SPLITS = (0.5,), 10
_STEPS = 1_000
_LEVEL = 0.95
_LEAST = 4
"""Smallest number of labelled nodes."""

Numbers = NDArray[np.float64]
Marks = NDArray[np.bool_]


class _Task(NamedTuple):
    """Nodes that all vectors have, and their labels.

    Attributes
    ----------
    nodes
        Names of the nodes.
    labels
        Names of the labels.
    marks
        (nodes, labels) bool array, whether a node has a label.
    """

    nodes: list[str]
    labels: list[str]
    marks: Marks


def nodes(
    vectors: Mapping[str, Vectors] | Vectors,
    labels: str | Path | NodeLabels,
    *,
    shares: Sequence[float] = SHARES,
    splits: int = SPLITS,
    strength: float = 1.0,
    seed: int = 1,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Table:
    """Classify the nodes of a graph by their vectors.

    Parameters
    ----------
    vectors
        Vectors by name.
    labels
        Labels of nodes, or a file that `read_node_labels` reads.
    shares
        Shares of the nodes that train.
    splits
        Number of random splits, the same for all vectors.
    strength
        Logistic regression's C.
    seed
        Seed of the splits and of the random vectors.
    progress, stop
        Receiver of reports, and flag that stops the work.

    Returns
    -------
    Table
        A row for each share and set of vectors, and the baselines: random vectors of each dim, and the most frequent
        labels of the training nodes. ``micro_f1`` and ``macro_f1`` are means over the splits, with intervals;
        ``difference`` is that of macro-F1 from the first vectors on the same splits.

    Raises
    ------
    InputError
        If no labelled node is known to all vectors, a vector is not finite, or there are too few nodes or labels.
    SettingsError
        If a setting is out of range, or scikit-learn is missing.
    Interrupted
        If `stop` is set.
    """
    need_sklearn()
    named, progress, stop = by_name("vectors", vectors), progress or Progress(), stop or StopFlag()
    _check(shares, splits, strength)
    arguments.seed(seed)
    read = labels if isinstance(labels, NodeLabels) else read_node_labels(arguments.path("labels", labels))
    task = _task(named, read)
    features = {name: _features(name, one, task.nodes) for name, one in named.items()}
    for dim in sorted({one.dim for one in named.values()}):
        like = Vectors(task.nodes, np.zeros((len(task.nodes), dim), np.float32))
        features[f"random, dim {dim}"] = np.asarray(random_vectors(like, seed).matrix, np.float64)
    rows: list[dict[str, Any]] = []
    progress.begin("nodes", len(shares) * splits * len(features), " classifiers")
    try:
        for share in shares:
            drawn = list(_splits(len(task.nodes), share, splits, seed))
            first: Numbers | None = None
            for name, matrix in features.items():
                scores = np.empty((splits, 2))
                for number, (train, test) in enumerate(stop.until(drawn)):
                    with one_thread():
                        ranked = _scores(matrix, task.marks, train, test, strength)
                    scores[number] = _f1(task.marks[test], _highest(ranked, task.marks[test]))
                    progress.report(len(rows) * splits + number + 1)
                rows.append({"vectors": name} | _row(scores, first, share, len(task.nodes)))
                first = scores if first is None else first
            common = [_most_frequent(task.marks, train, test) for train, test in drawn]
            scores = np.array([_f1(task.marks[test], guess) for (_, test), guess in zip(drawn, common, strict=True)])
            rows.append({"vectors": "most frequent labels"} | _row(scores, first, share, len(task.nodes)))
    finally:
        progress.end()
    return Table(rows, _notes(named, read, task, splits, strength, seed))


def _check(shares: Sequence[float], splits: int, strength: float) -> None:
    given = arguments.items("shares", shares, "a list of numbers")
    if not given:
        raise SettingsError(": is empty; choose one or more, such as 0.5", setting="share")
    for share in given:
        if not 0 < arguments.real("shares", share) < 1:
            raise SettingsError(f"{share}: must be above 0 and below 1", setting="share")
    if arguments.whole("splits", splits) < 2:
        raise SettingsError(f"{splits}: must be at least 2", setting="splits")
    if not 0 < arguments.real("strength", strength) < np.inf:
        raise SettingsError(f"{strength}: must be above 0", setting="strength")


def _task(named: Mapping[str, Vectors], read: NodeLabels) -> _Task:
    known = [node for node in read.labels if all(node in one for one in named.values())]
    if len(known) < _LEAST:
        raise InputError(
            f"{read.path}: of {quantity(len(read.labels), 'node')} with labels ({some(list(read.labels))}), all "
            f"vectors have {len(known)}, and {_LEAST} are needed; nodes are looked up by their names in the graph"
        )
    labels = list(dict.fromkeys(label for node in known for label in read.labels[node]))
    numbers = {label: number for number, label in enumerate(labels)}
    marks = np.zeros((len(known), len(labels)), np.bool_)
    for row, node in enumerate(known):
        marks[row, [numbers[label] for label in read.labels[node]]] = True
    if len(labels) < 2:
        raise InputError(f"{read.path}: all nodes have the label {labels[0]!r}; to classify, two are needed")
    return _Task(known, labels, marks)


def _features(name: str, vectors: Vectors, known: Sequence[str]) -> Numbers:
    matrix = np.array([vectors[node] for node in known], np.float64)
    if (broken := first_not_finite(matrix)) is not None:
        raise InputError(f"{name}: {known[broken]!r}: its vector holds NaN or infinity; train again")
    return matrix


def _splits(items: int, share: float, splits: int, seed: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the training and test nodes of each split; both have one at least."""
    generator = np.random.default_rng(seed)
    cut_at = min(max(1, round(share * items)), items - 1)
    for _ in range(splits):
        order = generator.permutation(items)
        yield order[:cut_at], order[cut_at:]


def _scores(
    features: Numbers, marks: Marks, train: NDArray[np.int64], test: NDArray[np.int64], strength: float
) -> Numbers:
    """Return the score of each label (test nodes, labels); a label that all or no training nodes have is constant."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    scores = np.empty((len(test), marks.shape[1]))
    for label in range(marks.shape[1]):
        own = marks[train, label]
        if own.all() or not own.any():
            scores[:, label] = np.inf if own.all() else -np.inf
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model = LogisticRegression(C=strength, max_iter=_STEPS).fit(features[train], own)
        scores[:, label] = model.decision_function(features[test])
    return scores


def _highest(scores: Numbers, true: Marks) -> Marks:
    """Return the labels with the highest scores, as many for each node as it has; ties go to the first label."""
    ranks = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1)
    highest: Marks = ranks < true.sum(axis=1, keepdims=True)
    return highest


def _most_frequent(marks: Marks, train: NDArray[np.int64], test: NDArray[np.int64]) -> Marks:
    return _highest(np.broadcast_to(marks[train].sum(axis=0), (len(test), marks.shape[1])), marks[test])


def _f1(true: Marks, predicted: Marks) -> tuple[float, float]:
    """Return micro-F1 and macro-F1; the F1 of a label that is neither predicted nor true is 0."""
    right, given = (true & predicted).sum(axis=0), true.sum(axis=0) + predicted.sum(axis=0)
    return 2 * float(right.sum()) / max(1, int(given.sum())), float((2 * right / np.maximum(1, given)).mean())


def _row(scores: Numbers, first: Numbers | None, share: float, items: int) -> dict[str, Any]:
    """Return the columns of a row from the scores (splits, 2) of micro- and macro-F1."""
    row: dict[str, Any] = {"share": share}
    for column, name in enumerate(("micro", "macro")):
        mean, low, high = _interval(scores[:, column], share)
        row |= {f"{name}_f1": mean, f"{name}_low": low, f"{name}_high": high}
    if first is not None:
        mean, low, high = _interval(scores[:, 1] - first[:, 1], share)
        row |= {"difference": mean, "difference_low": low, "difference_high": high}
    return row | {"nodes": items}


def _interval(values: Numbers, share: float) -> tuple[float, float, float]:
    """Return the mean of the splits with its interval, corrected for their overlap (Nadeau and Bengio 2003)."""
    from scipy.stats import t

    variance = float(values.var(ddof=1)) * (1 / len(values) + (1 - share) / share)
    margin = float(t.ppf((1 + _LEVEL) / 2, len(values) - 1)) * float(np.sqrt(variance))
    mean = float(values.mean())
    return mean, mean - margin, mean + margin


def _notes(
    named: Mapping[str, Vectors], read: NodeLabels, task: _Task, splits: int, strength: float, seed: int
) -> list[str]:
    lacking = len(read.labels) - len(task.nodes)
    notes = [
        f"{read.path}: {quantity(len(task.nodes), 'node')}, {quantity(len(task.labels), 'label')}, "
        f"{task.marks.sum() / len(task.nodes):.2f} for each node on average",
        f"one-versus-rest logistic regression, C = {strength:g}; means of {splits} random splits, seed {seed}, the "
        "same for all vectors; share: that of the training nodes",
        "the number of labels of each test node is known to the classifier, as in published figures; it makes the task "
        "easier",
        "low and high: 95 % intervals of the mean, corrected for the overlap of the splits (Nadeau and Bengio 2003); "
        "difference: of macro-F1 from the first vectors, on the same splits",
    ]
    if lacking:
        notes.append(f"{quantity(lacking, 'node')} with labels left out, which not all vectors have")
    if read.comments:
        left = f"{quantity(read.comments, 'line')} after the first that begin{'s' * (read.comments == 1)} with # or %"
        notes.append(f"warning: {read.path}: {left} left out; they are nodes with --no-comments")
    return notes + _shift_note(named, read)


def _shift_note(named: Mapping[str, Vectors], read: NodeLabels) -> list[str]:
    """Return a warning if the nodes of labels and vectors are numbered from 0 and from 1."""
    for name, one in named.items():
        if all(node.isdecimal() for node in read.labels) and all(word.isdecimal() for word in one.words):
            numbers, rows = set(map(int, read.labels)), set(map(int, one.words))
            if min(numbers) + min(rows) == 1 and max(numbers) - max(rows) == min(numbers) - min(rows):
                return [
                    f"warning: {read.path} counts nodes from {min(numbers)}, {name} from {min(rows)}; if they are the "
                    "same nodes, these scores are wrong"
                ]
    return []
