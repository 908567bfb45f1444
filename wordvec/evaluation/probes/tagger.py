"""The tagger of a probe: features from frozen vectors, and a classifier that is trained on them in batches.

A token's features are the concatenated vectors of the words at −window..+window, and for each of these positions two
indicators: outside the sentence, and unknown word; the vector is then zero. Vectors are multiplied by one factor by
which the mean square of their components over the known training tokens is 1, so that one learning rate suits all. The
classifier is softmax regression, or has one hidden layer of rectified linear units, trained with Adam (Kingma and Ba
2015). Features are computed for a piece of the tokens at a time, from a table with a row for each word.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.documentation import documented
from wordvec.evaluation import intervals
from wordvec.evaluation.lookup import MISSING
from wordvec.evaluation.oov import POLICIES
from wordvec.evaluation.probes.features import Frozen, one_thread, unit_scale
from wordvec.evaluation.probes.tagging import Ids, Scored, Task, Tokens, score
from wordvec.letter_case import CASES
from wordvec.settings import check_settings, setting
from wordvec.workers import Progress, StopFlag

AT_ONCE = 20_000  # tokens whose features are in memory at a time
LEAST_EPOCHS, LEAST_STEPS = 10, 3_000


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class ProbeSettings:
    """Settings of the probe.

    The defaults are from UD English EWT's universal tags, trained on its training file, scored on its development
    file, with skip-gram vectors of dim 100. Accuracy of softmax regression, mean of two seeds, and time of a training
    run on one core:

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

    window: int = setting(1, "context words on either side whose vectors are features", at_least=0)
    hidden: int = setting(0, "units of the hidden layer; 0 for none (softmax regression)", at_least=0)
    epochs: int | None = setting(
        None, "passes over the training file (default: 10, or more to reach 3000 steps)", at_least=1
    )
    seeds: int = setting(5, "training runs for the mean and the standard deviation", at_least=1)
    case: str = setting("fallback", "case policy of the lookup of words", choices=CASES)
    oov: str | None = setting(
        None,
        "policy for unknown words, see above (default: skip, and a second row with subwords for vectors with n-grams)",
        choices=POLICIES,
    )
    batch: int = setting(200, "tokens in a batch", at_least=1)
    rate: float = setting(0.001, "Adam's learning rate", above=0, at_most=1)
    resamples: int = setting(
        intervals.RESAMPLES, "bootstrap resamples of the test sentences", at_least=intervals.LEAST_RESAMPLES
    )

    def __post_init__(self) -> None:
        check_settings(self)

    def epochs_for(self, tokens: int) -> int:
        """Return the number of epochs for a number of training tokens."""
        return self.epochs or max(LEAST_EPOCHS, -(-LEAST_STEPS // -(-tokens // self.batch)))


class Learner:
    """Training of a task's taggers, one for each seed.

    Attributes
    ----------
    seeds
        Seeds of the training runs: of the initial weights, the order of the tokens, and the random vectors.
    epochs
        Number of epochs of each training run.
    work
        Number of tokens that `scored` trains on, over all epochs and seeds.
    """

    def __init__(self, task: Task, settings: ProbeSettings, progress: Progress, stop: StopFlag) -> None:
        self.task, self.settings, self.progress, self.stop = task, settings, progress, stop
        self.seeds = range(1, settings.seeds + 1)
        self.epochs = settings.epochs_for(len(task.train.positions))
        self.work = settings.seeds * self.epochs * len(task.train.positions)
        self._done = 0

    def scored(self, frozen: list[Frozen]) -> Scored:
        """Train with each seed on its vectors, and score the predictions.

        Parameters
        ----------
        frozen
            The vectors of each seed.

        Raises
        ------
        Interrupted
            If asked to stop.
        """
        with one_thread():
            predictions = [self._predicted(one, seed) for one, seed in zip(frozen, self.seeds, strict=True)]
        return score(self.task, predictions)

    def _predicted(self, frozen: Frozen, seed: int) -> Ids:
        """Train a classifier with a seed and return the tag ids (test tokens,) that it predicts."""
        features, test = table_of(frozen, self.task), self.task.test
        model = self._trained(features, seed)
        parts = np.array_split(np.arange(len(test.positions)), _pieces(len(test.positions)))
        return np.concatenate(
            [model.predict(features_of(features, test, part, self.settings.window)) for part in self.stop.until(parts)]
        )

    def _trained(self, features: NDArray[np.float32], seed: int) -> Any:
        from sklearn.neural_network import MLPClassifier

        settings, train = self.settings, self.task.train
        model = MLPClassifier(
            (settings.hidden,) if settings.hidden else (),
            batch_size=min(settings.batch, len(train.positions)),
            learning_rate_init=settings.rate,
            shuffle=False,
            random_state=seed,
        )
        for part in self.stop.until(_shuffled(len(train.positions), self.epochs, seed)):
            seen = features_of(features, train, part, settings.window)
            model.partial_fit(seen, train.tags[part], classes=np.arange(len(self.task.tags)))
            self._done += len(part)
            self.progress.report(self._done, loss=model.loss_)
        return model


def _pieces(tokens: int) -> int:
    return -(-tokens // AT_ONCE)


def _shuffled(tokens: int, epochs: int, seed: int) -> Iterator[Ids]:
    """Yield the shuffled tokens of all epochs in pieces: parts of an epoch, or several short epochs together."""
    generator = np.random.default_rng(seed)
    together = max(1, AT_ONCE // tokens)
    for begin in range(0, epochs, together):
        orders = [generator.permutation(tokens) for _ in range(min(together, epochs - begin))]
        yield from np.array_split(np.concatenate(orders), _pieces(tokens))


def table_of(frozen: Frozen, task: Task) -> NDArray[np.float32]:
    """Return the features of each word (words + 1, dim + 2); the last row is for positions outside the sentence."""
    words, dim = len(task.words), frozen.known.dim
    matrix = frozen.matrix()
    known = frozen.rows != MISSING
    counts = np.bincount(task.train.words[task.train.positions], minlength=words)
    table = np.zeros((words + 1, dim + 2), np.float32)
    table[:words, :dim] = matrix * unit_scale(matrix[known], counts[known])
    table[:words, dim] = ~frozen.counted
    table[words, dim + 1] = 1
    return table


def features_of(table: NDArray[np.float32], tokens: Tokens, part: Ids, window: int) -> NDArray[np.float32]:
    """Return the features (part, (2 window + 1)(dim + 2)) of a part of the tokens."""
    around = tokens.positions[part, None] + np.arange(-window, window + 1)
    features: NDArray[np.float32] = table[tokens.words[around]].reshape(len(part), -1)
    return features
