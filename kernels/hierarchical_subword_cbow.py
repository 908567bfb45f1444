"""CBOW with subwords and hierarchical softmax, a window at a time.

The input is that of `subword_cbow`, the mean of the rows of all words of a window. The outputs are the nodes of the
path of the centre, as in `hierarchical_cbow`.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import subword_cbow
from wordvec.kernels._jit import kernel
from wordvec.kernels.bags import Bags
from wordvec.kernels.paths import Paths, open_path, read_piece, show_all, show_path, with_paths
from wordvec.kernels.simd import add, align_stack, load, store
from wordvec.kernels.subword_cbow import leave_all, slide, train_outputs
from wordvec.kernels.windows import (
    FLUSH_WINDOWS,
    WINDOWS_AHEAD,
    EmbeddingMatrices,
    WindowShape,
    Workspace,
    flush,
    ring_offset,
)


def allocate_workspace(tokens: int, sentences: int, shape: WindowShape, stride: int) -> Workspace:
    """Allocate the arrays of one thread, as `subword_cbow.allocate_workspace`; see `paths.shape_of`."""
    return with_paths(subword_cbow.allocate_workspace(tokens, sentences, shape, stride))


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

    Parameters are those of `subword_cbow.train_piece`, with paths in place of noise words.
    """
    align_stack()
    sentences = len(offsets) - 1
    state = read_piece(model, paths, work, ids, offsets, state)
    filled = work.bounds[sentences]
    total, pairs = 0.0, 0
    for sentence in range(sentences):
        begin, end = work.bounds[sentence], work.bounds[sentence + 1]
        for centre in range(begin, end):
            if centre + WINDOWS_AHEAD < filled:
                open_path(model, paths, work, centre + WINDOWS_AHEAD)
            count, size, state = slide(model, bags, shape, work, centre, sentence, sentences, state)
            if count:
                tiles = show_path(work, centre)
                loss = train_outputs(model, shape, work, count, size, ring_offset(work, centre), tiles, rate)
                show_all(work, centre, tiles)
                pairs += 1
                store(work.losses, 0, add(load(work.losses, 0), loss))
            if centre % FLUSH_WINDOWS == 0:
                total += flush(work.losses)
        leave_all(model, bags, shape, work, begin, end)
    return total + flush(work.losses), pairs
