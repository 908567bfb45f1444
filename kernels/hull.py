"""Gradients of skip-gram for rows in a convex hull (CW2V: Mundra et al. 2024).

Rows of some tokens are free, all others fixed. A window's words c are the inputs (rows v_c of `words`), its centre w
and K noise words the outputs o (rows u_o of `contexts`), as in `skipgram`. With y_o = 1 for w and 0 for noise:

    s_co = v_c · u_o,  g_co = y_o − σ(s_co)
    G_c ← G_c + g_co u_o    where v_c is free
    H_o ← H_o + g_co v_c    where u_o is free

Pairs of two fixed rows are left out: they change nothing. A noise word equal to the centre is ignored.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import kernel
from wordvec.kernels.logistic import logistic
from wordvec.kernels.sampling import draw_noise
from wordvec.kernels.simd import LANES, Floats, fma, load, splat, store, total
from wordvec.kernels.windows import Sampler, subsample_sentences

MOST_NEGATIVES = LANES - 1


class HullModel(NamedTuple):
    """Flat matrices of padded rows, and the gradients that are added up.

    Attributes
    ----------
    words, contexts
        Rows of all tokens; the same array if output and input are tied.
    stride
        Length of a padded row.
    inputs, outputs
        Gradients G and H of the free rows; the same array if they are tied.
    free
        (tokens,) int64 array: the number of a free row, −1 for a fixed one.
    """

    words: Floats
    contexts: Floats
    stride: int
    inputs: Floats
    outputs: Floats
    free: NDArray[np.int64]


class HullWorkspace(NamedTuple):
    """Arrays of one thread: tokens and bounds of sentences of a piece, outputs, σ and losses of a window."""

    tokens: NDArray[np.int64]
    bounds: NDArray[np.int64]
    drawn: NDArray[np.int64]
    scores: Floats
    losses: Floats


def allocate_workspace(tokens: int, sentences: int) -> HullWorkspace:
    """Allocate the arrays for pieces of at most `tokens` tokens and `sentences` sentences."""
    return HullWorkspace(
        np.empty(tokens, np.int64),
        np.empty(sentences + 1, np.int64),
        np.empty(LANES, np.int64),
        np.zeros(LANES, np.float32),
        np.zeros(LANES, np.float32),
    )


@kernel
def add_gradients(
    model: HullModel,
    sampler: Sampler,
    window: int,
    negatives: int,
    work: HullWorkspace,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    state: np.uint64,
) -> tuple[float, int]:
    """Add the gradients of one piece of text; return the sum of its losses and the number of its pairs.

    Parameters
    ----------
    window, negatives
        Largest number of context words on either side, of which a random part is used; number K of noise words, at most
        15.
    ids, offsets
        (tokens,) uint32 array of the piece, and (sentences + 1,) int64 array of the beginnings of its sentences.
    state
        Random stream of the piece.
    """
    words, contexts, stride = model.words, model.contexts, model.stride
    state = subsample_sentences(sampler.keep, work.tokens, work.bounds, ids, offsets, state)
    loss, pairs = 0.0, 0
    for sentence in range(len(offsets) - 1):
        begin, end = work.bounds[sentence], work.bounds[sentence + 1]
        for centre in range(begin, end):
            work.drawn[0] = work.tokens[centre]
            for slot in range(1, negatives + 1):
                state += rng.GOLDEN
                work.drawn[slot] = draw_noise(sampler.noise, rng.mix(state))
            state += rng.GOLDEN
            reach = 1 + rng.below(rng.high(rng.mix(state)), window)
            for position in range(max(begin, centre - reach), min(end, centre + reach + 1)):
                if position == centre:
                    continue
                word = work.tokens[position]
                row, free_input = word * stride, model.free[word]
                for slot in range(negatives + 1):
                    if free_input < 0 and model.free[work.drawn[slot]] < 0:
                        continue
                    score, at = splat(np.float32(0)), work.drawn[slot] * stride
                    for d in range(0, stride, LANES):
                        score = fma(load(words, row + d), load(contexts, at + d), score)
                    work.scores[slot] = total(score) if slot else -total(score)
                sigma, softplus = logistic(load(work.scores, 0))
                store(work.scores, 0, sigma)
                store(work.losses, 0, softplus)
                for slot in range(negatives + 1):
                    output = work.drawn[slot]
                    free_output = model.free[output]
                    if (free_input < 0 and free_output < 0) or (slot and output == work.drawn[0]):
                        continue
                    loss += np.float64(work.losses[slot])
                    pairs += 1
                    gradient = splat(-work.scores[slot] if slot else work.scores[slot])
                    at = output * stride
                    if free_input >= 0:
                        into = free_input * stride
                        for d in range(0, stride, LANES):
                            moved = fma(gradient, load(contexts, at + d), load(model.inputs, into + d))
                            store(model.inputs, into + d, moved)
                    if free_output >= 0:
                        into = free_output * stride
                        for d in range(0, stride, LANES):
                            moved = fma(gradient, load(words, row + d), load(model.outputs, into + d))
                            store(model.outputs, into + d, moved)
    return loss, pairs
