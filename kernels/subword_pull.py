"""Edge steps of models whose words are bags of rows: see `kernels.pull`.

The vector of a word is the mean of n rows, of which one is its own. Only this row moves, by n times the step of the
vector, because the others belong to other words, too.
"""

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import kernel
from wordvec.kernels.bags import Bags, prefetch_bag, sum_bag
from wordvec.kernels.edges import TOGETHER, Edges, draw, overlap, row_of
from wordvec.kernels.simd import LANES, Floats, fma, load, splat, store, sub
from wordvec.kernels.windows import EmbeddingMatrices


@kernel
def pull_bags(
    model: EmbeddingMatrices,
    bags: Bags,
    edges: Edges,
    steps: int,
    share: np.float32,
    stream: np.uint64,
    pairs: NDArray[np.int64],
    vectors: Floats,
) -> None:
    """Make edge steps between the vectors of words.

    Parameters
    ----------
    model
        Matrices, of which `words` is changed; the row of word i is row i.
    bags
        Rows of each word.
    edges, steps, share, stream, pairs
        As of `kernels.pull.pull_rows`.
    vectors
        (2 · stride,) float32 workspace.
    """
    stride, words = model.stride, model.words
    for begin in range(0, steps, TOGETHER):
        number = min(TOGETHER, steps - begin)
        stream = draw(edges, number, stream, pairs)
        for k in range(number):
            word, neighbour = pairs[2 * k], pairs[2 * k + 1]
            if k + 1 < number:
                prefetch_bag(model, bags, pairs[2 * k + 2])
                prefetch_bag(model, bags, row_of(pairs[2 * k + 3]))
            other = row_of(neighbour)
            rows, others = bags.starts[word + 1] - bags.starts[word], bags.starts[other + 1] - bags.starts[other]
            sum_bag(model, bags, word, np.float32(1) / np.float32(rows), vectors, 0)
            sum_bag(model, bags, other, np.float32(1) / np.float32(others), vectors, stride)
            own, step = word * stride, share * np.float32(rows)
            if neighbour < 0:
                step *= -overlap(vectors, 0, vectors, stride, stride)
            s = splat(step)
            for d in range(0, stride, LANES):
                towards = load(vectors, stride + d)
                if neighbour >= 0:
                    towards = sub(towards, load(vectors, d))
                store(words, own + d, fma(s, towards, load(words, own + d)))
