"""Training of replicas of a model, which are combined after each round (local SGD).

Each replica trains its own share of a round on its own copy of the matrices, so threads never write to the same rows,
and the order in which they run changes nothing: the result depends on the number of replicas and the length of a
round, not on the number of threads.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels.combination import Met, Replicated, combine, curvature
from wordvec.kernels.simd import Floats
from wordvec.kernels.windows import EmbeddingMatrices
from wordvec.settings import known
from wordvec.trainers.checkpoint import REPLICAS
from wordvec.trainers.hogwild import Hogwild
from wordvec.trainers.loop import Workers
from wordvec.trainers.matrices import zero_matrix
from wordvec.trainers.pieces import Pieces
from wordvec.trainers.schedule import LEVELS, Schedule
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
        Number of threads.
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
        self.schedule, self.train, self.learning_rate, self.threads = schedule, train, learning_rate, threads
        self._models, self._words, self._contexts = models, words, contexts

    def rounds(self, first: int, last: int) -> Iterator[range]:
        """Yield ranges of pieces between which training can stop."""
        return self.schedule.rounds(first, last)

    def trained(self, rounds: Iterator[range]) -> Iterator[tuple[float, int]]:
        """Train rounds, and yield the loss and the number of pairs of each piece, in order."""
        with Crew(min(self.threads, self.schedule.replicas)) as crew:
            for pieces in rounds:
                done = crew.each(self._train, list(enumerate(self.schedule.shares(pieces))))
                self._combine(crew, pieces, self.schedule.last_level(pieces.stop))
                for place in range(len(pieces)):
                    yield done[place % len(done)][place // len(done)]

    def finish(self, done: int) -> None:
        """Combine all rows after the last of `done` pieces, where training stopped within an epoch."""
        schedule = self.schedule
        if done % schedule.pieces.per_epoch:
            (last,) = schedule.rounds(done - (done % schedule.pieces.per_epoch - 1) % schedule.size - 1, done)
            with Crew(1) as crew:
                self._combine(crew, last, LEVELS - 1, schedule.last_level(done) + 1)

    def apart(self, done: int) -> dict[str, NDArray[np.float32]]:
        """Return the matrices of the replicas, one after another, after `done` pieces; none if all rows are combined.

        They are views, so that a checkpoint can be loaded into them.
        """
        both, level = (self._words, self._contexts), self.schedule.last_level(done)
        if all(matrix.levels.max(initial=0) <= level for matrix in both):
            return {}
        return {name: matrix.replicas.reshape(-1, matrix.stride) for name, matrix in zip(REPLICAS, both, strict=True)}

    def _train(self, work: tuple[int, range]) -> list[tuple[float, int]]:
        replica, share = work
        return [self.train(self._models[replica], self.schedule.pieces[index]) for index in share]

    def _combine(self, crew: Crew, pieces: range, highest: int, lowest: int = 0) -> None:
        """Combine the rows of these levels after a round."""
        tokens = self.schedule.tokens(pieces) * (self.learning_rate * self.schedule.pieces.rate(pieces.start))
        both = self._words, self._contexts
        curvatures = crew.each(_curvature, both[::-1])
        ranges = []
        for matrix, curved in zip(both, curvatures, strict=True):
            first, last = np.searchsorted(matrix.levels, [lowest, highest + 1]).tolist()
            limits = [first + (last - first) * part // crew.threads for part in range(crew.threads + 1)]
            ranges += [(matrix, *curved, tokens, *span) for span in pairwise(limits)]
        crew.each(lambda work: combine(*work), ranges)


def _curvature(matrix: Replicated) -> tuple[NDArray[np.float32], float, float]:
    """Return the direction of the mean vector of a matrix, and the curvature along and across it."""
    direction = np.empty(matrix.stride, np.float32)
    along, across = curvature(matrix, direction)
    return direction, SLOPE * along, ACROSS * SLOPE * across


def workers(
    settings: "NegativeSampling",
    pieces: Pieces,
    train: "TrainPiece",
    model: EmbeddingMatrices,
    updates: Updates,
    threads: int | None = None,
) -> Workers:
    """Return the threads that train a model, on replicas of it if the settings have several."""
    threads, rate = threads or settings.thread_count, known(settings.learning_rate)
    if settings.replicas == 1:
        if not model.private:
            return Hogwild(pieces, train, model, threads)
        schedule = Schedule(pieces, threads, PRIVATE_ROUND)
        return Replicas(schedule, train, *_private(model, updates, threads), rate, threads)
    replicas = min(known(settings.replicas), pieces.per_epoch)
    if replicas == 1:
        # The text is a single piece.
        return Hogwild(pieces, train, model, threads=1)
    schedule = Schedule(pieces, replicas, known(settings.round_tokens))
    words = _replicated(schedule, model.words, model.stride, updates.words, updates.inputs)
    contexts = _replicated(schedule, model.contexts, model.stride, updates.contexts, updates.outputs)
    copies = (matrix.replicas.reshape(replicas, -1) for matrix in (words, contexts))
    models = [model._replace(words=one, contexts=other) for one, other in zip(*copies, strict=True)]
    return Replicas(schedule, train, models, words, contexts, rate, threads)


def _replicated(schedule: Schedule, base: Floats, stride: int, updates: NDArray[np.float64], met: Met) -> Replicated:
    """Return a matrix with replicas of all its rows."""
    copies = zero_matrix(schedule.replicas * (len(base) // stride), stride).reshape(-1)
    copies.reshape(schedule.replicas, -1)[:] = base
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
