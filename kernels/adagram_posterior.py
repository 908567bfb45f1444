"""Probabilities of senses in context by a trained AdaGram: prior times likelihood, see `adagram_windows`."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.adagram_windows import Workspace, add_path, close_outputs, score_senses, write_posterior
from wordvec.kernels.simd import Floats, align_stack


class TrainedSenses(NamedTuple):
    """A trained model.

    Attributes
    ----------
    words, contexts, stride
        Flat rows of senses, one word after another, and of inner nodes; length of a row.
    starts
        (words + 1,) int64 array: number of the first row of each word.
    priors
        (senses,) float32 array: E[log π_k].
    up
        (2 words − 1,) int32 array: the tree of `huffman`.
    most
        Largest number of senses of a word.
    """

    words: Floats
    contexts: Floats
    stride: int
    starts: NDArray[np.int64]
    priors: Floats
    up: NDArray[np.int32]
    most: int


@kernel
def write_posteriors(
    model: TrainedSenses,
    work: Workspace,
    centres: NDArray[np.int64],
    contexts: NDArray[np.int64],
    offsets: NDArray[np.int64],
    found: Floats,
) -> None:
    """Write the posterior of the senses of each centre to `found`, (centres · most,), and 0 beyond its senses.

    Parameters
    ----------
    model, work
        The model; arrays of this thread, with room for the longest context.
    centres, contexts, offsets
        (n,) int64 words, int64 context words of all of them, and (n + 1,) int64 beginnings of their contexts.
    """
    align_stack()
    for i in range(len(centres)):
        row, filled = model.starts[centres[i]], 0
        senses = model.starts[centres[i] + 1] - row
        for place in range(offsets[i], offsets[i + 1]):
            filled = add_path(model.stride, model.up, work, contexts[place], filled)
        tiles = close_outputs(model.stride, work, filled)
        score_senses(model, work, row, 0, senses, model.most, tiles)
        for k in range(senses):
            work.logs[k] = np.float64(model.priors[row + k])
        write_posterior(work, senses)
        for k in range(model.most):
            found[i * model.most + k] = work.posterior[k] if k < senses else np.float32(0)
