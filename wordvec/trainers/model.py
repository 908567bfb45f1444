"""A skip-gram or CBOW model in training: its matrices, output layer and arguments of the kernel."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wordvec import wording
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.vocabulary import Vocabulary
from wordvec.errors import InputError
from wordvec.kernels import paths, rng, windows
from wordvec.kernels.edges import TOGETHER
from wordvec.kernels.pull import pull_rows
from wordvec.lexicons.lexicon import Lexicon
from wordvec.settings import known
from wordvec.softmax import HierarchicalSoftmax
from wordvec.trainers import matrices
from wordvec.trainers.checkpoint import named
from wordvec.trainers.continuing import Kept, untrained
from wordvec.trainers.hogwild import Hogwild
from wordvec.trainers.output_layers import output_layer
from wordvec.trainers.pieces import Piece, Pieces
from wordvec.trainers.pull import TOKENS_OF_STEP, Pull, Step, whole
from wordvec.trainers.replicas import Replicas, workers
from wordvec.trainers.updates import Updates, centres
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.trainers.negative_sampling import NegativeSampling


PRIVATE_ROWS = 4_096
"""Rows of `contexts`, those of the most frequent words, of which threads that share a model have copies.

Their cache lines would move between processors at every update.
"""
TrainPiece = Callable[[windows.EmbeddingMatrices, Piece], tuple[float, int]]
"""Trains a model on one piece; returns the sum of the losses and the number of pairs."""


class Kernel(Protocol):
    """A kernel that trains one piece: `kernels.skipgram.train_piece` or `kernels.cbow.train_piece`."""

    def __call__(self, *arguments: Any) -> tuple[float, int]:
        """Update the model; return the sum of the losses and the number of pairs."""
        ...


class NegativeSamplingModel:
    """The matrices of a model, and their training on a corpus.

    Parameters
    ----------
    settings, corpus
        Trainer with resolved settings, and encoded text.
    init, init_contexts
        Starting rows of the words they contain.
    keep
        Whether words of `init` that are not trained are kept.
    kept
        What an interrupted run kept of `init`, which it does not need any more.
    copies
        Number of copies of the matrices that this process has beside them; None: as many as there are replicas.

    Attributes
    ----------
    words, contexts
        (rows, padded dim) float32: the input and the output matrix. Rows of words come first in `words`.
    vocabulary
        The words trained, by falling count.
    size, names
        Their number, and the words.
    layer
        What the rows of `contexts` belong to.
    started
        Number of rows of `words` from `init`; None without `init`.
    kept
        Words of `init` that are not trained; None if they are left out.
    pull
        Edges between words; None without a graph.

    Raises
    ------
    InputError
        If no word is frequent enough, or `init` does not fit the settings.
    MemoryLimitError
        If the matrices do not fit in memory.
    """

    def __init__(
        self,
        settings: "NegativeSampling",
        corpus: EncodedCorpus,
        init: Vectors | None = None,
        init_contexts: Vectors | None = None,
        keep: bool = False,
        kept: Kept | None = None,
        copies: int | None = None,
    ) -> None:
        settings.check_start(init, init_contexts)
        replicas = known(settings.replicas)
        self._copies = copies if copies is not None else replicas if replicas > 1 else 0
        self.settings, self.tokens = settings, len(corpus.ids)
        self.vocabulary = _trained_vocabulary(corpus, known(settings.min_count))
        self.size, self.names = len(self.vocabulary), self.vocabulary.words
        self.layer = output_layer(settings, self.vocabulary.counts)
        beside = len(untrained(self.names, init)) if init is not None and keep else None if kept is None else len(kept)
        self.memory = self._needed_memory(beside)
        beside_kept = f", beside {beside:,} kept words," if beside else ""
        of_replicas = f" in {wording.quantity(self._copies, 'replica')}" if self._copies else ""
        fewer = "{replicas} 1, a larger {min_count} or a smaller {dim}" if self._copies > 1 else matrices.SMALLER
        matrices.check_memory(self.memory, f"{self._contents()}{of_replicas}{beside_kept}", fewer)
        self.kept = kept if init is None else self._keep(corpus.vocabulary, init, init_contexts, keep)
        self.words = self._first_rows()
        self._private = self._private_rows()
        self._outputs = matrices.zero_matrix(self.layer.rows + self._private * settings.thread_count, settings.columns)
        self.contexts = self._outputs[: self.layer.rows]
        self.started = None if init is None else self._start_from(init)
        self.pull: Pull | None = None
        if init_contexts is not None:
            matrices.copy_known(self.contexts, settings.dim, self.names, init_contexts)

    def piece_trainer(self, pieces: Pieces) -> TrainPiece:
        """Return the function that trains one piece; every thread that calls it has its own scratch arrays."""
        allocate = windows.allocate_workspace if self.layer.of_words else paths.allocate_workspace
        return self._pulled(
            piece_trainer(
                self.settings, self.settings.kernel(), pieces, self.layer.source, self.layer.allocator(allocate)
            )
        )

    def connect(self, lexicon: Lexicon) -> None:
        """Draw words together that a lexicon connects, in all training that follows.

        Raises
        ------
        InputError
            If no edge of the lexicon has two words that are trained.
        """
        counts, settings = self.vocabulary.counts[: self.size], self.settings
        self._centres = centres(counts, self.layer.source.keep, self.tokens)
        self.pull = Pull(lexicon, self.names, self._centres, known(settings.pull), settings.seed)  # type: ignore[attr-defined]
        self.memory += self.pull.memory

    def _pulled(self, train: TrainPiece) -> TrainPiece:
        """Return the function that trains one piece and then makes its edge steps, if there is a graph."""
        if self.pull is None:
            return train
        pull, step = self.pull, self._edge_steps(self.pull)
        rate = known(self.settings.learning_rate) * pull.strength

        def trained(model: windows.EmbeddingMatrices, piece: Piece) -> tuple[float, int]:
            done = train(model, piece)
            share, stream = np.float32(min(1.0, rate * piece.rate)), pull.stream(piece.epoch, piece.number)
            step(model, whole(pull.steps * len(piece.ids), stream), share, stream)
            return done

        return trained

    def _edge_steps(self, pull: Pull) -> Step:
        """Return the function that makes edge steps; threads may call it at the same time."""

        def step(model: windows.EmbeddingMatrices, steps: int, share: np.float32, stream: np.uint64) -> None:
            pairs = np.empty(2 * TOGETHER, np.int64)
            pull_rows(model.words, model.stride, pull.edges, steps, share, stream, pairs)

        return step

    def workers(self, pieces: Pieces) -> Hogwild | Replicas:
        """Return the threads that train the model."""
        return workers(self.settings, pieces, self.piece_trainer(pieces), self.embedding, self.updates())

    def updates(self) -> Updates:
        """Return how often rows are updated."""
        updates = self.layer.updates(self.tokens)
        return updates._replace(words=self._with_edge_steps(updates.words, updates))

    def _with_edge_steps(self, rows: NDArray[np.float64], of_words: Updates) -> NDArray[np.float64]:
        """Return the expected updates of `rows` with the edge steps of words, each as long as of some tokens."""
        if self.pull is None:
            return rows
        of_token = of_words.words.sum() / self._centres.sum()
        rows = rows.copy()
        rows[self.pull.edges.words] += self.pull.steps_of_words() * TOKENS_OF_STEP * of_token
        return rows

    @property
    def embedding(self) -> windows.EmbeddingMatrices:
        """Both matrices as kernels take them."""
        words, outputs, stride = self.words.reshape(-1), self._outputs.reshape(-1), self._outputs.shape[1]
        return windows.EmbeddingMatrices(words, outputs, stride, False, self._private, self.layer.rows)

    def complete(self, pieces: Pieces, progress: Progress, stop: StopFlag) -> None:
        """Compute what the result needs beside the trained matrices.

        Raises
        ------
        Interrupted
            If `stop` was set; a resumed run computes it again.
        """

    def _private_rows(self) -> int:
        """Return how many rows of `contexts` each thread has for itself where threads share one model."""
        shared = self.settings.replicas == 1 and self.settings.thread_count > 1
        return min(PRIVATE_ROWS, self.layer.rows) if shared else 0

    def _needed_memory(self, beside: int | None) -> int:
        """Return the bytes of the matrices and their replicas, with `beside` kept words."""
        both = (self._rows() + self.size) * matrices.padded(self.settings.columns) * 4
        return both * (1 + self._copies) + matrices.joined_memory(self.size, self.settings.dim, beside)

    def _rows(self) -> int:
        """Return the number of rows of `words`."""
        return self.size

    def _contents(self) -> str:
        """Return what the matrices have rows for, for messages."""
        return f"{self.size:,} words of dim {self.settings.dim}"

    def _keep(self, whole: Vocabulary, init: Vectors, init_contexts: Vectors | None, keep: bool) -> Kept | None:
        """Return what the result has of `init` beside the trained words; `whole` is the vocabulary of the text."""
        return Kept.of(self.names, whole, init, init_contexts) if keep else None

    def _first_rows(self) -> NDArray[np.float32]:
        """Return the rows of `words` before training."""
        return matrices.random_rows(self.vocabulary, self.size, self.settings.dim, self.settings.seed)

    def _start_from(self, init: Vectors) -> matrices.StartingRows:
        """Copy the rows of the words of `init`."""
        return matrices.copy_known(self.words, self.settings.dim, self.names, init)

    def saved(self) -> dict[str, NDArray[np.float32]]:
        """Return both matrices without padding, by their names in a checkpoint."""
        dim = self.settings.columns
        return named(self.words[:, :dim], self.contexts[:, :dim])

    def vectors(self, metadata: dict[str, Any]) -> Vectors:
        """Return the trained matrices as `Vectors`, not copied unless they are joined with the kept words."""
        outputs, counts = self.contexts[:, : self.settings.dim], self.vocabulary.counts
        trained = self._trained(counts, metadata | {"matrix": "words"})
        if self.layer.of_words:
            trained.contexts = Vectors(self.names, outputs, counts, metadata | {"matrix": "contexts"})
        else:
            trained.softmax = HierarchicalSoftmax(
                self.names, counts, outputs, self._sizes(), metadata | {"matrix": "nodes"}
            )
        return trained if self.kept is None else self.kept.join(trained)

    def _trained(self, counts: NDArray[np.int64], metadata: dict[str, Any]) -> Vectors:
        """Return the vectors of the trained words, without output layer."""
        return Vectors(self.names, self.words[:, : self.settings.dim], counts, metadata)

    def _sizes(self) -> NDArray[np.int64] | None:
        """Return the number of rows of `words` whose mean is a word's vector; None: its own row."""
        return None


