"""Text classification by means of word vectors, with bags of words and random vectors as baselines.

The features are those of `texts`; the classifier is logistic regression, whose C is chosen by cross-validation.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.evaluation import intervals
from wordvec.evaluation.baselines import random_vectors
from wordvec.evaluation.intervals import RESAMPLES, check_resamples, wilson
from wordvec.evaluation.lookup import by_name, normal_form_notes
from wordvec.evaluation.oov import SKIP, SUBWORDS, ZERO, Entry, entries
from wordvec.evaluation.oov import notes as oov_notes
from wordvec.evaluation.probes.features import Frozen, need_sklearn, random_baselines
from wordvec.evaluation.probes.features import frozen as frozen_of
from wordvec.evaluation.probes.logistic import STRENGTHS, Chooser
from wordvec.evaluation.probes.texts import SIF, Bags, Split, Texts, read_labelled, split_texts
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

_OOV = {
    SKIP: "means are of the known words",
    ZERO: "means are of all words, unknown ones as zeros",
    SUBWORDS: "means are of the known and the composed words; the p(w) of a composed word is 0 in the vectors' counts",
}


def classify(
    vectors: Mapping[str, Vectors] | Vectors,
    train: str | Path,
    test: str | Path | None = None,
    *,
    case: str = "fallback",
    oov: str | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Table:
    """Train text classifiers on vectors and score them.

    Parameters
    ----------
    vectors
        Vectors by name.
    train, test
        Files of tokenised texts that `read_labelled` reads. Without `test`, a fifth of the texts of each label in
        `train` is the test.
    case
        One of `letter_case.CASES`. Bags of words are always of lower-cased text.
    oov
        Policy for unknown words, one of `oov.POLICIES`; default: ``skip``, and further rows with ``subwords`` for
        vectors with n-grams.
    resamples
        Number of bootstrap resamples of differences.
    seed
        Seed of the folds, the random vectors, the resamples, and the choice of test texts.

    Returns
    -------
    Table
        Four rows for each set of vectors and policy for unknown words, and one each for bags of words, TF-IDF, the
        most frequent label, and the mean of random vectors of each dim. ``no_word`` is the number of test texts without
        a known word, whose features are zeros; ``p_of`` is the source of p(w): the vectors' counts or the training
        file. ``difference`` is the accuracy minus that of the ``mean`` of the same vectors, on the same resamples of
        the test texts; of baselines and of a mean, minus that of the first vectors' mean.

    Raises
    ------
    InputError
        As `read_labelled`; if the training file has too few texts to choose C, or a needed vector is not finite.
    SettingsError
        If scikit-learn is missing, or the case policy is unknown.
    Interrupted
        If `stop` is set.
    """
    need_sklearn()
    progress, stop = progress or Progress(), stop or StopFlag()
    named = by_name("vectors", vectors)
    check_resamples(resamples)
    train = arguments.path("train", train)
    learned = read_labelled(train)
    if test is None:
        learned, asked = split_texts(train, learned, seed)
    else:
        asked = read_labelled(arguments.path("test", test))
    chooser = Chooser(train, learned.labels, seed, stop)
    bags = Bags(learned, asked)
    judged = entries(named, oov)
    frozen = frozen_of(judged, bags.words, case)
    baselines = random_baselines(frozen)
    progress.begin("classify", 4 * len(frozen) + len(baselines) + 2, " classifiers")
    rows: list[dict[str, Any]] = []
    right: list[NDArray[np.float64]] = []
    try:
        for about, split in _splits(bags, judged, frozen, baselines, seed):
            answer = chooser.answer(split)
            rows.append(about | _row(answer.labels, asked.labels) | {"c": answer.c, "folds": answer.folds})
            right.append(_right(answer.labels, asked.labels))
            progress.report(len(rows))
    finally:
        progress.end()
    guesses = [chooser.majority] * len(asked.labels)
    rows.append({"vectors": "-", "method": "majority"} | _row(guesses, asked.labels))
    right.append(_right(guesses, asked.labels))
    _compare(rows, right, resamples, seed)
    notes = _notes(learned, asked, case, seed, chooser.folds)
    forms = normal_form_notes(named, bags.words, case)
    return Table(rows, [notes[0], *oov_notes(judged, case, _OOV), *forms, *notes[1:]])


def _splits(
    bags: Bags, judged: Sequence[Entry], frozen: Mapping[str, Frozen], baselines: Mapping[str, Frozen], seed: int
) -> Iterator[tuple[dict[str, Any], Split]]:
    """Yield all features with the first columns of their rows."""
    for entry in judged:
        one = frozen[entry.label]
        about, counts = entry.columns | bags.known(one), entry.vectors.counts
        tokens = None if counts is None else int(counts.sum())
        yield about | {"method": "mean"}, bags.mean(one)
        for method, split in bags.sif(one, tokens):
            yield about | {"method": method, "p_of": "its counts" if tokens else "training file"}, split
        yield about | {"method": "usif", "p_of": "its counts" if tokens else "training file"}, bags.usif(one, counts)
    for method, split in bags.plain():
        yield {"vectors": "-", "method": method}, split
    for name, one in baselines.items():
        drawn = one._replace(known=random_vectors(one.known, seed))
        yield {"vectors": name} | bags.known(one) | {"method": "mean"}, bags.mean(drawn)


def _row(predicted: list[str], true: list[str]) -> dict[str, Any]:
    from sklearn.metrics import f1_score

    correct = sum(one == other for one, other in zip(predicted, true, strict=True))
    low, high = wilson(correct, len(true))
    macro = float(f1_score(true, predicted, average="macro", zero_division=0))
    return {"accuracy": correct / len(true), "low": low, "high": high, "macro_f1": macro}


def _right(predicted: Sequence[str], true: Sequence[str]) -> NDArray[np.float64]:
    """Return 1 for each text (texts,) whose label is right, otherwise 0."""
    return np.array([one == other for one, other in zip(predicted, true, strict=True)], np.float64)


def _compare(rows: list[dict[str, Any]], right: list[NDArray[np.float64]], resamples: int, seed: int) -> None:
    """Add to each row the difference from the mean of the same vectors, or of the first vectors."""
    means = {(row["vectors"], row.get("oov")): at for at, row in enumerate(rows) if row["method"] == "mean"}
    if not rows or rows[0]["method"] != "mean":
        return  # there are no vectors
    for at, row in enumerate(rows):
        base = means.get((row["vectors"], row.get("oov")), 0)
        base = 0 if base == at else base
        if base == at:
            continue
        gains = right[at] - right[base]
        resampled = intervals.resampled(lambda items, of=gains: of[items].mean(axis=1), len(gains), resamples, seed)  # type: ignore[misc]
        found = intervals.difference(float(gains.mean()), resampled)
        row |= {"difference": found.difference, "difference_low": found.low, "difference_high": found.high}


def _notes(train: Texts, test: Texts, case: str, seed: int, folds: int) -> list[str]:
    other = sum(label not in set(train.labels) for label in test.labels)
    notes = [
        f"{len(train.labels):,} training texts, {len(test.labels):,} test texts, {len(set(train.labels))} labels; "
        f"case: {case}, bags of words in lower case",
        f"c: logistic regression's C, of {', '.join(f'{c:g}' for c in STRENGTHS)}, by {folds}-fold cross-validation on "
        f"the training file, seed {seed}; folds: the accuracy there",
        "low and high: Wilson's interval of 95 %; no_word: test texts without a known word, whose features are zeros",
        "difference: accuracy minus that of the mean of the same vectors (of a mean or a baseline: of the first "
        "vectors' mean), with 95 % of paired bootstrap resamples of the test texts",
        f"sif: weights a / (a + p(w)), a = {SIF:g}; p_of: the source of p(w)",
    ]
    notes += dict.fromkeys((*train.notes, *test.notes))
    return notes + ([f"{other:,} test texts have a label that is not in the training file"] if other else [])
