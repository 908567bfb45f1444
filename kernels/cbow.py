"""CBOW with negative sampling, with the gradient of the mean (İrsoy, Benton and Stratos 2021).

The window's m words are inputs c ∈ C (rows v_c of `words`), its centre w and K noise words the outputs o ∈ O (rows
u_o of `contexts`). With label y_o = 1 for w and 0 for noise, and learning rate α:

    h = 1/m Σ_c v_c
    g_o = α (y_o − σ(h · u_o))
    v_c ← v_c + λ m^⅘ · 1/m Σ_o g_o u_o
    u_o ← u_o + g_o h

A noise word equal to the centre does not count.

For each matrix the direction is that of the window's exact gradient; the pace of the two differs. At one pace
(``pace`` 0: 1 instead of λ m^⅘) each of m rows gets an m-th and hardly moves: on 16.9 M tokens of Wikipedia, dim 100,
5 epochs, Google analogies end at 26.4, 33.2 and 32.6 % for α = 0.05, 0.1 and 0.2, and 0.4 is too much. A constant
factor does little (33.1 % for 5, 33.6 % for 10 at 0.05). word2vec.c leaves the 1/m out, that is, takes m for λ m^⅘.
Means of three to fifteen runs, whose analogies spread by 0.4; "to 0.1" where α ends at a tenth of what it began with
and not near 0:

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

gensim, whose gradient is word2vec.c's, reaches 36.6 % at 0.05 (eleven runs; .660 and .292), more than word2vec.c's
35.7 %: reading a file by several threads it takes each thread's progress for that of all, so that with two its rate
ends at a tenth and not near 0. The same schedule (0.05, factor m) gives 36.2 % here. A sum Σ v_c / √m with its exact
gradient, in place of the mean, gives 33.6 % at 0.05 and less at 0.025 and 0.1. Leaving out scores beyond ±6, as
word2vec.c's table does, or starting rows twice as long, as gensim's are, changes nothing.
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
    flush,
    hide_collisions,
    open_window,
    read_piece,
    ring_place,
    show_all,
)

_ZERO = np.float32(0)


@inline
def _mean(model: Model, room: Scratch, count: int) -> None:
    """Put h at ``rows[0:]`` and zeros, where Σ g_o u_o will be added up, behind it."""
    share = splat(np.float32(1) / np.float32(count))
    for d in range(0, model.stride, LANES):
        total = load(model.words, room.inputs[0] + d)
        for i in range(1, count):
            total = add(total, load(model.words, room.inputs[i] + d))
        store(room.rows, d, mul(total, share))
        store(room.rows, model.stride + d, splat(_ZERO))


@inline
def _score(model: Model, h: Floats, outputs: NDArray[np.int64], at: int) -> Any:
    """Give the scores of h with six output rows in lanes 0 to 5."""
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
    return sums((a0, a1, a2, a3, a4, a5, zero, zero, zero, zero, zero, zero, zero, zero, zero, zero))


@inline
def _gradients(model: Model, room: Scratch, at: int, parts: int, rate: np.float32) -> Any:
    """Put g_o at ``gradients[chunk, slot]``; give the window's losses, lane by lane."""
    zero = splat(_ZERO)
    loss = zero
    for part in range(parts):
        sign, active = load(room.signs, part * LANES), load(room.active, (2 * part + 1) * LANES)
        sigma, softplus = logistic(mul(_score(model, room.rows, room.outputs, at + part * CHUNK), sign))
        store(room.gradients, part * SLOTS, mul(sigma, mul(mul(sub(zero, sign), active), splat(rate))))
        loss = fma(softplus, active, loss)
    return loss


@inline
def _change_output(model: Model, row: int, change: Any) -> None:
    # Read again: a word drawn twice has its row in two slots.
    store(model.contexts, row, add(load(model.contexts, row), change))


@inline
def _update_outputs(model: Model, room: Scratch, at: int, g: int) -> None:
    """Change one chunk of output rows by ``gradients[g:]``, and add their part to Σ g_o u_o."""
    contexts, gradients = model.contexts, room.gradients
    o0, o1, o2 = room.outputs[at], room.outputs[at + 1], room.outputs[at + 2]
    o3, o4, o5 = room.outputs[at + 3], room.outputs[at + 4], room.outputs[at + 5]
    g0, g1, g2 = splat(gradients[g]), splat(gradients[g + 1]), splat(gradients[g + 2])
    g3, g4, g5 = splat(gradients[g + 3]), splat(gradients[g + 4]), splat(gradients[g + 5])
    for d in range(0, model.stride, LANES):
        h, e = load(room.rows, d), load(room.rows, model.stride + d)
        e = fma(g0, load(contexts, o0 + d), e)
        e = fma(g1, load(contexts, o1 + d), e)
        e = fma(g2, load(contexts, o2 + d), e)
        e = fma(g3, load(contexts, o3 + d), e)
        e = fma(g4, load(contexts, o4 + d), e)
        e = fma(g5, load(contexts, o5 + d), e)
        store(room.rows, model.stride + d, e)
        if not model.frozen:
            _change_output(model, o0 + d, mul(g0, h))
            _change_output(model, o1 + d, mul(g1, h))
            _change_output(model, o2 + d, mul(g2, h))
            _change_output(model, o3 + d, mul(g3, h))
            _change_output(model, o4 + d, mul(g4, h))
            _change_output(model, o5 + d, mul(g5, h))


@inline
def _update_inputs(model: Model, room: Scratch, count: int, pace: float) -> None:
    """Add λ m^⅘ · 1/m Σ g_o u_o to every input row, or 1/m Σ g_o u_o where λ is 0."""
    m = np.float64(count)
    share = splat(np.float32((pace * m**0.8 if pace > 0 else 1.0) / m))
    for d in range(0, model.stride, LANES):
        change = mul(load(room.rows, model.stride + d), share)
        for i in range(count):
            row = room.inputs[i] + d
            store(model.words, row, add(load(model.words, row), change))


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
    parts = (slots + CHUNK - 1) // CHUNK
    state = read_piece(model, sampler, windows, room, ids, offsets, state)
    total, pairs = 0.0, 0
    for sentence in range(sentences):
        for centre in range(room.bounds[sentence], room.bounds[sentence + 1]):
            count, state = open_window(model, sampler, windows, room, centre, sentence, sentences, state)
            if count:
                at = ring_place(room, centre)
                collisions = hide_collisions(room, at, slots)
                _mean(model, room, count)
                loss = _gradients(model, room, at, parts, rate)
                for part in range(parts):
                    _update_outputs(model, room, at + part * CHUNK, part * SLOTS)
                _update_inputs(model, room, count, windows.pace)
                if collisions:
                    show_all(room, slots)
                pairs += slots - collisions
                store(room.losses, 0, add(load(room.losses, 0), loss))
            if centre % FLUSH == 0:
                total += flush(room.losses)
    return total + flush(room.losses), pairs
