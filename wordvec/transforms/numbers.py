"""Changes of the numbers of vectors: principal components, unit length, precision."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import SettingsError
from wordvec.formats import Plain
from wordvec.rows import Allocate, Change, Floats, blocks, changed, present, unit_rounded_once

_ROWS_AT_ONCE = 1024
_LARGEST = float(np.finfo(np.float32).max)


class Components(NamedTuple):
    """Principal components of rows.

    Attributes
    ----------
    mean
        (dim,) mean of the rows; zeros if they were not centred.
    directions
        (dim, components) orthonormal directions; the largest weight of each is positive, so that the same rows have
        the same components.
    kept
        Share of the variance that they keep, or of the squared lengths.
    """

    mean: NDArray[np.float64]
    directions: NDArray[np.float64]
    kept: float

    def __repr__(self) -> str:
        return f"Components({self.directions.shape[1]} of {len(self.mean)} dimensions)"

    def project(self, rows: Floats) -> Floats:
        """Return rows (n, dim) on the components."""
        return np.asarray((rows - self.mean) @ self.directions, np.float32)


def components(matrix: Floats, dim: int | None = None, *, centre: bool = True) -> Components:
    """Return the first principal components of rows that are not all zeros.

    Parameters
    ----------
    matrix
        (rows, dim) array.
    dim
        Number of components; None for all.
    centre
        Whether the mean is subtracted; without it, components are the right singular vectors.

    Raises
    ------
    SettingsError
        If `dim` exceeds the dim of the rows.
    """
    if dim is not None and dim > matrix.shape[1]:
        raise SettingsError(f"{dim}: must be at most the dim of the vectors, {matrix.shape[1]}", setting="dim")
    mean, moment = moments(matrix)
    if not centre:
        mean, moment = np.zeros_like(mean), moment + np.outer(mean, mean)
    return principal(mean, moment, dim)


def principal(mean: NDArray[np.float64], moment: NDArray[np.float64], dim: int | None = None) -> Components:
    """Return the first principal components of rows with a mean and a covariance; `dim` None for all."""
    values, directions = np.linalg.eigh(moment)
    directions = directions[:, ::-1][:, :dim]
    directions = directions * np.sign(directions[np.abs(directions).argmax(0), np.arange(directions.shape[1])])
    kept = float(values[::-1][:dim].sum() / max(values.sum(), np.finfo(float).tiny))
    return Components(mean, directions, kept)


def reduced(plain: Plain, dim: int, allocate: Allocate) -> tuple[Plain, float]:
    """Return the projection of rows on their first principal components, and the share of the variance that it keeps.

    Rows are centred first; rows of zeros stay. Rows of subwords are projected, too: the projection of a mean is the
    mean of projections. Contexts are left out.

    Raises
    ------
    SettingsError
        If `dim` exceeds the dim of the vectors, or there are no words.
    """
    if not len(plain.matrix):
        raise SettingsError(f"{dim}: there are no words to compute principal components of", setting="dim")
    found = components(plain.matrix, dim)

    def project_vectors(rows: Floats) -> Floats:
        projected = found.project(rows)
        projected[~present(rows)] = 0
        return projected

    matrix = _changed(plain.matrix, project_vectors, dim, allocate)
    subwords = plain.subwords and plain.subwords.mapped(found.project, allocate)
    return plain._replace(matrix=matrix, subwords=subwords, contexts=None), found.kept


def rotated(plain: Plain, dim: int | None, allocate: Allocate) -> tuple[Plain, float]:
    """Return the rows in the basis of their right singular vectors, and the share of the squared lengths that is kept.

    The rows are not centred, so that products and cosines stay, and of all projections on n directions that on the
    first n dimensions has the least squared error (Eckart and Young 1936). Rows of subwords are rotated, too; contexts
    are left out.

    Parameters
    ----------
    dim
        Number of dimensions to keep, from the first; None for all.

    Raises
    ------
    SettingsError
        If `dim` exceeds the dim of the vectors, or there are no words.
    """
    if not len(plain.matrix):
        raise SettingsError(": there are no words to rotate", setting="rotate")
    found = components(plain.matrix, dim, centre=False)
    matrix = _changed(plain.matrix, found.project, found.directions.shape[1], allocate)
    subwords = plain.subwords and plain.subwords.mapped(found.project, allocate)
    return plain._replace(matrix=matrix, subwords=subwords, contexts=None), found.kept


def without_direction(plain: Plain, direction: NDArray[np.float64], allocate: Allocate) -> Plain:
    """Return the rows projected on the space orthogonal to a direction, and rows of subwords, too, without contexts.

    Parameters
    ----------
    direction
        (dim,) float64 array of length 1.
    """

    def project(rows: Floats) -> Floats:
        exact = rows.astype(np.float64)
        return np.asarray(exact - np.outer(exact @ direction, direction), np.float32)

    matrix = _changed(plain.matrix, project, len(direction), allocate)
    subwords = plain.subwords and plain.subwords.mapped(project, allocate)
    return plain._replace(matrix=matrix, subwords=subwords, contexts=None)


def unit(plain: Plain, allocate: Allocate) -> Plain:
    """Return the vectors scaled to length 1, without subwords and contexts; rows of zeros stay."""
    matrix = _changed(plain.matrix, unit_rounded_once, plain.matrix.shape[1], allocate)
    return plain._replace(matrix=matrix, subwords=None, contexts=None)


def rounded(plain: Plain, digits: int, allocate: Allocate) -> Plain:
    """Return the vectors rounded to a number of significant digits; text formats then write no more.

    Rows of subwords and contexts keep all digits.
    """

    def round_rows(rows: Floats) -> Floats:
        exact = rows.astype(np.float64)
        exponents = np.floor(np.log10(np.abs(exact), where=exact != 0, out=np.zeros_like(exact)))
        scale = 10.0 ** (digits - 1 - exponents)
        return np.clip(np.round(exact * scale) / scale, -_LARGEST, _LARGEST).astype(np.float32)

    return plain._replace(matrix=_changed(plain.matrix, round_rows, plain.matrix.shape[1], allocate))


def moments(matrix: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean (dim,) and the covariance (dim, dim) of rows that are not all zeros."""
    dim, words = matrix.shape[1], max(1, int(present(matrix).sum()))
    mean = np.zeros(dim)
    for span in blocks(len(matrix), _ROWS_AT_ONCE):
        mean += matrix[span].sum(0, dtype=np.float64)
    mean /= words
    covariance = np.zeros((dim, dim))
    for span in blocks(len(matrix), _ROWS_AT_ONCE):
        centred = matrix[span] - mean
        centred[~present(matrix[span])] = 0
        covariance += centred.T @ centred
    return mean, covariance / words


def _changed(matrix: Floats, change: Change, dim: int, allocate: Allocate) -> Floats:
    return changed(matrix, change, allocate(Path("rows"), len(matrix), dim))
