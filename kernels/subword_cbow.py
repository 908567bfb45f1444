"""CBOW with subwords and negative sampling (Bojanowski et al. 2017), a window at a time.

The inputs are the m words c of a window; s_c is the sum of the n_c rows of a word's bag. The outputs are the centre and
K noise words, as in `cbow`. With label y_o = 1 for the centre and 0 for noise, and learning rate α:

    h = Σ_c s_c / Σ_c n_c
    g_o = α (y_o − σ(h · u_o))
    u_o ← u_o + g_o h
    z_r ← z_r + λ m^-⅕ Σ_o g_o u_o       for each row r of each bag

h is the mean over rows, so that words with many n-grams weigh more, as in fastText. The step is that of `cbow`, where
fastText has 1 instead of λ m^-⅕ (``pace`` 0).

fastText reads and changes all bags of a window for each of its centres. Here a bag is read when its word comes within
reach of the first centre, its changes are added up, and all are added to its rows after the last centre. In between,
its sum does not include any changes, neither its own nor those of other words with the same n-grams.

Measured on 16.9 M tokens of Wikipedia, dim 100, five epochs, K = 5, one run each: semantic and syntactic Google
analogies among the first 30,000 words, WordSim-353 and SimLex-999; initial rows of word2vec's
length; α decays to 0 unless said.

    factor      α             noise power
    1           0.05          0.5           12.4 %   80.7 %   .540   .258
    1.5 m^-⅕    0.05          0.5           12.9 %   80.9 %   .565   .262
    1.5 m^-⅕    0.05 to 0.005 0.5           14.6 %   80.9 %   .571   .264
    1.3 m^-⅕    0.06 to 0.006 0.75          17.1 %   82.2 %   .600   .269
    1.3 m^-⅕    0.03 to 0.003 0.75           8.8 %   77.8 %   .480   .235
    2 m^-⅕      0.05          0.75          17.6 %   81.6 %   .583   .277
    3 m^-⅕      0.05          0.75          19.4 %   81.9 %   .613   .284    the default
    3 m^-⅕      0.05          0.5           16.7 %   80.8 %   .615   .283
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng, windows
from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bags import Bags, add_to_bag, prefetch_bag, sum_bag
from wordvec.kernels.cbow import gradients, update_outputs
from wordvec.kernels.simd import LANES, add, align_stack, load, mul, splat, store
from wordvec.kernels.windows import (
    FLUSH_WINDOWS,
    TILE,
    TILE_SLOTS,
    WINDOWS_AHEAD,
    EmbeddingMatrices,
    Sampler,
    WindowShape,
    Workspace,
    draw_outputs,
    flush,
    hide_collisions,
    read_piece,
    ring_offset,
    show_all,
)

_ZERO, _ONE = np.float32(0), np.float32(1)


def allocate_workspace(tokens: int, sentences: int, shape: WindowShape, stride: int) -> Workspace:
    """Allocate the arrays of one thread, for pieces of at most `tokens` tokens and `sentences` sentences.

    `rows` has h, then Σ_o g_o u_o, then a ring buffer of the words within reach: the sum of each one's bag, and its
    changes. `inputs` has the offsets of the window's words in it.
    """
    work = windows.allocate_workspace(tokens, sentences, shape, stride)
    return work._replace(rows=np.empty((2 + 2 * (2 * shape.window + 1)) * stride, np.float32))


@inline
def _offset(shape: WindowShape, position: int, stride: int) -> int:
    """Return the offset in ``rows`` of the sum of the word at a position; its changes follow."""
    return (2 + 2 * (position % (2 * shape.window + 1))) * stride


@inline
def _enter(model: EmbeddingMatrices, bags: Bags, shape: WindowShape, work: Workspace, position: int) -> None:
    """Read the bag of the word at a position."""
    at = _offset(shape, position, model.stride)
    sum_bag(model, bags, work.tokens[position], _ONE, work.rows, at)
    for d in range(0, model.stride, LANES):
        store(work.rows, at + model.stride + d, splat(_ZERO))


@inline
def leave(model: EmbeddingMatrices, bags: Bags, shape: WindowShape, work: Workspace, position: int) -> None:
    """Add the changes of the word at a position to its rows."""
    at = _offset(shape, position, model.stride) + model.stride
    add_to_bag(model, bags, work.tokens[position], work.rows, at)


@inline
def _mean(model: EmbeddingMatrices, work: Workspace, count: int, size: int) -> None:
    """Write h, the sums of the window's words divided by `size`, followed by zeros."""
    share = splat(_ONE / np.float32(size))
    for d in range(0, model.stride, LANES):
        total = load(work.rows, work.inputs[0] + d)
        for i in range(1, count):
            total = add(total, load(work.rows, work.inputs[i] + d))
        store(work.rows, d, mul(total, share))
        store(work.rows, model.stride + d, splat(_ZERO))


