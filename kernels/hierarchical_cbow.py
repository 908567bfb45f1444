"""CBOW with hierarchical softmax (Mikolov et al. 2013) and the gradient of the mean, a window at a time.

The input is the mean h of the words of a window, as in `cbow`. The outputs are the nodes n of the path of the centre
(`paths`), with label y_n = 1 for bit 0 and 0 for bit 1. With learning rate α:

    g_n = α (y_n − σ(h · u_n))
    v_c ← v_c + λ m^⅘ · 1/m Σ_n g_n u_n
    u_n ← u_n + g_n h
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.cbow import gradients, mean_inputs, update_inputs, update_outputs
from wordvec.kernels.paths import Paths, open_window, read_piece, show_all, show_path
from wordvec.kernels.simd import add, align_stack, load, store
from wordvec.kernels.windows import (
    FLUSH_WINDOWS,
    TILE,
    TILE_SLOTS,
    EmbeddingMatrices,
    WindowShape,
    Workspace,
    flush,
    ring_offset,
)


@kernel
def train_piece(
    model: EmbeddingMatrices,
    paths: Paths,
    shape: WindowShape,
    work: Workspace,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    rate: np.float32,
    state: np.uint64,
) -> tuple[float, int]:
    """Train the model on one piece of the corpus; return the sum of its losses and the number of its predictions.

    Parameters are those of `cbow.train_piece`, with paths in place of noise words.
    """
    align_stack()
    sentences = len(offsets) - 1
    state = read_piece(model, paths, work, ids, offsets, state)
    total, pairs = 0.0, 0
    for sentence in range(sentences):
        for centre in range(work.bounds[sentence], work.bounds[sentence + 1]):
            count, state = open_window(model, paths, shape, work, centre, sentence, sentences, state)
            if count:
                at, tiles = ring_offset(work, centre), show_path(work, centre)
                mean_inputs(model, work, count)
                loss = gradients(model, work, at, tiles, rate)
                for tile in range(tiles):
                    update_outputs(model, work, at + tile * TILE, tile * TILE_SLOTS)
                update_inputs(model, work, count, shape.pace)
                show_all(work, centre, tiles)
                pairs += 1
                store(work.losses, 0, add(load(work.losses, 0), loss))
            if centre % FLUSH_WINDOWS == 0:
                total += flush(work.losses)
    return total + flush(work.losses), pairs
