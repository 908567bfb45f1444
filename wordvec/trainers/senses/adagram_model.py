"""AdaGram in training: rows of senses and of inner nodes, and the counts of the senses."""

import functools
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.kernels import adagram, adagram_windows, rng, stick_breaking
from wordvec.kernels.initial_rows import start_rows
from wordvec.settings import known
from wordvec.trainers import matrices
from wordvec.trainers.checkpoint import SENSES
from wordvec.trainers.hogwild import Hogwild
from wordvec.trainers.model import NegativeSamplingModel, TrainPiece
from wordvec.trainers.pieces import Piece, Pieces
from wordvec.trainers.senses.posterior import SensePosterior
from wordvec.trainers.senses.result import KeptSenses, SenseVectors, kept_senses, sense_vectors
from wordvec.trainers.senses.typical_contexts import typical_contexts
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

if TYPE_CHECKING:
    from wordvec.trainers.senses.adagram import AdaGram

_SEEDS = 1 << 63
_SEED_OF_SENSE = 0x5DEECE66D
"""Added to the seed for each sense of a word."""


class AdaGramModel(NegativeSamplingModel):
    """The matrices of a model, and their training on a corpus.

    `words` has the rows of the senses of words with several, then those of all other words.

    Parameters and attributes are those of `NegativeSamplingModel`.

    Attributes
    ----------
    counts
        (several, width) float32 array: number of tokens of each sense. At first all tokens have the first sense.
    """

    settings: "AdaGram"

    def __init__(self, settings: "AdaGram", corpus: EncodedCorpus) -> None:
        super().__init__(settings, corpus, copies=0)
        self._corpus, self._typical = corpus, dict[tuple[int, int], list[str]]()
        self.counts = np.zeros((self.prior.several, self.prior.width), np.float32)
        self.counts[:, 0] = self._tokens

    @functools.cached_property
    def prior(self) -> stick_breaking.Prior:
        """The prior of the senses."""
        settings = self.settings
        several = min(self.size, settings.several(self.vocabulary))
        return stick_breaking.stick_breaking_prior(
            settings.senses, several, float(settings.alpha), float(settings.discount)
        )

    @functools.cached_property
    def _tokens(self) -> NDArray[np.float32]:
        """(several,) number of tokens of each word with several senses."""
        return self.vocabulary.counts[: self.prior.several].astype(np.float32)

    def piece_trainer(self, pieces: Pieces) -> TrainPiece:
        """Return the function that trains one piece; every thread that calls it has its own scratch arrays."""
        settings, shape, local = self.settings, self.settings.window_shape(), threading.local()
        paths, prior, longest = self.layer.source, self.prior, self.layer.tree.longest  # type: ignore[attr-defined]

        def train(model: Any, piece: Piece) -> tuple[float, int]:
            if not hasattr(local, "room"):
                outputs = 2 * shape.window * longest
                local.room = adagram_windows.allocate_workspace(
                    pieces.most_tokens, pieces.most_sentences, self.size, outputs, model.stride, prior.senses
                )
            rate = np.float32(known(settings.learning_rate) * piece.rate)
            stream = np.uint64(rng.piece_stream(settings.seed, piece.epoch, piece.number))
            return adagram.train_piece(model, prior, paths, shape, local.room, piece.ids, piece.offsets, rate, stream)

        return train

    def workers(self, pieces: Pieces) -> Hogwild:
        """Return the thread that trains the model."""
        return Hogwild(pieces, self.piece_trainer(pieces), self.senses, threads=1)  # type: ignore[arg-type]

    @property
    def senses(self) -> adagram_windows.SenseMatrices:
        """The matrices as the kernel takes them."""
        words, contexts = self.words.reshape(-1), self.contexts.reshape(-1)
        stride = matrices.padded(self.settings.dim)
        return adagram_windows.SenseMatrices(words, contexts, stride, False, self.counts.reshape(-1), self._tokens)

    def saved(self) -> dict[str, NDArray[np.float32]]:
        """Return the matrices without padding, by their names in a checkpoint."""
        return super().saved() | {SENSES: self.counts}

    def complete(self, pieces: Pieces, progress: Progress, stop: StopFlag) -> None:
        """Choose typical contexts of the senses that are kept, in one more pass."""
        settings, kept = self.settings, self._kept()
        judge = self._posterior(kept, {"method": settings.method})
        window, seed = settings.window, settings.seed
        self._typical = typical_contexts(judge, self._corpus, kept.numbers, window, seed, progress, stop)

    def vectors(self, metadata: dict[str, Any]) -> SenseVectors:
        """Return the vectors of the senses that are kept, and the model that decides between them."""
        kept = self._kept()
        model, counts = self._posterior(kept, metadata), self.vocabulary.counts[: self.size]
        return sense_vectors(self.names, counts, kept, model.rows, metadata, model, self._typical)

    def _posterior(self, kept: KeptSenses, metadata: dict[str, Any]) -> SensePosterior:
        """Return the model that decides between the senses that are kept."""
        dim, counts, senses = self.settings.dim, self.vocabulary.counts[: self.size], self.prior.senses
        first = np.arange(self.size) + np.minimum(np.arange(self.size), self.prior.several) * (senses - 1)
        numbers = first[kept.words] + kept.senses
        rows = self.words[numbers, :dim]
        means = np.add.reduceat(rows * kept.shares[:, None].astype(np.float32), kept.starts[:-1])
        words = Vectors(self.names, means, counts, metadata | {"matrix": "words"})
        return SensePosterior(words, rows, self._logs(kept), self.contexts[:, :dim], kept.numbers)

    def _kept(self) -> KeptSenses:
        """Return the senses with enough tokens: their share, and at least one token."""
        shares = np.empty((self.prior.several, self.prior.senses))
        stick_breaking.expected_shares(self.prior, self.counts.reshape(-1), shares.reshape(-1))
        # The prior of a sense that no token has is not small where the word is rare.
        shares[self.counts[:, : self.prior.senses] < 1] = 0
        return kept_senses(shares, self.size, self.settings.min_share)

    def _logs(self, kept: KeptSenses) -> NDArray[np.float32]:
        """Return E[log π] of the senses that are kept; 0 for words with one sense."""
        logs, room = np.empty(self.prior.several * self.prior.senses), np.empty(self.prior.senses)
        stick_breaking.expected_logs(self.prior, self.counts.reshape(-1), room, logs)
        found = np.zeros(len(kept.senses), np.float32)
        several = kept.words < self.prior.several
        found[several] = logs[kept.words[several] * self.prior.senses + kept.senses[several]]
        return found

    @property
    def _single(self) -> int:
        """Number of the first row of a word with one sense."""
        return self.prior.several * self.prior.senses

    def _private_rows(self) -> int:
        return 0

    def _rows(self) -> int:
        return self._single + self.size - self.prior.several

    def _needed_memory(self, beside: int | None) -> int:
        """Return the bytes of the matrices and counts, and of the result with its model."""
        result = (2 * self._rows() + self.size) * self.settings.dim * 4
        return super()._needed_memory(beside) + self.prior.several * self.prior.width * 4 + result

    def _contents(self) -> str:
        return f"{self._rows():,} senses of {super()._contents()}"

    def _first_rows(self) -> NDArray[np.float32]:
        """Return the rows before training, a function of seed, word and sense."""
        settings, prior = self.settings, self.prior
        rows = matrices.zero_matrix(self._rows(), settings.dim)
        flat, stride = rows.reshape(-1), rows.shape[1]
        packed, starts = self.vocabulary.packed, self.vocabulary.starts[: self.size + 1]
        for sense in range(prior.senses):
            seed = (settings.seed + sense * _SEED_OF_SENSE) % _SEEDS
            mine = starts[: prior.several + 1]
            start_rows(packed, mine, seed, settings.dim, flat[sense * stride :], prior.senses * stride)
        start_rows(packed, starts[prior.several :], settings.seed, settings.dim, flat[self._single * stride :], stride)
        return rows