@inline
def slide(
    model: EmbeddingMatrices,
    bags: Bags,
    shape: WindowShape,
    work: Workspace,
    centre: int,
    sentence: int,
    sentences: int,
    state: np.uint64,
) -> Any:
    """Move on to the window around `centre`; return the numbers of its words and of their rows, and the stream."""
    begin, end, filled = work.bounds[sentence], work.bounds[sentence + 1], work.bounds[sentences]
    if centre - shape.window > begin:
        leave(model, bags, shape, work, centre - shape.window - 1)
    entered = min(end, centre + shape.window + 1)
    for position in range(begin if centre == begin else centre + shape.window, entered):
        _enter(model, bags, shape, work, position)
    if entered < filled:
        prefetch_bag(model, bags, work.tokens[entered])
    reach = shape.window
    if not shape.fixed:
        state += rng.GOLDEN
        reach = 1 + rng.below(rng.high(rng.mix(state)), shape.window)
    count, size = 0, 0
    for position in range(max(begin, centre - reach), min(end, centre + reach + 1)):
        if position != centre:
            word = work.tokens[position]
            work.inputs[count] = _offset(shape, position, model.stride)
            size += int(bags.starts[word + 1] - bags.starts[word])
            count += 1
    return count, size, state


@inline
def leave_all(model: EmbeddingMatrices, bags: Bags, shape: WindowShape, work: Workspace, begin: int, end: int) -> None:
    """Add the changes of the words that are within reach at the end of a sentence."""
    for position in range(max(begin, end - 1 - shape.window), end):
        leave(model, bags, shape, work, position)


@inline
def train_outputs(
    model: EmbeddingMatrices,
    shape: WindowShape,
    work: Workspace,
    count: int,
    size: int,
    at: int,
    tiles: int,
    rate: np.float32,
) -> Any:
    """Train `count` words of `size` rows against tiles of outputs, whose `signs` are set; return the losses."""
    _mean(model, work, count, size)
    loss = gradients(model, work, at, tiles, rate)
    for tile in range(tiles):
        update_outputs(model, work, at + tile * TILE, tile * TILE_SLOTS)
    m = np.float64(count)
    share = splat(np.float32(shape.pace * m**-0.2 if shape.pace > 0 else 1.0))
    for d in range(0, model.stride, LANES):
        change = mul(load(work.rows, model.stride + d), share)
        for i in range(count):
            to = work.inputs[i] + model.stride + d
            store(work.rows, to, add(load(work.rows, to), change))
    return loss


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
    sentences, slots = len(offsets) - 1, 1 + shape.negatives
    tiles = (slots + TILE - 1) // TILE
    state = read_piece(model, sampler, shape, work, ids, offsets, state)
    filled = work.bounds[sentences]
    total, pairs = 0.0, 0
    for sentence in range(sentences):
        begin, end = work.bounds[sentence], work.bounds[sentence + 1]
        for centre in range(begin, end):
            if centre + WINDOWS_AHEAD < filled:
                state = draw_outputs(model, sampler, work, centre + WINDOWS_AHEAD, slots, state)
            count, size, state = slide(model, bags, shape, work, centre, sentence, sentences, state)
            if count:
                at = ring_offset(work, centre)
                collisions = hide_collisions(work, at, slots)
                loss = train_outputs(model, shape, work, count, size, at, tiles, rate)
                if collisions:
                    show_all(work, slots)
                pairs += slots - collisions
                store(work.losses, 0, add(load(work.losses, 0), loss))
            if centre % FLUSH_WINDOWS == 0:
                total += flush(work.losses)
        leave_all(model, bags, shape, work, begin, end)
    return total + flush(work.losses), pairs
