"""Skip-gram with negative sampling, a window at a time (HogBatch: Ji et al. 2016).

The words of a window are the inputs c ∈ C (rows v_c of `words`). The centre w and K noise words are the outputs o ∈ O
(rows u_o of `contexts`), as in word2vec.c. With label y_o = 1 for w and 0 for noise, and learning rate α:

    s_co = v_c · u_o                     scores, from the rows before the update
    g_co = α (y_o − σ(s_co))
    v_c ← v_c + Σ_o g_co u_o
    u_o ← u_o + Σ_c g_co v_c             v_c before the update

A noise word equal to the centre is ignored. A word that occurs twice in the window is updated twice, in order; the
second update uses the changed v_c, unless the outputs need more than one tile.

Where the time of a window goes, with rows in cache (263 ns, dim 100, 5 negatives): updating rows 38 %, scoring 34 %,
drawing and prefetching noise 11 %, σ and loss 4 to 10 %, the rest choosing tokens and windows. Rows from further away
add about a third.

On a 2-core Xeon, two threads are 1.70 to 1.75 times as fast as one at dim 100 and 1.85 times at dim 300, but 1.95 times
on two separate models: the loss is due to cache lines of frequent output rows that move between the cores. An
arithmetic loop gains 1.98. Sharing only `words` costs almost nothing. On a 2-core EPYC (Zen 4, one third-level cache
for both cores) two threads gain 1.89 to 1.93 at dim 100 and 1.80 to 1.95 at dim 300, of 1.99. Tried and rejected:

- Noise words split between threads (each draws from one half of the words, exact in the mean, swapped every epoch), so
  that two threads do not update the same output rows: no gain on the EPYC; not tried on the Xeon.
- Noise shared by two windows: 15 % faster, analogies 1.4 points lower.
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
    draw_outputs,
    flush,
    hide_collisions,
    open_window,
    read_piece,
    ring_offset,
    show_all,
)

_ZERO = np.float32(0)


@inline
def score_pair(model: EmbeddingMatrices, a: int, b: int, outputs: NDArray[np.int64], at: int) -> Any:
    """Return the scores of input rows a and b with six output rows: lanes 0–5 for a, 8–13 for b."""
    words, contexts = model.words, model.contexts
    o0, o1, o2 = outputs[at], outputs[at + 1], outputs[at + 2]
    o3, o4, o5 = outputs[at + 3], outputs[at + 4], outputs[at + 5]
    zero = splat(_ZERO)
    a0 = a1 = a2 = a3 = a4 = a5 = b0 = b1 = b2 = b3 = b4 = b5 = zero
    for d in range(0, model.stride, LANES):
        x, y = load(words, a + d), load(words, b + d)
        u = load(contexts, o0 + d)
        a0, b0 = fma(x, u, a0), fma(y, u, b0)
        u = load(contexts, o1 + d)
        a1, b1 = fma(x, u, a1), fma(y, u, b1)
        u = load(contexts, o2 + d)
        a2, b2 = fma(x, u, a2), fma(y, u, b2)
        u = load(contexts, o3 + d)
        a3, b3 = fma(x, u, a3), fma(y, u, b3)
        u = load(contexts, o4 + d)
        a4, b4 = fma(x, u, a4), fma(y, u, b4)
        u = load(contexts, o5 + d)
        a5, b5 = fma(x, u, a5), fma(y, u, b5)
    return sums((a0, a1, a2, a3, a4, a5, zero, zero, b0, b1, b2, b3, b4, b5, zero, zero))


@inline
def window_gradients(
    model: EmbeddingMatrices, work: Workspace, first: int, count: int, at: int, tiles: int, rate: np.float32
) -> Any:
    """Write g_co to ``gradients[tile, c, slot]``; return the window's losses, lane by lane."""
    zero = splat(_ZERO)
    loss = zero
    for tile in range(tiles):
        sign = load(work.signs, tile * LANES)
        coefficient = mul(mul(sub(zero, sign), load(work.active, 2 * tile * LANES)), splat(rate))
        for i in range(0, count, 2):
            j = min(i + 1, count - 1)
            scores = score_pair(model, work.inputs[first + i], work.inputs[first + j], work.outputs, at + tile * TILE)
            sigma, softplus = logistic(mul(scores, sign))
            store(work.gradients, (tile * (count + 1) + i) * TILE_SLOTS, mul(sigma, coefficient))
            loss = fma(softplus, load(work.active, (2 * tile + 1 - (j - i)) * LANES), loss)
    return loss


