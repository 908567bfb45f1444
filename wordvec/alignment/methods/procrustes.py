"""Orthogonal Procrustes: the rotation of one space that is nearest to another (Schönemann 1966).

For rows X and Y (pairs, dim) of the same words, W = argmin ||XW − Y||_F with WᵀW = I is UVᵀ, where USVᵀ = XᵀY. W
may be a reflection, as in other tools.
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
from wordvec.documentation import documented
from wordvec.errors import InputError
from wordvec.vectors import Vectors

Rows = NDArray[np.float64]


@documented
@dataclasses.dataclass(frozen=True, kw_only=True)
class Procrustes(Aligner):
    """Alignment by the rotation that minimises the distance between the anchors."""

    method: ClassVar[str] = "procrustes"
    if_open: ClassVar[str] = "the rotation is arbitrary in them; add pairs, or use vecmap --self-learning"

    def _fit(self, job: Job) -> Mapping:
        return self._mapping(job, rotation(*job.pairs()))


def rotation(source: Rows, target: Rows) -> Rows:
    """Return the orthogonal W (dim, dim) float64 that minimises the distance of ``source @ W`` to `target`.

    Raises
    ------
    InputError
        If there are no rows, or they hold NaN or infinity, or only zeros.
    """
    product = source.T @ target
    if not len(source) or not np.isfinite(product).all():
        raise InputError("rows of the anchors hold NaN or infinity" if len(source) else "no anchors to align by")
    if not product.any():
        raise InputError(
            f"cannot align: the {len(source):,} pairs have no direction in common, for instance because all rows are "
            "zeros (as a single word is after centring); give more pairs"
        )
    left, _, right = np.linalg.svd(product)
    turned: Rows = left @ right
    return turned


def aligned(source: Vectors, target: Vectors, words: Sequence[str], steps: str = "unit") -> Vectors:
    """Rotate vectors into the space of others by their common words (Hamilton, Leskovec and Jurafsky 2016).

    Parameters
    ----------
    source, target
        Vectors of one dim.
    words
        The anchors. Words without a vector in one of the two are skipped.
    steps
        Normalisation of the anchors' rows; see `normalise`. The vectors themselves are rotated only.

    Raises
    ------
    InputError
        If there is no anchor, or the row of an anchor is not finite.
    """
    words = [word for word in words if source.covers(word) and target.covers(word)]
    anchors = (normalised(one.subset(words).matrix.astype(np.float64), steps) for one in (source, target))
    turned = source.matrix @ rotation(next(anchors), next(anchors)).astype(np.float32)
    return Vectors(source.words, turned, source.counts, source.metadata)


def aligned_in_turn(
    slices: Sequence[Vectors], steps: str = "unit", cutoff: int | None = None, min_count: int = 1
) -> list[Vectors]:
    """Rotate each slice into the space of the rotated slice before it (HistWords).

    Parameters
    ----------
    slices
        Vectors of the slices in order; the first is not rotated.
    steps
        Normalisation of the anchors' rows; see `normalise`.
    cutoff, min_count
        Limits of the common words that are anchors; see `identical`.

    Raises
    ------
    InputError
        If two consecutive slices have no such word in common, or their dims differ.
    """
    slices = arguments.items("slices", slices, "a list of Vectors")
    for number, one in enumerate(slices):
        arguments.expect(f"slices[{number}]", one, Vectors)
    arguments.word("steps", steps)
    turned = list(slices[:1])
    for one in slices[1:]:
        before = turned[-1]
        if one.dim != before.dim:
            raise InputError(
                f"a slice has dim {one.dim} and the slice before it dim {before.dim}; train all with one dim"
            )
        anchors = identical(one, before, cutoff, min_count)
        turned.append(aligned(one, before, [before.words[row] for row in anchors.target], steps))
    return turned
