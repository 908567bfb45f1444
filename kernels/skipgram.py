"""Skip-gram with negative sampling, a window at a time (HogBatch: Ji et al. 2016).

A window's words are inputs c ∈ C (rows v_c of `words`), its centre w and K noise words the outputs o ∈ O (rows u_o
of `contexts`), as in word2vec.c. With label y_o = 1 for w and 0 for noise, and learning rate α:

    s_co = v_c · u_o                     scores, from the rows as they were
    g_co = α (y_o − σ(s_co))
    v_c ← v_c + Σ_o g_co u_o
    u_o ← u_o + Σ_c g_co v_c             v_c as it was

A noise word equal to the centre does not count. A word that stands twice in the window is updated twice, in turn, and
the second time v_c is the changed row, unless there are more outputs than one chunk.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.logistic import logistic
from wordvec.kernels.simd import LANES, Floats, add, fma, load, mul, splat, store, sub, sums
from wordvec.kernels.windows import (
    CHUNK,
    FLUSH,
    SLOTS,
    Model,
    Sampler,
    Scratch,
    Windows,
    draw_outputs,
    flush,
    hide_collisions,
    open_window,
    read_piece,
    ring_place,
    show_all,
)

_ZERO = np.float32(0)


@inline
def _score(model: Model, a: int, b: int, outputs: NDArray[np.int64], at: int) -> Any:
    """Give the scores of input rows a and b with six output rows: lanes 0–5 for a, 8–13 for b."""
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
def _gradients(model: Model, room: Scratch, first: int, count: int, at: int, parts: int, rate: np.float32) -> Any:
    """Put g_co at ``gradients[chunk, c, slot]``; give the window's losses, lane by lane."""
    zero = splat(_ZERO)
    loss = zero
    for part in range(parts):
        sign = load(room.signs, part * LANES)
        coefficient = mul(mul(sub(zero, sign), load(room.active, 2 * part * LANES)), splat(rate))
        for i in range(0, count, 2):
            j = min(i + 1, count - 1)
            scores = _score(model, room.inputs[first + i], room.inputs[first + j], room.outputs, at + part * CHUNK)
            sigma, softplus = logistic(mul(scores, sign))
            store(room.gradients, (part * (count + 1) + i) * SLOTS, mul(sigma, coefficient))
            loss = fma(softplus, load(room.active, (2 * part + 1 - (j - i)) * LANES), loss)
    return loss


@inline
def _update(model: Model, room: Scratch, first: int, count: int, at: int, g: int, old: Floats, step: int) -> None:
    """Change the window's input rows and one chunk of output rows by the gradients from ``gradients[g]`` on.

    ``old[i * step:]`` is the i-th input row as it was; with step 0 the rows of `words` themselves still are.
    """
    words, contexts, gradients = model.words, model.contexts, room.gradients
    o0, o1, o2 = room.outputs[at], room.outputs[at + 1], room.outputs[at + 2]
    o3, o4, o5 = room.outputs[at + 3], room.outputs[at + 4], room.outputs[at + 5]
    zero = splat(_ZERO)
    for d in range(0, model.stride, LANES):
        u0, u1, u2 = load(contexts, o0 + d), load(contexts, o1 + d), load(contexts, o2 + d)
        u3, u4, u5 = load(contexts, o3 + d), load(contexts, o4 + d), load(contexts, o5 + d)
        d0 = d1 = d2 = d3 = d4 = d5 = zero
        for i in range(count):
            c, k = room.inputs[first + i] + d, g + i * SLOTS
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
            # Read again: a word drawn twice has its row here twice.
            store(contexts, o0 + d, add(load(contexts, o0 + d), d0))
            store(contexts, o1 + d, add(load(contexts, o1 + d), d1))
            store(contexts, o2 + d, add(load(contexts, o2 + d), d2))
            store(contexts, o3 + d, add(load(contexts, o3 + d), d3))
            store(contexts, o4 + d, add(load(contexts, o4 + d), d4))
            store(contexts, o5 + d, add(load(contexts, o5 + d), d5))


@inline
def _step(model: Model, room: Scratch, first: int, count: int, at: int, slots: int, rate: np.float32) -> Any:
    """Train `count` input rows against the same outputs; give the losses, lane by lane, and the number of pairs."""
    parts = (slots + CHUNK - 1) // CHUNK
    collisions = hide_collisions(room, at, slots)
    loss = _gradients(model, room, first, count, at, parts, rate)
    if parts == 1:
        _update(model, room, first, count, at, 0, model.words, 0)
    else:
        for i in range(count):
            for d in range(0, model.stride, LANES):
                store(room.rows, i * model.stride + d, load(model.words, room.inputs[first + i] + d))
        for part in range(parts):
            g = part * (count + 1) * SLOTS
            _update(model, room, first, count, at + part * CHUNK, g, room.rows, model.stride)
    if collisions:
        show_all(room, slots)
    return loss, count * (slots - collisions)


@kernel
def train_piece(
    model: Model,
    sampler: Sampler,
    windows: Windows,
    room: Scratch,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    rate: np.float32,
    state: np.uint64,
) -> tuple[float, int]:
    """Change the model by one piece of the corpus; give the sum of its losses and the number of its pairs.

    Parameters
    ----------
    ids, offsets
        (tokens,) and (sentences + 1,): the piece's tokens, and where in the corpus its sentences begin.
    rate
        Learning rate α.
    state
        The piece's random stream.
    """
    slots, sentences = 1 + windows.negatives, len(offsets) - 1
    state = read_piece(model, sampler, windows, room, ids, offsets, state)
    total, pairs = 0.0, 0
    for sentence in range(sentences):
        for centre in range(room.bounds[sentence], room.bounds[sentence + 1]):
            count, state = open_window(model, sampler, windows, room, centre, sentence, sentences, state)
            together = 1 if windows.per_pair else max(1, count)
            for first in range(0, count, together):
                if first:
                    state = draw_outputs(model, sampler, room, centre, slots, state)
                loss, scored = _step(model, room, first, together, ring_place(room, centre), slots, rate)
                pairs += scored
                store(room.losses, 0, add(load(room.losses, 0), loss))
            if centre % FLUSH == 0:
                total += flush(room.losses)
    return total + flush(room.losses), pairs
