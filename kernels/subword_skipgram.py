"""Skip-gram with subwords and negative sampling (Bojanowski et al. 2017), a window at a time.

The input is the centre w, as in fastText: h is the mean of the n rows z_r of its bag. The outputs are the m words of
its window, label 1, and noise words, label 0 (rows u_o of `contexts`). With learning rate α:

    h = 1/n Σ_r z_r
    g_o = α (y_o − σ(h · u_o))
    u_o ← u_o + g_o h
    z_r ← z_r + Σ_o g_o u_o       not divided by n, so that h itself changes by Σ_o g_o u_o

fastText does this for one word of the window after the other. Here the bag is read and changed once for all.

Noise: K words for each word of the window, so m K. Each window draws K new ones and is trained with the last m K, so a
noise word serves m windows in a row on average, and most rows of noise are in cache. A noise word may equal a word of
the window. An output that occurs twice is updated twice; if its two slots are in different tiles, its second
contribution to Σ_o g_o u_o uses the row after the first update.

Measured on 16.9 M tokens of Wikipedia, dim 100, K = 5, one run each: semantic and syntactic Google analogies among the
first 30,000 words, WordSim-353 and SimLex-999; initial rows of word2vec's length. One epoch, α = 0.05, noise
power 0.75:

    m K noise words of its own for each window     6.4 %   63.5 %   .453   .250
    the last m K, K of them new                    6.8 %   64.9 %   .467   .252    40 to 60 % faster
    gradient divided by n                          2.1 %   31.0 %   .259   .183
    gradient divided by n, α = 0.4                 9.3 %   53.6 %   .468   .247

K noise words for each window, with weights m, yield 41 % of the syntactic analogies among all words instead of 57 %,
and 2 K noise words with weights m/2 52 %. Five epochs:

    α = 0.05, noise power 0.5                     31.4 %   67.5 %   .645   .291    the default
    α = 0.05, noise power 0.75                    32.0 %   65.5 %   .643   .282
    α = 0.075, noise power 0.75                   31.7 %   61.9 %   .622   .279
    α = 0.05 to 0.005, noise power 0.5            29.6 %   66.3 %   .531   .271
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bags import Bags, add_to_bag, prefetch_bag, sum_bag
from wordvec.kernels.cbow import score_tile, update_outputs
from wordvec.kernels.logistic import logistic
from wordvec.kernels.sampling import draw_noise
from wordvec.kernels.simd import LANES, Floats, add, align_stack, fma, load, mul, splat, store, sub, sums
from wordvec.kernels.windows import (
    FLUSH_WINDOWS,
    RING,
    TILE,
    TILE_SLOTS,
    WINDOWS_AHEAD,
    EmbeddingMatrices,
    Sampler,
    WindowShape,
    flush,
    prefetch_row,
    subsample_sentences,
)

_ZERO = np.float32(0)


class Workspace(NamedTuple):
    """Arrays of one thread: see `allocate_workspace`; the last two are used with hierarchical softmax (`paths`)."""

    tokens: NDArray[np.int64]
    bounds: NDArray[np.int64]
    outputs: NDArray[np.int64]
    counts: NDArray[np.int64]
    noise: NDArray[np.int64]
    signs: Floats
    weights: Floats
    gradients: Floats
    rows: Floats
    losses: Floats
    labels: Floats = np.empty(0, np.float32)
    lengths: NDArray[np.int64] = np.empty(0, np.int64)


def allocate_workspace(tokens: int, sentences: int, shape: WindowShape, stride: int) -> Workspace:
    """Allocate the arrays of one thread, for pieces of at most `tokens` tokens and `sentences` sentences.

    `outputs` and `counts` are ring buffers of the windows opened ahead: their output rows, filled up to whole tiles,
    and their numbers of words. `noise` has the rows of the last noise words drawn. Two tiles share a register of
    `signs` (−1 for a word of the window, otherwise 1), `weights` (0 for an empty slot) and `gradients`. `rows` has h,
    then Σ_o g_o u_o.
    """
    widest = 2 * shape.window
    tiles = -(-widest * (1 + shape.negatives) // (2 * TILE)) * 2
    weights = np.ones((tiles, TILE_SLOTS), np.float32)
    weights[:, TILE:] = 0
    return Workspace(
        np.empty(tokens, np.int64),
        np.empty(sentences + 1, np.int64),
        np.zeros(RING * tiles * TILE, np.int64),
        np.empty(RING, np.int64),
        np.empty(widest * shape.negatives, np.int64),
        np.ones(tiles * TILE_SLOTS, np.float32),
        weights.ravel(),
        np.empty(tiles * TILE_SLOTS, np.float32),
        np.empty(2 * stride, np.float32),
        np.zeros(LANES, np.float32),
    )


@inline
def lane_of(slot: int) -> int:
    """Return the place of a slot in ``signs``, ``weights`` and ``gradients``."""
    return slot // TILE * TILE_SLOTS + slot % TILE


@inline
def _open_window(
    model: EmbeddingMatrices,
    bags: Bags,
    sampler: Sampler,
    shape: WindowShape,
    work: Workspace,
    centre: int,
    begin: int,
    end: int,
    state: np.uint64,
) -> Any:
    """Write the output rows of the window around `centre`, and prefetch them and the bag; return the new stream."""
    reach = shape.window
    if not shape.fixed:
        state += rng.GOLDEN
        reach = 1 + rng.below(rng.high(rng.mix(state)), shape.window)
    at, count = centre % RING * (len(work.outputs) // RING), 0
    for position in range(max(begin, centre - reach), min(end, centre + reach + 1)):
        if position != centre:
            work.outputs[at + count] = work.tokens[position] * model.stride
            prefetch_row(model.contexts, work.outputs[at + count], model.stride)
            count += 1
    work.counts[centre % RING] = count
    newest = centre * shape.negatives % len(work.noise)
    for new in range(shape.negatives):
        state += rng.GOLDEN
        work.noise[newest + new] = draw_noise(sampler.noise, rng.mix(state)) * model.stride
        prefetch_row(model.contexts, work.noise[newest + new], model.stride)
    place = newest + shape.negatives
    for slot in range(at + count, at + count * (1 + shape.negatives)):
        place = (place if place else len(work.noise)) - 1
        work.outputs[slot] = work.noise[place]
    prefetch_bag(model, bags, work.tokens[centre])
    return state


@inline
def _gradients(model: EmbeddingMatrices, work: Workspace, at: int, tiles: int, rate: np.float32) -> Any:
    """Write g_o to ``gradients``, two tiles at a time; return the window's losses, lane by lane."""
    zero = splat(_ZERO)
    loss = zero
    for tile in range(0, tiles, 2):
        a0, a1, a2, a3, a4, a5 = score_tile(model, work.rows, work.outputs, at + tile * TILE)
        b0 = b1 = b2 = b3 = b4 = b5 = zero
        if tile + 1 < tiles:
            b0, b1, b2, b3, b4, b5 = score_tile(model, work.rows, work.outputs, at + (tile + 1) * TILE)
        scores = sums((a0, a1, a2, a3, a4, a5, zero, zero, b0, b1, b2, b3, b4, b5, zero, zero))
        sign, weight = load(work.signs, tile * TILE_SLOTS), load(work.weights, tile * TILE_SLOTS)
        sigma, softplus = logistic(mul(scores, sign))
        store(work.gradients, tile * TILE_SLOTS, mul(sigma, mul(mul(sub(zero, sign), weight), splat(rate))))
        loss = fma(softplus, weight, loss)
    return loss


