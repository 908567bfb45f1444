"""Scores of the occurrences of a word by how much better the word's own slice explains their contexts than another.

A context word c of an occurrence of w is scored by how much more probable it is under the word's vector v_A of slice A
than under that of slice B, in the model in which both were trained: with the common, frozen contexts u and the noise q
of negative sampling (Levy and Goldberg 2014; see `wordvec.evaluation.slices.full_softmax`),

    P_A(c | w) = q(c) exp(v_A · u_c) / Z_A,    s(c) = log P_A(c | w) - log P_B(c | w)
                                                    = (v_A - v_B) · u_c - (log Z_A - log Z_B).

The score of an occurrence is the sum of s over its context words, a log-likelihood ratio, each weighted by the share of
training passes in which it is in the window and not subsampled. Only the vector of w differs between A and B, so that a
score says nothing about other words' changes. With CBOW a window has window + 1 words on average and predicts by their
mean, so that v is the vector divided by this number. A word that occurs near w in both slices alike scores about 0.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.slices.aligned import AlignedSlices
from wordvec.slices.references import check_referenced
from wordvec.slices.texts import Slice
from wordvec.vectors import Vectors
from wordvec.workers import StopFlag

NOISE_POWER = 0.75
"""Power of the counts by which slices draw noise words."""
BLOCK_TOKENS = 1 << 22

Numbers = NDArray[np.float64]


def check_contexts(aligned: AlignedSlices) -> None:
    """Raise an InputError if the slices have no common contexts, by which lines are scored.

    Raises
    ------
    InputError
        If they were trained by Procrustes' method.
    """
    if not aligned.settings.frozen or aligned.contexts is None:
        raise InputError(
            f"slices of the method {aligned.settings.method} have no common contexts to score lines by; train with "
            "--method compass"
        )


def log_odds(aligned: AlignedSlices, word: str, slices: list[Vectors]) -> tuple[int, Numbers]:
    """Return the row of a word, and s(c) for each word c of the vocabulary, (words,) float64."""
    settings, contexts = aligned.settings, aligned.contexts
    check_contexts(aligned)
    assert contexts is not None
    check_referenced([word], settings.words)
    for vectors in slices:
        vectors.require([word])
    if word not in aligned.vocabulary:
        raise InputError(f"{word}: not in the vocabulary of the compass")
    outputs = contexts[:, : settings.dim].astype(np.float64)
    log_noise = NOISE_POWER * np.log(aligned.vocabulary.counts)
    words_of_input = 1 if settings.model == "skipgram" else settings.window + 1
    logs = []
    for vectors in slices:
        logits = outputs @ (vectors[word].astype(np.float64) / words_of_input)
        joint = logits + log_noise
        most = joint.max()
        logs.append(logits - (most + np.log(np.exp(joint - most).sum())))
    return aligned.vocabulary.id(word), logs[0] - logs[1]


def scored(
    text: Slice, row: int, weights: Numbers, window: int, stop: StopFlag | None
) -> tuple[NDArray[np.int64], Numbers]:
    """Return the positions of a word in a text, and the weighted sum of its context words' scores at each."""
    positions, scores = [np.empty(0, np.int64)], [np.empty(0)]
    for first, last in (stop or StopFlag()).until(_sentences(text.offsets)):
        begin = int(text.offsets[first])
        ids = text.ids[begin : int(text.offsets[last])]
        # Training closes the gaps that unknown words leave.
        known = np.flatnonzero(ids < text.words)
        ids = ids[known].astype(np.int64)
        bounds = np.searchsorted(known, text.offsets[first : last + 1] - begin)
        at = np.flatnonzero(ids == row)
        sentence = np.searchsorted(bounds, at, side="right")
        low, high = bounds[sentence - 1], bounds[sentence]
        total, of_words = np.zeros(len(at)), weights[ids]
        for distance in range(1, window + 1):
            reached = (window + 1 - distance) / window
            for there, inside in ((at - distance, at - distance >= low), (at + distance, at + distance < high)):
                total[inside] += reached * of_words[there[inside]]
        positions.append(begin + known[at])
        scores.append(total)
    return np.concatenate(positions), np.concatenate(scores)


def _sentences(offsets: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield ranges of sentences with about `BLOCK_TOKENS` tokens, at least one sentence."""
    first = 0
    while first < len(offsets) - 1:
        last = int(np.searchsorted(offsets, offsets[first] + BLOCK_TOKENS, side="right")) - 1
        last = max(first + 1, last)
        yield first, last
        first = last
