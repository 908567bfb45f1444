"""Changes of the numbers of vectors: principal components, unit length, precision."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import SettingsError
from wordvec.formats import Plain
from wordvec.rows import Allocate, Change, Floats, blocks, changed, present, unit_rounded_once

_ROWS_AT_ONCE = 1024
_LARGEST = float(np.finfo(np.float32).max)


def reduced(plain: Plain, dim: int, allocate: Allocate) -> tuple[Plain, float]:
    """Return the projection of rows on their first principal components, and the share of the variance that it keeps.

    Rows are centred first; rows of zeros stay. The largest weight of a component is positive, so that the same vectors
    have the same components. Rows of subwords are projected, too: the projection of a mean is the mean of projections.
    Contexts are left out.

    Raises
    ------
    SettingsError
        If `dim` exceeds the dim of the vectors, or there are no words.
    """
    if not len(plain.matrix):
        raise SettingsError(f"{dim}: there are no words to compute principal components of", setting="dim")
    if dim > plain.matrix.shape[1]:
        raise SettingsError(f"{dim}: must be at most the dim of the vectors, {plain.matrix.shape[1]}", setting="dim")
    mean, covariance = moments(plain.matrix)
    variances, directions = np.linalg.eigh(covariance)
    directions = directions[:, ::-1][:, :dim]
    directions *= np.sign(directions[np.abs(directions).argmax(0), np.arange(dim)])

    def project(rows: Floats) -> Floats:
        return np.asarray((rows - mean) @ directions, np.float32)

    def project_vectors(rows: Floats) -> Floats:
        projected = project(rows)
        projected[~present(rows)] = 0
        return projected

    matrix = _changed(plain.matrix, project_vectors, dim, allocate)
    subwords = plain.subwords and plain.subwords.mapped(project, allocate)
    kept = float(variances[::-1][:dim].sum() / max(variances.sum(), np.finfo(float).tiny))
    return plain._replace(matrix=matrix, subwords=subwords, contexts=None), kept


def rotated(plain: Plain, dim: int | None, allocate: Allocate) -> tuple[Plain, float]:
    """Return the rows in the basis of their right singular vectors, and the share of the squared lengths that is kept.

    The rows are not centred, so that products and cosines stay, and of all projections on n directions that on the
    first n dimensions has the least squared error (Eckart and Young 1936). The largest weight of a direction is
    positive. Rows of subwords are rotated, too; contexts are left out.

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
    if dim is not None and dim > plain.matrix.shape[1]:
        raise SettingsError(f"{dim}: must be at most the dim of the vectors, {plain.matrix.shape[1]}", setting="dim")
    mean, covariance = moments(plain.matrix)
    squares, directions = np.linalg.eigh(covariance + np.outer(mean, mean))
    directions = directions[:, ::-1][:, :dim]
    directions = directions * np.sign(directions[np.abs(directions).argmax(0), np.arange(directions.shape[1])])

    def rotate(rows: Floats) -> Floats:
        return np.asarray(rows @ directions, np.float32)

    matrix = _changed(plain.matrix, rotate, directions.shape[1], allocate)
    subwords = plain.subwords and plain.subwords.mapped(rotate, allocate)
    kept = float(squares[::-1][:dim].sum() / max(squares.sum(), np.finfo(float).tiny))
    return plain._replace(matrix=matrix, subwords=subwords, contexts=None), kept


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
