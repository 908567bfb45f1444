"""Skip-gram in strata: two threads train disjoint rows of either matrix, and exchange sides; see `sharing`."""

from typing import Any

import numpy as np
from sharing_threads import COMPUTING, HALVES, LINE, WAITING, Shared, Text, Works, clocked, cycles, meet

from wordvec.kernels import rng
from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.sampling import draw_noise
from wordvec.kernels.simd import add, align_stack, load, store
from wordvec.kernels.skipgram import step
from wordvec.kernels.windows import (
    FLUSH_WINDOWS,
    TILE,
    EmbeddingMatrices,
    Sampler,
    WindowShape,
    Workspace,
    flush,
    prefetch_row,
    subsample_sentences,
)


@kernel
def by_strata(
    model: EmbeddingMatrices,
    sampler: Sampler,
    shape: WindowShape,
    works: Works,
    shared: Shared,
    text: Text,
    thread: int,
) -> tuple[float, int]:
    """Train the model on one piece; return the sum of this thread's losses and the number of its pairs."""
    align_stack()
    work, threads, since = works.own, len(shared.arrived) // LINE, cycles()
    subsample_sentences(sampler.keep, work.tokens, work.bounds, text.ids, text.offsets, text.stream)
    total, pairs = 0.0, 0
    for turn in range(HALVES):
        for half in range(thread, HALVES, threads):
            loss, scored = _train_stratum(model, sampler, shape, work, text, half, half ^ turn)
            total += loss
            pairs += scored
        since = clocked(shared, thread, turn, COMPUTING, since)
        meet(shared, thread)
        since = clocked(shared, thread, turn, WAITING, since)
    return total, pairs


@inline
def _train_stratum(
    model: EmbeddingMatrices,
    sampler: Sampler,
    shape: WindowShape,
    work: Workspace,
    text: Text,
    inputs: int,
    outputs: int,
) -> Any:
    """Train the inputs of one side against the centres and noise words of one side."""
    sentences, slots, ready, total, pairs = len(text.offsets) - 1, 1 + shape.negatives, 0, 0.0, 0
    state = rng.mix(text.stream + rng.GOLDEN * np.uint64(HALVES * inputs + outputs + 1))
    widest, opened = len(work.inputs) // 2, 0
    for sentence in range(sentences):
        for centre in range(work.bounds[sentence], work.bounds[sentence + 1]):
            if text.sides[work.tokens[centre]] != outputs:
                continue
            following = opened % 2
            count = _gather(model, shape, work, text, centre, sentence, inputs, following * widest)
            if count == 0:
                continue
            state = _draw(model, sampler, work, text, centre, slots, following * TILE, state)
            if opened:
                pairs += _step(model, work, 1 - following, ready, slots, text.rate)
            ready, opened = count, opened + 1
            if opened % FLUSH_WINDOWS == 0:
                total += flush(work.losses)
    if opened:
        pairs += _step(model, work, (opened - 1) % 2, ready, slots, text.rate)
    return total + flush(work.losses), pairs


@inline
def _step(model: EmbeddingMatrices, work: Workspace, place: int, count: int, slots: int, rate: np.float32) -> Any:
    loss, scored = step(model, work, place * (len(work.inputs) // 2), count, place * TILE, slots, rate)
    store(work.losses, 0, add(load(work.losses, 0), loss))
    return scored


@inline
def _gather(
    model: EmbeddingMatrices,
    shape: WindowShape,
    work: Workspace,
    text: Text,
    centre: int,
    sentence: int,
    side: int,
    at: int,
) -> int:
    """Write the rows of the words of one side around a centre to ``inputs[at:]``; return their number."""
    # The reach is a function of the centre, so that both sides have the same window.
    bits = rng.mix(text.stream + rng.GOLDEN * np.uint64(centre + 8))
    reach = 1 + rng.below(rng.high(bits), shape.window)
    count = 0
    for position in range(
        max(work.bounds[sentence], centre - reach), min(work.bounds[sentence + 1], centre + reach + 1)
    ):
        word = work.tokens[position]
        if position != centre and text.sides[word] == side:
            work.inputs[at + count] = word * model.stride
            prefetch_row(model.words, word * model.stride, model.stride)
            count += 1
    return count


@inline
def _draw(
    model: EmbeddingMatrices,
    sampler: Sampler,
    work: Workspace,
    text: Text,
    centre: int,
    slots: int,
    at: int,
    state: np.uint64,
) -> Any:
    """Write the rows of a centre and of noise words of its side to ``outputs[at:]``; return the new stream."""
    word = work.tokens[centre]
    side = text.sides[word]
    for slot in range(slots):
        if slot:
            state += rng.GOLDEN
            word = draw_noise(sampler.noise, rng.mix(state))
            while text.sides[word] != side:
                state += rng.GOLDEN
                word = draw_noise(sampler.noise, rng.mix(state))
        work.outputs[at + slot] = word * model.stride
        prefetch_row(model.contexts, word * model.stride, model.stride)
    return state
