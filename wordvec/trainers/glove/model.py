"""GloVe's model in training: two matrices whose rows contain a vector, its AdaGrad sums and a bias."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.vocabulary import Vocabulary
from wordvec.kernels import glove, rng
from wordvec.kernels.edges import TOGETHER
from wordvec.kernels.glove_pull import pull_sums, pull_words
from wordvec.kernels.initial_rows import start_rows
from wordvec.kernels.simd import LANES
from wordvec.lexicons.lexicon import Lexicon
from wordvec.settings import known
from wordvec.trainers import matrices
from wordvec.trainers.checkpoint import named
from wordvec.trainers.glove import strata
from wordvec.trainers.pull import Pull, whole
from wordvec.vectors import Vectors

if TYPE_CHECKING:
    from wordvec.corpora.cooccurrence import Cooccurrence
    from wordvec.trainers.checkpoint import Checkpoint
    from wordvec.trainers.glove.trainer import GloVe
    from wordvec.trainers.glove.training import TrainRun


ENTRIES_OF_TOKEN = 32
"""Entries of a row that count as a token of its word: about the updates of a word's row for a token in skip-gram."""


class GloVeModel:
    """The matrices of a model, and their training.

    Attributes
    ----------
    words, contexts
        (rows, row length) float32: see `kernels.glove` for the contents of a row, `strata.matrix_rows` for their order.
    size
        Number of words trained, by falling frequency.
    started
        Number of rows of `words` from `init`; None without `init`.
    pull
        Edges between words; None without a graph.

    Raises
    ------
    InputError
        If `init` has another dim.
    """

    def __init__(
        self,
        settings: "GloVe",
        counts: "Cooccurrence",
        init: Vectors | None = None,
        init_contexts: Vectors | None = None,
    ) -> None:
        settings.check_start(init, init_contexts)
        self.settings, self.vocabulary = settings, counts.vocabulary
        self.size = len(self.vocabulary)
        self.words = start_matrix(self.vocabulary, settings.dim, settings.seed, 0)
        self.contexts = start_matrix(self.vocabulary, settings.dim, settings.seed, 1)
        self.started = self._copy(self.words, init)
        self._copy(self.contexts, init_contexts)
        self._entries = np.diff(counts.indptr)
        self.pull: Pull | None = None

    def run_trainer(self, entries: glove.ShuffledEntries) -> "TrainRun":
        """Return the function that trains a range of entries."""
        settings, number = self.settings, np.float32
        model = glove.GloveMatrices(self.words.reshape(-1), self.contexts.reshape(-1), matrices.padded(settings.dim))
        rule = glove.Hyperparameters(
            number(np.log(settings.x_max)),
            number(settings.alpha),
            number(settings.learning_rate),
            number(settings.learning_rate if settings.regular_biases else 1),
        )

        def train(begin: int, end: int) -> float:
            # With space around it, so that no two threads write the same cache line.
            weights = np.empty(9 * LANES, np.float32)[4 * LANES : 5 * LANES]
            return glove.train_run(model, entries, begin, end, rule, weights)

        return train

    def connect(self, lexicon: Lexicon) -> None:
        """Draw words together that a lexicon connects.

        Raises
        ------
        InputError
            If no edge of the lexicon has two words that are trained.
        """
        settings, words = self.settings, self.vocabulary.words
        pull = Pull(lexicon, words, self._entries.astype(np.float64), known(settings.pull), settings.seed)
        # Rows of a matrix are in another order than words.
        rows, neighbours = strata.matrix_rows(self.size), pull.edges.neighbours
        of_neighbours = np.where(neighbours < 0, -1 - rows[-1 - neighbours], rows[neighbours])
        pull.edges = pull.edges._replace(words=rows[pull.edges.words], neighbours=of_neighbours)
        self.pull = pull

    def after_round(self, number: int) -> None:
        """Make the edge steps that follow a round, if there is a graph."""
        if self.pull is None:
            return
        pull, settings, sums = self.pull, self.settings, self.settings.combine == "sum"
        model = glove.GloveMatrices(self.words.reshape(-1), self.contexts.reshape(-1), matrices.padded(settings.dim))
        stream, pairs = pull.stream(number, 0), np.empty(2 * TOGETHER, np.int64)
        steps = whole(pull.steps / (strata.SIDE * ENTRIES_OF_TOKEN), stream)
        # The first step, where G is 1, does not pass the neighbour; of sums, both rows move.
        share = np.float32(min(1.0, settings.learning_rate * pull.strength) / (1 + sums))
        (pull_sums if sums else pull_words)(model, pull.edges, steps, share, stream, pairs)

    def vectors(self, metadata: dict[str, Any], output: str) -> Vectors:
        """Return the ``"sum"`` of words and contexts, or the ``"words"``, with the context matrix."""
        names, counts, dim = self.vocabulary.words, self.vocabulary.counts, self.settings.dim
        rows = strata.matrix_rows(self.size)
        words, contexts = self.words[rows, :dim], self.contexts[rows, :dim]
        if output == "sum":
            words += contexts
        kept = Vectors(names, contexts, counts, metadata | {"matrix": "contexts"})
        return Vectors(names, words, counts, metadata | {"matrix": "words"}, kept)

    def take_exported(self, checkpoint: "Checkpoint") -> None:
        """Copy the vectors of a finished run, which are in the order of words, into the model."""
        words, contexts = (np.empty((self.size, self.settings.dim), np.float32) for _ in range(2))
        checkpoint.load(named(words, contexts))
        rows = strata.matrix_rows(self.size)
        self.words[rows, : self.settings.dim] = words
        self.contexts[rows, : self.settings.dim] = contexts

    def _copy(self, matrix: NDArray[np.float32], known: Vectors | None) -> matrices.StartingRows | None:
        if known is None:
            return None
        names = np.full(len(matrix), "", object)
        names[strata.matrix_rows(self.size)] = self.vocabulary.words
        return matrices.copy_known(matrix, self.settings.dim, names.tolist(), known)


def needed_memory(words: int, dim: int) -> int:
    """Return the bytes that both matrices take."""
    return matrices.needed_memory(strata.SIDE * strata.height(words), glove.row_length(matrices.padded(dim)))


def start_matrix(vocabulary: Vocabulary, dim: int, seed: int, which: int) -> NDArray[np.float32]:
    """Return the starting rows of words (`which` 0) or contexts (1), a pure function of seed and word.

    Vectors and biases are U(−½, ½) / dim, sums of squares 1, as in GloVe's C program.
    """
    stride, tall = matrices.padded(dim), strata.height(len(vocabulary))
    length = glove.row_length(stride)
    matrix = matrices.zero_matrix(strata.SIDE * tall, length)
    for first in range(min(strata.SIDE, len(vocabulary))):
        order = np.arange(first, len(vocabulary), strata.SIDE)
        words = Vocabulary.of(vocabulary.packed, vocabulary.starts, vocabulary.counts, order)
        flat = matrix[first * tall :].reshape(-1)
        start_rows(words.packed, words.starts, _seed(seed, 2 * which), dim, flat, length)
        start_rows(words.packed, words.starts, _seed(seed, 2 * which + 1), 1, flat[2 * stride :], length)
    matrix[:, 2 * stride] /= dim
    matrix[:, stride : 2 * stride] = 1
    matrix[:, 2 * stride + 1] = 1
    return matrix


def _seed(seed: int, part: int) -> int:
    """Return a different seed for each part of a model."""
    return int(rng.piece_stream(seed, 0, part)) >> 1
