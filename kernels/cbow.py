"""CBOW with negative sampling and the exact gradient of the mean (İrsoy, Benton and Stratos 2021).

The m words of a window are the inputs c ∈ C (rows v_c of `words`). The centre w and K noise words are the outputs
o ∈ O (rows u_o of `contexts`). With label y_o = 1 for w and 0 for noise, and learning rate α:

    h = 1/m Σ_c v_c
    g_o = α (y_o − σ(h · u_o))
    v_c ← v_c + λ m^⅘ · 1/m Σ_o g_o u_o
    u_o ← u_o + g_o h

A noise word equal to the centre is ignored.

For each matrix the direction is that of the window's exact gradient, but the step sizes of the two matrices differ.
With equal step sizes (``pace`` 0: 1 instead of λ m^⅘) each of the m rows receives an m-th and hardly moves: on 16.9 M
tokens of Wikipedia, dim 100, 5 epochs, Google analogies reach 26.4, 33.2 and 32.6 % for α = 0.05, 0.1 and 0.2, and
0.4 is too large. A constant factor helps little (33.1 % for 5, 33.6 % for 10 at 0.05). word2vec.c omits the 1/m, which
amounts to m instead of λ m^⅘. Means of three to fifteen runs, whose analogies spread by 0.4; "to 0.1": α decays to a
tenth of its initial value instead of 0:

    factor      α             analogies  WordSim-353  SimLex-999
    m           0.05          35.7 %     .656         .290
    m           0.05, to 0.1  36.2 %     .658         .294
    1.5 √m      0.08          35.5 %     .673         .306
    3.5 √m      0.05, to 0.1  36.3 %     .673         .302
    2 m^¾       0.05          36.0 %     .663         .296
    2 m^¾       0.05, to 0.1  36.6 %     .669         .300
    1.6 m^¾     0.06, to 0.1  36.4 %     .669         .299
    1.7 m^⅘     0.05, to 0.1  36.6 %     .671         .297
    1.3 m^⅘     0.06, to 0.1  36.6 %     .669         .300    the default; nine runs
    1 m^¾       0.08, to 0.1  36.2 %     .668         .299

gensim has word2vec.c's gradient and reaches 36.6 % at 0.05 (eleven runs; .660 and .292), more than word2vec.c's 35.7 %:
when several threads read a file, it takes the progress of one thread for the progress of all, so that with two threads
its rate ends at a tenth. The same schedule (0.05, factor m) yields 36.2 % here. A sum Σ v_c / √m with its exact
gradient, instead of the mean, yields 33.6 % at 0.05 and less at 0.025 and 0.1. Ignoring scores beyond ±6, as
word2vec.c's table does, or initial rows twice as long, as gensim's are, makes no difference.

CBOW reads and writes as many rows for a window as skip-gram, with less than half of the arithmetic. Two threads are
therefore 1.7 to 1.76 times as fast as one at dim 100 on a 2-core EPYC (Zen 4) and 1.83 times at dim 300, of at most
1.99. The cause is the output rows that move between the cores: in 21 short alternating runs, two threads gained 1.86
with separate `contexts`, 1.74 with separate `words`, 1.85 with both separate and 1.70 with both shared. Tried without a
measurable gain: noise from one half of the words for each thread (1.76), windows drawn two ahead, input rows prefetched
four ahead, larger pieces, pieces assigned by halves of the text, and threads that fetch their pieces themselves.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.logistic import logistic
from wordvec.kernels.simd import LANES, Floats, add, align_stack, fma, load, mul, splat, store, sub, sums
from wordvec.kernels.windows import (
    FLUSH_WINDOWS,
    TILE,
    TILE_SLOTS,
    EmbeddingMatrices,
    Sampler,
    WindowShape,
    Workspace,
    flush,
    hide_collisions,
    open_window,
    read_piece,
    ring_offset,
    show_all,
)

_ZERO = np.float32(0)


@inline
def mean_inputs(model: EmbeddingMatrices, work: Workspace, count: int) -> None:
    """Write h to ``rows[0:]``, followed by zeros, where Σ g_o u_o is accumulated."""
    share = splat(np.float32(1) / np.float32(count))
    for d in range(0, model.stride, LANES):
        total = load(model.words, work.inputs[0] + d)
        for i in range(1, count):
            total = add(total, load(model.words, work.inputs[i] + d))
        store(work.rows, d, mul(total, share))
        store(work.rows, model.stride + d, splat(_ZERO))


@inline
def score_tile(model: EmbeddingMatrices, h: Floats, outputs: NDArray[np.int64], at: int) -> Any:
    """Return six registers, whose sums are the scores of h with six output rows."""
    contexts = model.contexts
    o0, o1, o2 = outputs[at], outputs[at + 1], outputs[at + 2]
    o3, o4, o5 = outputs[at + 3], outputs[at + 4], outputs[at + 5]
    zero = splat(_ZERO)
    a0 = a1 = a2 = a3 = a4 = a5 = zero
    for d in range(0, model.stride, LANES):
        x = load(h, d)
        a0 = fma(x, load(contexts, o0 + d), a0)
        a1 = fma(x, load(contexts, o1 + d), a1)
        a2 = fma(x, load(contexts, o2 + d), a2)
        a3 = fma(x, load(contexts, o3 + d), a3)
        a4 = fma(x, load(contexts, o4 + d), a4)
        a5 = fma(x, load(contexts, o5 + d), a5)
    return a0, a1, a2, a3, a4, a5


@inline
def gradients(model: EmbeddingMatrices, work: Workspace, at: int, tiles: int, rate: np.float32) -> Any:
    """Write g_o to ``gradients[tile, slot]``; return the window's losses, lane by lane."""
    zero = splat(_ZERO)
    loss = zero
    for tile in range(tiles):
        sign, active = load(work.signs, tile * LANES), load(work.active, (2 * tile + 1) * LANES)
        a0, a1, a2, a3, a4, a5 = score_tile(model, work.rows, work.outputs, at + tile * TILE)
        scores = sums((a0, a1, a2, a3, a4, a5, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero))
        sigma, softplus = logistic(mul(scores, sign))
        store(work.gradients, tile * TILE_SLOTS, mul(sigma, mul(mul(sub(zero, sign), active), splat(rate))))
        loss = fma(softplus, active, loss)
    return loss


