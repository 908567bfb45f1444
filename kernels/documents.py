"""Rows of documents in training (paragraph vectors: Le and Mikolov 2014): shared steps of `dbow`, `dbow_alone`, `dm`.

While a document is trained, its row is the last row of `words`, so that it stays in the first-level cache and the steps
of skip-gram and CBOW take it as one more input. It is copied there before the first window and back after the last.
A document has a random stream of its own.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import inline
from wordvec.kernels.simd import LANES, Floats, load, store
from wordvec.kernels.windows import EmbeddingMatrices


class DocumentRows(NamedTuple):
    """Documents of one piece.

    Attributes
    ----------
    rows
        Flat float32 matrix of all documents, updated in place.
    first
        Row of the first document of the piece; the others follow.
    bounds
        (documents + 1,) int64 array: first sentence of each document in the piece, and the number of sentences.
    keys
        (documents,) uint64 array: number of each document, for its random stream.
    """

    rows: Floats
    first: int
    bounds: NDArray[np.int64]
    keys: NDArray[np.uint64]


@inline
def own_row(model: EmbeddingMatrices) -> int:
    """Return the offset in `words` of the row of the document that is trained."""
    return len(model.words) - model.stride


@inline
def text_of(documents: DocumentRows, document: int, ids: NDArray[np.uint32], offsets: NDArray[np.int64]) -> Any:
    """Return the tokens of a document of a piece, and the positions of its sentences in the corpus, with their end."""
    begin, end = documents.bounds[document], documents.bounds[document + 1]
    bounds = offsets[begin : end + 1]
    return ids[bounds[0] - offsets[0] : bounds[end - begin] - offsets[0]], bounds


@inline
def stream_of(documents: DocumentRows, document: int, state: np.uint64) -> Any:
    """Return the random stream of a document, in a piece with the stream `state`."""
    return rng.mix(state + rng.mix(documents.keys[document] + rng.GOLDEN))


@inline
def enter(model: EmbeddingMatrices, documents: DocumentRows, document: int) -> None:
    """Copy a document's row into `words`."""
    row, own = (documents.first + document) * model.stride, own_row(model)
    for d in range(0, model.stride, LANES):
        store(model.words, own + d, load(documents.rows, row + d))


@inline
def leave(model: EmbeddingMatrices, documents: DocumentRows, document: int) -> None:
    """Copy the trained row back."""
    row, own = (documents.first + document) * model.stride, own_row(model)
    for d in range(0, model.stride, LANES):
        store(documents.rows, row + d, load(model.words, own + d))
