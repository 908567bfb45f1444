"""Held-out likelihood of text under hierarchical softmax: exact log-probabilities, and perplexity.

For skip-gram each pair of a word w and a word c of its window is a prediction, with P(w | c) from the vector of c. For
CBOW each word is one, with P(w | h) from the mean h of the vectors of its window; for fastText's CBOW h is the mean of
all rows of these words, n-grams included. The figure is the mean of log P over predictions, and perplexity is exp of
its negative.

Unlike in training, windows have their full width and tokens are not subsampled. A model of subsampled text therefore
finds frequent words less probable than they are; `sample` 0 trains one for running text. Words that were not trained
are left out before windows are formed, as in training; they are counted.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.alike import SAME_TEXT, check_text_of
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.intervals import RESAMPLES
from wordvec.softmax import HierarchicalSoftmax
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

_NUMBERS_AT_ONCE = 1 << 22
_OF_RUN = ("settings", "corpus", "training")
"""Metadata that vectors and nodes of one training run share."""

Numbers = NDArray[np.float64]
Ids = NDArray[np.int64]


class Model(NamedTuple):
    """A model of a word given its context words.

    Attributes
    ----------
    inputs
        (words, dim) float32 vectors of the words of the layer.
    layer
        The output layer.
    window
        Maximum number of context words on either side.
    of_pairs
        Whether each context word predicts the word separately (skip-gram), or their mean does (CBOW).
    """

    inputs: NDArray[np.float32]
    layer: HierarchicalSoftmax
    window: int
    of_pairs: bool


class Text(NamedTuple):
    """Trained words of a text.

    Attributes
    ----------
    ids, sentences
        (tokens,) int64 arrays: numbers of the words, and the sentence of each token.
    unknown
        Number of tokens left out.
    """

    ids: Ids
    sentences: Ids
    unknown: int


class Likelihood(NamedTuple):
    """Sums over the predictions of each sentence, (sentences,) arrays.

    Attributes
    ----------
    predictions
        Number of predictions.
    model, unigram
        Log-probabilities under the model, and under the words' shares of the training text.
    """

    predictions: Ids
    model: Numbers
    unigram: Numbers


def perplexity(
    vectors: Vectors,
    texts: Mapping[str, EncodedCorpus],
    *,
    softmax: HierarchicalSoftmax | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Table:
    """Compute the mean log-probability and the perplexity of held-out texts.

    Parameters
    ----------
    vectors
        Vectors trained with hierarchical softmax.
    texts
        Texts by name, encoded as the training text was.
    softmax
        Output layer of the same training run. Default: that of `vectors`, which `fit` returns but vector files lack.
    resamples, seed
        Number and seed of the bootstrap resamples of sentences.
    progress, stop
        Receiver of the progress; flag that stops the work.

    Returns
    -------
    Table
        A row for each text: trained tokens, tokens left out, predictions, mean log-probability of a prediction in nats
        with its interval, perplexity, and the perplexity of the words' shares of the training text for the same
        predictions.

    Raises
    ------
    InputError
        If the layer is of another training run, a text was encoded with other settings than the training text, or no
        sentence of it has two trained words.
    SettingsError
        If the vectors have no output layer.
    Interrupted
        If `stop` was set.
    """
    arguments.expect("vectors", vectors, Vectors)
    arguments.expect("softmax", softmax, HierarchicalSoftmax, optional=True)
    intervals.check_resamples(resamples)
    model = model_of(vectors, softmax)
    for name, corpus in texts.items():
        check_text_of(name, corpus, model.layer.metadata, SAME_TEXT)
    progress, stop = progress or Progress(), stop or StopFlag()
    read = {name: known_words(corpus, model.layer.words) for name, corpus in texts.items()}
    progress.begin("perplexity", sum(len(text.ids) for text in read.values()), " tokens")
    rows, done = [], 0
    try:
        for name, text in read.items():
            found = likelihood(model, text, stop)
            if not found.predictions.any():
                raise InputError(f"{name}: no sentence of the text has two trained words")
            rows.append({"text": name, "tokens": len(text.ids), "unknown": text.unknown} | _row(found, resamples, seed))
            done += len(text.ids)
            progress.report(done)
    finally:
        progress.end()
    return Table(rows, _notes(model, resamples, seed))


def model_of(vectors: Vectors, softmax: HierarchicalSoftmax | None = None) -> Model:
    """Return the model of vectors and their output layer; errors are those of `perplexity`."""
    layer = vectors.softmax if softmax is None else softmax
    if layer is None:
        raise SettingsError(": the vectors have no output layer of hierarchical softmax", setting="softmax")
    of_vectors, of_layer = ([_plain(one.metadata.get(name)) for name in _OF_RUN] for one in (vectors, layer))
    if of_vectors != of_layer or vectors.dim != layer.dim:
        raise InputError("the nodes are of another training run than the vectors; use those of --contexts of this run")
    settings = layer.metadata.get("settings", {})
    method = settings.get("model", layer.metadata.get("method"))
    window = settings.get("window")
    if method not in ("skipgram", "cbow") or not isinstance(window, int) or window < 1:
        raise InputError("the metadata of the nodes do not say how they were trained (method and window)")
    missing = [word for word in layer.words if word not in vectors]
    if missing:
        raise InputError(f"the vectors lack {len(missing):,} of the words of the nodes, such as {missing[0]!r}")
    rows = [vectors._row(word) for word in layer.words]
    return Model(vectors.matrix[rows], layer, window, method == "skipgram")


def known_words(corpus: EncodedCorpus, words: list[str]) -> Text:
    """Return the tokens of a text that are among these words."""
    numbers = {word: number for number, word in enumerate(words)}
    table = np.array([numbers.get(word, -1) for word in corpus.vocabulary.words] + [-1], np.int64)
    ids = table[np.asarray(corpus.ids)]
    sentences = np.repeat(np.arange(len(corpus.offsets) - 1), np.diff(corpus.offsets))
    known = ids >= 0
    return Text(ids[known], sentences[known], int((~known).sum()))


def likelihood(model: Model, text: Text, stop: StopFlag) -> Likelihood:
    """Return the log-probabilities of a text.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    number = int(text.sentences.max(initial=-1)) + 1
    found = Likelihood(np.zeros(number, np.int64), np.zeros(number), np.zeros(number))
    shares = np.log(np.maximum(model.layer.counts, 1) / model.layer.counts.sum())
    for centres, near, inside in _windows(text, model):
        stop.check()
        token = np.repeat(centres, inside.sum(axis=1)) if model.of_pairs else centres[inside.any(axis=1)]
        inputs = model.inputs[near[inside]] if model.of_pairs else _means(model, near, inside)
        words, sentences = text.ids[token], text.sentences[token]
        found.predictions[:] += np.bincount(sentences, minlength=number)
        found.model[:] += np.bincount(sentences, model.layer.log_probability(inputs, words), number)
        found.unigram[:] += np.bincount(sentences, shares[words], number)
    return found