def piece_trainer(
    settings: "NegativeSampling",
    kernel: Kernel,
    pieces: Pieces,
    source: Any,
    allocate: Callable[..., Any] = windows.allocate_workspace,
) -> TrainPiece:
    """Return the function that trains a model on one piece.

    Every thread that calls it has its own scratch arrays, made by `allocate`. The kernel takes its outputs from
    `source`, such as a `windows.Sampler`.
    """
    shape, local = settings.window_shape(), threading.local()

    def train(model: windows.EmbeddingMatrices, piece: Piece) -> tuple[float, int]:
        if not hasattr(local, "room"):
            local.room = allocate(pieces.most_tokens, pieces.most_sentences, shape, model.stride)
        rate = np.float32(known(settings.learning_rate) * piece.rate)
        stream = np.uint64(rng.piece_stream(settings.seed, piece.epoch, piece.number))
        return kernel(model, source, shape, local.room, piece.ids, piece.offsets, rate, stream)

    return train


def _trained_vocabulary(corpus: EncodedCorpus, min_count: int) -> Vocabulary:
    vocabulary = corpus.trained(min_count).vocabulary
    if (words := len(vocabulary)) < 2:
        counts = corpus.vocabulary.counts
        if len(counts) < 2:
            raise InputError("the text contains a single word; use other text")
        raise InputError(
            f"{words} of {len(counts):,} words occur {min_count} times or more, too few to train",
            advice=f"use a {{min_count}} of at most {counts[1]}",
        )
    return vocabulary
