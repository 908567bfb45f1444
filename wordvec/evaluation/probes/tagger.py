"""The tagger of a probe: features made of frozen vectors, and a classifier that learns from them in pieces.

A token's features are the vectors of the words at −window..+window, one after another, and for each of these positions
two indicators: that it lies outside the sentence, and that its word is unknown; the vector is then zero. Vectors are
multiplied by one factor that makes their components' mean square over the known training tokens 1, so that one
learning rate serves all. The classifier is softmax regression, or has one hidden layer (of rectified linear units),
trained with Adam (Kingma and Ba 2015). Features are made for a piece of the tokens at a time, from a table with a row
for each word.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.evaluation import intervals
from wordvec.evaluation.lookup import CASES, MISSING
from wordvec.evaluation.probes.features import Frozen, one_thread, unit_scale
from wordvec.evaluation.probes.tagging import Ids, Scored, Task, Tokens, score
from wordvec.settings import check_settings, setting
from wordvec.workers import Progress, StopFlag

AT_ONCE = 20_000  # tokens whose features are in memory
USUAL_EPOCHS, LEAST_STEPS = 10, 3_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProbeSettings:
    """How the probe is trained.

    The defaults are from UD English EWT's universal tags, trained on its training file, scored on its development
    file, with skip-gram vectors of dim 100. Accuracy of softmax regression, mean of two seeds, and time of a training
    on one core:

    ======  =====  ======  ========  =======
    epochs  batch  rate    accuracy  seconds
    ======  =====  ======  ========  =======
    3       200    0.001   .8589     1.1
    5       200    0.001   .8616     2.4
    10      200    0.001   .8648     3.7
    20      200    0.001   .8650     7.3
    10      200    0.0003  .8608     3.8
    10      200    0.003   .8630     4.4
    10      500    0.001   .8630     2.9
    10      1000   0.003   .8642     3.0
    ======  =====  ======  ========  =======

    With 128 hidden units .8872 after 10 epochs (10 s), .8854 after 5; other batches and rates are within .0025. Small
    files need more epochs, but no more steps: development F1 of WNUT-17 is .243, .261, .248 and .231 after 5, 10, 30
    and 100 epochs of 314 steps; accuracy on UD Marathi with random vectors is .503, .583, .607, .610 and .575 after 10,
    30, 100, 300 and 1000 epochs of 15 steps.

    Raises
    ------
    SettingsError
        If a value is out of its range.
    """

    window: int = setting(1, "words on either side that are seen, too", at_least=0)
    hidden: int = setting(0, "units of a hidden layer; 0 for none (softmax regression)", at_least=0)
    epochs: int | None = setting(
        None, "times to go through the training file; unless given 10, or more until there are 3000 steps", at_least=1
    )
    seeds: int = setting(5, "trainings to take mean and deviation of", at_least=1)
    case: str = setting("fallback", "how words are looked up", choices=CASES)
    batch: int = setting(200, "tokens of one step", at_least=1)
    rate: float = setting(0.001, "Adam's learning rate", above=0, at_most=1)
    resamples: int = setting(intervals.RESAMPLES, "resamples of the test sentences", at_least=intervals.LEAST_RESAMPLES)

    def __post_init__(self) -> None:
        check_settings(self)

    def epochs_for(self, tokens: int) -> int:
        """Give the epochs that so many training tokens take."""
        return self.epochs or max(USUAL_EPOCHS, -(-LEAST_STEPS // -(-tokens // self.batch)))


class Learner:
    """Trains taggers of a task, one for each seed.

    Attributes
    ----------
    seeds
        Those of the trainings: first numbers, order of the tokens, and of random vectors.
    epochs
        Of each training.
    work
        Tokens that `scored` trains on.
    """

    def __init__(self, task: Task, settings: ProbeSettings, progress: Progress, stop: StopFlag) -> None:
        self.task, self.settings, self.progress, self.stop = task, settings, progress, stop
        self.seeds = range(1, settings.seeds + 1)
        self.epochs = settings.epochs_for(len(task.train.places))
        self.work = settings.seeds * self.epochs * len(task.train.places)
        self._done = 0

    def scored(self, frozen: list[Frozen]) -> Scored:
        """Train with each seed, on the vectors given for it, and score the predictions.

        Raises
        ------
        Interrupted
            If asked to stop.
        """
        with one_thread():
            predictions = [self._predicted(one, seed) for one, seed in zip(frozen, self.seeds, strict=True)]
        return score(self.task, predictions)

    def _predicted(self, frozen: Frozen, seed: int) -> Ids:
        """Give the tag ids (test tokens,) that a classifier of this seed predicts."""
        features, test = table_of(frozen, self.task), self.task.test
        model = self._trained(features, seed)
        parts = np.array_split(np.arange(len(test.places)), _pieces(len(test.places)))
        return np.concatenate(
            [model.predict(features_of(features, test, part, self.settings.window)) for part in self.stop.until(parts)]
        )

    def _trained(self, features: NDArray[np.float32], seed: int) -> Any:
        from sklearn.neural_network import MLPClassifier

        settings, train = self.settings, self.task.train
        model = MLPClassifier(
            (settings.hidden,) if settings.hidden else (),
            batch_size=min(settings.batch, len(train.places)),
            learning_rate_init=settings.rate,
            shuffle=False,
            random_state=seed,
        )
        for part in self.stop.until(_shuffled(len(train.places), self.epochs, seed)):
            seen = features_of(features, train, part, settings.window)
            model.partial_fit(seen, train.tags[part], classes=np.arange(len(self.task.tags)))
            self._done += len(part)
            self.progress.report(self._done, loss=model.loss_)
        return model


def _pieces(tokens: int) -> int:
    return -(-tokens // AT_ONCE)


def _shuffled(tokens: int, epochs: int, seed: int) -> Iterator[Ids]:
    """Give each epoch's tokens in another order, in pieces: parts of an epoch, or several short epochs together."""
    chance = np.random.default_rng(seed)
    together = max(1, AT_ONCE // tokens)
    for begin in range(0, epochs, together):
        orders = [chance.permutation(tokens) for _ in range(min(together, epochs - begin))]
        yield from np.array_split(np.concatenate(orders), _pieces(tokens))


def table_of(frozen: Frozen, task: Task) -> NDArray[np.float32]:
    """Give what is seen of each word (words + 1, dim + 2), in the last row of a place outside."""
    words, dim = len(task.words), frozen.known.dim
    matrix = frozen.matrix()
    known = frozen.rows != MISSING
    counts = np.bincount(task.train.words[task.train.places], minlength=words)
    table = np.zeros((words + 1, dim + 2), np.float32)
    table[:words, :dim] = matrix * unit_scale(matrix[known], counts[known])
    table[:words, dim] = ~known
    table[words, dim + 1] = 1
    return table


def features_of(table: NDArray[np.float32], tokens: Tokens, part: Ids, window: int) -> NDArray[np.float32]:
    """Give the features (part, (2 window + 1)(dim + 2)) of some tokens."""
    around = tokens.places[part, None] + np.arange(-window, window + 1)
    features: NDArray[np.float32] = table[tokens.words[around]].reshape(len(part), -1)
    return features