@inline
def update_rows(
    model: EmbeddingMatrices, work: Workspace, first: int, count: int, at: int, g: int, old: Floats, step: int
) -> None:
    """Update the window's input rows and one tile of output rows by the gradients from ``gradients[g]`` on.

    ``old[i * step:]`` is the i-th input row before the update; step 0: the rows of `words` are still unchanged.
    """
    words, contexts, gradients = model.words, model.contexts, work.gradients
    o0, o1, o2 = work.outputs[at], work.outputs[at + 1], work.outputs[at + 2]
    o3, o4, o5 = work.outputs[at + 3], work.outputs[at + 4], work.outputs[at + 5]
    zero = splat(_ZERO)
    for d in range(0, model.stride, LANES):
        u0, u1, u2 = load(contexts, o0 + d), load(contexts, o1 + d), load(contexts, o2 + d)
        u3, u4, u5 = load(contexts, o3 + d), load(contexts, o4 + d), load(contexts, o5 + d)
        d0 = d1 = d2 = d3 = d4 = d5 = zero
        for i in range(count):
            c, k = work.inputs[first + i] + d, g + i * TILE_SLOTS
            y = load(words, c)
            x = load(old, i * step + d) if step else y
            s = splat(gradients[k])
            d0, y = fma(s, x, d0), fma(s, u0, y)
            s = splat(gradients[k + 1])
            d1, y = fma(s, x, d1), fma(s, u1, y)
            s = splat(gradients[k + 2])
            d2, y = fma(s, x, d2), fma(s, u2, y)
            s = splat(gradients[k + 3])
            d3, y = fma(s, x, d3), fma(s, u3, y)
            s = splat(gradients[k + 4])
            d4, y = fma(s, x, d4), fma(s, u4, y)
            s = splat(gradients[k + 5])
            d5, y = fma(s, x, d5), fma(s, u5, y)
            store(words, c, y)
        if not model.frozen:
            # Loaded again, since a noise word drawn twice occupies two slots.
            store(contexts, o0 + d, add(load(contexts, o0 + d), d0))
            store(contexts, o1 + d, add(load(contexts, o1 + d), d1))
            store(contexts, o2 + d, add(load(contexts, o2 + d), d2))
            store(contexts, o3 + d, add(load(contexts, o3 + d), d3))
            store(contexts, o4 + d, add(load(contexts, o4 + d), d4))
            store(contexts, o5 + d, add(load(contexts, o5 + d), d5))


@inline
def train_outputs(
    model: EmbeddingMatrices, work: Workspace, first: int, count: int, at: int, tiles: int, rate: np.float32
) -> Any:
    """Train `count` input rows against tiles of outputs, whose `signs` are set; return the losses, lane by lane."""
    loss = window_gradients(model, work, first, count, at, tiles, rate)
    if tiles == 1:
        update_rows(model, work, first, count, at, 0, model.words, 0)
    else:
        for i in range(count):
            for d in range(0, model.stride, LANES):
                store(work.rows, i * model.stride + d, load(model.words, work.inputs[first + i] + d))
        for tile in range(tiles):
            g = tile * (count + 1) * TILE_SLOTS
            update_rows(model, work, first, count, at + tile * TILE, g, work.rows, model.stride)
    return loss


@inline
def step(
    model: EmbeddingMatrices, work: Workspace, first: int, count: int, at: int, slots: int, rate: np.float32
) -> Any:
    """Train `count` input rows against the same outputs; return the losses, lane by lane, and the number of pairs."""
    tiles = (slots + TILE - 1) // TILE
    collisions = hide_collisions(work, at, slots)
    loss = train_outputs(model, work, first, count, at, tiles, rate)
    if collisions:
        show_all(work, slots)
    return loss, count * (slots - collisions)


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
    state = read_piece(model, sampler, shape, work, ids, offsets, state)
    total, pairs = 0.0, 0
    for sentence in range(sentences):
        for centre in range(work.bounds[sentence], work.bounds[sentence + 1]):
            count, state = open_window(model, sampler, shape, work, centre, sentence, sentences, state)
            together = 1 if shape.per_pair else max(1, count)
            for first in range(0, count, together):
                if first:
                    state = draw_outputs(model, sampler, work, centre, slots, state)
                loss, scored = step(model, work, first, together, ring_offset(work, centre), slots, rate)
                pairs += scored
                store(work.losses, 0, add(load(work.losses, 0), loss))
            if centre % FLUSH_WINDOWS == 0:
                total += flush(work.losses)
    return total + flush(work.losses), pairs
