"""Skip-gram in batches of windows, computed with the rows before the batch by two threads: see `sharing`."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sharing_threads import (
    APPLYING,
    COMPUTING,
    HALVES,
    LINE,
    WAITING,
    WAITING_AGAIN,
    Shared,
    Text,
    Works,
    clocked,
    cycles,
    meet,
)

from wordvec.kernels import rng
from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.simd import LANES, Floats, add, align_stack, load, store, sub
from wordvec.kernels.skipgram import train_outputs, update_rows, window_gradients
from wordvec.kernels.windows import (
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
    ring_offset,
    show_all,
    subsample_sentences,
)


@inline
def record_gradients(
    model: EmbeddingMatrices, works: Works, shared: Shared, window: int, count: int, at: int, rate: np.float32
) -> Any:
    """Record the gradients of a window and return its losses."""
    loss = window_gradients(model, works.own, 0, count, at, 1, rate)
    g = window * (len(shared.gradients) // len(shared.counts))
    for i in range(0, count * TILE_SLOTS, LANES):
        store(shared.gradients, g + i, load(works.own.gradients, i))
    return loss


@inline
def apply_to_columns(model: EmbeddingMatrices, works: Works, shared: Shared, window: int, owner: int) -> None:
    """Update one half of the columns of the rows of a window."""
    windows, middle = len(shared.counts), (model.stride // LANES + 1) // HALVES * LANES
    begin, width = (middle, model.stride - middle) if owner else (0, middle)
    half = EmbeddingMatrices(model.words[begin:], model.contexts[begin:], width, False, 0, 0)
    first, at = window * (len(shared.inputs) // windows), window * TILE
    g = window * (len(shared.gradients) // windows)
    update_rows(half, works.of_batch, first, shared.counts[window], at, g, half.words, 0)


@inline
def record_changes(
    model: EmbeddingMatrices, works: Works, shared: Shared, window: int, count: int, at: int, rate: np.float32
) -> Any:
    """Train a window on copies of its rows, record how these change, and return its losses."""
    stride, changes, local, own = model.stride, shared.changes, works.of_batch, works.own
    base = window * (len(changes) // len(shared.counts))
    for i in range(count):
        local.inputs[i] = base + (TILE + i) * stride
        for d in range(0, stride, LANES):
            store(changes, local.inputs[i] + d, load(model.words, own.inputs[i] + d))
    for slot in range(TILE):
        local.outputs[slot] = base + slot * stride
        for d in range(0, stride, LANES):
            store(changes, local.outputs[slot] + d, load(model.contexts, own.outputs[at + slot] + d))
    copies = EmbeddingMatrices(changes, changes, stride, False, 0, 0)
    loss = train_outputs(copies, local, 0, count, 0, 1, rate)
    for i in range(count):
        _subtract(changes, local.inputs[i], model.words, own.inputs[i], stride)
    for slot in range(TILE):
        _subtract(changes, local.outputs[slot], model.contexts, own.outputs[at + slot], stride)
    return loss


@inline
def apply_to_rows(model: EmbeddingMatrices, works: Works, shared: Shared, window: int, owner: int) -> None:
    """Add the changes of a window to the rows with even or odd numbers."""
    windows, stride = len(shared.counts), model.stride
    first, at = window * (len(shared.inputs) // windows), window * TILE
    base = window * (len(shared.changes) // windows)
    for slot in range(TILE):
        _add(model.contexts, shared.outputs[at + slot], shared.changes, base + slot * stride, stride, owner)
    for i in range(shared.counts[window]):
        _add(model.words, shared.inputs[first + i], shared.changes, base + (TILE + i) * stride, stride, owner)


@inline
def _subtract(rows: Floats, row: int, others: Floats, other: int, stride: int) -> None:
    for d in range(0, stride, LANES):
        store(rows, row + d, sub(load(rows, row + d), load(others, other + d)))


@inline
def _add(rows: Floats, row: int, changes: Floats, change: int, stride: int, owner: int) -> None:
    if row // stride % HALVES == owner:
        for d in range(0, stride, LANES):
            store(rows, row + d, add(load(rows, row + d), load(changes, change + d)))


def batches(record: Callable[..., Any], apply: Callable[..., None]) -> Callable[..., tuple[float, int]]:
    """Return the kernel that trains a piece in batches of windows."""

    @kernel
    def train_piece(
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
        work, windows, sentences = works.own, len(shared.counts), len(text.offsets) - 1
        threads, slots, since = len(shared.arrived) // LINE, 1 + shape.negatives, cycles()
        subsample_sentences(sampler.keep, work.tokens, work.bounds, text.ids, text.offsets, text.stream)
        tokens, sentence, total, pairs = work.bounds[sentences], 0, 0.0, 0
        for first in range(0, tokens, windows):
            last = min(first + windows, tokens)
            for half in range(thread, HALVES, threads):
                begin = first + half * windows // HALVES
                end = min(begin + windows // HALVES, last)
                state = rng.mix(text.stream + rng.GOLDEN * np.uint64(begin + 1))
                if begin < end:
                    state = draw_outputs(model, sampler, work, begin, slots, state)
                for centre in range(begin, end):
                    while work.bounds[sentence + 1] <= centre:
                        sentence += 1
                    count, state = open_window(model, sampler, shape, work, centre, sentence, sentences, state)
                    at, window = ring_offset(work, centre), centre - first
                    _copy_window(work, shared, window, count, at)
                    if count:
                        collisions = hide_collisions(work, at, slots)
                        loss = record(model, works, shared, window, count, at, text.rate)
                        store(work.losses, 0, add(load(work.losses, 0), loss))
                        pairs += count * (slots - collisions)
                        if collisions:
                            show_all(work, slots)
                total += flush(work.losses)
            since = clocked(shared, thread, first // windows, COMPUTING, since)
            meet(shared, thread)
            since = clocked(shared, thread, first // windows, WAITING, since)
            for owner in range(thread, HALVES, threads):
                for window in range(last - first):
                    if shared.counts[window]:
                        apply(model, works, shared, window, owner)
            since = clocked(shared, thread, first // windows, APPLYING, since)
            meet(shared, thread)
            since = clocked(shared, thread, first // windows, WAITING_AGAIN, since)
        return total, pairs

    return train_piece


@inline
def _copy_window(work: Workspace, shared: Shared, window: int, count: int, at: int) -> None:
    """Record the rows of a window."""
    windows = len(shared.counts)
    shared.counts[window] = count
    for i in range(count):
        shared.inputs[window * (len(shared.inputs) // windows) + i] = work.inputs[i]
    for slot in range(TILE):
        shared.outputs[window * (len(shared.outputs) // windows) + slot] = work.outputs[at + slot]


by_rows, by_columns = batches(record_changes, apply_to_rows), batches(record_gradients, apply_to_columns)
