"""Logistic regression with regularisation chosen by cross-validation; all features share the same folds."""

import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from wordvec.errors import InputError
from wordvec.evaluation.probes.features import one_thread
from wordvec.evaluation.probes.texts import Split
from wordvec.representation import short
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
    labels
        Predicted label of each test text.
    c
        Chosen inverse regularisation strength.
    folds
        Mean accuracy of `c` over the folds.
    """

    labels: list[str]
    c: float
    folds: float

    def __repr__(self) -> str:
        return short(self)


class Chooser:
    """Training on different features of the same texts.

    Parameters
    ----------
    name
        Name of the training file, for messages.
    labels
        Labels of the training texts.
    seed
        Seed of the folds.
    stop
        Flag that stops the work.

    Attributes
    ----------
    majority
        The most frequent label.
    folds
        Number of folds.

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
            # scikit-learn warns of labels with fewer texts than there are folds.
            warnings.simplefilter("ignore", UserWarning)
            self._folds = list(folds.split(self._labels, self._labels))

    def answer(self, split: Split) -> Answer:
        """Choose C by cross-validation, train on all training texts, and predict the labels of the test texts."""
        with one_thread():
            return self._answer(*split)

    def _answer(self, train: Any, test: Any) -> Answer:
        found = np.mean([self._accuracies(train, *fold) for fold in self._folds], axis=0)
        c = STRENGTHS[int(np.argmax(found))]
        model = self._fitted(_model(c), train, self._labels)
        return Answer([str(label) for label in model.predict(test)], c, float(found.max()))

    def _accuracies(self, features: Any, inside: Any, outside: Any) -> list[float]:
        """Return the accuracy of each C on one fold; each fit starts from the coefficients of the one before."""
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
