"""Shared steps of skip-gram and CBOW: their arguments, the iteration over windows, and noise drawn one window ahead.

A row is addressed by the offset of its first element in a flat matrix whose rows are padded to whole registers. Output
rows (the centre's, then the negatives') are processed in tiles of six, the number whose rows and gradients fit in
registers together. A short last tile is filled with the centre's row at coefficient zero, which changes nothing.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import inline
from wordvec.kernels.sampling import draw_noise, subsample
from wordvec.kernels.simd import LANES, Floats, prefetch_to_write

TILE = 6
"""Output rows that are processed together in registers."""

TILE_SLOTS = 8
"""Lanes of a tile's scores and gradients."""

# Two windows ahead is 4 to 7 % slower with two threads: frequent rows leave the cache again before they are used. Not
# prefetching frequent noise rows is 4 to 9 % slower. Prefetching for writing instead of reading makes CBOW 12 % faster
# on two threads of an EPYC and makes no difference to skip-gram there (4 to 7 % slower on an earlier Xeon).
WINDOWS_AHEAD = 1
RING = WINDOWS_AHEAD + 1
# Windows whose losses are summed lane by lane in float32 before they are added to a float64 sum.
FLUSH_WINDOWS = 64


class EmbeddingMatrices(NamedTuple):
    """The two flat matrices, updated in place; `frozen` leaves `contexts` unchanged.

    The output rows of the first `private` words are `shift` rows further on, where a thread has its own copies of them.
    """

    words: Floats
    contexts: Floats
    stride: int
    frozen: bool
    private: int = 0
    shift: int = 0


class Sampler(NamedTuple):
    """Keep thresholds of tokens and alias table of noise words: see `sampling`.

    A token beyond the noise words has an input row only; `shared` holds the words whose output rows these tokens use.
    """

    keep: NDArray[np.uint32]
    noise: NDArray[np.uint32]
    shared: NDArray[np.uint32] = np.empty(0, np.uint32)


class WindowShape(NamedTuple):
    """The shape of a window; `per_pair` is used by skip-gram, `pace` by CBOW."""

    window: int
    fixed: bool
    negatives: int
    per_pair: bool = False
    pace: float = 0.0


class Workspace(NamedTuple):
    """Arrays of one thread: see `allocate_workspace`; the last two are used with hierarchical softmax (`paths`)."""

    tokens: NDArray[np.int64]
    bounds: NDArray[np.int64]
    outputs: NDArray[np.int64]
    inputs: NDArray[np.int64]
    signs: Floats
    active: Floats
    gradients: Floats
    rows: Floats
    losses: Floats
    labels: Floats = np.empty(0, np.float32)
    lengths: NDArray[np.int64] = np.empty(0, np.int64)


