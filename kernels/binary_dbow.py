"""Binary DBOW (Grzegorczyk and Kurdziel 2017): each word of a document is predicted from a code of bits.

A document has a row e of B numbers, whose signs are its code. With the outputs o (a word of the document and K noise
words), labels y_o, learning rate α, γ = 2 / √B:

    h_b = γ if e_b ≥ 0, otherwise −γ          b < B;  h_B = 1, for the bias of a word
    g_o = α (y_o − σ(h · u_o))
    e_b ← e_b + λ γ σ′(e_b) Σ_o g_o u_ob
    u_o ← u_o + g_o h                         h before the update

A code has no slope. The straight-through estimator (Krizhevsky and Hinton 2011) takes that of γ (2 σ(e) − 1), whose
rounding h is: rounding σ(e_b) to 0 or 1 is the sign of e_b. The factor λ of the rows' steps includes the 2. γ keeps the
length of h, and with it the size of a step of u_o, independent of the number of bits. Without the bias a part of the
bits is the same in nearly all documents, because they have to predict how frequent the words are.

With frozen `contexts` only e changes: this is how a new document gets its code.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.cbow import gradients, update_outputs
from wordvec.kernels.documents import DocumentRows, stream_of, text_of
from wordvec.kernels.logistic import logistic
from wordvec.kernels.simd import LANES, Floats, add, align_stack, fma, load, mul, splat, store, sub, where_positive
from wordvec.kernels.windows import (
    FLUSH_WINDOWS,
    TILE,
    TILE_SLOTS,
    WINDOWS_AHEAD,
    EmbeddingMatrices,
    Sampler,
    WindowShape,
    Workspace,
    draw_outputs,
    flush,
    hide_collisions,
    read_piece,
    ring_offset,
    show_all,
)

LENGTH = 2.0
"""Length of h without the bias."""
_ONE = np.float32(1)


@inline
def code_length(model: EmbeddingMatrices) -> int:
    """Return the number of bits B; a row of `contexts` has a register more, for the bias."""
    return model.stride - LANES


@inline
def size_of_bit(bits: int) -> Any:
    """Return γ."""
    return np.float32(LENGTH / np.sqrt(np.float64(bits)))


@inline
def begin_code(work: Workspace, bits: int) -> None:
    """Write the bias to h, ``rows[0:]``, and zeros to Σ_o g_o u_o, the next row."""
    zero = splat(np.float32(0))
    store(work.rows, bits, zero)
    work.rows[bits] = _ONE
    for d in range(bits + LANES, 2 * (bits + LANES), LANES):
        store(work.rows, d, zero)


@inline
def slope(e: Any, scale: Any) -> Any:
    """Return σ′(e) times a scale, lane by lane."""
    sigma, _ = logistic(e)
    return mul(mul(sigma, sub(splat(_ONE), sigma)), scale)


@inline
def predict(
    model: EmbeddingMatrices,
    sampler: Sampler,
    work: Workspace,
    begin: int,
    end: int,
    last: int,
    negatives: int,
    rate: np.float32,
    stream: np.uint64,
) -> Any:
    """Train the outputs of the positions from `begin` to `end`, of `last`, and add to Σ_o g_o u_o.

    Return the sum of the flushed losses, the number of pairs and the advanced random stream.
    """
    slots = 1 + negatives
    tiles = (slots + TILE - 1) // TILE
    total, pairs = 0.0, 0
    for centre in range(begin, end):
        if centre + WINDOWS_AHEAD < last:
            stream = draw_outputs(model, sampler, work, centre + WINDOWS_AHEAD, slots, stream)
        at = ring_offset(work, centre)
        collisions = hide_collisions(work, at, slots)
        loss = gradients(model, work, at, tiles, rate)
        for tile in range(tiles):
            update_outputs(model, work, at + tile * TILE, tile * TILE_SLOTS)
        if collisions:
            show_all(work, slots)
        pairs += slots - collisions
        store(work.losses, 0, add(load(work.losses, 0), loss))
        if centre % FLUSH_WINDOWS == 0:
            total += flush(work.losses)
    return total, pairs, stream


@inline
def _write_code(row: Floats, at: int, work: Workspace, bits: int) -> None:
    """Write the code of a row to h."""
    size = size_of_bit(bits)
    for d in range(0, bits, LANES):
        store(work.rows, d, where_positive(load(row, at + d), splat(size), splat(-size)))


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
        `contexts`, whose rows have B numbers, the bias and padding; `words` is not used.
    shape
        Its `pace` is λ.
    ids, offsets
        (tokens,) uint32 array: tokens of the piece; (sentences + 1,) int64 array: beginnings of its sentences, and
        the end of the last, as positions in the corpus.
    documents
        The documents of the piece and their rows e, of B numbers.
    rate
        Learning rate α.
    state
        Random stream of the piece.
    """
    align_stack()
    bits = code_length(model)
    scale = splat(np.float32(shape.pace) * size_of_bit(bits))
    total, pairs = 0.0, 0
    for document in range(len(documents.bounds) - 1):
        text, bounds = text_of(documents, document, ids, offsets)
        row = (documents.first + document) * bits
        stream = read_piece(model, sampler, shape, work, text, bounds, stream_of(documents, document, state))
        last = work.bounds[len(bounds) - 1]
        for centre in range(last):
            begin_code(work, bits)
            _write_code(documents.rows, row, work, bits)
            loss, scored, stream = predict(
                model, sampler, work, centre, centre + 1, last, shape.negatives, rate, stream
            )
            total, pairs = total + loss, pairs + scored
            for d in range(0, bits, LANES):
                e = load(documents.rows, row + d)
                error = load(work.rows, bits + LANES + d)
                store(documents.rows, row + d, fma(error, slope(e, scale), e))
    return total + flush(work.losses), pairs
