"""AdaGram (Bartunov et al. 2016): skip-gram with hierarchical softmax and several senses of a word, a window at a time.

The centre x predicts the words y of its window from one of its senses k. Scores s_kn, p_n, m_n and the posterior z_k of
the senses are those of `adagram_windows`, one posterior for the whole window. With learning rate α:

    g_kn = α z_k (p_n − m_n σ(s_kn))     z_k below the threshold counts as 0
    v_k ← v_k + Σ_n g_kn u_n
    u_n ← u_n + Σ_k g_kn v_k             v_k before the update
    n_k ← n_k + α (z_k N_x − n_k)        N_x: tokens of x in the text

These are the steps of stochastic variational inference: the gradient of the evidence bound with the posterior held, and
natural gradient steps for the counts. The number of senses is found, because a new sense has a prior of about e^ψ(α)
and takes part only where all others fail.

Every score serves the posterior and the gradient. AdaGram.jl computes the scores again for each word of the
window, from rows that the words before have changed, and visits a node as often as there are paths through it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.adagram_windows import (
    SenseMatrices,
    Workspace,
    add_path,
    close_outputs,
    log_likelihood,
    number_of_ways,
    score_senses,
    senses_of,
    write_posterior,
)
from wordvec.kernels.paths import Paths
from wordvec.kernels.simd import LANES, align_stack, fma, load, mul, splat, store, sub
from wordvec.kernels.stick_breaking import Prior, write_logs, write_new_logs
from wordvec.kernels.windows import TILE, TILE_SLOTS, WindowShape, prefetch_row, subsample_sentences

_ZERO = np.float32(0)
_LN_2 = 0.6931471805599453
_LEAST_COUNT = np.float32(1e-30)
"""Count of a sense that tokens had but hardly have any more: it is not new, since its row has been trained."""


@inline
def _write_gradients(work: Any, senses: int, k: int, at: int, count: int, tiles: int, step: np.float32) -> None:
    """Write g_kn of sense k, the one at place `at` of `count` in training, to ``gradients``."""
    for tile in range(tiles):
        sigma = load(work.sigmas, (tile * (senses + 1) + k) * TILE_SLOTS)
        change = sub(load(work.ahead, tile * TILE_SLOTS), mul(load(work.ways, tile * TILE_SLOTS), sigma))
        # The second half of the register belongs to the next sense, which overwrites it.
        store(work.gradients, (tile * (count + 1) + at) * TILE_SLOTS, mul(change, splat(step)))


@inline
def _update_tile(model: Any, work: Any, count: int, at: int, g: int) -> None:
    """Update one tile of nodes by the gradients from ``gradients[g]`` on, and add its part to `count` senses.

    Unlike `skipgram`, this loads a row of a node once, because a node has one slot.
    """
    words, contexts, gradients = model.words, model.contexts, work.gradients
    o0, o1, o2 = work.outputs[at], work.outputs[at + 1], work.outputs[at + 2]
    o3, o4, o5 = work.outputs[at + 3], work.outputs[at + 4], work.outputs[at + 5]
    for d in range(0, model.stride, LANES):
        u0, u1, u2 = load(contexts, o0 + d), load(contexts, o1 + d), load(contexts, o2 + d)
        u3, u4, u5 = load(contexts, o3 + d), load(contexts, o4 + d), load(contexts, o5 + d)
        n0, n1, n2, n3, n4, n5 = u0, u1, u2, u3, u4, u5
        for i in range(count):
            c, k = work.inputs[i] + d, g + i * TILE_SLOTS
            x, y = load(work.rows, i * model.stride + d), load(words, c)
            s = splat(gradients[k])
            n0, y = fma(s, x, n0), fma(s, u0, y)
            s = splat(gradients[k + 1])
            n1, y = fma(s, x, n1), fma(s, u1, y)
            s = splat(gradients[k + 2])
            n2, y = fma(s, x, n2), fma(s, u2, y)
            s = splat(gradients[k + 3])
            n3, y = fma(s, x, n3), fma(s, u3, y)
            s = splat(gradients[k + 4])
            n4, y = fma(s, x, n4), fma(s, u4, y)
            s = splat(gradients[k + 5])
            n5, y = fma(s, x, n5), fma(s, u5, y)
            store(words, c, y)
        if not model.frozen:
            # A free slot has the first row of the tile, which is therefore stored last.
            store(contexts, o5 + d, n5)
            store(contexts, o4 + d, n4)
            store(contexts, o3 + d, n3)
            store(contexts, o2 + d, n2)
            store(contexts, o1 + d, n1)
            store(contexts, o0 + d, n0)


@inline
def _train_senses(model: Any, work: Any, row: int, scored: int, senses: int, tiles: int, rate: np.float32) -> None:
    """Update the rows of the senses in training, of which the first has the number `row`, and of the nodes."""
    count, stride = 0, model.stride
    for k in range(scored):
        if work.posterior[k] > 0:
            work.inputs[count] = (row + k) * stride
            count += 1
    at = 0
    for k in range(scored):
        if work.posterior[k] > 0:
            _write_gradients(work, senses, k, at, count, tiles, work.posterior[k] * rate)
            at += 1
    for i in range(count):
        for d in range(0, stride, LANES):
            store(work.rows, i * stride + d, load(model.words, work.inputs[i] + d))
    for tile in range(tiles):
        _update_tile(model, work, count, tile * TILE, tile * (count + 1) * TILE_SLOTS)


@inline
def _count_senses(model: Any, prior: Prior, work: Any, word: int, scored: int, rate: np.float32) -> None:
    """Update the counts of the senses of a word that has several, of which the later ones stay new."""
    at, tokens = word * prior.width, model.tokens[word]
    for k in range(scored):
        before, z = model.counts[at + k], work.posterior[k]
        if before > 0 or z > 0:
            model.counts[at + k] = max(before + rate * (z * tokens - before), _LEAST_COUNT)


@inline
def _open_window(
    model: Any, paths: Paths, shape: WindowShape, work: Any, centre: int, begin: int, end: int, state: np.uint64
) -> Any:
    """Write the outputs of a window; return the numbers of its words and of slots in use, and the new stream."""
    reach = shape.window
    if not shape.fixed:
        state += rng.GOLDEN
        reach = 1 + rng.below(rng.high(rng.mix(state)), shape.window)
    count, filled = 0, 0
    for position in range(max(begin, centre - reach), min(end, centre + reach + 1)):
        if position != centre:
            filled = add_path(model.stride, paths.up, work, work.tokens[position], filled)
            count += 1
    return count, filled, state


@inline
def _new_senses(prior: Prior, work: Any, used: int, tiles: int) -> int:
    """Return the number of senses up to the last new one that needs scores."""
    best = -np.inf
    for k in range(used):
        best = max(best, work.logs[k] + log_likelihood(work, k))
    least = best + prior.least + _LN_2 * number_of_ways(work, tiles)
    senses = used
    # Not below, so that NaN is seen by the sense that is scored.
    if not work.logs[used] < least:
        write_new_logs(prior, used, work.logs)
        senses = used + 1
        for k in range(used + 1, prior.senses):
            if work.logs[k] >= least:
                senses = k + 1
    return senses


@inline
def _train_window(model: Any, prior: Prior, work: Any, word: int, slots: int, rate: np.float32) -> float:
    """Train a window whose outputs are written; return its loss."""
    row, senses = senses_of(prior, word)
    several, used = senses > 1, senses
    tiles = close_outputs(model.stride, work, slots)
    if several:
        used = write_logs(prior, model.counts, word * prior.width, work.logs)
    else:
        work.logs[0] = 0.0
    score_senses(model, work, row, 0, used, prior.senses, tiles)
    senses = used
    if several and used < prior.senses:
        senses = _new_senses(prior, work, used, tiles)
        score_senses(model, work, row, used, senses, prior.senses, tiles)
    write_posterior(work, senses)
    loss = 0.0
    for k in range(senses):
        loss -= np.float64(work.posterior[k]) * log_likelihood(work, k)
        if work.posterior[k] < prior.threshold:
            work.posterior[k] = _ZERO
    _train_senses(model, work, row, senses, prior.senses, tiles, rate)
    if several and not model.frozen:
        _count_senses(model, prior, work, word, senses, rate)
    return loss


@kernel
def train_piece(
    model: SenseMatrices,
    prior: Prior,
    paths: Paths,
    shape: WindowShape,
    work: Workspace,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    rate: np.float32,
    state: np.uint64,
) -> tuple[float, int]:
    """Train the model on one piece of the corpus; return the sum of its losses and the number of its predictions.

    The loss of a prediction is the mean of −log p(y | x, k) over the posterior.

    Parameters
    ----------
    prior
        The prior of the senses.
    model, paths, shape, work, ids, offsets, rate, state
        As of `hierarchical_skipgram.train_piece`.
    """
    align_stack()
    sentences = len(offsets) - 1
    state = subsample_sentences(paths.keep, work.tokens, work.bounds, ids, offsets, state)
    total, pairs, filled = 0.0, 0, work.bounds[sentences]
    for sentence in range(sentences):
        begin, end = work.bounds[sentence], work.bounds[sentence + 1]
        for centre in range(begin, end):
            if centre + 1 < filled:
                row, senses = senses_of(prior, work.tokens[centre + 1])
                prefetch_row(model.words, row * model.stride, min(senses, 2) * model.stride)
            count, slots, state = _open_window(model, paths, shape, work, centre, begin, end, state)
            if count:
                total += _train_window(model, prior, work, work.tokens[centre], slots, rate)
                pairs += count
    return total, pairs
