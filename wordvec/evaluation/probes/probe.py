"""Probing of frozen vectors: the score of a simple tagger whose only features are the vectors of a window of words.

See `tagger` for its features and its training.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from wordvec import arguments
from wordvec.evaluation.baselines import random_vectors
from wordvec.evaluation.lookup import MISSING, by_name, normal_form_notes
from wordvec.evaluation.oov import SKIP, SUBWORDS, ZERO, Entry, entries
from wordvec.evaluation.oov import notes as oov_notes
from wordvec.evaluation.probes.features import Frozen, need_sklearn, random_baselines
from wordvec.evaluation.probes.features import frozen as frozen_of
from wordvec.evaluation.probes.tagger import Learner, ProbeSettings
from wordvec.evaluation.probes.tagging import OTHER, Scored, Task, compare, score
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

_OOV = {
    SKIP: "an unknown word has the features of no vector: zeros, and the indicator of an unknown word",
    ZERO: "an unknown word has a vector of zeros, without an indicator",
    SUBWORDS: "an unknown word is composed; another one has the features of no vector, as with skip",
}


def probe(
    vectors: Mapping[str, Vectors] | Vectors,
    train: str | Path,
    test: str | Path,
    *,
    column: str | int | None = None,
    settings: ProbeSettings | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Table:
    """Train a tagger on vectors and score it, with the most frequent tag and random vectors as baselines.

    Parameters
    ----------
    vectors
        Vectors by name. Each row but the first is compared with the first.
    train, test
        Files that `read_tagged` reads.
    column
        Column of the tags; see `read_tagged`.
    settings
        Settings of the tagger; default: `ProbeSettings()`.
    progress, stop
        Receiver of the progress; flag that stops the work.

    Returns
    -------
    Table
        A row for each set of vectors and policy for unknown words, one for the most frequent tag, and one for random
        vectors of each dim. If the tags mark entities (`entities.is_bio`), with F1, precision and recall of entities.
        Scores by seed are lists.

    Raises
    ------
    InputError
        As `read_tagged`; if all training tokens have the same tag, or a needed vector is not finite.
    SettingsError
        If scikit-learn is missing, or the column or the case policy is unknown.
    Interrupted
        If `stop` is set.
    """
    need_sklearn()
    settings, progress, stop = settings or ProbeSettings(), progress or Progress(), stop or StopFlag()
    named = by_name("vectors", vectors)
    train, test = arguments.path("train", train), arguments.path("test", test)
    task = Task.read(train, test, column, settings.window)
    judged = entries(named, settings.oov)
    frozen = frozen_of(judged, task.words, settings.case)
    baselines = random_baselines(frozen)
    learner = Learner(task, settings, progress, stop)
    progress.begin("probe", (len(frozen) + len(baselines)) * learner.work, " tokens")
    try:
        rows = _rows(task, learner, judged, frozen, baselines)
    finally:
        progress.end()
    notes = _notes(task, settings, column, len(judged))
    forms = normal_form_notes(named, task.words, settings.case)
    return Table(rows, [*notes[:2], *oov_notes(judged, settings.case, _OOV), *forms, *notes[2:]])


def _rows(
    task: Task,
    learner: Learner,
    judged: Sequence[Entry],
    frozen: Mapping[str, Frozen],
    baselines: Mapping[str, Frozen],
) -> list[dict[str, Any]]:
    """Return the rows of all vectors and of the baselines."""
    rows: list[dict[str, Any]] = []
    first: Scored | None = None
    for entry in judged:
        one = frozen[entry.label]
        scored = learner.scored([one] * len(learner.seeds))
        rows.append(entry.columns | _about(task, one) | _row(task, scored))
        if first is not None:
            difference = compare(scored, first, learner.settings.resamples, seed=1)
            rows[-1] |= dict(zip(("difference", "difference_low", "difference_high", "p"), difference, strict=True))
        first = first or scored
    rows.append({"vectors": "majority"} | _row(task, score(task, [task.majority])))
    for name, one in baselines.items():
        drawn = [one._replace(known=random_vectors(one.known, seed)) for seed in learner.seeds]
        rows.append({"vectors": name} | _about(task, one) | _row(task, learner.scored(drawn)))
    return rows


def _about(task: Task, frozen: Frozen) -> dict[str, Any]:
    known = frozen.rows[task.test.words[task.test.positions]] != MISSING
    return {"dim": frozen.known.dim} | frozen.coverage(float(known.mean()))


def _row(task: Task, scored: Scored) -> dict[str, Any]:
    """Return mean and standard deviation of each score, and the scores by seed as lists."""
    row: dict[str, Any] = {}
    for name, values in scored.values.items():
        row[name] = float(np.mean(values))
        row[f"{name}_sd"] = float(np.std(values, ddof=1)) if len(values) > 1 else None
    lists = {f"{name}_scores": values for name, values in scored.values.items()}
    return row | {"new_tokens": int(task.new.sum())} | lists


def _notes(task: Task, settings: ProbeSettings, column: str | int | None, files: int) -> list[str]:
    train, test, width = task.train, task.test, 2 * settings.window + 1
    layers = f"one hidden layer of {settings.hidden}" if settings.hidden else "softmax regression"
    epochs, other = settings.epochs_for(len(train.positions)), int((test.tags == OTHER).sum())
    notes = [
        f"{len(train.positions):,} training tokens, {len(test.positions):,} test tokens in {len(test.sentences) - 1:,} "
        f"sentences, {len(task.tags)} tags" + ("" if column is None else f" (column {column})"),
        f"features: the vectors of {width} words, scaled by one common factor, and two indicators for each: "
        f"outside the sentence, unknown word; case: {settings.case}",
        f"classifier: {layers}, Adam, {epochs} epochs, batches of {settings.batch}, rate {settings.rate:g}; "
        f"mean and standard deviation of seeds 1 to {settings.seeds}",
        *(["accuracy_new: of test tokens whose word is not in the training file"] if task.new.any() else []),
    ]
    if other:
        notes.append(f"{other:,} test tokens have a tag that is not in the training file, and count as wrong")
    if task.true is not None:
        notes.append("f1, precision, recall: of entities, by the rules of CoNLL (conlleval)")
    if files > 1:
        headline = "accuracy" if task.true is None else "f1"
        notes.append(
            f"difference: mean {headline} minus that of the first row; low and high: 95 % of "
            f"{settings.resamples:,} bootstrap resamples of the test sentences"
        )
    return notes
