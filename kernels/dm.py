"""DM (Le and Mikolov 2014): CBOW whose windows have the document as a word, with the exact gradient of the mean.

The m inputs of a window are its words and the row of the document. h is their mean, and each of them moves by
λ m^⅘ · 1/m Σ_o g_o u_o: see `cbow`. With frozen matrices only the row of the document moves.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.cbow import gradients, mean_inputs, update_outputs, update_rows
from wordvec.kernels.documents import DocumentRows, enter, leave, own_row, stream_of, text_of
from wordvec.kernels.simd import add, align_stack, load, store
from wordvec.kernels.windows import (
    FLUSH_WINDOWS,
    TILE,
    TILE_SLOTS,
    EmbeddingMatrices,
    Sampler,
    WindowShape,
    Workspace,
    flush,
    hide_collisions,
    open_window,
    read_piece,
    ring_offset,
    show_all,
)


@kernel
def train_piece(
    model: EmbeddingMatrices,
    sampler: Sampler,
    shape: WindowShape,
    work: Workspace,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    documents: DocumentRows,
    rate: np.float32,
    state: np.uint64,
) -> tuple[float, int]:
    """Train the model on one piece of the corpus; return the sum of its losses and the number of its pairs.

    Parameters
    ----------
    model
        Both matrices; `words` ends with the row of the document that is trained. With `frozen`, neither changes.
    ids, offsets
        (tokens,) uint32 array: tokens of the piece; (sentences + 1,) int64 array: beginnings of its sentences, and
        the end of the last, as positions in the corpus.
    documents
        The documents of the piece and their rows.
    rate
        Learning rate α.
    state
        Random stream of the piece.
    """
    align_stack()
    slots, own = 1 + shape.negatives, own_row(model)
    tiles = (slots + TILE - 1) // TILE
    total, pairs = 0.0, 0
    for document in range(len(documents.bounds) - 1):
        text, bounds = text_of(documents, document, ids, offsets)
        enter(model, documents, document)
        stream = read_piece(model, sampler, shape, work, text, bounds, stream_of(documents, document, state))
        sentences = len(bounds) - 1
        for sentence in range(sentences):
            for centre in range(work.bounds[sentence], work.bounds[sentence + 1]):
                count, stream = open_window(model, sampler, shape, work, centre, sentence, sentences, stream)
                work.inputs[count] = own
                at = ring_offset(work, centre)
                collisions = hide_collisions(work, at, slots)
                mean_inputs(model, work, count + 1)
                loss = gradients(model, work, at, tiles, rate)
                for tile in range(tiles):
                    update_outputs(model, work, at + tile * TILE, tile * TILE_SLOTS)
                update_rows(model, work, count if model.frozen else 0, count + 1, shape.pace)
                if collisions:
                    show_all(work, slots)
                pairs += slots - collisions
                store(work.losses, 0, add(load(work.losses, 0), loss))
                if centre % FLUSH_WINDOWS == 0:
                    total += flush(work.losses)
        leave(model, documents, document)
    return total + flush(work.losses), pairs
