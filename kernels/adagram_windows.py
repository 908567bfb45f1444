"""Shared steps of AdaGram's kernels: the nodes of a window's words, their scores, and the posterior of the senses.

The senses k of the centre x have the rows v_k of `words`, T for each word. The nodes n on the paths of the window's
words y (`paths`) have the rows u_n of `contexts`. A node that is on several paths is scored once: with m_n ways to it,
of which p_n leave it by bit 0,

    log p(y… | x, k) = Σ_n p_n s_kn − m_n ln(1 + exp s_kn)        s_kn = v_k · u_n
    z_k = p(k | x, y…) ∝ exp(E[log π_k] + log p(y… | x, k))       E[log π_k]: `stick_breaking`
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline
from wordvec.kernels.logistic import exponential, logistic
from wordvec.kernels.simd import LANES, Floats, add, fma, load, mul, splat, store, sub, sums, total
from wordvec.kernels.skipgram import score_pair
from wordvec.kernels.stick_breaking import Prior
from wordvec.kernels.windows import TILE, TILE_SLOTS

_ZERO, _ONE = np.float32(0), np.float32(1)
_NEVER = np.float32(-1e30)
_HALF = LANES // 2


class SenseMatrices(NamedTuple):
    """The matrices of a model, updated in place: fields as of `windows.EmbeddingMatrices`, and counts.

    `words` has T rows for each word with several senses, then one for each other word. `counts` is (several · width,),
    n_k of each word, and `tokens` (several,), N_x. A count of 0 marks a new sense.
    """

    words: Floats
    contexts: Floats
    stride: int
    frozen: bool
    counts: Floats
    tokens: Floats


class Workspace(NamedTuple):
    """Arrays of one thread: see `allocate_workspace`."""

    tokens: NDArray[np.int64]
    bounds: NDArray[np.int64]
    slots: NDArray[np.int32]
    outputs: NDArray[np.int64]
    ways: Floats
    ahead: Floats
    both_ways: Floats
    both_ahead: Floats
    inputs: NDArray[np.int64]
    sigmas: Floats
    gradients: Floats
    rows: Floats
    logs: NDArray[np.float64]
    sums: Floats
    posterior: Floats


def allocate_workspace(tokens: int, sentences: int, words: int, outputs: int, stride: int, senses: int) -> Workspace:
    """Allocate the arrays of one thread, for pieces of at most `tokens` tokens and `sentences` sentences.

    `slots` has for each node its slot among the outputs of the window, −1 for none. `outputs` has the rows of these
    nodes in tiles of six. `ways` and `ahead` have m_n and p_n for [tile, slot], `both_ways` and `both_ahead` for [tile,
    2, slot], twice. `sigmas` has σ(s_kn) for [tile, sense, slot], `gradients` g_kn for [tile, sense in training, slot],
    and `rows` the rows of the senses in training. `sums` has half a register for each sense.

    Parameters
    ----------
    words, outputs
        Number of words, and of steps on the paths of the words of a window.
    stride, senses
        Length of a row in memory, and largest number of senses of a word.
    """
    tiles = -(-min(outputs, words) // TILE) + 1
    padded = -(-(senses + 1) // LANES) * LANES
    return Workspace(
        np.empty(tokens, np.int64),
        np.empty(sentences + 1, np.int64),
        np.full(words, -1, np.int32),
        np.zeros(tiles * TILE, np.int64),
        np.zeros((tiles + 1) * TILE_SLOTS, np.float32),
        np.zeros((tiles + 1) * TILE_SLOTS, np.float32),
        np.zeros(tiles * LANES, np.float32),
        np.zeros(tiles * LANES, np.float32),
        np.zeros(senses, np.int64),
        np.zeros(tiles * (senses + 1) * TILE_SLOTS + LANES, np.float32),
        np.zeros(tiles * (senses + 1) * TILE_SLOTS + LANES, np.float32),
        np.zeros(senses * stride, np.float32),
        np.zeros(senses, np.float64),
        np.zeros((senses + 2) * TILE_SLOTS, np.float32),
        np.zeros(padded, np.float32),
    )


@inline
def _lane_of(slot: int) -> int:
    """Return the lane of a slot in ``ways`` and ``ahead``."""
    return slot // TILE * TILE_SLOTS + slot % TILE


@inline
def add_path(stride: int, up: NDArray[np.int32], work: Any, word: int, filled: int) -> int:
    """Add the nodes on the path of a word to the outputs, of which `filled` slots are in use; return the new number."""
    words = (len(up) + 1) // 2
    step = np.int64(up[word])
    while step >= 0:
        node, zero = int(step >> 1), np.float32(1 - (step & 1))
        if work.slots[node] < 0:
            work.slots[node] = filled
            work.outputs[filled] = node * stride
            work.ways[_lane_of(filled)] = work.ahead[_lane_of(filled)] = _ZERO
            filled += 1
        lane = _lane_of(int(work.slots[node]))
        work.ways[lane] += _ONE
        work.ahead[lane] += zero
        step = np.int64(up[words + node])
    return filled


@inline
def close_outputs(stride: int, work: Any, filled: int) -> int:
    """Prepare the outputs of a window for `score_senses`, and forget their nodes; return the number of tiles.

    Free slots of the last tile get its first row.
    """
    tiles = (filled + TILE - 1) // TILE
    for slot in range(filled):
        work.slots[work.outputs[slot] // stride] = -1
    for slot in range(filled, tiles * TILE):
        work.outputs[slot] = work.outputs[(tiles - 1) * TILE]
    for slot in range(filled, (tiles + 1) * TILE):
        work.ways[_lane_of(slot)] = work.ahead[_lane_of(slot)] = _ZERO
    return int(tiles)


@inline
def senses_of(prior: Prior, word: int) -> Any:
    """Return the number of the first row of a word, and of its senses."""
    if word < prior.several:
        return word * prior.senses, prior.senses
    return word + prior.several * (prior.senses - 1), 1


@inline
def _score_pairs(model: Any, work: Any, row: int, first: int, last: int, senses: int, tiles: int) -> None:
    """Score an even number of senses, two at a time."""
    for k in range(first, last, 2):
        store(work.sums, k * TILE_SLOTS, splat(_ZERO))
    for tile in range(tiles):
        for slot in range(TILE):
            at, lane = tile * LANES + slot, tile * TILE_SLOTS + slot
            work.both_ways[at] = work.both_ways[at + _HALF] = work.ways[lane]
            work.both_ahead[at] = work.both_ahead[at + _HALF] = work.ahead[lane]
        ways, ahead = load(work.both_ways, tile * LANES), load(work.both_ahead, tile * LANES)
        for k in range(first, last, 2):
            a = (row + k) * model.stride
            scores = score_pair(model, a, a + model.stride, work.outputs, tile * TILE)
            sigma, softplus = logistic(scores)
            store(work.sigmas, (tile * (senses + 1) + k) * TILE_SLOTS, sigma)
            found = sub(mul(ahead, scores), mul(ways, softplus))
            store(work.sums, k * TILE_SLOTS, add(load(work.sums, k * TILE_SLOTS), found))


@inline
def _score_one(model: Any, work: Any, row: int, k: int, senses: int, tiles: int) -> None:
    """Score one sense, with two tiles at a time."""
    zero = splat(_ZERO)
    whole, a = zero, (row + k) * model.stride
    for tile in range(0, tiles, 2):
        other = min(tile + 1, tiles - 1)
        a0, a1, a2, a3, a4, a5 = _score_tile(model, a, work.outputs, tile * TILE)
        b0, b1, b2, b3, b4, b5 = _score_tile(model, a, work.outputs, other * TILE)
        scores = sums((a0, a1, a2, a3, a4, a5, zero, zero, b0, b1, b2, b3, b4, b5, zero, zero))
        sigma, softplus = logistic(scores)
        at = (tile * (senses + 1) + k) * TILE_SLOTS
        store(work.sigmas, at, sigma)
        further = ((tile + 1) * (senses + 1) + k) * TILE_SLOTS
        for slot in range(TILE):
            work.sigmas[further + slot] = work.sigmas[at + _HALF + slot]
        ways, ahead = load(work.ways, tile * TILE_SLOTS), load(work.ahead, tile * TILE_SLOTS)
        whole = add(whole, sub(mul(ahead, scores), mul(ways, softplus)))
    at = k * TILE_SLOTS
    store(work.sums, at, whole)
    for slot in range(TILE):
        work.sums[at + slot] += work.sums[at + _HALF + slot]


@inline
def _score_tile(model: Any, a: int, outputs: NDArray[np.int64], at: int) -> Any:
    """Return six registers, whose sums are the scores of a row of `words` with six output rows."""
    words, contexts = model.words, model.contexts
    o0, o1, o2 = outputs[at], outputs[at + 1], outputs[at + 2]
    o3, o4, o5 = outputs[at + 3], outputs[at + 4], outputs[at + 5]
    a0 = a1 = a2 = a3 = a4 = a5 = splat(_ZERO)
    for d in range(0, model.stride, LANES):
        x = load(words, a + d)
        a0, a1 = fma(x, load(contexts, o0 + d), a0), fma(x, load(contexts, o1 + d), a1)
        a2, a3 = fma(x, load(contexts, o2 + d), a2), fma(x, load(contexts, o3 + d), a3)
        a4, a5 = fma(x, load(contexts, o4 + d), a4), fma(x, load(contexts, o5 + d), a5)
    return a0, a1, a2, a3, a4, a5


@inline
def score_senses(model: Any, work: Any, row: int, first: int, last: int, senses: int, tiles: int) -> None:
    """Write σ(s_kn) to ``sigmas``, and the sums of log p(y… | x, k) to ``sums``, of the senses from `first` to `last`.

    `row` is the number of the row of sense 0, and `senses` the number of all senses of the word.
    """
    even = first + (last - first) // 2 * 2
    if first < even:
        _score_pairs(model, work, row, first, even, senses, tiles)
    if even < last:
        _score_one(model, work, row, even, senses, tiles)


@inline
def number_of_ways(work: Any, tiles: int) -> Any:
    """Return Σ m_n, the number of steps on the paths of the window's words."""
    ways = splat(_ZERO)
    for tile in range(0, tiles, 2):
        ways = add(ways, load(work.ways, tile * TILE_SLOTS))
    return np.float64(total(ways))


@inline
def log_likelihood(work: Any, k: int) -> float:
    """Return log p(y… | x, k), from the sums of `score_senses`."""
    found = 0.0
    for slot in range(TILE):
        found += np.float64(work.sums[k * TILE_SLOTS + slot])
    return found


@inline
def write_posterior(work: Any, senses: int) -> None:
    """Write z_k to ``posterior``, from E[log π_k] in ``logs`` and the sums of `score_senses`.

    Lanes beyond the senses, up to a whole register, are not defined.
    """
    posterior, logs = work.posterior, work.logs
    best = -np.inf
    for k in range(senses):
        logs[k] += log_likelihood(work, k)
        best = max(best, logs[k])
    for k in range(senses):
        posterior[k] = np.float32(logs[k] - best)
    filled = (senses + LANES - 1) // LANES * LANES
    for k in range(senses, filled):
        posterior[k] = _NEVER
    whole = 0.0
    for at in range(0, filled, LANES):
        store(posterior, at, exponential(load(posterior, at)))
    for k in range(senses):
        whole += np.float64(posterior[k])
    share = splat(np.float32(1 / whole))
    for at in range(0, filled, LANES):
        store(posterior, at, mul(load(posterior, at), share))
