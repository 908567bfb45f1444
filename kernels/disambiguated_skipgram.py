r"""Disambiguated Skip-gram (Grzegorczyk and Kurdziel 2018) with negative sampling, a window at a time.

A word w has K senses with rows v_s of `words`. The context decides between them: with the mean c of the rows u_o of
`contexts` of the m words of the window, the keys a_s (a row and a bias for each sense, the sum of keys that all words
share and of keys of their own), the temperature T and Gumbel noise γ_s, or 0 without noise,

    c = 1/m Σ_o u_o                        not differentiated
    z_s = (a_s · c + b_s + γ_s) / T
    p = softmax(z)
    h = Σ_s p_s v_s

h is scored with the words of the window, label 1, and with m K' noise words, label 0, as in `subword_skipgram`. The
loss of a window rewards the entropy of p by λ for each of its words:

    L = Σ_o softplus(∓ h · u_o) − λ m H(p)         H = −Σ_s p_s ln p_s

With learning rate α, g_o = α (y_o − σ(h · u_o)) and e = Σ_o g_o u_o, which is −α ∂L/∂h without the reward:

    u_o ← u_o + g_o h
    v_s ← v_s + p_s e                       ∂h/∂v_s = p_s
    q_s = e · v_s − α λ m z_s               −α ∂L/∂p_s = e · v_s − α λ m (ln p_s + 1), without terms equal for all s
    δ_s = κ/T · p_s (q_s − Σ_t p_t q_t)     ∂p_t/∂z_s = p_s ([s = t] − p_t), ∂z_s/∂a_s = c / T
    a_s ← a_s + δ_s c
    b_s ← b_s + δ_s

z_s may stand for ln p_s, because they differ by a number that is equal for all s, and Σ_s p_s (q_s − Σ_t p_t q_t) = 0.
κ is a step size of its own for the keys. A bias is the element of a key behind the `dim` of the vectors, where c has 1.

A word with one sense has h = v, and no keys.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import window_outputs
from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.disambiguated_choice import (
    CHANGES,
    GUMBEL_VALUES,
    SCORES,
    SHARES,
    SenseLayout,
    Stage,
    distribute,
    mean_context,
    numbers_of,
)
from wordvec.kernels.disambiguated_rows import add_outer, products, weighted_sum
from wordvec.kernels.simd import LANES, Floats, add, align_stack, load, mul, splat, store, sub, total
from wordvec.kernels.window_outputs import draw_first_noise, open_window, ring_of, train_window
from wordvec.kernels.windows import (
    FLUSH_WINDOWS,
    RING,
    WINDOWS_AHEAD,
    EmbeddingMatrices,
    Sampler,
    WindowShape,
    flush,
    prefetch_row,
    subsample_sentences,
)

UNIT = 2**24
"""A probability of 1 in sums of probabilities, which are integers, so that their order does not matter."""


class Workspace(NamedTuple):
    """Arrays of one thread: those of `window_outputs`, numbers of senses (z, p, δ and 1 for each sense) and noise."""

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
    senses: Floats
    gumbel: Floats


def allocate_workspace(
    tokens: int, sentences: int, shape: WindowShape, stride: int, senses: int = 1, gumbel: Floats | None = None
) -> Workspace:
    """Allocate the arrays of one thread, for pieces of at most `tokens` tokens and `sentences` sentences.

    `rows` has h, Σ_o g_o u_o and c. `gumbel` is a table of `fill_gumbel`.
    """
    shared = window_outputs.allocate_workspace(tokens, sentences, shape, stride)
    table = np.zeros(GUMBEL_VALUES, np.float32) if gumbel is None else gumbel
    parts: dict[str, Any] = shared._asdict() | {"rows": np.zeros(3 * stride, np.float32)}
    parts |= {"senses": numbers_of(senses), "gumbel": table}
    return Workspace(**{name: parts[name] for name in Workspace._fields})


@inline
def first_sense(layout: SenseLayout, word: int) -> int:
    """Return the row of the first sense of a word."""
    return min(word, layout.several) * layout.senses + max(word - layout.several, 0)


@inline
def prefetch_senses(model: EmbeddingMatrices, layout: SenseLayout, stage: Stage, word: int) -> None:
    """Prefetch the rows and the own keys of a word for writing."""
    first, number = first_sense(layout, word), layout.senses if word < layout.several else 1
    for row in range(first, first + number):
        prefetch_row(model.words, row * model.stride, model.stride)
    if stage.own and number > 1:
        for row in range(layout.own + first, layout.own + first + number):
            prefetch_row(model.words, row * model.stride, model.stride)


@inline
def _update_senses(
    model: EmbeddingMatrices,
    layout: SenseLayout,
    stage: Stage,
    work: Any,
    word: int,
    rate_of_entropy: np.float32,
) -> None:
    """Update the rows and keys of a word from p, z and Σ_o g_o u_o; `rate_of_entropy` is α λ m."""
    stride, first, number = model.stride, first_sense(layout, word) * model.stride, layout.senses
    q = products(model.words, first, number, stride, work.rows, stride)
    q = sub(q, mul(splat(rate_of_entropy), load(work.senses, SCORES)))
    p = load(work.senses, SHARES)
    q = sub(q, splat(total(mul(p, q))))
    store(work.senses, CHANGES, mul(mul(p, q), splat(stage.pace / stage.temperature)))
    add_outer(model.words, first, number, stride, work.senses, SHARES, work.rows, stride)
    keys = layout.own + word * number if stage.own else layout.shared
    add_outer(model.words, keys * stride, number, stride, work.senses, CHANGES, work.rows, 2 * stride)


@inline
def train_centre(
    model: EmbeddingMatrices,
    layout: SenseLayout,
    stage: Stage,
    shape: WindowShape,
    work: Any,
    centre: int,
    rate: np.float32,
    state: np.uint64,
) -> Any:
    """Train an opened window that has words; return its losses, lane by lane, and the new stream."""
    word, count, stride = work.tokens[centre], work.counts[centre % RING], model.stride
    first = first_sense(layout, word) * stride
    if word < layout.several:
        mean_context(model, layout, work, ring_of(work, centre), count)
        state = distribute(model, layout, stage, work, word, state)
        weighted_sum(model.words, first, layout.senses, stride, work.senses, SHARES, work.rows, 0)
        loss = train_window(model, shape, work, centre, rate)
        _update_senses(model, layout, stage, work, word, rate * stage.reward * np.float32(count))
    else:
        for d in range(0, stride, LANES):
            store(work.rows, d, load(model.words, first + d))
        loss = train_window(model, shape, work, centre, rate)
        for d in range(0, stride, LANES):
            store(model.words, first + d, add(load(model.words, first + d), load(work.rows, stride + d)))
    return loss, state


@kernel
def train_piece(
    model: EmbeddingMatrices,
    layout: SenseLayout,
    stage: Stage,
    sampler: Sampler,
    shape: WindowShape,
    work: Workspace,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    rate: np.float32,
    state: np.uint64,
) -> tuple[float, int]:
    """Train the model on one piece of the corpus; return the sum of its losses and the number of its pairs.

    The loss is that of the outputs, without the entropy. Parameters are those of `skipgram.train_piece`, the rows of
    senses, and the stage of training.
    """
    align_stack()
    sentences = len(offsets) - 1
    state = subsample_sentences(sampler.keep, work.tokens, work.bounds, ids, offsets, state)
    state = draw_first_noise(model, sampler, work, state)
    total_loss, pairs, ahead, sentence_ahead = 0.0, 0, 0, 0
    filled = work.bounds[sentences]
    for centre in range(filled):
        while ahead < min(centre + WINDOWS_AHEAD + 1, filled):
            while work.bounds[sentence_ahead + 1] <= ahead:
                sentence_ahead += 1
            begin, end = work.bounds[sentence_ahead], work.bounds[sentence_ahead + 1]
            state = open_window(model, sampler, shape, work, ahead, begin, end, state)
            prefetch_senses(model, layout, stage, work.tokens[ahead])
            ahead += 1
        if work.counts[centre % RING]:
            loss, state = train_centre(model, layout, stage, shape, work, centre, rate, state)
            pairs += work.counts[centre % RING] * (1 + shape.negatives)
            store(work.losses, 0, add(load(work.losses, 0), loss))
        if centre % FLUSH_WINDOWS == 0:
            total_loss += flush(work.losses)
    return total_loss + flush(work.losses), pairs


@kernel
def add_probabilities(
    model: EmbeddingMatrices,
    layout: SenseLayout,
    stage: Stage,
    sampler: Sampler,
    shape: WindowShape,
    work: Workspace,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    state: np.uint64,
    sums: NDArray[np.int64],
) -> None:
    """Add the distributions over senses of all tokens of a piece to `sums`, (several · K,) int64, in units of 2⁻²⁴.

    `shape` has no negatives; other parameters are those of `train_piece`.
    """
    align_stack()
    sentences = len(offsets) - 1
    state = subsample_sentences(sampler.keep, work.tokens, work.bounds, ids, offsets, state)
    for sentence in range(sentences):
        begin, end = work.bounds[sentence], work.bounds[sentence + 1]
        for centre in range(begin, end):
            if work.tokens[centre] >= layout.several:
                continue
            state = open_window(model, sampler, shape, work, centre, begin, end, state)
            if work.counts[centre % RING]:
                mean_context(model, layout, work, ring_of(work, centre), work.counts[centre % RING])
                state = distribute(model, layout, stage, work, work.tokens[centre], state)
                for s in range(layout.senses):
                    sums[work.tokens[centre] * layout.senses + s] += np.int64(
                        work.senses[SHARES + s] * np.float32(UNIT)
                    )
