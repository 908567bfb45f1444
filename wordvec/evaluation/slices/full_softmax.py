"""Log-likelihood of a text under vectors of negative sampling, with a softmax over the whole vocabulary.

When negative sampling has converged, exp(v · u) is P(w | c) / (k q(w)) for noise q (Levy and Goldberg 2014), so that
with input rows v and output rows u

    P(w | c) = q(w) exp(v_c · u_w) / Σ_w' q(w') exp(v_c · u_w')

which sums to one. For skip-gram c is a word of the window, and a token's log-likelihood is the mean of log P over the
window's words: the sum would weight a token by its number of neighbours. For CBOW c is the mean of the words' rows.
Unlike in training, windows have their full width and tokens are not subsampled.

The normalising sum costs exp(v · u) for every word of the vocabulary; further noises reuse these numbers.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.slices.texts import Slice
from wordvec.workers import StopFlag

_SCORES_AT_ONCE = 1 << 23
_NUMBERS_AT_ONCE = 1 << 24
_ARRAYS = 8
"""Numbers in memory for each word of a window, besides its row."""

Numbers = NDArray[np.float64]
Floats = NDArray[np.float32]
Ids = NDArray[np.int64]


class Softmax(NamedTuple):
    """A distribution of tokens given their context words.

    Attributes
    ----------
    words, contexts
        (words, dim) float32 arrays, input rows v and output rows u.
    log_noises
        (noises, words) float64 array, the logarithm of each noise distribution q. Each has its own likelihoods.
    window
        Maximum number of context words on either side.
    of_words
        Whether each context word predicts the token separately (skip-gram), or their mean does (CBOW).
    """

    words: Floats
    contexts: Floats
    log_noises: Numbers
    window: int
    of_words: bool


class Contexts(NamedTuple):
    """Tokens with their context words.

    Attributes
    ----------
    centres
        (tokens,) int64 array, word ids.
    near
        (tokens, 2 window) int64 array, ids of the context words; the size of the vocabulary stands for none.
    sentences
        (tokens,) int64 array, the sentence of each token.
    """

    centres: Ids
    near: Ids
    sentences: Ids


def sentence_likelihoods(model: Softmax, texts: Sequence[Slice], stop: StopFlag) -> list[Numbers]:
    """Return the log-likelihoods (noises, sentences) of each text; 0 for sentences with fewer than two known words.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    sums = np.zeros(model.log_noises.shape)
    if model.of_words:
        # A word's sum is the same for all its tokens, and is computed once for all texts.
        used = np.flatnonzero(np.sum([text.counts for text in texts], axis=0))
        sums[:, used] = _log_sums(model.words[used], model, stop)
    found = []
    for text in texts:
        likely = np.zeros((len(model.log_noises), len(text.offsets) - 1))
        for contexts in _contexts(text, model.window, model.words.shape[1]):
            stop.check()
            tokens = _of_words(model, sums, contexts) if model.of_words else _of_means(model, contexts, stop)
            for of_noise, values in zip(likely, tokens, strict=True):
                np.add.at(of_noise, contexts.sentences, values)
        found.append(likely)
    return found


def predicted_tokens(text: Slice, window: int) -> Ids:
    """Return the number of predicted tokens of each sentence (sentences,): those with a context word."""
    counts = np.zeros(len(text.offsets) - 1, np.int64)
    for contexts in _contexts(text, window, 0):
        np.add.at(counts, contexts.sentences, 1)
    return counts


def _of_words(model: Softmax, sums: Numbers, contexts: Contexts) -> Numbers:
    """Return the log-likelihoods (noises, tokens), means over the context words."""
    inside = contexts.near < len(model.words)
    near, number = np.where(inside, contexts.near, 0), inside.sum(axis=1)
    scores = np.einsum("cwd,cd->cw", model.words[near], model.contexts[contexts.centres])
    mean = np.where(inside, scores, 0).sum(axis=1, dtype=np.float64) / number
    of_noise = [np.where(inside, own[near], 0).sum(axis=1) / number for own in sums]
    likely: Numbers = mean + model.log_noises[:, contexts.centres] - np.array(of_noise)
    return likely


def _of_means(model: Softmax, contexts: Contexts, stop: StopFlag) -> Numbers:
    """Return the log-likelihoods (noises, tokens) given the mean of the context words."""
    inside = contexts.near < len(model.words)
    rows = model.words[np.where(inside, contexts.near, 0)] * inside[:, :, None]
    means = (rows.sum(axis=1) / inside.sum(axis=1)[:, None]).astype(np.float32)
    scores = np.einsum("cd,cd->c", means, model.contexts[contexts.centres]).astype(np.float64)
    likely: Numbers = scores + model.log_noises[:, contexts.centres] - _log_sums(means, model, stop)
    return likely


def _log_sums(inputs: Floats, model: Softmax, stop: StopFlag) -> Numbers:
    """Return log Σ_w q(w) exp(v · u_w) (noises, n) of rows v (n, dim)."""
    sums = np.empty((len(model.log_noises), len(inputs)))
    together = max(1, _SCORES_AT_ONCE // len(model.contexts))
    noises = np.exp(model.log_noises).astype(np.float32)
    for first in range(0, len(inputs), together):
        stop.check()
        part = slice(first, first + together)
        scores = inputs[part] @ model.contexts.T
        most = scores.max(axis=1)
        scores -= most[:, None]
        sums[:, part] = most + np.log(noises @ np.exp(scores, out=scores).T)
    return sums


def _contexts(text: Slice, window: int, dim: int) -> Iterator[Contexts]:
    """Yield the known tokens with a known context word, so many at a time that their rows of `dim` fit in memory."""
    ids, words = text.ids[0 : len(text.ids)].astype(np.int64), text.words
    sentence = np.repeat(np.arange(len(text.offsets) - 1), np.diff(text.offsets))
    steps = np.concatenate([np.arange(-window, 0), np.arange(1, window + 1)])
    together = max(1, _NUMBERS_AT_ONCE // (len(steps) * (dim + _ARRAYS)))
    for first in range(0, len(ids), together):
        positions = np.arange(first, min(first + together, len(ids)))
        positions = positions[ids[positions] < words]
        near = positions[:, None] + steps
        inside = (near >= 0) & (near < len(ids))
        near = np.where(inside, near, 0)
        inside &= sentence[near] == sentence[positions][:, None]
        around = np.where(inside, ids[near], words)
        some = (around < words).any(axis=1)
        yield Contexts(ids[positions[some]], around[some], sentence[positions[some]])
