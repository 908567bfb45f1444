"""Skip-gram with hierarchical softmax (Mikolov et al. 2013), a window at a time.

The words of a window are the inputs c ∈ C, as in `skipgram`. The outputs are the nodes n of the path of the centre w
(`paths`), with label y_n = 1 for bit 0 and 0 for bit 1. With learning rate α:

    g_cn = α (y_n − σ(v_c · u_n))
    v_c ← v_c + Σ_n g_cn u_n
    u_n ← u_n + Σ_c g_cn v_c             v_c before the update

word2vec.c does this for one word of the window after the other, and skips nodes whose score is beyond ±6.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.paths import Paths, open_window, read_piece, show_all, show_path
from wordvec.kernels.simd import add, align_stack, load, store
from wordvec.kernels.skipgram import train_outputs
from wordvec.kernels.windows import FLUSH_WINDOWS, EmbeddingMatrices, WindowShape, Workspace, flush, ring_offset


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

    Parameters are those of `skipgram.train_piece`, with paths in place of noise words.
    """
    align_stack()
    sentences = len(offsets) - 1
    state = read_piece(model, paths, work, ids, offsets, state)
    total, pairs = 0.0, 0
    for sentence in range(sentences):
        for centre in range(work.bounds[sentence], work.bounds[sentence + 1]):
            count, state = open_window(model, paths, shape, work, centre, sentence, sentences, state)
            if count:
                tiles = show_path(work, centre)
                loss = train_outputs(model, work, 0, count, ring_offset(work, centre), tiles, rate)
                show_all(work, centre, tiles)
                pairs += count
                store(work.losses, 0, add(load(work.losses, 0), loss))
            if centre % FLUSH_WINDOWS == 0:
                total += flush(work.losses)
    return total + flush(work.losses), pairs
