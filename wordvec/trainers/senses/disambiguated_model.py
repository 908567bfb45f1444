"""Disambiguated Skip-gram in training: rows of senses and keys, and rows of context words."""

import functools
import threading
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.kernels import disambiguated_skipgram as kernels
from wordvec.kernels import rng, windows
from wordvec.kernels.disambiguated_choice import GUMBEL_VALUES, SenseLayout, fill_gumbel
from wordvec.kernels.initial_rows import start_rows
from wordvec.settings import known
from wordvec.trainers import matrices
from wordvec.trainers.model import NegativeSamplingModel, TrainPiece
from wordvec.trainers.pieces import Piece, Pieces
from wordvec.trainers.senses.context_model import ContextModel
from wordvec.trainers.senses.disambiguated import OWN, PACE
from wordvec.trainers.senses.result import KeptSenses, SenseVectors, kept_senses, sense_vectors
from wordvec.trainers.senses.stages import StagedPiece
from wordvec.trainers.senses.typical_contexts import typical_contexts
from wordvec.trainers.updates import Updates, sample
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag, ordered_map

if TYPE_CHECKING:
    from wordvec.trainers.senses.disambiguated import Senses

_SEEDS = 1 << 63
_SEED_OF_SENSE = 0x5DEECE66D
"""Added to the seed for each sense of a word."""


