"""The distribution over the senses of a word in its context: see `disambiguated_skipgram`."""

from typing import Any, NamedTuple

import numpy as np

from wordvec.kernels import rng
from wordvec.kernels._jit import inline, kernel
from wordvec.kernels.disambiguated_rows import MOST, products
from wordvec.kernels.logistic import exponential
from wordvec.kernels.simd import LANES, Floats, add, div, load, mul, splat, store, sub, total
from wordvec.kernels.windows import EmbeddingMatrices

GUMBEL_VALUES = 4_096
"""Length of a table of Gumbel noise."""
SCORES, SHARES, CHANGES, MASK = 0, LANES, 2 * LANES, 3 * LANES
"""Places of z, p, δ, and 1 for each sense among the numbers of senses (`numbers_of`)."""
_DRAW_BITS = np.uint64(16)
_DRAWS = 4


class SenseLayout(NamedTuple):
    """Rows of `words`: those of senses, word by word; K shared keys; the own keys of all words with several senses.

    Attributes
    ----------
    senses
        Number K of senses of the first `several` words; all others have one.
    several
        Number of words with several senses.
    dim
        Number of elements of a vector; a row is longer.
    shared, own
        Rows of the first shared key, and of the first own key; `own` is the number of rows if words have none.
    """

    senses: int
    several: int
    dim: int
    shared: int
    own: int


class Stage(NamedTuple):
    """One stage of training.

    Attributes
    ----------
    temperature
        T.
    noisy
        Whether Gumbel noise is added.
    reward
        λ.
    pace
        κ.
    own
        Whether the keys of words are read and trained; otherwise the shared ones are.
    """

    temperature: np.float32
    noisy: bool
    reward: np.float32
    pace: np.float32
    own: bool


def numbers_of(senses: int) -> Floats:
    """Return room for the numbers of so many senses: z, p, δ and 1 for each sense."""
    numbers = np.zeros(4 * MOST, np.float32)
    numbers[MASK : MASK + senses] = 1
    return numbers


@kernel
def fill_gumbel(table: Floats) -> None:
    """Fill a table with quantiles of the standard Gumbel distribution, from which noise is drawn."""
    for place in range(len(table)):
        # Rounded to float32, so that the last bit of a library's logarithm hardly ever matters.
        table[place] = np.float32(-np.log(-np.log((place + 0.5) / len(table))))


@inline
def mean_context(model: EmbeddingMatrices, layout: SenseLayout, work: Any, at: int, count: int) -> None:
    """Write c, with 1 behind its last element, to ``rows[2 * stride:]``."""
    share, c = splat(np.float32(1) / np.float32(count)), 2 * model.stride
    for d in range(0, model.stride, LANES):
        mean = load(model.contexts, work.outputs[at] + d)
        for slot in range(at + 1, at + count):
            mean = add(mean, load(model.contexts, work.outputs[slot] + d))
        store(work.rows, c + d, mul(mean, share))
    work.rows[c + layout.dim] = np.float32(1)


@inline
def _add_noise(layout: SenseLayout, work: Any, state: np.uint64) -> Any:
    """Add Gumbel noise to z; return the new stream."""
    bits = state
    for s in range(layout.senses):
        if s % _DRAWS == 0:
            state += rng.GOLDEN
            bits = rng.mix(state)
        place = int(np.int64((bits & np.uint64(0xFFFF)) * np.uint64(GUMBEL_VALUES) >> _DRAW_BITS))
        bits >>= _DRAW_BITS
        work.senses[SCORES + s] += work.gumbel[place]
    return state


@inline
def softmax(senses: Floats, number: int, temperature: np.float32) -> None:
    """Divide z by the temperature, less the largest, and write p; `senses` are those of a `Workspace`."""
    highest = senses[SCORES]
    for s in range(1, number):
        highest = max(highest, senses[SCORES + s])
    mask = load(senses, MASK)
    z = mul(mul(sub(load(senses, SCORES), splat(highest)), splat(np.float32(1) / temperature)), mask)
    e = mul(exponential(z), mask)
    store(senses, SCORES, z)
    store(senses, SHARES, div(e, splat(total(e))))


@inline
def distribute(
    model: EmbeddingMatrices, layout: SenseLayout, stage: Stage, work: Any, word: int, state: np.uint64
) -> Any:
    """Write z and p of a word with several senses, whose c is in ``rows``; return the new stream."""
    stride, c = model.stride, 2 * model.stride
    z = products(model.words, layout.shared * stride, layout.senses, stride, work.rows, c)
    if stage.own:
        own = (layout.own + word * layout.senses) * stride
        z = add(z, products(model.words, own, layout.senses, stride, work.rows, c))
    store(work.senses, SCORES, z)
    if stage.noisy:
        state = _add_noise(layout, work, state)
    softmax(work.senses, layout.senses, stage.temperature)
    return state
