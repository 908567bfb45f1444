"""Rows of another space brought to the dim, mean and lengths of an embedding layer.

A model that was trained with an embedding layer expects rows around its mean, of about its lengths; those of word
vectors are others. With the mean m of the source's rows e and their lengths |e − m|, the i-th longest of n new rows
gets the length at the same quantile of the source's.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import SettingsError
from wordvec.formats import Plain
from wordvec.formats.common.reading import in_memory
from wordvec.rows import Floats, exact_lengths
from wordvec.transforms.numbers import reduced


def fitted_dim(rows: Floats, dim: int) -> Floats:
    """Return rows (n, dim) of another dim: their first principal components, or zeros appended.

    Raises
    ------
    SettingsError
        If there are no rows.
    """
    if rows.shape[1] == dim:
        return rows
    if rows.shape[1] < dim:
        return np.pad(rows, ((0, 0), (0, dim - rows.shape[1])))
    if not len(rows):
        raise SettingsError(f"{dim}: no token has a vector, so there are no principal components", setting="dim")
    return reduced(Plain([""] * len(rows), rows, None, {}), dim, in_memory)[0].matrix


def placed(rows: Floats, reference: Floats | None, norms: str, std: float) -> Floats:
    """Return rows (n, dim) with the mean and the lengths of a reference.

    Parameters
    ----------
    rows
        Rows of another space.
    reference
        (m, dim) rows of the layer that is replaced; None: the mean is 0, and the numbers have a standard deviation.
    norms
        ``"match"``: lengths about the mean are those of the reference, by rank; ``"rms"``: rows are scaled alike, to
        its root mean square; ``"keep"``: rows are not scaled.
    std
        Standard deviation without a reference; with ``"match"``, too, rows are then scaled alike.
    """
    centred = rows - rows.mean(axis=0, dtype=np.float64).astype(np.float32) if len(rows) else rows
    centre: NDArray[np.float64] = np.zeros(rows.shape[1])
    if reference is not None:
        centre = reference.mean(axis=0, dtype=np.float64)
    if norms != "keep" and len(rows):
        own = exact_lengths(centred)
        about = None if reference is None else reference - centre.astype(np.float32)
        wanted = _wanted(own, about, norms, std * np.sqrt(rows.shape[1]))
        scales = np.divide(wanted, own, out=np.zeros(len(own)), where=own > 0)
        centred = centred * scales[:, None].astype(np.float32)
    return np.asarray(centred + centre, np.float32)


def _wanted(own: NDArray[np.float64], reference: Floats | None, norms: str, length: float) -> NDArray[np.float64]:
    """Return the wanted lengths (n,) of rows of lengths `own`; `reference` is centred, or `length` is their size."""
    if reference is not None:
        lengths = exact_lengths(reference)
        if norms == "match":
            ranks = np.argsort(np.argsort(own, kind="stable"), kind="stable")
            return np.asarray(np.quantile(lengths, (ranks + 0.5) / len(own)))
        length = float(np.sqrt(np.mean(lengths**2)))
    size = float(np.sqrt(np.mean(own**2)))
    return own if size == 0 else own * (length / size)


def random_rows(count: int, reference: Floats, random: np.random.Generator) -> Floats:
    """Return rows (count, dim) of independent normal numbers with the means and deviations of a reference (OFA)."""
    mean, deviation = reference.mean(axis=0, dtype=np.float64), reference.std(axis=0, dtype=np.float64)
    return np.asarray(mean + deviation * random.standard_normal((count, len(mean))), np.float32)


def gaussian_rows(count: int, reference: Floats, spread: float, random: np.random.Generator) -> Floats:
    """Return rows (count, dim) drawn from N(μ, spread · Σ), with mean and covariance of a reference."""
    mean = reference.mean(axis=0, dtype=np.float64)
    centred = reference - mean
    covariance = centred.T @ centred / max(1, len(reference) - 1)
    values, directions = np.linalg.eigh(covariance)
    scales = np.sqrt(np.maximum(values, 0) * spread)
    return np.asarray(mean + (random.standard_normal((count, len(mean))) * scales) @ directions.T, np.float32)