@inline
def train_outputs(
    model: EmbeddingMatrices, bags: Bags, work: Workspace, word: int, at: int, slots: int, rate: np.float32
) -> Any:
    """Train the bag of `word` against the outputs in ``outputs[at:]``, whose `signs` are set; return the losses."""
    tiles = (slots + TILE - 1) // TILE
    scored = (tiles + 1) // 2 * 2 * TILE
    for slot in range(slots, scored):
        work.outputs[at + slot] = work.outputs[at]
        work.weights[lane_of(slot)] = _ZERO
    size = bags.starts[word + 1] - bags.starts[word]
    sum_bag(model, bags, word, np.float32(1) / np.float32(size), work.rows, 0)
    for d in range(0, model.stride, LANES):
        store(work.rows, model.stride + d, splat(_ZERO))
    loss = _gradients(model, work, at, tiles, rate)
    for tile in range(tiles):
        update_outputs(model, work, at + tile * TILE, tile * TILE_SLOTS)
    add_to_bag(model, bags, word, work.rows, model.stride)
    for slot in range(slots, scored):
        work.weights[lane_of(slot)] = np.float32(1)
    return loss


@inline
def _train_window(
    model: EmbeddingMatrices, bags: Bags, shape: WindowShape, work: Workspace, centre: int, rate: np.float32
) -> Any:
    """Train an opened window that has words; return its losses, lane by lane, and the number of its pairs."""
    count, word = work.counts[centre % RING], work.tokens[centre]
    at, slots = centre % RING * (len(work.outputs) // RING), count * (1 + shape.negatives)
    for slot in range(count):
        work.signs[lane_of(slot)] = np.float32(-1)
    loss = train_outputs(model, bags, work, word, at, slots, rate)
    for slot in range(count):
        work.signs[lane_of(slot)] = np.float32(1)
    return loss, slots


@kernel
def train_piece(
    model: EmbeddingMatrices,
    bags: Bags,
    sampler: Sampler,
    shape: WindowShape,
    work: Workspace,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    rate: np.float32,
    state: np.uint64,
) -> tuple[float, int]:
    """Train the model on one piece of the corpus; return the sum of its losses and the number of its pairs.

    Parameters are those of `skipgram.train_piece`, and the bags of the words.
    """
    align_stack()
    sentences = len(offsets) - 1
    state = subsample_sentences(sampler.keep, work.tokens, work.bounds, ids, offsets, state)
    for place in range(len(work.noise)):
        state += rng.GOLDEN
        work.noise[place] = draw_noise(sampler.noise, rng.mix(state)) * model.stride
    total, pairs, ahead, sentence_ahead = 0.0, 0, 0, 0
    filled = work.bounds[sentences]
    for centre in range(filled):
        while ahead < min(centre + WINDOWS_AHEAD + 1, filled):
            while work.bounds[sentence_ahead + 1] <= ahead:
                sentence_ahead += 1
            begin, end = work.bounds[sentence_ahead], work.bounds[sentence_ahead + 1]
            state = _open_window(model, bags, sampler, shape, work, ahead, begin, end, state)
            ahead += 1
        if work.counts[centre % RING]:
            loss, scored = _train_window(model, bags, shape, work, centre, rate)
            pairs += scored
            store(work.losses, 0, add(load(work.losses, 0), loss))
        if centre % FLUSH_WINDOWS == 0:
            total += flush(work.losses)
    return total + flush(work.losses), pairs
