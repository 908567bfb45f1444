"""Edge steps of GloVe, with its AdaGrad: see `kernels.pull` and, for the rows of a matrix, `kernels.glove`.

    t = s g,  w ← w − t / √G,  G ← G + t²         g the gradient of an edge, as in `kernels.edges`

Where the exported vectors are sums v = w + w̃, g is the gradient by v, which is that by w and by w̃.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.edges import TOGETHER, Edges, draw, row_of
from wordvec.kernels.glove import GloveMatrices, row_length
from wordvec.kernels.simd import LANES, Floats, add, fma, load, mul, rsqrt, splat, store, sub, total
from wordvec.kernels.windows import prefetch_row

_ZERO = np.float32(0)


@kernel
def pull_words(
    model: GloveMatrices, edges: Edges, steps: int, share: np.float32, stream: np.uint64, pairs: NDArray[np.int64]
) -> None:
    """Make edge steps between rows of `words`.

    Parameters
    ----------
    model
        Both matrices, changed; their rows are those of `edges`.
    edges, steps, stream, pairs
        As of `kernels.pull.pull_rows`.
    share
        s.
    """
    _make_steps(model, edges, steps, share, stream, pairs, False)


@kernel
def pull_sums(
    model: GloveMatrices, edges: Edges, steps: int, share: np.float32, stream: np.uint64, pairs: NDArray[np.int64]
) -> None:
    """Make edge steps between sums of the rows of `words` and `contexts`, with the parameters of `pull_words`.

    Both rows of a word move, so that the sum moves twice as far.
    """
    _make_steps(model, edges, steps, share, stream, pairs, True)


@inline
def _make_steps(
    model: GloveMatrices,
    edges: Edges,
    steps: int,
    share: np.float32,
    stream: np.uint64,
    pairs: NDArray[np.int64],
    sums: bool,
) -> None:
    length, stride = row_length(model.stride), model.stride
    for begin in range(0, steps, TOGETHER):
        number = min(TOGETHER, steps - begin)
        stream = draw(edges, number, stream, pairs)
        for k in range(2 * number):
            prefetch_row(model.words, row_of(pairs[k]) * length, length)
            if sums:
                prefetch_row(model.contexts, row_of(pairs[k]) * length, length)
        for k in range(number):
            neighbour = pairs[2 * k + 1]
            i, j = pairs[2 * k] * length, row_of(neighbour) * length
            step = share if neighbour >= 0 else -share * _overlap(model, i, j, sums)
            for d in range(0, stride, LANES):
                towards = _vector(model, j + d, sums)
                if neighbour >= 0:
                    towards = sub(towards, _vector(model, i + d, sums))
                t = mul(splat(step), towards)
                _move(model.words, i + d, stride, t)
                if sums:
                    _move(model.contexts, i + d, stride, t)


@inline
def _vector(model: GloveMatrices, at: int, sums: bool) -> Any:
    """Return a register of an exported vector."""
    return add(load(model.words, at), load(model.contexts, at)) if sums else load(model.words, at)


@inline
def _overlap(model: GloveMatrices, i: int, j: int, sums: bool) -> Any:
    """Return max(0, x · y) / ‖y‖² of two exported vectors; 0 if y is zero."""
    product = squares = splat(_ZERO)
    for d in range(0, model.stride, LANES):
        x, y = _vector(model, i + d, sums), _vector(model, j + d, sums)
        product, squares = fma(x, y, product), fma(y, y, squares)
    both, size = total(product), total(squares)
    return both / size if both > _ZERO and size > _ZERO else _ZERO


@inline
def _move(matrix: Floats, at: int, stride: int, t: Any) -> None:
    """Add t / √G, where t is −s g, and update G."""
    squares = load(matrix, at + stride)
    store(matrix, at, fma(t, rsqrt(squares), load(matrix, at)))
    store(matrix, at + stride, fma(t, t, squares))
