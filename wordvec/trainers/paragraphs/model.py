"""Paragraph vectors in training: rows of words, of contexts, and of documents."""

import threading
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import InputError
from wordvec.kernels import rng, windows
from wordvec.kernels.combination import Replicated
from wordvec.kernels.documents import DocumentRows
from wordvec.kernels.initial_rows import start_rows
from wordvec.settings import known
from wordvec.trainers import matrices
from wordvec.trainers.checkpoint import DOCUMENTS
from wordvec.trainers.hogwild import Hogwild
from wordvec.trainers.model import NegativeSamplingModel, TrainPiece
from wordvec.trainers.paragraphs import codes, rows
from wordvec.trainers.paragraphs.pieces import DocumentPiece
from wordvec.trainers.paragraphs.result import DocumentVectors, ParagraphInference
from wordvec.trainers.pieces import Piece, Pieces
from wordvec.trainers.replicas import Replicas, held, plan
from wordvec.trainers.updates import SAMPLES, Updates, sample, window_words
from wordvec.vectors import Vectors

if TYPE_CHECKING:
    from wordvec.trainers.paragraphs.trainer import ParagraphVectors


class ParagraphModel(NegativeSamplingModel):
    """The matrices of a model, and their training on the documents of a corpus.

    Parameters
    ----------
    settings, corpus, copies
        As of `NegativeSamplingModel`.

    Attributes
    ----------
    documents
        (documents, padded dim) float32 rows of documents.
    document_names
        Their names.

    Raises
    ------
    InputError
        If the corpus has a single document, or names are repeated.
    InputError, MemoryLimitError
        As `NegativeSamplingModel`.
    """

    settings: "ParagraphVectors"

    def __init__(self, settings: "ParagraphVectors", corpus: EncodedCorpus, copies: int | None = None) -> None:
        if len(corpus.documents) < 2:
            raise InputError(
                "the text is a single document, and paragraph vectors need several",
                advice="encode it with {documents} line for a document on each line, or use several files, or records "
                "with {field}",
            )
        self.document_names = rows.unique_names(corpus.documents.names)
        super().__init__(settings, corpus, copies=copies)
        self._known = rows.known_tokens(corpus.trained(known(settings.min_count)), self.size)
        self.documents = rows.document_rows(len(self.document_names), settings.dim, corpus.folder)
        rows.begin_rows(self.documents, self.document_names, settings.dim, settings.seed)
        if settings.bits is not None:
            counts = self.vocabulary.counts[: self.size]
            self.contexts[:, settings.bits] = codes.first_biases(self.layer.source, counts, settings.negatives)

    def piece_trainer(self, pieces: Pieces) -> TrainPiece:
        """Return the function that trains one piece; every thread that calls it has its own scratch arrays."""
        settings, kernel, source = self.settings, self.settings.kernel(), self.layer.source
        trained, local = self.documents.reshape(-1), threading.local()

        def train(model: windows.EmbeddingMatrices, piece: Piece) -> tuple[float, int]:
            if not hasattr(local, "room"):
                local.room = allocate(settings, pieces, model.stride)
            if settings.bits is not None:
                model = codes.without_sample(model, settings)
            rate = np.float32(known(settings.learning_rate) * piece.rate)
            loss, pairs = 0.0, 0
            for part in cast(DocumentPiece, piece).parts():
                keys = np.arange(part.first, part.first + len(part.bounds) - 1, dtype=np.uint64)
                documents = DocumentRows(trained, part.first, part.bounds, keys)
                stream = np.uint64(rng.piece_stream(settings.seed, piece.epoch, part.number))
                shape = settings.window_shape()
                more = kernel(model, source, shape, local.room, part.ids, part.offsets, documents, rate, stream)
                loss, pairs = loss + more[0], pairs + more[1]
            return loss, pairs

        return train

    def workers(self, pieces: Pieces) -> Hogwild | Replicas:
        """Return the threads that train the model: a thread for each replica, since a document's row is its own."""
        settings, model, train = self.settings, self.embedding, self.piece_trainer(pieces)
        rounds = plan(settings, pieces)
        if rounds is None:
            return Hogwild(pieces, train, model, threads=1)
        updates = self.updates()
        models, words, contexts = held(rounds, model, updates, rounds.replicas)
        if settings.alone and settings.bits is None:
            # Rows of `contexts` meet documents, which all replicas share; there are no rows of words to combine.
            shared, none = self.documents.reshape(-1), np.empty(0, np.int64)
            met = sample(self._known.astype(np.float64))
            words = Replicated(shared, shared, model.stride, none, np.empty(0, np.uint8), np.empty(0), met)
        rate = known(settings.learning_rate)
        return Replicas(rounds, train, models, words, contexts, rate, settings.thread_count)

    def updates(self) -> Updates:
        """Return how often rows are updated: those of contexts by documents, too."""
        words, contexts, inputs, outputs = super().updates()
        width = window_words(self.settings.window_shape())
        if self.settings.bits is not None:
            # Every word changes all rows of the projection.
            each = (1 + self.settings.negatives) * float(words.sum() / (width * (1 + self.settings.negatives)))
            own = np.full(codes.projection_rows(self.settings), each)
            return Updates(own, contexts / width, codes.met(self.settings), outputs)
        if self.settings.alone:
            return Updates(np.zeros(1), contexts / width, sample(np.ones(1)), outputs)
        share = (width + 1) / width if self.settings.scores_pairs else 1.0
        return Updates(np.append(words, 0.0), contexts * share, inputs, outputs)

    def saved(self) -> dict[str, NDArray[np.float32]]:
        """Return the matrices without padding, by their names in a checkpoint."""
        return super().saved() | {DOCUMENTS: self.documents[:, : self.settings.dim]}

    def vectors(self, metadata: dict[str, Any]) -> DocumentVectors:
        """Return the trained rows, not copied."""
        settings, counts = self.settings, self.vocabulary.counts[: self.size]
        columns = settings.columns
        contexts = Vectors(self.names, self.contexts[:, :columns], counts, metadata | {"matrix": "contexts"})
        # Without words, rows of zeros: no vectors.
        own = np.zeros((self.size, columns), np.float32) if settings.alone else self.words[: self.size, :columns]
        words = Vectors(self.names, own, counts, metadata | {"matrix": "words"}, contexts)
        if settings.has_projection:
            words.projection = self.words[: settings.dim, : settings.bits]
        for row in np.flatnonzero(self._known == 0):
            self.documents[row] = 0
        about = metadata | {"matrix": "documents"}
        empty = int((self._known == 0).sum())
        about["documents"] = {"number": len(self.documents), "without_known_words": empty}
        return ParagraphInference(words).result(self.document_names, self.documents, about)

    def _private_rows(self) -> int:
        return 0

    def _rows(self) -> int:
        """Return the number of rows of `words`, with that of the document in training."""
        if self.settings.bits is not None:
            return codes.projection_rows(self.settings) + SAMPLES
        return 1 + (0 if self.settings.alone else self.size)

    def _needed_memory(self, beside: int | None) -> int:
        """Return the bytes of the matrices and their replicas, and of documents in memory."""
        return super()._needed_memory(beside) + rows.in_memory(len(self.document_names), self.settings.dim)

    def _contents(self) -> str:
        return f"{len(self.document_names):,} documents and {super()._contents()}"

    def _first_rows(self) -> NDArray[np.float32]:
        """Return the rows of `words` before training."""
        if self.settings.bits is not None:
            return codes.first_rows(self.settings)
        matrix = matrices.zero_matrix(self._rows(), self.settings.dim)
        if not self.settings.alone:
            packed, starts = self.vocabulary.packed, self.vocabulary.starts
            dim = self.settings.dim
            start_rows(packed, starts, self.settings.seed, dim, matrix.reshape(-1), matrices.padded(dim))
        return matrix


def allocate(settings: "ParagraphVectors", pieces: Pieces, stride: int) -> windows.Workspace:
    """Allocate the arrays of one thread, with room for the document in each window."""
    shape = settings.window_shape()
    return windows.allocate_workspace(
        pieces.most_tokens, pieces.most_sentences, shape._replace(window=shape.window + 1), stride
    )
