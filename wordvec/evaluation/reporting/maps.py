"""A map of words in two dimensions: where each lies, and which labels can be read.

By PCA, the two directions in which the words' unit vectors spread most; it shows true distances, flattened. Or by
t-SNE (van der Maaten and Hinton 2008), which keeps neighbours together and means nothing by large distances. Maps of
several vectors are turned onto the first (Procrustes), since their axes have no meaning of their own.
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
"""Size of a label, in the units of `WIDTH`."""
_LETTER = 0.58 * FONT  # mean width of a letter
_GAP = 5.0

Points = NDArray[np.float64]


class Label(NamedTuple):
    """A word on the map: its point, where its label begins, and whether there is room for the label."""

    word: str
    x: float
    y: float
    text_x: float
    text_y: float
    readable: bool


def check(method: str) -> None:
    """Refuse a method that is unknown, or needs a package that is not installed.

    Raises
    ------
    SettingsError
        In both cases.
    """
    if method not in METHODS:
        raise SettingsError(f"map: {method} is none of {', '.join(METHODS)}")
    if method == "tsne":
        need_sklearn()


def positions(vectors: Vectors, words: Sequence[str], method: str = "pca", seed: int = 1) -> Points:
    """Give points (words, 2) of words, centred.

    Raises
    ------
    SettingsError
        If `method` is unknown, needs a package that is not installed, or there are fewer than three words.
    """
    check(method)
    if len(words) < 3:
        raise SettingsError(f"map: {len(words)} words make no map; it takes three or more")
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


def turned(points: Points, onto: Points) -> Points:
    """Give points turned and mirrored to lie as near as possible to others of the same words."""
    from scipy.linalg import orthogonal_procrustes

    turn, _ = orthogonal_procrustes(points, onto)
    result: Points = points @ turn
    return result


def scale(points: Points) -> float:
    """Give by what points can be multiplied to fill the sheet, both axes alike, so that distances stay true."""
    spans, room = np.ptp(points, axis=0), np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    return float((room[spans > 0] / spans[spans > 0]).min(initial=np.inf)) if spans.any() else 1.0


def labels(words: Sequence[str], points: Points, factor: float) -> list[Label]:
    """Place words in the middle of a sheet of `WIDTH` by `HEIGHT`, points times `factor`.

    Earlier words get their labels first, and none covers another.
    """
    middle = (points.min(0) + points.max(0)) / 2
    places = np.array([WIDTH, HEIGHT]) / 2 + (points - middle) * factor
    taken = [(x - 2, y - 2, x + 2, y + 2) for x, y in places]
    placed = []
    for number, word in enumerate(words):
        x, y = places[number]
        width = _LETTER * len(word)
        sides = (
            (x + _GAP, y + FONT / 3),
            (x - _GAP - width, y + FONT / 3),
            (x - width / 2, y - _GAP),
            (x - width / 2, y + _GAP + FONT * 0.8),
        )
        free = (place for place in sides if _is_free(_box(*place, width), taken, number))
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
    """Say whether a label lies on the sheet and on no other label or point than its own."""
    left, top, right, bottom = box
    if left < 0 or top < 0 or right > WIDTH or bottom > HEIGHT:
        return False
    return not any(
        left < other[2] and other[0] < right and top < other[3] and other[1] < bottom
        for number, other in enumerate(taken)
        if number != own
    )
