"""Training of replicas of a model, which are combined after each round (local SGD).

Each replica trains its own share of a round on its own copy of the matrices, so threads never write to the same rows,
and the order in which they run changes nothing: the result depends on the number of replicas and the length of a
round, not on the number of threads.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels.combination import Met, Replicated, combine, curvature
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


class Replicas:
    """A model and its replicas.

    Parameters
    ----------
    schedule
        Rounds, and the rows that are combined after each.
    train
        Trains a model on one piece.
    model
        Matrices of the model.
    updates
        How often rows are updated.
    learning_rate
        Initial learning rate.
    threads
        Number of threads.
    """

    def __init__(
        self,
        schedule: Schedule,
        train: "TrainPiece",
        model: EmbeddingMatrices,
        updates: Updates,
        learning_rate: float,
        threads: int,
    ) -> None:
        self.schedule, self.train, self.learning_rate, self.threads = schedule, train, learning_rate, threads
        self._words = self._replicated(model.words, model.stride, updates.words, updates.inputs)
        self._contexts = self._replicated(model.contexts, model.stride, updates.contexts, updates.outputs)
        copies = zip(self._copies(self._words), self._copies(self._contexts), strict=True)
        self._models = [model._replace(words=words, contexts=contexts) for words, contexts in copies]

    def _replicated(self, base: NDArray[np.float32], stride: int, updates: NDArray[np.float64], met: Met) -> Replicated:
        replicas = self.schedule.replicas
        copies = zero_matrix(replicas * (len(base) // stride), stride).reshape(-1)
        copies.reshape(replicas, -1)[:] = base
        levels = self.schedule.levels(updates)
        order = np.argsort(levels, kind="stable")
        return Replicated(base, copies, stride, order, levels[order], updates[order], met)

    def _copies(self, matrix: Replicated) -> NDArray[np.float32]:
        return matrix.replicas.reshape(self.schedule.replicas, -1)

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
        """Return the matrices of the replicas, one after another, after `done` pieces; they are equal after an epoch.

        They are views, so that a checkpoint can be loaded into them.
        """
        if done % self.schedule.pieces.per_epoch == 0:
            return {}
        both = zip(REPLICAS, (self._words, self._contexts), strict=True)
        return {name: matrix.replicas.reshape(-1, matrix.stride) for name, matrix in both}

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
    threads = threads or settings.thread_count
    if settings.replicas == 1:
        return Hogwild(pieces, train, model, threads)
    replicas = min(known(settings.replicas), pieces.per_epoch)
    if replicas == 1:
        # The text is a single piece.
        return Hogwild(pieces, train, model, threads=1)
    schedule = Schedule(pieces, replicas, known(settings.round_tokens))
    return Replicas(schedule, train, model, updates, known(settings.learning_rate), threads)
