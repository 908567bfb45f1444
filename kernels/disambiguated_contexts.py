"""Probabilities of senses in context after training, by the keys of the senses that were kept."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.disambiguated_choice import MASK, SCORES, SHARES, softmax
from wordvec.kernels.disambiguated_rows import MOST, products
from wordvec.kernels.simd import LANES, Floats, align_stack, fma, load, splat, store

_ZERO = np.float32(0)


class ContextMatrices(NamedTuple):
    """What decides between the senses of words after training.

    Attributes
    ----------
    contexts, keys
        Flat matrices; a key has its bias as element `dim`.
    starts
        (words + 1,) int64 array: keys of word w are those from ``starts[w]`` to ``starts[w + 1]``; none if it has one
        sense.
    weights
        (words,) float32 array: weights of context words in c.
    stride, dim
        Length of a row in memory, and of a vector.
    most
        Largest number of senses of a word.
    """

    contexts: Floats
    keys: Floats
    starts: NDArray[np.int64]
    weights: Floats
    stride: int
    dim: int
    most: int


@kernel
def context_probabilities(
    model: ContextMatrices,
    senses: Floats,
    c: Floats,
    centres: NDArray[np.int64],
    ids: NDArray[np.int64],
    offsets: NDArray[np.int64],
    found: Floats,
) -> None:
    """Write the probabilities of the senses of each centre to `found`, without noise and at temperature 1.

    Parameters
    ----------
    model
        Matrices.
    senses, c
        Room for numbers of senses (`numbers_of`), and for a row.
    centres
        (n,) int64 array of words.
    ids, offsets
        Words of all contexts, one after another, and (n + 1,) int64 array of their bounds; c is 0 without words.
    found
        Flat (n · most,) float32 array.
    """
    align_stack()
    for centre in range(len(centres)):
        word, at = centres[centre], centre * model.most
        first, number = model.starts[word], model.starts[word + 1] - model.starts[word]
        for s in range(model.most):
            found[at + s] = _ZERO
        found[at] = np.float32(1)
        if number > 1:
            _weighted_context(model, c, ids, offsets[centre], offsets[centre + 1])
            for s in range(MOST):
                senses[MASK + s] = np.float32(1 if s < number else 0)
            store(senses, SCORES, products(model.keys, first * model.stride, number, model.stride, c, 0))
            softmax(senses, number, np.float32(1))
            for s in range(number):
                found[at + s] = senses[SHARES + s]


@inline
def _weighted_context(model: ContextMatrices, c: Floats, ids: NDArray[np.int64], begin: int, end: int) -> None:
    """Write the weighted mean of the rows of context words to `c`, with 1 behind its last element."""
    weight = 0.0
    for place in range(begin, end):
        weight += np.float64(model.weights[ids[place]])
    share = np.float32(1 / weight if weight > 0 else 0)
    for d in range(0, model.stride, LANES):
        mean = splat(_ZERO)
        for place in range(begin, end):
            mean = fma(
                splat(model.weights[ids[place]] * share), load(model.contexts, ids[place] * model.stride + d), mean
            )
        store(c, d, mean)
    c[model.dim] = np.float32(1)
