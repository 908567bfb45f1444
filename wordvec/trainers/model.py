"""A skip-gram or CBOW model in training: its matrices, noise distribution and arguments of the kernel."""

import threading
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.vocabulary import unpack
from wordvec.errors import InputError
from wordvec.kernels import rng, sampling, windows
from wordvec.settings import known
from wordvec.trainers import matrices
from wordvec.trainers.continuing import Kept, untrained
from wordvec.trainers.hogwild import Piece, Pieces, TrainPiece
from wordvec.vectors import Vectors

if TYPE_CHECKING:
    from wordvec.trainers.negative_sampling import NegativeSampling


class Kernel(Protocol):
    """A kernel that trains one piece: `kernels.skipgram.train_piece` or `kernels.cbow.train_piece`."""

    def __call__(self, *arguments: Any) -> tuple[float, int]:
        """Update the model; return the sum of the losses and the number of pairs."""
        ...


class NegativeSamplingModel:
    """The matrices of a model, and their training on a corpus.

    Attributes
    ----------
    words, contexts
        (size, padded dim) float32: the input and the output matrix.
    size
        Number of words trained, by falling frequency.
    started
        Number of rows of `words` from `init`; None without `init`.
    kept
        Words of `init` that are not trained; None if they are left out.

    Raises
    ------
    InputError
        If no word is frequent enough, or `init` has another dim.
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
    ) -> None:
        self.settings, self.vocabulary = settings, corpus.vocabulary
        self.size = _trained_words(corpus, known(settings.min_count))
        kept = len(untrained(self._names(), init)) if init is not None and keep else None
        matrices.check_memory(self.size, settings.dim, kept)
        self.words = matrices.random_rows(self.vocabulary, self.size, settings.dim, settings.seed)
        self.contexts = matrices.zero_matrix(self.size, settings.dim)
        self.started = self._copy(self.words, init, "init")
        self._copy(self.contexts, init_contexts, "init_contexts")
        self.kept: Kept | None = None
        if init is not None and keep:
            self.kept = Kept.of(self._names(), self.vocabulary, init, init_contexts)

    def piece_trainer(self, kernel: Kernel, pieces: Pieces) -> TrainPiece:
        """Return the function that trains one piece; every thread that calls it has its own scratch arrays."""
        settings = self.settings
        counts = self.vocabulary.counts[: self.size]
        model = windows.EmbeddingMatrices(
            self.words.reshape(-1), self.contexts.reshape(-1), matrices.padded(settings.dim), False
        )
        sampler = windows.Sampler(
            sampling.keep_thresholds(counts, settings.sample), sampling.noise_table(counts, settings.noise_power)
        )
        return piece_trainer(settings, kernel, pieces, model, sampler)

    def vectors(self, metadata: dict[str, Any]) -> Vectors:
        """Return the trained matrices as `Vectors`, not copied unless they are joined with the kept words."""
        names, dim = self._names(), self.settings.dim
        counts = self.vocabulary.counts[: self.size]
        contexts = Vectors(names, self.contexts[:, :dim], counts, metadata | {"matrix": "contexts"})
        trained = Vectors(names, self.words[:, :dim], counts, metadata | {"matrix": "words"}, contexts)
        return trained if self.kept is None else self.kept.join(trained)

    def _copy(self, matrix: Any, known: Vectors | None, setting: str) -> matrices.StartingRows | None:
        if known is None:
            return None
        return matrices.copy_known(matrix, self.settings.dim, self._names(), known, setting)

    def _names(self) -> list[str]:
        return unpack(self.vocabulary.packed, self.vocabulary.starts[: self.size + 1])


def piece_trainer(
    settings: "NegativeSampling",
    kernel: Kernel,
    pieces: Pieces,
    model: windows.EmbeddingMatrices,
    sampler: windows.Sampler,
) -> TrainPiece:
    """Return the function that trains `model` on one piece; every thread that calls it has its own scratch arrays."""
    shape, local = settings.window_shape(), threading.local()

    def train(piece: Piece) -> tuple[float, int]:
        if not hasattr(local, "room"):
            local.room = windows.allocate_workspace(pieces.most_tokens, pieces.most_sentences, shape, model.stride)
        rate = np.float32(known(settings.learning_rate) * piece.rate)
        stream = np.uint64(rng.piece_stream(settings.seed, piece.epoch, piece.number))
        return kernel(model, sampler, shape, local.room, piece.ids, piece.offsets, rate, stream)

    return train


def _trained_words(corpus: EncodedCorpus, min_count: int) -> int:
    words = corpus.vocabulary.cut(min_count)
    if words < 2:
        counts = corpus.vocabulary.counts
        if len(counts) < 2:
            raise InputError("the text contains a single word; use other text")
        raise InputError(
            f"{words} of {len(counts):,} words occur {min_count} times or more, too few to train; "
            f"use a min_count of at most {counts[1]}"
        )
    return words
