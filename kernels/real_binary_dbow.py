"""Real-binary DBOW (Grzegorczyk and Kurdziel 2017): a long real vector of a document, whose projection is its code.

A document has a real row d of D numbers, and all share a projection P (D, B). The code is the signs of s = d P. The
words of a document are predicted from the code as in `binary_dbow`, sixteen at a time, with s in place of e:

    δ_b = λ γ σ′(s_b) Σ_o g_o u_ob            over the outputs of sixteen words
    d ← d + P δ
    P ← P + d δᵀ                              d before the update

A step serves sixteen words, because P has as many numbers as the outputs of so many words: with a step for each word
nearly all of the time would be spent on it. With frozen matrices only d changes.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.binary_dbow import begin_code, code_length, predict, size_of_bit, slope
from wordvec.kernels.documents import DocumentRows, stream_of, text_of
from wordvec.kernels.simd import LANES, Floats, align_stack, fma, load, mul, splat, store, total, where_positive
from wordvec.kernels.windows import EmbeddingMatrices, Sampler, WindowShape, Workspace, flush, read_piece

TOGETHER = 16
"""Words that are predicted from one code."""


@inline
def _projected(projection: Floats, stride: int, dim: int, row: Floats, at: int, d: int) -> Any:
    """Return sixteen numbers of s = d P."""
    s = splat(np.float32(0))
    for i in range(dim):
        s = fma(splat(row[at + i]), load(projection, i * stride + d), s)
    return s


@kernel
def project(rows: Floats, stride: int, projection: Floats, dim: int, out: Floats, width: int) -> None:
    """Write s = d P for all rows d.

    Parameters
    ----------
    rows, stride
        Flat matrix of the documents.
    projection, dim
        Flat matrix P of `dim` rows.
    out, width
        Flat matrix (documents, width), where `width` is the length of the rows of P.
    """
    for document in range(len(rows) // stride):
        for d in range(0, width, LANES):
            store(out, document * width + d, _projected(projection, width, dim, rows, document * stride, d))


@inline
def _change(model: EmbeddingMatrices, work: Workspace, dim: int, row: Floats, at: int) -> None:
    """Change d and P by δ, which is in the third row of the workspace."""
    stride, projection = model.stride, model.words
    for i in range(dim):
        x, step = splat(row[at + i]), splat(np.float32(0))
        for d in range(0, code_length(model), LANES):
            p, delta = load(projection, i * stride + d), load(work.rows, 2 * stride + d)
            step = fma(p, delta, step)
            if not model.frozen:
                store(projection, i * stride + d, fma(x, delta, p))
        row[at + i] += total(step)


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
        `words` is P, with D rows; rows of both matrices have B numbers, the bias and padding.
    shape
        Its `pace` is λ.
    ids, offsets
        (tokens,) uint32 array: tokens of the piece; (sentences + 1,) int64 array: beginnings of its sentences, and
        the end of the last, as positions in the corpus.
    documents
        The documents of the piece and their rows d, padded to whole registers.
    rate
        Learning rate α.
    state
        Random stream of the piece.
    """
    align_stack()
    bits, stride, dim = code_length(model), model.stride, len(model.words) // model.stride
    size, length = size_of_bit(bits), (dim + LANES - 1) // LANES * LANES
    scale, high, low = splat(np.float32(shape.pace) * size), splat(size), splat(-size)
    losses, pairs = 0.0, 0
    for document in range(len(documents.bounds) - 1):
        text, bounds = text_of(documents, document, ids, offsets)
        row = (documents.first + document) * length
        stream = read_piece(model, sampler, shape, work, text, bounds, stream_of(documents, document, state))
        last = work.bounds[len(bounds) - 1]
        for first in range(0, last, TOGETHER):
            begin_code(work, bits)
            for d in range(0, bits, LANES):
                s = _projected(model.words, stride, dim, documents.rows, row, d)
                store(work.rows, d, where_positive(s, high, low))
                store(work.rows, 2 * stride + d, slope(s, scale))
            loss, scored, stream = predict(
                model, sampler, work, first, min(first + TOGETHER, last), last, shape.negatives, rate, stream
            )
            losses, pairs = losses + loss, pairs + scored
            for d in range(0, bits, LANES):
                delta = mul(load(work.rows, stride + d), load(work.rows, 2 * stride + d))
                store(work.rows, 2 * stride + d, delta)
            _change(model, work, dim, documents.rows, row)
    return losses + flush(work.losses), pairs
