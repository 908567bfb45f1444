"""Training of replicas of a model, which are combined after each round (local SGD).

Each replica trains its own share of a round on its own copy of the matrices, so threads never write to the same rows,
and the order in which they run changes nothing: the result depends on the number of replicas and the length of a
round, not on the number of threads.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels.combination import Met, Replicated, combine, mean_squares
from wordvec.kernels.simd import Floats
from wordvec.kernels.windows import EmbeddingMatrices
from wordvec.settings import known
from wordvec.trainers.checkpoint import REPLICAS
from wordvec.trainers.hogwild import Hogwild
from wordvec.trainers.matrices import zero_matrix
from wordvec.trainers.pieces import Pieces
from wordvec.trainers.schedule import Due, Schedule, in_order, parts
from wordvec.trainers.updates import Updates
from wordvec.workers import Crew

if TYPE_CHECKING:
    from wordvec.trainers.model import TrainPiece
    from wordvec.trainers.negative_sampling import NegativeSampling

SLOPE = 0.1
"""Mean of σ(1 − σ): 0.108 on 16.9 M tokens of Wikipedia after two epochs, for noise words."""
ACROSS = 3.0
"""Curvature across the mean vector, as a multiple of its mean over directions, because the largest ones decide."""
PRIVATE_ROUND = 40_000
"""Tokens of a thread between combinations of private rows."""


class Replicas:
    """Replicas of a model in training.

    Parameters
    ----------
    schedule
        Rounds, and the rows that are combined after each.
    train
        Trains a model on one piece.
    models
        Matrices of each replica.
    words, contexts
        The rows that are combined.
    learning_rate
        Initial learning rate.
    threads
        Number of threads; of these, one for each replica works.
    """

    def __init__(
        self,
        schedule: Schedule,
        train: "TrainPiece",
        models: Sequence[EmbeddingMatrices],
        words: Replicated,
        contexts: Replicated,
        learning_rate: float,
        threads: int,
    ) -> None:
        self.schedule, self.train, self.learning_rate = schedule, train, learning_rate
        self.threads = min(threads, schedule.replicas)
        self._models, self._words, self._contexts = models, words, contexts

    def rounds(self, first: int, last: int) -> Iterator[range]:
        """Yield ranges of pieces between which training can stop."""
        return self.schedule.rounds(first, last)

    def trained(self, rounds: Iterator[range]) -> Iterator[tuple[float, int]]:
        """Train rounds, and yield the loss and the number of pairs of each piece, in order."""
        with Crew(self.threads) as crew:
            for pieces in rounds:
                done = crew.each(self._train, list(enumerate(self.schedule.shares(pieces))))
                self._combine(crew, self.schedule.due(pieces, self.learning_rate))
                yield from in_order(done, pieces)

    def finish(self, done: int) -> None:
        """Combine all rows after the last of `done` pieces, where training stopped within an epoch."""
        due = self.schedule.rest(done, self.learning_rate)
        if due is not None:
            with Crew(1) as crew:
                self._combine(crew, due)

    def apart(self, done: int) -> dict[str, NDArray[np.float32]]:
        """Return the matrices of the replicas, one after another, after `done` pieces; none if all rows are combined.

        They are views, so that a checkpoint can be loaded into them.
        """
        both = self._words, self._contexts
        if highest_level(both) <= self.schedule.last_level(done):
            return {}
        return {name: matrix.replicas.reshape(-1, matrix.stride) for name, matrix in zip(REPLICAS, both, strict=True)}

    def _train(self, work: tuple[int, range]) -> list[tuple[float, int]]:
        replica, share = work
        return [self.train(self._models[replica], self.schedule.pieces[index]) for index in share]

    def _combine(self, crew: Crew, due: Due) -> None:
        """Combine rows after a round."""
        both = self._words, self._contexts
        curvatures = crew.each(curvature_of, both[::-1])
        ranges = []
        for matrix, curved in zip(both, curvatures, strict=True):
            spans = parts(*due.places(matrix.levels), crew.threads)
            ranges += [(matrix, *curved, due.tokens, *span) for span in spans]
        crew.each(lambda work: combine(*work), ranges)


Curvature = tuple[NDArray[np.float32], float, float]
"""Direction of the mean vector of a matrix, and the curvature along and across it."""


def curvature_of(matrix: Replicated) -> Curvature:
    """Return the curvature that rows of the other matrix meet in this one."""
    direction = np.empty(matrix.stride, np.float32)
    along, across = mean_squares(matrix, direction)
    return direction, SLOPE * along, ACROSS * SLOPE * across


def highest_level(matrices: Sequence[Replicated]) -> int:
    """Return the highest level of all rows."""
    return max(int(matrix.levels.max(initial=0)) for matrix in matrices)


class Held(NamedTuple):
    """Replicas of a model that one process has.

    Attributes
    ----------
    models
        Matrices of each replica.
    words, contexts
        The base and the replicas of both matrices.
    """

    models: list[EmbeddingMatrices]
    words: Replicated
    contexts: Replicated


def plan(settings: "NegativeSampling", pieces: Pieces) -> Schedule | None:
    """Return the rounds of a training run on replicas; None if it has a single one."""
    replicas = min(known(settings.replicas), pieces.per_epoch)
    return Schedule(pieces, replicas, known(settings.round_tokens)) if replicas > 1 else None


def held(schedule: Schedule, model: EmbeddingMatrices, updates: Updates, number: int) -> Held:
    """Return `number` replicas of a model."""
    words = _replicated(schedule, number, model.words, model.stride, updates.words, updates.inputs)
    contexts = _replicated(schedule, number, model.contexts, model.stride, updates.contexts, updates.outputs)
    copies = (matrix.replicas.reshape(number, -1) for matrix in (words, contexts))
    models = [model._replace(words=one, contexts=other) for one, other in zip(*copies, strict=True)]
    return Held(models, words, contexts)


def workers(
    settings: "NegativeSampling",
    pieces: Pieces,
    train: "TrainPiece",
    model: EmbeddingMatrices,
    updates: Updates,
    threads: int | None = None,
) -> Hogwild | Replicas:
    """Return the threads that train a model, on replicas of it if the settings have several."""
    threads, rate = threads or settings.thread_count, known(settings.learning_rate)
    if settings.replicas == 1:
        if not model.private:
            return Hogwild(pieces, train, model, threads)
        schedule = Schedule(pieces, threads, PRIVATE_ROUND)
        return Replicas(schedule, train, *_private(model, updates, threads), rate, threads)
    rounds = plan(settings, pieces)
    if rounds is None:
        # The text is a single piece.
        return Hogwild(pieces, train, model, threads=1)
    return Replicas(rounds, train, *held(rounds, model, updates, rounds.replicas), rate, threads)


def _replicated(
    schedule: Schedule, number: int, base: Floats, stride: int, updates: NDArray[np.float64], met: Met
) -> Replicated:
    """Return a matrix with replicas of all its rows."""
    copies = zero_matrix(number * (len(base) // stride), stride).reshape(-1)
    copies.reshape(number, -1)[:] = base
    levels = schedule.levels(updates)
    order = np.argsort(levels, kind="stable")
    return Replicated(base, copies, stride, order, levels[order], updates[order], met)


def _private(
    model: EmbeddingMatrices, updates: Updates, threads: int
) -> tuple[list[EmbeddingMatrices], Replicated, Replicated]:
    """Return models that share all rows except those of `contexts` that are private to a thread."""
    private, stride = model.private, model.stride
    base, copies = model.contexts[: private * stride], model.contexts[model.shift * stride :]
    copies.reshape(threads, -1)[:] = base
    none, levels = np.empty(0, np.int64), np.zeros(private, np.uint8)
    words = Replicated(model.words, model.words, stride, none, levels[:0], np.empty(0), updates.inputs)
    unused = Met(np.array([0, 1]), np.zeros(1, np.int64))
    contexts = Replicated(base, copies, stride, np.arange(private), levels, updates.contexts[:private], unused)
    models = [model._replace(shift=model.shift + thread * private) for thread in range(threads)]
    return models, words, contexts
