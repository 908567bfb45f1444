"""Text classification by means of word vectors, with bags of words and random vectors as baselines.

The features are those of `texts`; the classifier is logistic regression, whose C is chosen by cross-validation.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from wordvec import arguments
from wordvec.evaluation.baselines import random_vectors
from wordvec.evaluation.intervals import wilson
from wordvec.evaluation.lookup import by_name, normal_form_notes
from wordvec.evaluation.oov import SKIP, SUBWORDS, ZERO, Entry, entries
from wordvec.evaluation.oov import notes as oov_notes
from wordvec.evaluation.probes.features import Frozen, need_sklearn, random_baselines
from wordvec.evaluation.probes.features import frozen as frozen_of
from wordvec.evaluation.probes.logistic import STRENGTHS, Chooser
from wordvec.evaluation.probes.texts import SIF, Bags, Split, Texts, read_labelled
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
    test: str | Path,
    *,
    case: str = "fallback",
    oov: str | None = None,
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
        Files of tokenised texts that `read_labelled` reads.
    case
        One of `letter_case.CASES`. Bags of words are always of lower-cased text.
    oov
        Policy for unknown words, one of `oov.POLICIES`; default: ``skip``, and further rows with ``subwords`` for
        vectors with n-grams.
    seed
        Seed of the folds and of the random vectors.

    Returns
    -------
    Table
        Three rows for each set of vectors and policy for unknown words, and one each for bags of words, TF-IDF, the
        most frequent label, and the mean of random vectors of each dim. ``no_word`` is the number of test texts without
        a known word, whose features are zeros; ``p_of`` is the source of p(w): the vectors' counts or the training
        file.

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
    train, test = arguments.path("train", train), arguments.path("test", test)
    learned, asked = read_labelled(train), read_labelled(test)
    chooser = Chooser(train, learned.labels, seed, stop)
    bags = Bags(learned, asked)
    judged = entries(named, oov)
    frozen = frozen_of(judged, bags.words, case)
    baselines = random_baselines(frozen)
    progress.begin("classify", 3 * len(frozen) + len(baselines) + 2, " classifiers")
    rows: list[dict[str, Any]] = []
    try:
        for about, split in _splits(bags, judged, frozen, baselines, seed):
            answer = chooser.answer(split)
            rows.append(about | _row(answer.labels, asked.labels) | {"c": answer.c, "folds": answer.folds})
            progress.report(len(rows))
    finally:
        progress.end()
    rows.append({"vectors": "-", "method": "majority"} | _row([chooser.majority] * len(asked.labels), asked.labels))
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


def _notes(train: Texts, test: Texts, case: str, seed: int, folds: int) -> list[str]:
    other = sum(label not in set(train.labels) for label in test.labels)
    notes = [
        f"{len(train.labels):,} training texts, {len(test.labels):,} test texts, {len(set(train.labels))} labels; "
        f"case: {case}, bags of words in lower case",
        f"c: logistic regression's C, of {', '.join(f'{c:g}' for c in STRENGTHS)}, by {folds}-fold cross-validation on "
        f"the training file, seed {seed}; folds: the accuracy there",
        "low and high: Wilson's interval of 95 %; no_word: test texts without a known word, whose features are zeros",
        f"sif: weights a / (a + p(w)), a = {SIF:g}; p_of: the source of p(w)",
    ]
    notes += dict.fromkeys((*train.notes, *test.notes))
    return notes + ([f"{other:,} test texts have a label that is not in the training file"] if other else [])
