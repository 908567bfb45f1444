"""Places of words on a map: two principal components, or t-SNE."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import blas
from wordvec.errors import SettingsError
from wordvec.representation import short
from wordvec.rows import unit

METHODS = ("pca", "tsne")
INSTALL = "pip install openTSNE"
PERPLEXITY = 30

Floats = NDArray[np.float32]


class Layout(NamedTuple):
    """A map.

    Attributes
    ----------
    places
        (words, 2) float32 array, between -1 and 1.
    described
        How they were computed.
    """

    places: Floats
    described: str

    def __repr__(self) -> str:
        return short(self)


def check(method: str, setting: str = "layout") -> None:
    """Check the name of a method, and that its package is installed.

    Raises
    ------
    SettingsError
        If not; it names the `setting`.
    """
    if method not in METHODS:
        raise SettingsError(f"{method}: choose one of {', '.join(METHODS)}", setting=setting)
    if method == "tsne":
        try:
            import openTSNE  # noqa: F401
        except ImportError as error:
            raise SettingsError(
                f"tsne: openTSNE is not installed; install it with {INSTALL}", setting=setting
            ) from error


def layout(matrix: Floats, method: str = "pca", seed: int = 1, threads: int | None = None) -> Layout:
    """Return a map of the rows of a matrix (words, dim), compared by cosine.

    Raises
    ------
    SettingsError
        If there are fewer than three words.
    """
    if len(matrix) < 3:
        raise SettingsError(f"a map needs at least three words; got {len(matrix)}")
    rows = unit(matrix)
    rows -= rows.mean(axis=0)
    points, shares = components(rows)
    if method == "pca":
        shown = " and ".join(f"{100 * share:.0f} %" for share in shares)
        return Layout(scaled(points), f"first two principal components ({shown} of the variance)")
    return Layout(scaled(_tsne(rows, points, seed, threads)), f"t-SNE, perplexity {PERPLEXITY}, seed {seed}")


def components(rows: Floats) -> tuple[NDArray[np.float64], list[float]]:
    """Return two principal components of centred rows (words, dim), and the shares of the variance that they have.

    The largest loading of each component is positive, so that the same rows have the same map on every machine.
    """
    with blas.one_thread():
        covariance = np.asarray(rows.T @ rows, np.float64)
    values, vectors = np.linalg.eigh(covariance)
    first = vectors[:, ::-1][:, :2]
    first = first * np.sign(first[np.abs(first).argmax(axis=0), range(first.shape[1])])
    points = np.zeros((len(rows), 2))
    points[:, : first.shape[1]] = rows @ first
    total = max(float(values.sum()), np.finfo(np.float64).tiny)
    return points, [float(value) / total for value in values[::-1][:2]]


def _tsne(rows: Floats, points: NDArray[np.float64], seed: int, threads: int | None) -> NDArray[np.float64]:
    """Return the places by openTSNE (Poličar et al. 2024), which begin at the principal components."""
    from openTSNE import TSNE, initialization

    reducer = TSNE(
        perplexity=min(PERPLEXITY, (len(rows) - 1) / 3),
        metric="euclidean",
        initialization=initialization.rescale(points),
        random_state=seed % 2**32,
        n_jobs=threads or 1,
    )
    return np.asarray(reducer.fit(rows), np.float64)


def scaled(points: NDArray[np.float64]) -> Floats:
    """Return points (words, 2) moved and scaled to fill the square between -1 and 1, by one factor for both axes."""
    centred = points - (points.min(axis=0) + points.max(axis=0)) / 2
    size = float(np.abs(centred).max(initial=0))
    return np.asarray(centred / size if size else centred, np.float32)


def rotated(points: Floats, onto: Floats, common: tuple[Sequence[int], Sequence[int]]) -> Floats:
    """Return points rotated and reflected as near as possible to others, by the rows of the words that both have."""
    from scipy.linalg import orthogonal_procrustes

    own, other = (chosen - chosen.mean(axis=0) for chosen in (points[list(common[0])], onto[list(common[1])]))
    rotation, _ = orthogonal_procrustes(own, other)
    return scaled(np.asarray(points @ rotation, np.float64))
