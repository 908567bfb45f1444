"""Maps of words in two dimensions: points, and labels that do not overlap.

PCA projects the words' unit vectors onto the two directions of largest variance, so that distances are those of the
projection. t-SNE (van der Maaten and Hinton 2008) keeps neighbours together; its large distances have no meaning. Maps
of several sets of vectors are rotated onto the first (orthogonal Procrustes), as their axes have no meaning.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import SettingsError
from wordvec.evaluation.lookup import unit_rows
from wordvec.evaluation.probes.features import need_sklearn
from wordvec.vectors import Vectors

METHODS = ("pca", "tsne")
WIDTH, HEIGHT = 720, 640
MARGIN = 36
FONT = 13
"""Font size of a label, in the units of `WIDTH`."""
_LETTER = 0.58 * FONT  # mean width of a letter
_GAP = 5.0

Points = NDArray[np.float64]


class Label(NamedTuple):
    """A word on the map: its point, the start of its label, and whether there is room for the label."""

    word: str
    x: float
    y: float
    text_x: float
    text_y: float
    readable: bool


def check(method: str) -> None:
    """Check a method of projection.

    Raises
    ------
    SettingsError
        If it is unknown, or needs a package that is not installed.
    """
    if method not in METHODS:
        raise SettingsError(f"{method}: choose one of {', '.join(METHODS)}", setting="map")
    if method == "tsne":
        need_sklearn()


def positions(vectors: Vectors, words: Sequence[str], method: str = "pca", seed: int = 1) -> Points:
    """Return the centred points (words, 2) of words.

    Raises
    ------
    SettingsError
        If `method` is unknown, needs a package that is not installed, or there are fewer than three words.
    """
    check(method)
    if len(words) < 3:
        raise SettingsError(f"a map needs at least three words; got {len(words)}")
    rows = unit_rows(vectors.subset(words)).astype(np.float64)
    rows -= rows.mean(0)
    if method == "pca":
        left, sizes, _ = np.linalg.svd(rows, full_matrices=False)
        points = np.zeros((len(words), 2))
        points[:, : min(2, len(sizes))] = left[:, :2] * sizes[:2]
        return points
    from sklearn.manifold import TSNE

    near, first = min(30.0, (len(words) - 1) / 3), "pca" if rows.shape[1] > 1 else "random"
    points = TSNE(2, perplexity=near, init=first, random_state=seed % 2**32).fit_transform(rows.astype(np.float32))
    return np.asarray(points - points.mean(0), np.float64)


def rotated(points: Points, onto: Points) -> Points:
    """Return points rotated and reflected as near as possible to other points of the same words (words, 2)."""
    from scipy.linalg import orthogonal_procrustes

    rotation, _ = orthogonal_procrustes(points, onto)
    result: Points = points @ rotation
    return result


def scale(points: Points) -> float:
    """Return the factor, the same for both axes, by which points fill the sheet."""
    spans, room = np.ptp(points, axis=0), np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    return float((room[spans > 0] / spans[spans > 0]).min(initial=np.inf)) if spans.any() else 1.0


def labels(words: Sequence[str], points: Points, factor: float) -> list[Label]:
    """Return the labels of words on a sheet of `WIDTH` by `HEIGHT`, points scaled by `factor` and centred.

    Labels do not overlap; earlier words take precedence.
    """
    middle = (points.min(0) + points.max(0)) / 2
    coordinates = np.array([WIDTH, HEIGHT]) / 2 + (points - middle) * factor
    taken = [(x - 2, y - 2, x + 2, y + 2) for x, y in coordinates]
    placed = []
    for number, word in enumerate(words):
        x, y = coordinates[number]
        width = _LETTER * len(word)
        sides = (
            (x + _GAP, y + FONT / 3),
            (x - _GAP - width, y + FONT / 3),
            (x - width / 2, y - _GAP),
            (x - width / 2, y + _GAP + FONT * 0.8),
        )
        free = (side for side in sides if _is_free(_box(*side, width), taken, number))
        text_x, text_y = next(free, (np.nan, np.nan))
        readable = bool(np.isfinite(text_x))
        if readable:
            taken.append(_box(text_x, text_y, width))
        else:
            text_x, text_y = sides[0]
        placed.append(Label(word, float(x), float(y), float(text_x), float(text_y), readable))
    return placed


def _box(x: float, y: float, width: float) -> tuple[float, float, float, float]:
    return x, y - FONT * 0.8, x + width, y + FONT * 0.25


def _is_free(
    box: tuple[float, float, float, float], taken: Sequence[tuple[float, float, float, float]], own: int
) -> bool:
    """Return whether a label is on the sheet and overlaps no other label and no point but its own."""
    left, top, right, bottom = box
    if left < 0 or top < 0 or right > WIDTH or bottom > HEIGHT:
        return False
    return not any(
        left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
        for number, other in enumerate(taken)
        if number != own
    )
