"""Held-out likelihood: how well each slice's vectors foretell text that none was trained on.

Where negative sampling has converged, exp(v · u) is P(w | c) / (k q(w)) for noise q (Levy and Goldberg 2014), so a
slice foretells

    P(w | c) = q(w) exp(v_c · u_w) / Σ_w' q(w') exp(v_c · u_w')

with its `words` v, the frozen `contexts` u, and q its own noise, its counts being filled up by `PRIOR` tokens of all
slices together so that no word is impossible. A word that the slice lacks is read as the compass has it. For skip-gram
c is a word of the window and log P is averaged over these, for CBOW it is their mean.

Both forms of the papers are given: the sum over sentences by token, and Taddy's (2015) posterior: for each sentence
the softmax over slices of its log-likelihood, averaged over sentences.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from wordvec.alignment.aligned import AlignedSlices
from wordvec.alignment.slices import Slice
from wordvec.corpora.encoded import EncodedCorpus
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.intervals import RESAMPLES
from wordvec.evaluation.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

PRIOR = 1_000
_SCORES_AT_ONCE = 1 << 23
_CENTRES_AT_ONCE = 1 << 14

Numbers = NDArray[np.float64]
Floats = NDArray[np.float32]
Ids = NDArray[np.int64]


def sentence_likelihoods(aligned: AlignedSlices, name: str, text: Slice, stop: StopFlag) -> Numbers:
    """Give the log-likelihood of each sentence (sentences,) by the vectors of one slice.

    Raises
    ------
    Interrupted
        If `stop` was set.
    """
    words, contexts, log_noise = _model(aligned, aligned.slices[name])
    found = np.zeros(len(text.offsets) - 1)
    of_words = aligned.settings.model == "skipgram"
    ids = text.ids[0 : len(text.ids)].astype(np.int64)
    # Of skip-gram the sum over all words is needed once for each word of the text.
    needed = np.unique(ids[ids < text.words])
    sums = np.zeros(text.words)
    if of_words:
        sums[needed] = _log_sums(words[needed], contexts, log_noise, stop)
    for centres, windows, sentences in _windows(ids, text.offsets, aligned.settings.window, text.words):
        stop.check()
        near = windows < text.words
        inside = np.where(near, windows, 0)
        rows = words[inside]
        if of_words:
            scores = np.einsum("cwd,cd->cw", rows, contexts[centres]) + log_noise[centres][:, None]
            scores = np.where(near, scores - sums[inside], 0)
            likely = scores.sum(axis=1) / near.sum(axis=1)
        else:
            means = ((rows * near[:, :, None]).sum(axis=1) / near.sum(axis=1)[:, None]).astype(np.float32)
            likely = np.einsum("cd,cd->c", means, contexts[centres]) + log_noise[centres]
            likely = likely - _log_sums(means, contexts, log_noise, stop)
        np.add.at(found, sentences, likely)
    return found


def likelihood(
    aligned: AlignedSlices,
    texts: Mapping[str, EncodedCorpus],
    *,
    resamples: int = RESAMPLES,
    seed: int = 1,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Table:
    """Say how well each slice foretells texts.

    Parameters
    ----------
    aligned
        Slices trained by a compass.
    texts
        Encoded as the slices were, by the name of the slice that each belongs to; not used in training.
    resamples, seed
        Of the bootstrap over sentences.
    progress, stop
        Where to report, and what stops the work.

    Returns
    -------
    Table
        For each text a row for each slice: log-likelihood per token, its interval, its rank among slices (1 is the
        best), and, of the posterior, the logarithm of the mean probability.

    Raises
    ------
    InputError
        If a text is of no slice, or has no two words of the compass in one sentence.
    SettingsError
        If the slices were not trained by a compass.
    Interrupted
        If `stop` was set.
    """
    if not aligned.settings.frozen:
        raise SettingsError("likelihood: needs slices with the contexts of one compass (--method compass)")
    intervals.check_resamples(resamples)
    progress, stop = progress or Progress(), stop or StopFlag()
    rows: list[dict[str, Any]] = []
    progress.begin("likelihood", len(texts) * len(aligned.slices), " models")
    try:
        for text_number, (true, corpus) in enumerate(texts.items()):
            if true not in aligned.slices:
                raise InputError(f"{true}: no such slice; there is {', '.join(aligned.slices)}")
            text = aligned.text(true, corpus)
            by_slice = []
            for number, name in enumerate(aligned.slices, 1):
                by_slice.append(sentence_likelihoods(aligned, name, text, stop))
                progress.report(text_number * len(aligned.slices) + number)
            rows += _rows(true, list(aligned.slices), np.array(by_slice), _tokens(aligned, text), resamples, seed)
    finally:
        progress.end()
    return Table(rows, [f"log-likelihoods are natural logarithms; low, high: 95 % of {resamples:,} bootstraps over "
                        "sentences"])  # fmt: skip


def _rows(
    true: str, names: list[str], by_slice: Numbers, tokens: Ids, resamples: int, seed: int
) -> list[dict[str, Any]]:
    """Give the rows of one text, from (slices, sentences) log-likelihoods and the tokens that count (sentences,)."""
    told = tokens > 0
    if not told.any():
        raise InputError(f"{true}: no sentence of the text has two words of the compass")
    by_slice, tokens = by_slice[:, told], tokens[told]
    posterior = np.exp(by_slice - logsumexp(by_slice, axis=0)).mean(axis=1)
    per_token = by_slice.sum(axis=1) / tokens.sum()
    ranks = 1 + (per_token[:, None] < per_token[None]).sum(axis=1)
    rows = []
    for name, likely, each, rank, chance in zip(names, by_slice, per_token, ranks, posterior, strict=True):
        drawn = intervals.resampled(
            lambda items, likely=likely: likely[items].sum(axis=1) / tokens[items].sum(axis=1),  # type: ignore[misc]
            len(tokens), resamples, seed,
        )  # fmt: skip
        low, high = intervals.interval(drawn)
        row = {"text": true, "slice": name, "own": "yes" if name == true else "", "tokens": int(tokens.sum())}
        figures = {"per_token": float(each), "low": low, "high": high, "rank": int(rank)}
        rows.append(row | figures | {"log_posterior": float(np.log(chance))})
    return rows


def _model(aligned: AlignedSlices, vectors: Vectors) -> tuple[Floats, Floats, Numbers]:
    """Give the input and output rows of a slice (words, dim), and the logarithms of its noise (words,)."""
    assert aligned.words is not None and aligned.contexts is not None  # noqa: PT018
    dim, vocabulary = aligned.settings.dim, aligned.vocabulary
    words = aligned.words[:, :dim].copy()
    rows = [vocabulary.id(word) for word in vectors.words]
    words[rows] = vectors.matrix
    counts = PRIOR * vocabulary.counts / vocabulary.total
    if vectors.counts is not None:
        counts[rows] += vectors.counts
    log_noise = aligned.settings.trainer(True).noise_power * np.log(counts)
    return words, np.ascontiguousarray(aligned.contexts[:, :dim]), log_noise - logsumexp(log_noise)


def _log_sums(inputs: Floats, contexts: Floats, log_noise: Numbers, stop: StopFlag) -> Numbers:
    """Give log Σ_w q(w) exp(v · u_w) for rows v (n, dim)."""
    sums = np.empty(len(inputs))
    together = max(1, _SCORES_AT_ONCE // len(contexts))
    for first in range(0, len(inputs), together):
        stop.check()
        scores = inputs[first : first + together] @ contexts.T
        scores += log_noise.astype(np.float32)
        most = scores.max(axis=1)
        scores -= most[:, None]
        sums[first : first + together] = most + np.log(np.exp(scores, out=scores).sum(axis=1, dtype=np.float64))
    return sums


def _windows(ids: Ids, offsets: Ids, window: int, words: int) -> Iterator[tuple[Ids, Ids, Ids]]:
    """Give centres with a neighbour, their windows (centres, 2 window), `words` where there is none, and sentences."""
    sentence = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    steps = np.concatenate([np.arange(-window, 0), np.arange(1, window + 1)])
    for first in range(0, len(ids), _CENTRES_AT_ONCE):
        places = np.arange(first, min(first + _CENTRES_AT_ONCE, len(ids)))
        places = places[ids[places] < words]
        near = places[:, None] + steps
        inside = (near >= 0) & (near < len(ids))
        near = np.where(inside, near, 0)
        inside &= sentence[near] == sentence[places][:, None]
        windows = np.where(inside, ids[near], words)
        some = (windows < words).any(axis=1)
        yield ids[places[some]], windows[some], sentence[places[some]]


def _tokens(aligned: AlignedSlices, text: Slice) -> Ids:
    """Give how many tokens of each sentence are foretold."""
    counts = np.zeros(len(text.offsets) - 1, np.int64)
    ids = text.ids[0 : len(text.ids)].astype(np.int64)
    for _, _, sentences in _windows(ids, text.offsets, aligned.settings.window, text.words):
        np.add.at(counts, sentences, 1)
    return counts
