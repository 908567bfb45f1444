"""Shared steps of the subword models: sums of bags of rows, and their updates.

The input vector of a word is the mean of the rows of its bag: its own row, if it has one, and those of its n-grams
(Bojanowski et al. 2017). Both kernels read and change a bag less often than fastText, which does both for every pair
of words.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline
from wordvec.kernels.simd import LANES, Floats, add, load, mul, splat, store
from wordvec.kernels.windows import EmbeddingMatrices, prefetch_row


class Bags(NamedTuple):
    """Rows of each word in `words`: those of word w are ``numbers[starts[w] : starts[w + 1]]``, with repetitions.

    `starts` is (words + 1,) int64, `numbers` (rows of all words,) int64.
    """

    starts: NDArray[np.int64]
    numbers: NDArray[np.int64]


@inline
def prefetch_bag(model: EmbeddingMatrices, bags: Bags, word: int) -> None:
    """Prefetch the rows of a word for writing."""
    for place in range(bags.starts[word], bags.starts[word + 1]):
        prefetch_row(model.words, bags.numbers[place] * model.stride, model.stride)


@inline
def sum_bag(model: EmbeddingMatrices, bags: Bags, word: int, share: np.float32, target: Floats, at: int) -> None:
    """Write the sum of the rows of a word, times `share`, to ``target[at:]``."""
    first, last = bags.starts[word], bags.starts[word + 1]
    for d in range(0, model.stride, LANES):
        total = splat(np.float32(0))
        for place in range(first, last):
            total = add(total, load(model.words, bags.numbers[place] * model.stride + d))
        store(target, at + d, mul(total, splat(share)))


@inline
def add_to_bag(model: EmbeddingMatrices, bags: Bags, word: int, change: Floats, at: int) -> None:
    """Add ``change[at:]`` to each row of a word."""
    for place in range(bags.starts[word], bags.starts[word + 1]):
        row = bags.numbers[place] * model.stride
        for d in range(0, model.stride, LANES):
            store(model.words, row + d, add(load(model.words, row + d), load(change, at + d)))
