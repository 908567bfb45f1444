"""Permutation tests: all partitions or signs if there are few, otherwise random ones."""

import itertools
import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.representation import short

Numbers = NDArray[np.float64]
GREATER, LESS, TWO_SIDED = "greater", "less", "two-sided"
ALTERNATIVES = (GREATER, LESS, TWO_SIDED)
_AT_ONCE = 1 << 14
"""Permutations in memory at a time."""
_ROUNDING = 1e-10
"""Values that differ by less, relatively, are equal: they are sums in another order."""


class Null(NamedTuple):
    """Values of a measure under permutations.

    Attributes
    ----------
    values
        (permutations, measures) float64 array.
    exact
        Whether these are all permutations, the observed one among them.
    """

    values: Numbers
    exact: bool

    def __repr__(self) -> str:
        return short(self)

    def p_values(self, observed: Numbers, alternative: str) -> Numbers:
        """Return the p-value of each observed value (measures,).

        It is the share of permutations whose value is at least as extreme. With random permutations the observed one is
        counted, too (Phipson and Smyth 2010), so that p is never 0.
        """
        values = self.values
        if alternative == TWO_SIDED:
            values, observed = np.abs(values), np.abs(observed)
        elif alternative == LESS:
            values, observed = -values, -observed
        margin = _ROUNDING * np.maximum(np.abs(observed), np.abs(values).max(0, initial=0))
        extreme = (values >= observed - margin).sum(0)
        more = 0 if self.exact else 1
        found: Numbers = (extreme + more) / (len(values) + more)
        return found


def partitions(items: int, first: int, most: int, seed: int) -> tuple[Iterator[NDArray[np.bool_]], bool]:
    """Return blocks (permutations, items) of which items are in the first of two groups, and whether these are all.

    Parameters
    ----------
    items, first
        Number of items, and of those in the first group.
    most
        Largest number of permutations; if there are more, so many random ones are drawn.
    seed
        Seed of the random permutations.
    """
    exact = math.comb(items, first) <= most
    return (_all_partitions(items, first) if exact else _random_partitions(items, first, most, seed)), exact


def signs(items: int, most: int, seed: int) -> tuple[Iterator[Numbers], bool]:
    """Return blocks (permutations, items) of signs, and whether these are all; see `partitions`."""
    if 2**items <= most:
        return iter([np.array(list(itertools.product((1.0, -1.0), repeat=items)))]), True
    generator = np.random.default_rng(seed)
    return (generator.choice((1.0, -1.0), (count, items)) for count in _counts(most)), False


def _all_partitions(items: int, first: int) -> Iterator[NDArray[np.bool_]]:
    every = itertools.combinations(range(items), first)
    while chosen := list(itertools.islice(every, _AT_ONCE)):
        block = np.zeros((len(chosen), items), bool)
        np.put_along_axis(block, np.array(chosen, np.int64).reshape(len(chosen), first), True, axis=1)
        yield block


def _random_partitions(items: int, first: int, most: int, seed: int) -> Iterator[NDArray[np.bool_]]:
    generator, group = np.random.default_rng(seed), np.arange(items) < first
    for count in _counts(most):
        yield generator.permuted(np.broadcast_to(group, (count, items)), axis=1)


def _counts(most: int) -> Iterator[int]:
    return (min(_AT_ONCE, most - begin) for begin in range(0, most, _AT_ONCE))
