"""The content of a vector file, as every format reads and writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from wordvec.representation import short

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wordvec.subwords import Table


class Plain(NamedTuple):
    """Words, their vectors, and the data stored with them.

    Parameters
    ----------
    words
        Words of the rows, unique; by descending frequency where frequencies are known.
    matrix
        (words, dim) float32 array of vectors. It may be a strided view of longer rows. `Vectors` and the module of
        ``.vectors`` folders also exchange coded rows, a `Coded`, which no other format takes.
    counts
        (words,) int64 array of frequencies, or None.
    metadata
        Provenance of the vectors, as JSON can hold it.
    subwords
        Table of character n-grams that composes vectors of unknown words, or None.
    contexts
        (words, dim) float32 array of context vectors, the output matrix of the training run, or None.
    projection
        (dim of documents, bits) float32 array of a model of paragraph vectors with codes, or None.
    """

    words: Sequence[str]
    matrix: NDArray[np.float32]
    counts: NDArray[np.int64] | None
    metadata: dict[str, Any]
    subwords: Table | None = None
    contexts: NDArray[np.float32] | None = None
    projection: NDArray[np.float32] | None = None

    def __repr__(self) -> str:
        return short(self)