@inline
def _change_output(model: EmbeddingMatrices, row: int, change: Any) -> None:
    # Loaded again, since a noise word drawn twice occupies two slots.
    store(model.contexts, row, add(load(model.contexts, row), change))


@inline
def update_outputs(model: EmbeddingMatrices, work: Any, at: int, g: int) -> None:
    """Update one tile of output rows by ``gradients[g:]``, and add its contribution to Σ g_o u_o."""
    contexts, gradients = model.contexts, work.gradients
    o0, o1, o2 = work.outputs[at], work.outputs[at + 1], work.outputs[at + 2]
    o3, o4, o5 = work.outputs[at + 3], work.outputs[at + 4], work.outputs[at + 5]
    g0, g1, g2 = splat(gradients[g]), splat(gradients[g + 1]), splat(gradients[g + 2])
    g3, g4, g5 = splat(gradients[g + 3]), splat(gradients[g + 4]), splat(gradients[g + 5])
    for d in range(0, model.stride, LANES):
        h, e = load(work.rows, d), load(work.rows, model.stride + d)
        e = fma(g0, load(contexts, o0 + d), e)
        e = fma(g1, load(contexts, o1 + d), e)
        e = fma(g2, load(contexts, o2 + d), e)
        e = fma(g3, load(contexts, o3 + d), e)
        e = fma(g4, load(contexts, o4 + d), e)
        e = fma(g5, load(contexts, o5 + d), e)
        store(work.rows, model.stride + d, e)
        if not model.frozen:
            _change_output(model, o0 + d, mul(g0, h))
            _change_output(model, o1 + d, mul(g1, h))
            _change_output(model, o2 + d, mul(g2, h))
            _change_output(model, o3 + d, mul(g3, h))
            _change_output(model, o4 + d, mul(g4, h))
            _change_output(model, o5 + d, mul(g5, h))


@inline
def update_rows(model: EmbeddingMatrices, work: Workspace, first: int, count: int, pace: float) -> None:
    """Update the input rows from the one numbered `first`, of `count` rows in the mean: see `update_inputs`."""
    m = np.float64(count)
    share = splat(np.float32((pace * m**0.8 if pace > 0 else 1.0) / m))
    for d in range(0, model.stride, LANES):
        change = mul(load(work.rows, model.stride + d), share)
        for i in range(first, count):
            row = work.inputs[i] + d
            store(model.words, row, add(load(model.words, row), change))


@inline
def update_inputs(model: EmbeddingMatrices, work: Workspace, count: int, pace: float) -> None:
    """Add λ m^⅘ · 1/m Σ g_o u_o to every input row, or 1/m Σ g_o u_o where λ is 0."""
    update_rows(model, work, 0, count, pace)


@kernel
def train_piece(
    model: EmbeddingMatrices,
    sampler: Sampler,
    shape: WindowShape,
    work: Workspace,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    rate: np.float32,
    state: np.uint64,
) -> tuple[float, int]:
    """Train the model on one piece of the corpus; return the sum of its losses and the number of its pairs.

    Parameters
    ----------
    ids, offsets
        (tokens,) uint32 array: tokens of the piece; (sentences + 1,) int64 array: beginnings of its sentences, and
        the end of the last, as positions in the corpus.
    rate
        Learning rate α.
    state
        Random stream of the piece.
    """
    align_stack()
    slots, sentences = 1 + shape.negatives, len(offsets) - 1
    tiles = (slots + TILE - 1) // TILE
    state = read_piece(model, sampler, shape, work, ids, offsets, state)
    total, pairs = 0.0, 0
    for sentence in range(sentences):
        for centre in range(work.bounds[sentence], work.bounds[sentence + 1]):
            count, state = open_window(model, sampler, shape, work, centre, sentence, sentences, state)
            if count:
                at = ring_offset(work, centre)
                collisions = hide_collisions(work, at, slots)
                mean_inputs(model, work, count)
                loss = gradients(model, work, at, tiles, rate)
                for tile in range(tiles):
                    update_outputs(model, work, at + tile * TILE, tile * TILE_SLOTS)
                update_inputs(model, work, count, shape.pace)
                if collisions:
                    show_all(work, slots)
                pairs += slots - collisions
                store(work.losses, 0, add(load(work.losses, 0), loss))
            if centre % FLUSH_WINDOWS == 0:
                total += flush(work.losses)
    return total + flush(work.losses), pairs
