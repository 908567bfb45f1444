"""What the kernels of skip-gram and CBOW share: their arguments, the walk over windows, noise rows drawn ahead.

Rows are addressed by the offset of their first number in a flat matrix whose rows are padded to whole registers.
Output rows (the centre's, then the negatives') come in chunks of six, the number whose rows and gradients fit in
registers together; a short last chunk is filled with the centre's row at coefficient zero, which changes nothing.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import rng
from wordvec.kernels._jit import inline
from wordvec.kernels.sampling import draw_noise, thin_out
from wordvec.kernels.simd import LANES, Floats, prefetch_to_write

CHUNK = 6
SLOTS = 8
# Two windows ahead is slower with two threads: frequent rows are taken away again before they are used.
AHEAD = 1
RING = AHEAD + 1
# Losses are added up lane by lane in float32 for so many windows, then moved to float64.
FLUSH = 64


class Model(NamedTuple):
    """The two matrices, flat, and how they are trained; changed in place."""

    words: Floats
    contexts: Floats
    stride: int
    frozen: bool


class Sampler(NamedTuple):
    """Which tokens stay and which noise is drawn: see `sampling`."""

    keep: NDArray[np.uint32]
    noise: NDArray[np.uint32]


class Windows(NamedTuple):
    """The shape of a window; `per_pair` is skip-gram's, `pace` CBOW's."""

    window: int
    fixed: bool
    negatives: int
    per_pair: bool = False
    pace: float = 0.0


class Scratch(NamedTuple):
    """One thread's own room: see `scratch`."""

    tokens: NDArray[np.int64]
    bounds: NDArray[np.int64]
    outputs: NDArray[np.int64]
    inputs: NDArray[np.int64]
    signs: Floats
    active: Floats
    gradients: Floats
    rows: Floats
    losses: Floats


def chunks(negatives: int) -> int:
    """Give the number of chunks of output rows in a window."""
    return -(-(1 + negatives) // CHUNK)


def scratch(tokens: int, sentences: int, windows: Windows, stride: int) -> Scratch:
    """Make room for pieces of at most so many tokens and sentences.

    Two input rows are scored at once, so a register of scores holds a chunk's slots twice: `signs` has −1 for the
    centre and +1 for a negative, `active` 1 for a slot that counts, and after each such register another with the
    second half 0, for a last input without partner. `outputs` is a ring of the windows drawn ahead.
    """
    parts = chunks(windows.negatives)
    widest = 2 * windows.window
    signs = np.ones((parts, 2, SLOTS), np.float32)
    signs[0, :, 0] = -1
    active = np.zeros((parts, 2, 2, SLOTS), np.float32)
    for slot in range(1 + windows.negatives):
        active[slot // CHUNK, :, :, slot % CHUNK] = 1
    active[:, 1, 1] = 0
    return Scratch(
        np.empty(tokens, np.int64),
        np.empty(sentences + 1, np.int64),
        np.empty(RING * parts * CHUNK, np.int64),
        np.empty(widest, np.int64),
        signs.ravel(),
        active.ravel(),
        np.empty((widest + 1) * parts * SLOTS, np.float32),
        np.empty(widest * stride, np.float32),
        np.zeros(LANES, np.float32),
    )


@inline
def prefetch_row(matrix: Floats, row: int, stride: int) -> None:
    """Ask for a whole row that will be changed."""
    for d in range(0, stride, LANES):
        prefetch_to_write(matrix, row + d)


@inline
def set_active(room: Scratch, slot: int, value: np.float32) -> None:
    """Let a slot count (1) or not (0)."""
    lane = (slot // CHUNK) * 4 * SLOTS + slot % CHUNK
    for half in range(3):
        room.active[lane + half * SLOTS] = value


@inline
def flush(losses: Floats) -> float:
    """Give the sum of the lanes in float64 and empty them."""
    total = 0.0
    for lane in range(LANES):
        total += np.float64(losses[lane])
        losses[lane] = 0
    return total


@inline
def draw_outputs(model: Model, sampler: Sampler, room: Scratch, centre: int, slots: int, state: np.uint64) -> Any:
    """Put the rows of the word at position `centre` and of noise into its place in the ring, and ask for them.

    The chunks' free slots get the centre's row. Gives the new stream.
    """
    own = room.tokens[centre] * model.stride
    at = ring_place(room, centre)
    for slot in range(len(room.outputs) // RING):
        room.outputs[at + slot] = own
    prefetch_row(model.contexts, own, model.stride)
    for slot in range(at + 1, at + slots):
        state += rng.GOLDEN
        row = draw_noise(sampler.noise, rng.mix(state)) * model.stride
        room.outputs[slot] = row
        prefetch_row(model.contexts, row, model.stride)
    return state


@inline
def ring_place(room: Scratch, centre: int) -> int:
    """Give where in ``outputs`` the rows for the position `centre` are."""
    return (centre % RING) * (len(room.outputs) // RING)


@inline
def read_piece(
    model: Model,
    sampler: Sampler,
    windows: Windows,
    room: Scratch,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    state: np.uint64,
) -> Any:
    """Thin the sentences out into ``tokens`` and ``bounds``, draw for the first windows; give the new stream."""
    filled = 0
    room.bounds[0] = 0
    for sentence in range(len(offsets) - 1):
        text = ids[offsets[sentence] - offsets[0] : offsets[sentence + 1] - offsets[0]]
        filled, state = thin_out(text, sampler.keep, state, room.tokens, filled)
        room.bounds[sentence + 1] = filled
    for centre in range(min(AHEAD, filled)):
        state = draw_outputs(model, sampler, room, centre, 1 + windows.negatives, state)
    return state


@inline
def open_window(
    model: Model,
    sampler: Sampler,
    windows: Windows,
    room: Scratch,
    centre: int,
    sentence: int,
    sentences: int,
    state: np.uint64,
) -> Any:
    """Put the rows of the window's words into ``inputs``, draw for a window ahead; give their number and the stream."""
    begin, end, filled = room.bounds[sentence], room.bounds[sentence + 1], room.bounds[sentences]
    if centre + AHEAD < filled:
        state = draw_outputs(model, sampler, room, centre + AHEAD, 1 + windows.negatives, state)
    entering = centre + AHEAD + windows.window
    if entering < filled:
        prefetch_row(model.words, room.tokens[entering] * model.stride, model.stride)
    reach = windows.window
    if not windows.fixed:
        state += rng.GOLDEN
        reach = 1 + rng.below(rng.high(rng.mix(state)), windows.window)
    count = 0
    for position in range(max(begin, centre - reach), min(end, centre + reach + 1)):
        if position != centre:
            room.inputs[count] = room.tokens[position] * model.stride
            count += 1
    return count, state


@inline
def hide_collisions(room: Scratch, at: int, slots: int) -> int:
    """Let the slots whose noise word is the centre not count; give how many."""
    collisions = 0
    for slot in range(1, slots):
        if room.outputs[at + slot] == room.outputs[at]:
            set_active(room, slot, np.float32(0))
            collisions += 1
    return collisions


@inline
def show_all(room: Scratch, slots: int) -> None:
    """Let all slots count again."""
    for slot in range(1, slots):
        set_active(room, slot, np.float32(1))
