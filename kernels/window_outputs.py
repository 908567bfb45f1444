"""The words of a window as outputs, with noise words that serve several windows.

Shared steps of `subword_skipgram` and `disambiguated_skipgram`, whose centre is the input.

A window's outputs are its m words, then its m K last noise words, K of them new; `subword_skipgram` has measurements.
Outputs are processed in tiles of six, two of which share a register of scores.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import inline
from wordvec.kernels.cbow import score_tile, update_outputs
from wordvec.kernels.logistic import logistic
from wordvec.kernels.sampling import draw_noise
from wordvec.kernels.simd import LANES, Floats, fma, load, mul, splat, store, sub, sums
from wordvec.kernels.windows import RING, TILE, TILE_SLOTS, EmbeddingMatrices, Sampler, WindowShape, prefetch_row

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
def ring_of(work: Any, centre: int) -> int:
    """Return the offset in ``outputs`` of the rows for the position `centre`."""
    return centre % RING * (len(work.outputs) // RING)


@inline
def draw_first_noise(model: EmbeddingMatrices, sampler: Sampler, work: Any, state: np.uint64) -> Any:
    """Fill ``noise`` for the first windows of a piece; return the new stream."""
    for place in range(len(work.noise)):
        state += rng.GOLDEN
        work.noise[place] = draw_noise(sampler.noise, rng.mix(state)) * model.stride
    return state


@inline
def open_window(
    model: EmbeddingMatrices,
    sampler: Sampler,
    shape: WindowShape,
    work: Any,
    centre: int,
    begin: int,
    end: int,
    state: np.uint64,
) -> Any:
    """Write the output rows of the window around `centre`, and prefetch them; return the new stream."""
    reach = shape.window
    if not shape.fixed:
        state += rng.GOLDEN
        reach = 1 + rng.below(rng.high(rng.mix(state)), shape.window)
    at, count = ring_of(work, centre), 0
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
    return state


@inline
def output_gradients(model: EmbeddingMatrices, work: Workspace, at: int, tiles: int, rate: np.float32) -> Any:
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
def train_outputs(model: EmbeddingMatrices, work: Any, at: int, slots: int, rate: np.float32) -> Any:
    """Train the outputs in ``outputs[at:]``, whose `signs` are set, with h in ``rows``; return the losses by lanes.

    Σ_o g_o u_o is written behind h.
    """
    tiles = (slots + TILE - 1) // TILE
    scored = (tiles + 1) // 2 * 2 * TILE
    for slot in range(slots, scored):
        work.outputs[at + slot] = work.outputs[at]
        work.weights[lane_of(slot)] = _ZERO
    for d in range(0, model.stride, LANES):
        store(work.rows, model.stride + d, splat(_ZERO))
    loss = output_gradients(model, work, at, tiles, rate)
    for tile in range(tiles):
        update_outputs(model, work, at + tile * TILE, tile * TILE_SLOTS)
    for slot in range(slots, scored):
        work.weights[lane_of(slot)] = np.float32(1)
    return loss


@inline
def train_window(model: EmbeddingMatrices, shape: WindowShape, work: Any, centre: int, rate: np.float32) -> Any:
    """Train the outputs of an opened window that has words, with h in ``rows``; return the losses, lane by lane."""
    count = work.counts[centre % RING]
    for slot in range(count):
        work.signs[lane_of(slot)] = np.float32(-1)
    loss = train_outputs(model, work, ring_of(work, centre), count * (1 + shape.negatives), rate)
    for slot in range(count):
        work.signs[lane_of(slot)] = np.float32(1)
    return loss