def tile_count(negatives: int) -> int:
    """Return the number of tiles of a window's output rows."""
    return -(-(1 + negatives) // TILE)


def allocate_workspace(tokens: int, sentences: int, shape: WindowShape, stride: int) -> Workspace:
    """Allocate the arrays of one thread, for pieces of at most `tokens` tokens and `sentences` sentences.

    Two input rows are scored at once, so a register of scores holds the slots of a tile twice. `signs` is −1 for the
    centre and +1 for a negative. `active` is 1 for a slot that counts; each such register is followed by one whose
    second half is 0, for a last input row without a partner. `outputs` is a ring buffer of the windows drawn ahead.
    """
    tiles = tile_count(shape.negatives)
    widest = 2 * shape.window
    signs = np.ones((tiles, 2, TILE_SLOTS), np.float32)
    signs[0, :, 0] = -1
    active = np.zeros((tiles, 2, 2, TILE_SLOTS), np.float32)
    for slot in range(1 + shape.negatives):
        active[slot // TILE, :, :, slot % TILE] = 1
    active[:, 1, 1] = 0
    return Workspace(
        np.empty(tokens, np.int64),
        np.empty(sentences + 1, np.int64),
        np.empty(RING * tiles * TILE, np.int64),
        np.empty(widest, np.int64),
        signs.ravel(),
        active.ravel(),
        np.empty((widest + 1) * tiles * TILE_SLOTS, np.float32),
        np.empty(widest * stride, np.float32),
        np.zeros(LANES, np.float32),
    )


@inline
def prefetch_row(matrix: Floats, row: int, stride: int) -> None:
    """Prefetch a whole row for writing."""
    for d in range(0, stride, LANES):
        prefetch_to_write(matrix, row + d)


@inline
def set_active(work: Workspace, slot: int, value: np.float32) -> None:
    """Activate (1) or deactivate (0) a slot."""
    lane = (slot // TILE) * 4 * TILE_SLOTS + slot % TILE
    for half in range(3):
        work.active[lane + half * TILE_SLOTS] = value


@inline
def flush(losses: Floats) -> float:
    """Return the float64 sum of the lanes, and set them to zero."""
    total = 0.0
    for lane in range(LANES):
        total += np.float64(losses[lane])
        losses[lane] = 0
    return total


@inline
def draw_outputs(
    model: EmbeddingMatrices, sampler: Sampler, work: Workspace, centre: int, slots: int, state: np.uint64
) -> Any:
    """Write the rows of the word at position `centre` and of noise words to the ring buffer, and prefetch them.

    The free slots of the last tile get the centre's row. Return the advanced random stream.
    """
    word, noise_words = work.tokens[centre], len(sampler.noise) // 2
    if word >= noise_words:
        word = np.int64(sampler.shared[word - noise_words])
    own = output_row(model, word)
    at = ring_offset(work, centre)
    for slot in range(len(work.outputs) // RING):
        work.outputs[at + slot] = own
    prefetch_row(model.contexts, own, model.stride)
    for slot in range(at + 1, at + slots):
        state += rng.GOLDEN
        row = output_row(model, draw_noise(sampler.noise, rng.mix(state)))
        work.outputs[slot] = row
        prefetch_row(model.contexts, row, model.stride)
    return state


@inline
def output_row(model: EmbeddingMatrices, number: int) -> int:
    """Return the offset of a row of `contexts`."""
    return (number + (model.shift if number < model.private else 0)) * model.stride


@inline
def ring_offset(work: Workspace, centre: int) -> int:
    """Return the offset in ``outputs`` of the rows for the position `centre`."""
    return (centre % RING) * (len(work.outputs) // RING)


@inline
def subsample_sentences(
    keep: NDArray[np.uint32],
    tokens: NDArray[np.int64],
    bounds: NDArray[np.int64],
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    state: np.uint64,
) -> Any:
    """Write the tokens that are kept to `tokens`, and the bounds of sentences to `bounds`; return the new stream."""
    filled = 0
    bounds[0] = 0
    for sentence in range(len(offsets) - 1):
        text = ids[offsets[sentence] - offsets[0] : offsets[sentence + 1] - offsets[0]]
        filled, state = subsample(text, keep, state, tokens, filled)
        bounds[sentence + 1] = filled
    return state


@inline
def read_piece(
    model: EmbeddingMatrices,
    sampler: Sampler,
    shape: WindowShape,
    work: Workspace,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    state: np.uint64,
) -> Any:
    """Subsample the sentences into ``tokens`` and ``bounds``, and draw for the first windows; return the new stream."""
    state = subsample_sentences(sampler.keep, work.tokens, work.bounds, ids, offsets, state)
    for centre in range(min(WINDOWS_AHEAD, work.bounds[len(offsets) - 1])):
        state = draw_outputs(model, sampler, work, centre, 1 + shape.negatives, state)
    return state


@inline
def open_window(
    model: EmbeddingMatrices,
    sampler: Sampler,
    shape: WindowShape,
    work: Workspace,
    centre: int,
    sentence: int,
    sentences: int,
    state: np.uint64,
) -> Any:
    """Write the context words' rows to ``inputs``, and draw one window ahead; return their number and the stream."""
    if centre + WINDOWS_AHEAD < work.bounds[sentences]:
        state = draw_outputs(model, sampler, work, centre + WINDOWS_AHEAD, 1 + shape.negatives, state)
    return gather_inputs(model, shape, work, centre, sentence, sentences, state)


@inline
def gather_inputs(
    model: EmbeddingMatrices,
    shape: WindowShape,
    work: Workspace,
    centre: int,
    sentence: int,
    sentences: int,
    state: np.uint64,
) -> Any:
    """Write the context words' rows to ``inputs``, and prefetch the next; return their number and the stream."""
    begin, end, filled = work.bounds[sentence], work.bounds[sentence + 1], work.bounds[sentences]
    entering = centre + WINDOWS_AHEAD + shape.window
    if entering < filled:
        prefetch_row(model.words, work.tokens[entering] * model.stride, model.stride)
    reach = shape.window
    if not shape.fixed:
        state += rng.GOLDEN
        reach = 1 + rng.below(rng.high(rng.mix(state)), shape.window)
    count = 0
    for position in range(max(begin, centre - reach), min(end, centre + reach + 1)):
        if position != centre:
            work.inputs[count] = work.tokens[position] * model.stride
            count += 1
    return count, state


@inline
def hide_collisions(work: Workspace, at: int, slots: int) -> int:
    """Deactivate the slots whose noise word is the centre; return their number."""
    collisions = 0
    for slot in range(1, slots):
        if work.outputs[at + slot] == work.outputs[at]:
            set_active(work, slot, np.float32(0))
            collisions += 1
    return collisions


@inline
def show_all(work: Workspace, slots: int) -> None:
    """Activate all slots again."""
    for slot in range(1, slots):
        set_active(work, slot, np.float32(1))
