"""Correlations: SciPy's, quiet where they are not defined, and many resamples' at once."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def spearman(x: Numbers, y: Numbers) -> float:
    """Give Spearman's correlation, NaN where it is not defined."""
    from scipy import stats

    return _quietly(stats.spearmanr, x, y)


def pearson(x: Numbers, y: Numbers) -> float:
    """Give Pearson's correlation, NaN where it is not defined."""
    from scipy import stats

    return _quietly(stats.pearsonr, x, y)


def ranks(values: Numbers) -> Numbers:
    """Give ranks along the last axis, equal ones their mean."""
    from scipy import stats

    ranked: Numbers = stats.rankdata(values, axis=-1)
    return ranked


def correlations_of_rows(x: Numbers, y: Numbers) -> Numbers:
    """Give Pearson's correlation of each row of x (resamples, items) with that of y; NaN where one is constant."""
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
