"""Agreement of two partitions of the same items: adjusted Rand index, V-measure and paired F-score.

Hubert and Arabie (1985); Rosenberg and Hirschberg (2007); Artiles, Amigó and Gonzalo (2009).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Labels = Sequence[object] | NDArray[np.int64]


def _table(gold: Labels, predicted: Labels) -> NDArray[np.float64]:
    """Return the number of items of each gold class (rows) and predicted class (columns)."""
    _, rows = np.unique(np.asarray(gold), return_inverse=True)
    _, columns = np.unique(np.asarray(predicted), return_inverse=True)
    table = np.zeros((rows.max(initial=-1) + 1, columns.max(initial=-1) + 1))
    np.add.at(table, (rows, columns), 1)
    return table


def _pairs(counts: NDArray[np.float64]) -> float:
    """Return the number of pairs of items with the same class."""
    return float((counts * (counts - 1) / 2).sum())


def adjusted_rand(gold: Labels, predicted: Labels) -> float:
    """Return the adjusted Rand index: 1 for equal partitions, 0 on average for random ones.

    >>> round(adjusted_rand([0, 0, 1, 1], [0, 0, 1, 2]), 4), adjusted_rand([0, 0], [3, 3])
    (0.5714, 1.0)
    """
    table = _table(gold, predicted)
    both, first, second = _pairs(table), _pairs(table.sum(axis=1)), _pairs(table.sum(axis=0))
    every = _pairs(np.array([table.sum()]))
    expected = first * second / every if every else 0.0
    most = (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def v_measure(gold: Labels, predicted: Labels) -> float:
    """Return the V-measure, the harmonic mean of homogeneity and completeness.

    It rises with the number of predicted classes, also of random ones.

    >>> v_measure([0, 0, 1, 1], [1, 1, 0, 0]), v_measure([0, 0, 1, 1], [0, 0, 0, 0])
    (1.0, 0.0)
    """
    table = _table(gold, predicted)
    shares = table / max(table.sum(), 1)
    classes, clusters = _entropy(shares.sum(axis=1)), _entropy(shares.sum(axis=0))
    mutual = classes + clusters - _entropy(shares.reshape(-1))
    homogeneity = mutual / classes if classes else 1.0
    completeness = mutual / clusters if clusters else 1.0
    total = homogeneity + completeness
    return max(0.0, 2 * homogeneity * completeness / total) if total > 0 else 0.0


def _entropy(shares: NDArray[np.float64]) -> float:
    known = shares[shares > 0]
    return float(-(known * np.log(known)).sum())


def paired_f(gold: Labels, predicted: Labels) -> float:
    """Return the F-score of pairs of items with the same class; 1 if neither partition has such pairs.

    It falls with the number of predicted classes, and is high for one class.

    >>> paired_f([0, 0, 1, 1], [0, 0, 0, 0]), paired_f([0, 1], [0, 1])
    (0.5, 1.0)
    """
    table = _table(gold, predicted)
    both, first, second = _pairs(table), _pairs(table.sum(axis=1)), _pairs(table.sum(axis=0))
    return 2 * both / (first + second) if first + second else 1.0
