"""Training by threads that update the same matrices without locks (Hogwild: Recht et al. 2011), piece by piece.

Results with one thread are the same bit for bit. With several threads updates of the same row can overwrite each other,
and results differ slightly from run to run.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordvec.trainers.pieces import Pieces
from wordvec.workers import ordered_map

if TYPE_CHECKING:
    from wordvec.kernels.windows import EmbeddingMatrices
    from wordvec.trainers.model import TrainPiece


class Hogwild:
    """Threads that share one model.

    Parameters
    ----------
    pieces
        The corpus.
    train
        Trains a model on one piece.
    model
        Matrices of the model.
    threads
        Number of threads.
    """

    def __init__(self, pieces: Pieces, train: "TrainPiece", model: "EmbeddingMatrices", threads: int) -> None:
        self.pieces, self.train, self.model, self.threads = pieces, train, model, threads

    def rounds(self, first: int, last: int) -> Iterator[range]:
        """Yield ranges of pieces between which training can stop: each piece by itself."""
        return (range(index, index + 1) for index in range(first, last))

    def trained(self, rounds: Iterator[range]) -> Iterator[tuple[float, int]]:
        """Train rounds, and yield the loss and the number of pairs of each piece, in order."""

        def train(pieces: range) -> tuple[float, int]:
            return self.train(self.model, self.pieces[pieces.start])

        return ordered_map(train, rounds, self.threads)

    def finish(self, done: int) -> None:
        """Do nothing: the model is complete after each piece."""

    def apart(self, done: int) -> dict[str, NDArray[np.float32]]:
        """Return nothing."""
        return {}