class DisambiguatedModel(NegativeSamplingModel):
    """The matrices of a model, and their training on a corpus.

    `words` has the rows of senses, one key for each sense that all words share, and the keys of words: see
    `kernels.disambiguated_choice.SenseLayout`. Rows are longer than `dim` by a bias.

    Parameters and attributes are those of `NegativeSamplingModel`.
    """

    settings: "Senses"

    def __init__(self, settings: "Senses", corpus: EncodedCorpus, copies: int | None = None) -> None:
        super().__init__(settings, corpus, copies=copies)
        self._corpus = corpus
        self._kept: KeptSenses | None = None
        self._typical: dict[tuple[int, int], list[str]] = {}

    @functools.cached_property
    def layout(self) -> SenseLayout:
        """Rows of senses and keys."""
        settings = self.settings
        several = min(self.size, settings.several(self.vocabulary))
        rows = self.size + several * (settings.senses - 1)
        return SenseLayout(settings.senses, several, settings.dim, rows, rows + settings.senses)

    def piece_trainer(self, pieces: Pieces) -> TrainPiece:
        """Return the function that trains one piece; every thread that calls it has its own scratch arrays."""
        settings, source, layout, local = self.settings, self.layer.source, self.layout, threading.local()

        def train(model: windows.EmbeddingMatrices, piece: Piece) -> tuple[float, int]:
            if not hasattr(local, "room"):
                local.room = self._workspace(pieces)
            stage, rate = (
                settings.stage(cast(StagedPiece, piece)),
                np.float32(known(settings.learning_rate) * piece.rate),
            )
            stream = np.uint64(rng.piece_stream(settings.seed, piece.epoch, piece.number))
            shape, room, ids = settings.window_shape(), local.room, piece.ids
            return kernels.train_piece(model, layout, stage, source, shape, room, ids, piece.offsets, rate, stream)

        return train

    def complete(self, pieces: Pieces, progress: Progress, stop: StopFlag) -> None:
        """Choose the senses that are kept by their shares, and typical contexts of these, in two more passes."""
        settings = self.settings
        kept = kept_senses(_shares(self._sums(pieces, progress, stop)), self.size, settings.min_share)
        model = self._model(kept, {"method": settings.method, "settings": settings.settings()})
        window, seed = settings.window, settings.seed
        self._typical = typical_contexts(model, self._corpus, kept.numbers, window, seed, progress, stop)
        self._kept = kept

    def _sums(self, pieces: Pieces, progress: Progress, stop: StopFlag) -> NDArray[np.float64]:
        """Return the (several, K) sums of the probabilities of senses at the tokens of their words."""
        settings, layout, local = self.settings, self.layout, threading.local()
        sums: list[NDArray[np.int64]] = []

        def add(number: int) -> None:
            if not hasattr(local, "room"):
                local.room, local.sums = self._workspace(pieces), np.zeros(layout.several * layout.senses, np.int64)
                sums.append(local.sums)
            piece = pieces[number]
            stream = np.uint64(rng.piece_stream(settings.seed, known(settings.epochs), number))
            shape, stage = settings.window_shape()._replace(negatives=0), settings.last_stage()
            kernels.add_probabilities(
                self.embedding, layout, stage, self.layer.source, shape, local.room, piece.ids, piece.offsets, stream,
                local.sums,
            )  # fmt: skip

        progress.begin("counting senses", pieces.tokens, " words")
        try:
            works = ordered_map(add, range(pieces.per_epoch), settings.thread_count)
            for done, _ in enumerate(stop.until(works), 1):
                progress.report(pieces.tokens_before(done))
        finally:
            progress.end()
        total: NDArray[np.int64] = np.sum(sums, axis=0)
        return total.reshape(layout.several, layout.senses) / kernels.UNIT

    def updates(self) -> Updates:
        """Return how often rows are updated: those of a word's senses and its keys as if each had an equal share."""
        updates, layout = super().updates(), self.layout
        of_senses = np.repeat(updates.words / self._numbers, self._numbers)
        # Their step is as many times the learning rate.
        of_keys = of_senses[: self._own_keys] * PACE
        shared = np.full(layout.senses, updates.words.cumsum()[-1] / layout.senses)
        return updates._replace(words=np.concatenate([of_senses, shared, of_keys]), inputs=sample(of_senses))

    @functools.cached_property
    def _numbers(self) -> NDArray[np.int64]:
        """(words,) number of senses of each word in training."""
        numbers = np.ones(self.size, np.int64)
        numbers[: self.layout.several] = self.layout.senses
        return numbers

    def _workspace(self, pieces: Pieces) -> kernels.Workspace:
        shape, stride = self.settings.window_shape(), self.embedding.stride
        tokens, sentences = pieces.most_tokens, pieces.most_sentences
        return kernels.allocate_workspace(tokens, sentences, shape, stride, self.settings.senses, self._gumbel)

    @functools.cached_property
    def _gumbel(self) -> NDArray[np.float32]:
        table = np.empty(GUMBEL_VALUES, np.float32)
        fill_gumbel(table)
        return table

    @property
    def _own_keys(self) -> int:
        """Number of keys of words."""
        return self.layout.several * self.layout.senses if self.settings.keys == OWN else 0

    def _private_rows(self) -> int:
        return 0

    def _rows(self) -> int:
        return self.layout.own + self._own_keys

    def _needed_memory(self, beside: int | None) -> int:
        """Return the bytes of the matrices and their replicas, and of the result with its model."""
        result = self.layout.shared + 2 * self._own_keys + 3 * self.size
        return super()._needed_memory(beside) + result * self.settings.dim * 4

    def _contents(self) -> str:
        return f"{self.layout.shared:,} senses of {super()._contents()}"

    def _first_rows(self) -> NDArray[np.float32]:
        """Return the rows before training: random vectors of senses, a function of seed, word and sense; keys of 0."""
        settings, layout = self.settings, self.layout
        rows = matrices.zero_matrix(self._rows(), self.settings.columns)
        flat, stride = rows.reshape(-1), rows.shape[1]
        packed, starts = self.vocabulary.packed, self.vocabulary.starts[: self.size + 1]
        for sense in range(layout.senses):
            seed = (settings.seed + sense * _SEED_OF_SENSE) % _SEEDS
            mine = starts[: layout.several + 1]
            start_rows(packed, mine, seed, settings.dim, flat[sense * stride :], layout.senses * stride)
        single = flat[layout.several * layout.senses * stride :]
        start_rows(packed, starts[layout.several :], settings.seed, settings.dim, single, stride)
        return rows

    def vectors(self, metadata: dict[str, Any]) -> SenseVectors:
        """Return the vectors of the senses that are kept, and the model that decides between them."""
        kept, counts = self._kept, self.vocabulary.counts[: self.size]
        assert kept is not None
        model, rows = self._model(kept, metadata), self.words[self._first(kept) + kept.senses, : self.settings.dim]
        return sense_vectors(self.names, counts, kept, rows, metadata, model, self._typical)

    def _first(self, kept: KeptSenses) -> NDArray[np.int64]:
        """Return the row of the first sense of the word of each sense that is kept."""
        rows: NDArray[np.int64] = np.append(0, np.cumsum(self._numbers))[kept.words]
        return rows

    def _model(self, kept: KeptSenses, metadata: dict[str, Any]) -> ContextModel:
        """Return the model that decides between the senses that are kept."""
        layout, dim, first = self.layout, self.settings.dim, self._first(kept)
        several = np.flatnonzero((kept.numbers > 1)[kept.words])
        keys = self.words[layout.shared + kept.senses[several], : dim + 1]
        if self._own_keys:
            keys = keys + self.words[layout.own + first[several] + kept.senses[several], : dim + 1]
        weighted = self.words[first + kept.senses, :dim] * kept.shares[:, None].astype(np.float32)
        means, counts = np.add.reduceat(weighted, kept.starts[:-1]), self.vocabulary.counts[: self.size]
        contexts = Vectors(self.names, self.contexts[:, :dim], counts, metadata | {"matrix": "contexts"})
        words = Vectors(self.names, means, counts, metadata | {"matrix": "words"}, contexts)
        return ContextModel(words, keys, kept.numbers)


def _shares(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shares of senses; a word that never had a context has one sense."""
    total = sums.sum(1, keepdims=True)
    never = np.zeros_like(sums)
    never[:, :1] = 1
    shares: NDArray[np.float64] = np.divide(sums, total, out=never, where=total > 0)
    return shares
