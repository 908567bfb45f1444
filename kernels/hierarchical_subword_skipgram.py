"""Skip-gram with subwords and hierarchical softmax, a window at a time.

The input is that of `subword_skipgram`, the mean h of the rows of the centre. The outputs are the nodes of the paths
(`paths`) of all words of the window, as in fastText; a node that is on the paths of several words has a slot for each.
All gradients are those of the rows before the window.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng, window_outputs
from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.bags import Bags, add_to_bag, prefetch_bag
from wordvec.kernels.paths import Paths, write_path
from wordvec.kernels.simd import add, align_stack, load, store
from wordvec.kernels.subword_skipgram import mean_of_bag
from wordvec.kernels.window_outputs import Workspace, lane_of, train_outputs
from wordvec.kernels.windows import (
    FLUSH_WINDOWS,
    RING,
    WINDOWS_AHEAD,
    EmbeddingMatrices,
    WindowShape,
    flush,
    subsample_sentences,
)


def allocate_workspace(tokens: int, sentences: int, shape: WindowShape, stride: int) -> Workspace:
    """Allocate the arrays of one thread, as `window_outputs.allocate_workspace`; see `paths.shape_of`."""
    work = window_outputs.allocate_workspace(tokens, sentences, shape, stride)
    return work._replace(labels=np.ones(len(work.outputs), np.float32), lengths=np.empty(RING, np.int64))


@inline
def _open_window(
    model: EmbeddingMatrices,
    bags: Bags,
    paths: Paths,
    shape: WindowShape,
    work: Workspace,
    centre: int,
    begin: int,
    end: int,
    state: np.uint64,
) -> Any:
    """Write the paths of the context words of `centre`, and prefetch their rows and the bag; return the new stream."""
    reach = shape.window
    if not shape.fixed:
        state += rng.GOLDEN
        reach = 1 + rng.below(rng.high(rng.mix(state)), shape.window)
    at, count, length = centre % RING * (len(work.outputs) // RING), 0, 0
    for position in range(max(begin, centre - reach), min(end, centre + reach + 1)):
        if position != centre:
            length += write_path(model, paths, work.tokens[position], work.outputs, work.labels, at + length)
            count += 1
    work.counts[centre % RING], work.lengths[centre % RING] = count, length
    prefetch_bag(model, bags, work.tokens[centre])
    return state


@kernel
def train_piece(
    model: EmbeddingMatrices,
    bags: Bags,
    paths: Paths,
    shape: WindowShape,
    work: Workspace,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    rate: np.float32,
    state: np.uint64,
) -> tuple[float, int]:
    """Train the model on one piece of the corpus; return the sum of its losses and the number of its predictions.

    Parameters are those of `subword_skipgram.train_piece`, with paths in place of noise words.
    """
    align_stack()
    sentences = len(offsets) - 1
    state = subsample_sentences(paths.keep, work.tokens, work.bounds, ids, offsets, state)
    total, pairs, ahead, sentence_ahead = 0.0, 0, 0, 0
    filled = work.bounds[sentences]
    for centre in range(filled):
        while ahead < min(centre + WINDOWS_AHEAD + 1, filled):
            while work.bounds[sentence_ahead + 1] <= ahead:
                sentence_ahead += 1
            begin, end = work.bounds[sentence_ahead], work.bounds[sentence_ahead + 1]
            state = _open_window(model, bags, paths, shape, work, ahead, begin, end, state)
            ahead += 1
        count, slots = work.counts[centre % RING], work.lengths[centre % RING]
        if count:
            at = centre % RING * (len(work.outputs) // RING)
            for slot in range(slots):
                work.signs[lane_of(slot)] = work.labels[at + slot]
            mean_of_bag(model, bags, work, work.tokens[centre])
            loss = train_outputs(model, work, at, slots, rate)
            add_to_bag(model, bags, work.tokens[centre], work.rows, model.stride)
            pairs += count
            store(work.losses, 0, add(load(work.losses, 0), loss))
        if centre % FLUSH_WINDOWS == 0:
            total += flush(work.losses)
    return total + flush(work.losses), pairs
