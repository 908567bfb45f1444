"""Correlations: SciPy's without its warnings, and those of many resamples at once."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def spearman(x: Numbers, y: Numbers) -> float:
    """Return Spearman's correlation, NaN if it is undefined."""
    from scipy import stats

    return _quietly(stats.spearmanr, x, y)


def pearson(x: Numbers, y: Numbers) -> float:
    """Return Pearson's correlation, NaN if it is undefined."""
    from scipy import stats

    return _quietly(stats.pearsonr, x, y)


def ranks(values: Numbers) -> Numbers:
    """Return ranks along the last axis; ties get their mean rank."""
    from scipy import stats

    ranked: Numbers = stats.rankdata(values, axis=-1)
    return ranked


def correlations_of_rows(x: Numbers, y: Numbers) -> Numbers:
    """Return Pearson's correlation of each row of x (resamples, items) with that of y; NaN if one is constant."""
    x, y = (values - values.mean(-1, keepdims=True) for values in (x, y))
    spread = np.sqrt(np.einsum("ij,ij->i", x, x) * np.einsum("ij,ij->i", y, y))
    together: Numbers = np.einsum("ij,ij->i", x, y) / np.where(spread == 0, np.nan, spread)
    return together


def _quietly(correlate: Callable[..., Any], x: Numbers, y: Numbers) -> float:
    if len(x) < 2:
        return float("nan")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(correlate(x, y).statistic)
