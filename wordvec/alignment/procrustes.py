"""Orthogonal Procrustes: the rotation that brings one space nearest to another (Schönemann 1966).

For rows X and Y (n, dim) of the same words, W = argmin ||XW − Y||_F with WᵀW = I is UVᵀ, where USVᵀ = XᵀY. A
reflection is admitted, as in every tool of this kind.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.normalise import normalised
from wordvec.errors import InputError
from wordvec.vectors import Vectors

Rows = NDArray[np.float64]


def rotation(source: Rows, target: Rows) -> Rows:
    """Give W (dim, dim) float64, orthogonal, for which ``source @ W`` is nearest to `target`, both (n, dim).

    Raises
    ------
    InputError
        If the rows hold NaN or infinity, or none.
    """
    product = source.T @ target
    if not len(source) or not np.isfinite(product).all():
        raise InputError("rows to be aligned hold NaN or infinity" if len(source) else "no rows to be aligned by")
    left, _, right = np.linalg.svd(product)
    turned: Rows = left @ right
    return turned


def aligned(source: Vectors, target: Vectors, words: Sequence[str], steps: str = "unit") -> Vectors:
    """Rotate vectors into the space of others by the words that both have (Hamilton, Leskovec and Jurafsky 2016).

    Parameters
    ----------
    source, target
        Of the same dim.
    words
        The anchors: both must have them.
    steps
        How their rows are normalised before; see `normalise`. The vectors themselves are rotated and nothing else.

    Raises
    ------
    InputError
        If there is no anchor, or a row of one is not finite.
    """
    anchors = (normalised(one.subset(words).matrix.astype(np.float64), steps) for one in (source, target))
    turned = source.matrix @ rotation(next(anchors), next(anchors)).astype(np.float32)
    return Vectors(source.words, turned, source.counts, source.metadata)