def _windows(text: Text, model: Model) -> Iterator[tuple[Ids, Ids, NDArray[np.bool_]]]:
    """Yield positions (n,), their context words (n, 2 window), and which of these there are."""
    steps = np.concatenate([np.arange(-model.window, 0), np.arange(1, model.window + 1)])
    together = max(1, _NUMBERS_AT_ONCE // (len(steps) * model.layer.dim))
    for first in range(0, len(text.ids), together):
        centres = np.arange(first, min(first + together, len(text.ids)))
        near = centres[:, None] + steps
        inside = (near >= 0) & (near < len(text.ids))
        near = np.where(inside, near, 0)
        inside &= text.sentences[near] == text.sentences[centres][:, None]
        yield centres, text.ids[near], inside


def _means(model: Model, near: Ids, inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the means of the rows of context words, for the tokens that have some."""
    some = inside.any(axis=1)
    weights = np.where(inside[some], model.layer.sizes[near[some]], 0).astype(np.float32)
    sums = np.einsum("cw,cwd->cd", weights, model.inputs[near[some]])
    means: NDArray[np.float32] = sums / weights.sum(axis=1)[:, None]
    return means


def _row(found: Likelihood, resamples: int, seed: int) -> dict[str, Any]:
    (some,) = np.nonzero(found.predictions)
    predictions, model = found.predictions[some], found.model[some]

    def statistic(items: Ids) -> Numbers:
        values: Numbers = model[items].sum(axis=1) / predictions[items].sum(axis=1)
        return values

    mean, unigram = (float(values.sum() / predictions.sum()) for values in (model, found.unigram))
    low, high = intervals.interval(intervals.resampled(statistic, len(some), resamples, seed))
    row = {"predictions": int(predictions.sum()), "log_probability": mean, "low": low, "high": high}
    return row | {"perplexity": float(np.exp(-mean)), "unigram_perplexity": float(np.exp(-unigram))}


def _notes(model: Model, resamples: int, seed: int) -> list[str]:
    given = "each word of its window" if model.of_pairs else "the mean of its window"
    sample = model.layer.metadata.get("settings", {}).get("sample")
    subsampled = (
        f"training subsampled frequent words (sample {sample:g}), so that they are more probable in running text than "
        "under the model; sample 0 trains without"
    )
    return ([subsampled] if sample else []) + [
        f"log_probability: natural logarithm, mean over predictions of a word given {given} ({model.window} words on "
        "either side); perplexity: exp of its negative; unigram_perplexity: that of the words' shares of the training "
        "text; unknown: tokens left out, whose words were not trained",
        f"low, high: 95 % of {resamples:,} bootstrap resamples of the sentences, seed {seed}; too narrow, as "
        "neighbouring sentences are not independent",
    ]


def _plain(value: Any) -> str:
    """Return a value as JSON, to compare metadata in memory with metadata from a file."""
    return json.dumps(value, sort_keys=True, default=str)
