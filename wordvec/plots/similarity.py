"""The similarity of slices: the mean cosine of frequent words to themselves."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.plots import canvas
from wordvec.slices.measures import cosines
from wordvec.vectors import Vectors

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OFTEN = 50
"""Least frequency in every slice of the words by which slices are compared."""


def self_similarity(slices: Mapping[str, Vectors]) -> NDArray[np.float64]:
    """Return the mean cosine of words to themselves in each pair of slices, (slices, slices) float64.

    The mean is over words of frequency `OFTEN` or more in every slice.

    Raises
    ------
    InputError
        If there is no such word.
    """
    often = [_often(vectors) for vectors in slices.values()]
    words = sorted(set.intersection(*often))
    if not words:
        raise InputError(f"no word has frequency {OFTEN} or more in every slice; the slices cannot be compared")
    vectors = list(slices.values())
    return np.array([[cosines(one, other, words).mean() for other in vectors] for one in vectors])


def heat_map(slices: Mapping[str, Vectors], size: str | None = None, title: str | None = None) -> "Figure":
    """Draw the `self_similarity` of slices as a heat map.

    Raises
    ------
    InputError
        If no word is frequent enough in every slice.
    """
    alike, names = self_similarity(slices), list(slices)
    side = 2.2 + 0.45 * len(names)
    wide = (side + 0.8, side) if size is None else canvas.inches(size)
    figure, axes = canvas.figure(*wide)
    others = alike[~np.eye(len(alike), dtype=bool)]
    image = axes.imshow(alike, cmap="Blues", vmin=float(others.min()) - 0.05, vmax=float(others.max()) + 0.02)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    dark = float(others.min() + others.max()) / 2
    for row, column in np.ndindex(*alike.shape):
        colour = "white" if alike[row, column] > dark else "black"
        text = f"{alike[row, column]:.2f}".removeprefix("0")
        axes.text(column, row, text, ha="center", va="center", fontsize=7, color=colour)
    figure.colorbar(image, ax=axes, label="mean cosine of words to themselves", shrink=0.8)
    if title:
        axes.set_title(title, weight="bold")
    figure.set_layout_engine("tight")
    return figure


def _often(vectors: Vectors) -> set[str]:
    if vectors.counts is None:
        raise InputError("the counts of a slice are unknown: its .vocab file is missing")
    return {vectors.words[row] for row in np.flatnonzero((vectors.counts >= OFTEN) & vectors.present)}
