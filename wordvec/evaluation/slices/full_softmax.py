"""How likely a text is by vectors of negative sampling, as a distribution over all words of the vocabulary.

Where negative sampling has converged, exp(v · u) is P(w | c) / (k q(w)) for noise q (Levy and Goldberg 2014), so that
with input rows v and output rows u

    P(w | c) = q(w) exp(v_c · u_w) / Σ_w' q(w') exp(v_c · u_w')

which adds up to one. For skip-gram c is a word of the window, and a token's log-likelihood is the mean of log P over
these: one token, one share, where the sum would count it as often as it has neighbours. For CBOW c is the mean of their
rows. The window is whole, without chance, and tokens are not thinned out, as they are in training.

The sum costs every word's exp(v · u); several noises then cost next to nothing, as the same numbers are weighed anew.
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
"""Numbers held for a word of a window beside its row."""

Numbers = NDArray[np.float64]
Floats = NDArray[np.float32]
Ids = NDArray[np.int64]


class Model(NamedTuple):
    """What foretells.

    Attributes
    ----------
    words, contexts
        (words, dim) input rows v and output rows u.
    log_noises
        (noises, words), the logarithm of each q; a likelihood is given for each.
    window
        Most words on either side.
    of_words
        Whether each word of a window foretells by itself (skip-gram), or their mean (CBOW).
    """

    words: Floats
    contexts: Floats
    log_noises: Numbers
    window: int
    of_words: bool


class Windows(NamedTuple):
    """Centres (n,), their windows (n, 2 window) with the number of words where there is none, and sentences (n,)."""

    centres: Ids
    near: Ids
    sentences: Ids


def sentence_likelihoods(model: Model, texts: Sequence[Slice], stop: StopFlag) -> list[Numbers]:
    """Give the log-likelihood of each sentence of each text (noises, sentences), 0 where it has no two words.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    sums = np.zeros(model.log_noises.shape)
    if model.of_words:
        # A word's sum is the same wherever it stands: once for all texts.
        used = np.flatnonzero(np.sum([text.counts for text in texts], axis=0))
        sums[:, used] = _log_sums(model.words[used], model, stop)
    found = []
    for text in texts:
        likely = np.zeros((len(model.log_noises), len(text.offsets) - 1))
        for windows in _windows(text, model.window, model.words.shape[1]):
            stop.check()
            tokens = _of_words(model, sums, windows) if model.of_words else _of_means(model, windows, stop)
            for of_noise, values in zip(likely, tokens, strict=True):
                np.add.at(of_noise, windows.sentences, values)
        found.append(likely)
    return found


def foretold_tokens(text: Slice, window: int) -> Ids:
    """Give how many tokens of each sentence (sentences,) are foretold: those that have a neighbour."""
    counts = np.zeros(len(text.offsets) - 1, np.int64)
    for windows in _windows(text, window, 0):
        np.add.at(counts, windows.sentences, 1)
    return counts


def _of_words(model: Model, sums: Numbers, windows: Windows) -> Numbers:
    """Give the log-likelihoods (noises, n) of centres by each word of their windows."""
    inside = windows.near < len(model.words)
    near, number = np.where(inside, windows.near, 0), inside.sum(axis=1)
    scores = np.einsum("cwd,cd->cw", model.words[near], model.contexts[windows.centres])
    mean = np.where(inside, scores, 0).sum(axis=1, dtype=np.float64) / number
    of_noise = [np.where(inside, own[near], 0).sum(axis=1) / number for own in sums]
    likely: Numbers = mean + model.log_noises[:, windows.centres] - np.array(of_noise)
    return likely


def _of_means(model: Model, windows: Windows, stop: StopFlag) -> Numbers:
    """Give the log-likelihoods (noises, n) of centres by the means of their windows."""
    inside = windows.near < len(model.words)
    rows = model.words[np.where(inside, windows.near, 0)] * inside[:, :, None]
    means = (rows.sum(axis=1) / inside.sum(axis=1)[:, None]).astype(np.float32)
    scores = np.einsum("cd,cd->c", means, model.contexts[windows.centres]).astype(np.float64)
    likely: Numbers = scores + model.log_noises[:, windows.centres] - _log_sums(means, model, stop)
    return likely


def _log_sums(inputs: Floats, model: Model, stop: StopFlag) -> Numbers:
    """Give log Σ_w q(w) exp(v · u_w) (noises, n) for rows v (n, dim)."""
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


def _windows(text: Slice, window: int, dim: int) -> Iterator[Windows]:
    """Give the windows of all tokens that are in the vocabulary and have a neighbour that is; rows of `dim` fit."""
    ids, words = text.ids[0 : len(text.ids)].astype(np.int64), text.words
    sentence = np.repeat(np.arange(len(text.offsets) - 1), np.diff(text.offsets))
    steps = np.concatenate([np.arange(-window, 0), np.arange(1, window + 1)])
    together = max(1, _NUMBERS_AT_ONCE // (len(steps) * (dim + _ARRAYS)))
    for first in range(0, len(ids), together):
        places = np.arange(first, min(first + together, len(ids)))
        places = places[ids[places] < words]
        near = places[:, None] + steps
        inside = (near >= 0) & (near < len(ids))
        near = np.where(inside, near, 0)
        inside &= sentence[near] == sentence[places][:, None]
        around = np.where(inside, ids[near], words)
        some = (around < words).any(axis=1)
        yield Windows(ids[places[some]], around[some], sentence[places[some]])
