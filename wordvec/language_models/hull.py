"""CW2V: weights over rows of the source that are trained by skip-gram on text (Mundra et al. 2024).

Each new token has logarithms a of weights over k rows of the source, the nearest ones in vectors of the tokens, and the
row softmax(a)·E, which is in the convex hull of the source's rows E. All other rows are fixed. Here

- weights are sparse (the paper: a product of two dense matrices over all rows of the source),
- the loss is that of skip-gram with negative sampling, a sum of log-sigmoids (the authors' program puts the sum of the
  negatives' scores into one), with noise words drawn for each window,
- weights begin as softmax(cos / temperature) (the paper: uniform random numbers).

A round of text gives the exact gradient of the rows before it (`kernels.hull`); Adam changes the logarithms of the
tokens that occurred (Kingma and Ba 2015). One thread trains, so that the bits do not depend on threads.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.encoded import EncodedCorpus
from wordvec.corpora.subword_vocabulary import SubwordVocabulary
from wordvec.errors import InputError, MemoryLimitError
from wordvec.kernels import hull, rng
from wordvec.kernels.sampling import keep_thresholds, noise_table
from wordvec.kernels.windows import Sampler
from wordvec.language_models.mixture import Mixture
from wordvec.language_models.settings import LayerSettings
from wordvec.representation import short
from wordvec.rows import Floats
from wordvec.settings import known
from wordvec.trainers.matrices import padded, zero_matrix
from wordvec.trainers.pieces import Piece, Pieces
from wordvec.workers import Progress, StopFlag, available_memory

NOISE_POWER = 0.75
ROUNDS = 200
"""Number of rounds of a training run, in each of which the weights change once, if its pieces are as many."""
_FINAL_RATE = 0.1
_FIRST, _SECOND, _TINY = 0.9, 0.999, 1e-8
"""Decay of the means of gradients and their squares, and the number that keeps steps finite (Adam)."""
_ROWS_AT_ONCE = 1_024


class TrainedHull(NamedTuple):
    """The result of `train_hull`.

    Attributes
    ----------
    inputs, outputs
        Weights of the free tokens in the embedding layer and in the output layer; the same if they are tied.
    losses
        Loss of a pair in each epoch.
    """

    inputs: Mixture
    outputs: Mixture
    losses: list[float]

    def __repr__(self) -> str:
        return short(self)


def train_hull(
    settings: LayerSettings,
    corpus: EncodedCorpus,
    vocabulary: SubwordVocabulary,
    layers: tuple[Floats, Floats],
    sources: tuple[Floats, Floats],
    mixture: Mixture,
    progress: Progress,
    stop: StopFlag,
) -> TrainedHull:
    """Train the weights of tokens on text.

    Parameters
    ----------
    settings
        Settings of the mode ``cw2v``.
    corpus
        Text in the tokens of the vocabulary.
    vocabulary
        Tokens of the new layer.
    layers
        (tokens, dim) rows of all tokens, as inputs and as outputs; the same array if they are tied. Those of free
        tokens are not read.
    sources
        (source tokens, dim) rows of the source, likewise.
    mixture
        Initial weights of the free tokens.

    Raises
    ------
    InputError
        If the corpus was not encoded by this tokenizer.
    MemoryLimitError
        If the matrices do not fit in memory.
    Interrupted
        If `stop` was set.
    """
    order = ids_of_words(corpus, vocabulary)
    text = _Text(settings, corpus, len(order))
    tied = layers[0] is layers[1]
    inputs = _FreeRows(layers[0], sources[0], order, mixture)
    outputs = inputs if tied else _FreeRows(layers[1], sources[1], order, mixture)
    model = hull.HullModel(
        inputs.rows.reshape(-1),
        outputs.rows.reshape(-1),
        inputs.rows.shape[1],
        inputs.gradients.reshape(-1),
        outputs.gradients.reshape(-1),
        inputs.free,
    )
    losses = []
    progress.begin("training", len(text.pieces), " pieces")
    try:
        for epoch in range(known(settings.epochs)):
            loss = pairs = 0.0
            for index in stop.until(range(epoch * text.pieces.per_epoch, (epoch + 1) * text.pieces.per_epoch)):
                piece = text.pieces[index]
                more, scored = text.add(model, piece)
                loss, pairs = loss + more, pairs + scored
                if (index + 1) % text.together == 0 or index + 1 == len(text.pieces):
                    for rows in [inputs] if tied else [inputs, outputs]:
                        rows.step(known(settings.learning_rate) * piece.rate)
                progress.report(index + 1, loss=loss / max(1, pairs))
            losses.append(loss / max(1, pairs))
    finally:
        progress.end()
    return TrainedHull(inputs.mixture(), outputs.mixture(), losses)


def ids_of_words(corpus: EncodedCorpus, vocabulary: SubwordVocabulary) -> NDArray[np.int64]:
    """Return the id of the token of each word of a corpus (words,).

    Raises
    ------
    InputError
        If a word is no token.
    """
    ids = {word: number for number, word in enumerate(vocabulary.spellings)}
    found = np.array([ids.get(word, -1) for word in corpus.vocabulary.words], np.int64)
    if (found < 0).any():
        word = corpus.vocabulary.words[int(found.argmin())]
        raise InputError(
            f"{corpus.folder}: has the word {word!r}, which is no token of {vocabulary.path}; encode the text with "
            "--tokenizer of this file"
        )
    return found


class _Text:
    """The text in pieces, and what the kernel needs to read it."""

    def __init__(self, settings: LayerSettings, corpus: EncodedCorpus, words: int) -> None:
        self.settings = settings
        self.pieces = Pieces(corpus, known(settings.epochs), 1, _FINAL_RATE)
        self.together = max(1, len(self.pieces) // ROUNDS)
        counts = corpus.vocabulary.counts
        self._sampler = Sampler(keep_thresholds(counts, known(settings.sample)), noise_table(counts, NOISE_POWER))
        self._work = hull.allocate_workspace(self.pieces.most_tokens, self.pieces.most_sentences)

    def add(self, model: hull.HullModel, piece: Piece) -> tuple[float, int]:
        """Add the gradients of a piece; return its loss and the number of its pairs."""
        settings, stream = self.settings, rng.piece_stream(self.settings.seed, piece.epoch, piece.number)
        shape = known(settings.window), known(settings.negatives)
        return hull.add_gradients(model, self._sampler, *shape, self._work, piece.ids, piece.offsets, stream)


class _FreeRows:
    """Rows of the words of a text in one layer, of which some are in the hull, and the weights of these.

    Attributes
    ----------
    rows, gradients
        (words, padded dim) and (free rows, padded dim) float32 arrays.
    free
        (words,) int64 array: number of the free row of each word, or −1.
    """

    def __init__(self, layer: Floats, source: Floats, order: NDArray[np.int64], mixture: Mixture) -> None:
        self._mixture, self._source, dim = mixture, source, layer.shape[1]
        neighbours = mixture.rows.shape[1]
        needed = 4 * padded(dim) * (len(order) + len(mixture.tokens)) + 48 * len(mixture.tokens) * neighbours
        if needed > (free := available_memory()):
            raise MemoryLimitError(
                f"rows of {len(order):,} tokens take {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free",
                advice="use fewer {neighbours}",
            )
        self.rows, self.gradients = zero_matrix(len(order), dim), zero_matrix(len(mixture.tokens), dim)
        self.rows[:, :dim] = layer[order]
        numbers = np.full(len(layer), -1, np.int64)
        numbers[mixture.tokens] = np.arange(len(mixture.tokens))
        self.free = numbers[order]
        self._words = np.full(len(mixture.tokens), -1, np.int64)
        self._words[self.free[self.free >= 0]] = np.flatnonzero(self.free >= 0)
        with np.errstate(divide="ignore"):
            self._logs = np.log(mixture.weights)
        self._first, self._second = np.zeros_like(self._logs), np.zeros_like(self._logs)
        self._steps = np.zeros(len(self._logs), np.int64)
        self._write(np.flatnonzero(self._words >= 0))

    def mixture(self) -> Mixture:
        """Return the weights."""
        return self._mixture._replace(weights=self._weights(np.arange(len(self._logs))))

    def step(self, rate: float) -> None:
        """Change the weights of tokens that have a gradient, and their rows; set the gradients to zero."""
        moved = np.flatnonzero(self.gradients.any(axis=1))
        for begin in range(0, len(moved), _ROWS_AT_ONCE):
            part = moved[begin : begin + _ROWS_AT_ONCE]
            self._adam(part, self._slopes(part), rate)
        self._write(moved)
        self.gradients[moved] = 0

    def _weights(self, part: NDArray[np.int64]) -> NDArray[np.float64]:
        logs = self._logs[part]
        weights: NDArray[np.float64] = np.exp(logs - logs.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        return weights

    def _slopes(self, part: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the slopes of the log-likelihood in the logarithms: p_j (e_j − Σ p_i e_i) · G."""
        dim = self._source.shape[1]
        products = np.einsum(
            "nkd,nd->nk",
            self._source[self._mixture.rows[part]],
            self.gradients[part, :dim],
            dtype=np.float64,
            optimize=False,
        )
        weights = self._weights(part)
        slopes: NDArray[np.float64] = weights * (products - (weights * products).sum(axis=1, keepdims=True))
        return slopes

    def _adam(self, part: NDArray[np.int64], slopes: NDArray[np.float64], rate: float) -> None:
        self._steps[part] += 1
        first = self._first[part] = _FIRST * self._first[part] + (1 - _FIRST) * slopes
        second = self._second[part] = _SECOND * self._second[part] + (1 - _SECOND) * slopes**2
        steps = self._steps[part, None]
        self._logs[part] += rate * (first / (1 - _FIRST**steps)) / (np.sqrt(second / (1 - _SECOND**steps)) + _TINY)

    def _write(self, part: NDArray[np.int64]) -> None:
        """Compute the rows of free tokens from their weights."""
        mixture = Mixture(part, self._mixture.rows[part], self._weights(part))
        self.rows[self._words[part], : self._source.shape[1]] = mixture.of(self._source)
