"""Vectors of new documents: their rows are trained, while those of words and contexts are frozen."""

import itertools
import threading
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import SettingsError
from wordvec.kernels import rng, sampling, windows
from wordvec.kernels.documents import DocumentRows
from wordvec.kernels.initial_rows import start_rows
from wordvec.settings import known
from wordvec.trainers.matrices import padded, zero_matrix
from wordvec.trainers.paragraphs import rows
from wordvec.trainers.paragraphs.model import allocate
from wordvec.trainers.paragraphs.pieces import DocumentPiece, DocumentPieces
from wordvec.workers import Progress, StopFlag, ordered_map, thread_count

if TYPE_CHECKING:
    from wordvec.corpora.encoded import EncodedCorpus
    from wordvec.trainers.paragraphs.result import DocumentVectors, ParagraphInference

_UNKNOWN = 0xFFFFFFFF
_HALF = 8
"""Bytes of a digest that are the key of a document's random stream."""


def infer(
    model: "ParagraphInference",
    corpus: "EncodedCorpus",
    *,
    epochs: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> "DocumentVectors":
    """Return the vectors of the documents of a corpus; see `ParagraphInference.infer`."""
    trainer, progress, stop = model.trainer, progress or Progress(), stop or StopFlag()
    passes = known(trainer.epochs) if epochs is None else arguments.whole("epochs", epochs)
    if passes < 1:
        raise SettingsError(f"{passes}: must be at least 1", setting="epochs")
    names = rows.unique_names(corpus.documents.names)
    work = Inference(model, corpus, passes)
    pieces = work.pieces
    progress.begin("inferring", pieces.tokens, " words")
    try:
        for number, _ in enumerate(
            stop.until(ordered_map(work.train, range(pieces.per_epoch), thread_count(threads))), 1
        ):
            progress.report(pieces.tokens_before(number))
    finally:
        progress.end()
    return model.inferred(names, work.documents)


class Inference:
    """The documents of a corpus, whose rows are trained.

    Parameters
    ----------
    model, corpus, epochs
        Model, text and number of passes over each document.

    Attributes
    ----------
    documents
        (documents, padded dim) float32 rows.
    """

    def __init__(self, model: "ParagraphInference", corpus: "EncodedCorpus", epochs: int) -> None:
        trainer, words = model.trainer, model.words
        assert words.contexts is not None
        assert words.counts is not None
        self.trainer, self.epochs = trainer, epochs
        self.pieces = DocumentPieces(corpus, 1, trainer.work(), 1.0)
        self.documents = rows.document_rows(len(corpus.documents), trainer.dim, corpus.folder)
        counts = np.asarray(words.counts)
        self._sampler = windows.Sampler(
            sampling.keep_thresholds(counts, trainer.sample), sampling.noise_table(counts, trainer.noise_power)
        )
        self._contexts = _padded(words.contexts.matrix, len(words))
        # The document's row is the last one, and each thread has its own; DBOW needs no others, codes a projection.
        self._words = _padded(words.matrix, len(words) + 1) if not trainer.scores_pairs else None
        self._projection = None if words.projection is None else _padded(words.projection, trainer.dim, trainer.columns)
        numbers = {word: row for row, word in enumerate(words.words)}
        self._ids = np.array([numbers.get(word, _UNKNOWN) for word in corpus.vocabulary.words] + [_UNKNOWN], np.uint32)
        self._local = threading.local()

    def train(self, number: int) -> None:
        """Train the documents of a piece."""
        piece, trainer = self.pieces[number], self.trainer
        if not hasattr(self._local, "room"):
            stride = padded(trainer.columns)
            self._local.room = allocate(trainer, self.pieces, stride)
            # The thread writes the last row.
            words = zero_matrix(1, trainer.columns) if self._words is None else self._words.copy()
            words = words if self._projection is None else self._projection
            self._local.model = windows.EmbeddingMatrices(
                words.reshape(-1), self._contexts.reshape(-1), stride, frozen=True
            )
        ids = self._ids[np.minimum(piece.ids, len(self._ids) - 1)]
        piece = DocumentPiece(
            piece.epoch, piece.number, ids, piece.offsets, piece.rate, piece.first, piece.bounds, piece.longest
        )
        keys = self._begin(piece)
        kernel, shape = trainer.inference_kernel(), trainer.window_shape()
        for epoch in range(self.epochs):
            share = 1 - (1 - trainer.final_rate) * epoch / self.epochs
            rate = np.float32(known(trainer.learning_rate) * share)
            for part in piece.parts():
                own = keys[part.first - piece.first :][: len(part.bounds) - 1]
                documents = DocumentRows(self.documents.reshape(-1), part.first, part.bounds, own)
                stream = np.uint64(rng.piece_stream(trainer.seed, epoch, part.number))
                kernel(
                    self._local.model, self._sampler, shape, self._local.room, part.ids, part.offsets, documents, rate,
                    stream,
                )  # fmt: skip

    def _begin(self, piece: DocumentPiece) -> NDArray[np.uint64]:
        """Fill the rows of a piece with their first values, which follow from the texts; return the keys."""
        bounds = piece.offsets[piece.bounds] - piece.offsets[0]
        texts = [piece.ids[begin:end] for begin, end in itertools.pairwise(bounds)]
        known_ids = [text[text != _UNKNOWN] for text in texts]
        digests = [rows.digest(text) for text in known_ids]
        packed, size = np.frombuffer(b"".join(digests), np.uint8), len(digests[0])
        starts = np.arange(0, len(packed) + 1, size)
        mine = self.documents[piece.first : piece.first + len(texts)]
        trainer = self.trainer
        start_rows(packed, starts, trainer.seed, trainer.dim, mine.reshape(-1), mine.shape[1])
        for row, text in zip(mine, known_ids, strict=True):
            if not len(text):
                row[:] = 0
        return packed.reshape(-1, size)[:, :_HALF].copy().view("<u8").reshape(-1).astype(np.uint64)


def _padded(matrix: NDArray[np.float32], number: int, columns: int = 0) -> NDArray[np.float32]:
    """Return a matrix of `number` rows that are padded to whole registers, of which the first are copied."""
    filled = zero_matrix(number, columns or matrix.shape[1])
    filled[: len(matrix), : matrix.shape[1]] = matrix
    return filled
