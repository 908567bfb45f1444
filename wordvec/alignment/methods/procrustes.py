"""Orthogonal Procrustes: the rotation that brings one space nearest to another (Schönemann 1966).

For rows X and Y (n, dim) of the same words, W = argmin ||XW − Y||_F with WᵀW = I is UVᵀ, where USVᵀ = XᵀY. A
reflection is admitted, as in every tool of this kind.
"""

import dataclasses
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.alignment.dictionary import identical
from wordvec.alignment.mapping import Mapping
from wordvec.alignment.methods.base import Aligner, Job
from wordvec.alignment.normalise import normalised
from wordvec.errors import InputError
from wordvec.vectors import Vectors

Rows = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Procrustes(Aligner):
    """The rotation that brings the source's anchors nearest to the target's."""

    method: ClassVar[str] = "procrustes"

    def _fit(self, job: Job) -> Mapping:
        return self._mapping(job, rotation(*job.pairs()))


def rotation(source: Rows, target: Rows) -> Rows:
    """Give W (dim, dim) float64, orthogonal, for which ``source @ W`` is nearest to `target`, both (n, dim).

    Raises
    ------
    InputError
        If the rows hold NaN or infinity, or there is none but zeros.
    """
    product = source.T @ target
    if not len(source) or not np.isfinite(product).all():
        raise InputError("rows to be aligned hold NaN or infinity" if len(source) else "no rows to be aligned by")
    if not product.any():
        raise InputError(
            f"nothing to be aligned by: the {len(source):,} pairs have no direction in common, as where all rows are "
            "zeros (after centring, a single word is); give more pairs"
        )
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
        The anchors: both must have them. Those without a vector in one are left out.
    steps
        How their rows are normalised before; see `normalise`. The vectors themselves are rotated and nothing else.

    Raises
    ------
    InputError
        If there is no anchor, or a row of one is not finite.
    """
    words = [word for word in words if source.covers(word) and target.covers(word)]
    anchors = (normalised(one.subset(words).matrix.astype(np.float64), steps) for one in (source, target))
    turned = source.matrix @ rotation(next(anchors), next(anchors)).astype(np.float32)
    return Vectors(source.words, turned, source.counts, source.metadata)


def aligned_in_turn(
    slices: Sequence[Vectors], steps: str = "unit", cutoff: int | None = None, min_count: int = 1
) -> list[Vectors]:
    """Rotate each of some slices into the space of the one before, which was rotated already (HistWords).

    Parameters
    ----------
    slices
        In order; the first stays.
    steps
        As for `aligned`.
    cutoff, min_count
        Which of the words that both have are anchors; see `identical`.

    Raises
    ------
    InputError
        If two that follow each other have no such word in common, or their dims differ.
    """
    slices = arguments.items("slices", slices, "a list of Vectors")
    for number, one in enumerate(slices):
        arguments.expect(f"slices[{number}]", one, Vectors)
    arguments.word("steps", steps)
    turned = list(slices[:1])
    for one in slices[1:]:
        before = turned[-1]
        if one.dim != before.dim:
            raise InputError(f"a slice is of dim {one.dim} and the one before of dim {before.dim}")
        anchors = identical(one, before, cutoff, min_count)
        turned.append(aligned(one, before, [before.words[row] for row in anchors.target], steps))
    return turned
