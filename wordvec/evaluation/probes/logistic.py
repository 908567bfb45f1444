"""Logistic regression whose regularisation is chosen by cross-validation, the same folds for all features."""

import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from wordvec.errors import InputError
from wordvec.evaluation.probes.features import one_thread
from wordvec.evaluation.probes.texts import Split
from wordvec.wording import quantity
from wordvec.workers import StopFlag

FOLDS = 5
STRENGTHS = (0.001, 0.01, 0.1, 1, 10, 100)
"""The values of C, from the strongest regularisation to the weakest."""

STEPS = 1_000  # of L-BFGS, at most


class Answer(NamedTuple):
    """Predicted labels of the test texts.

    Attributes
    ----------
    c
        What was chosen.
    folds
        Its mean accuracy over the folds.
    """

    labels: list[str]
    c: float
    folds: float


class Chooser:
    """Trains on any features of the same texts.

    Parameters
    ----------
    name
        Of the training file, for messages.
    labels
        Of the training texts.
    seed
        Of the folds.

    Attributes
    ----------
    majority
        The most frequent label.
    folds
        How many there are.

    Raises
    ------
    InputError
        If fewer than two labels have two texts each.
    """

    def __init__(self, name: str | Path, labels: Sequence[str], seed: int, stop: StopFlag) -> None:
        from sklearn.model_selection import StratifiedKFold

        often = Counter(labels).most_common()
        if len(often) < 2 or often[1][1] < 2:
            raise InputError(
                f"{name}: {quantity(len(labels), 'text')} with {quantity(len(often), 'label')}; to choose C by "
                "cross-validation, at least two labels must have two texts each"
            )
        self.majority, self._labels, self._stop = often[0][0], np.array(labels), stop
        self.folds = min(FOLDS, often[1][1])
        folds = StratifiedKFold(self.folds, shuffle=True, random_state=seed % 2**32)
        with warnings.catch_warnings():
            # That a label has fewer texts than there are folds.
            warnings.simplefilter("ignore", UserWarning)
            self._folds = list(folds.split(self._labels, self._labels))

    def answer(self, split: Split) -> Answer:
        """Choose C on the training texts, learn from all of them, and predict the labels of the test texts."""
        with one_thread():
            return self._answer(*split)

    def _answer(self, train: Any, test: Any) -> Answer:
        found = np.mean([self._accuracies(train, *fold) for fold in self._folds], axis=0)
        c = STRENGTHS[int(np.argmax(found))]
        model = self._fitted(_model(c), train, self._labels)
        return Answer([str(label) for label in model.predict(test)], c, float(found.max()))

    def _accuracies(self, features: Any, inside: Any, outside: Any) -> list[float]:
        """Give the accuracy of each C on one fold; each training begins where the one before ended."""
        model, accuracies = _model(STRENGTHS[0]), []
        for c in STRENGTHS:
            self._fitted(model.set_params(C=c), features[inside], self._labels[inside])
            accuracies.append(float(model.score(features[outside], self._labels[outside])))
        return accuracies

    def _fitted(self, model: Any, features: Any, labels: Any) -> Any:
        from sklearn.exceptions import ConvergenceWarning

        self._stop.check()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return model.fit(features, labels)


def _model(c: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=c, max_iter=STEPS, warm_start=True)
