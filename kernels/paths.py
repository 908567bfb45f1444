"""Shared steps of the kernels with hierarchical softmax: the paths of words through a Huffman tree as output rows.

Each inner node n of the tree (`huffman`) has a row u_n of `contexts`. A word w is a leaf; with h the input, the nodes
n on the way from w to the root, and the bit b_n by which the way leaves node n,

    P(w | h) = Π_n σ(y_n h · u_n)      y_n = 1 for bit 0, −1 for bit 1, as in word2vec.c

The probabilities of all words sum to one. The nodes of a path take the place of the centre and its noise words in the
kernels with negative sampling: with −log P as the loss, the gradient of the score of a node is that of a positive
output where the bit is 0 and of a noise word where it is 1.

A pair in the sense of the loss is one prediction, not one node, so that the mean loss is −log P in nats.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.kernels import windows
from wordvec.kernels._jit import inline
from wordvec.kernels.simd import Floats
from wordvec.kernels.windows import (
    RING,
    TILE,
    TILE_SLOTS,
    WINDOWS_AHEAD,
    EmbeddingMatrices,
    WindowShape,
    Workspace,
    gather_inputs,
    output_row,
    prefetch_row,
    ring_offset,
    set_active,
    subsample_sentences,
)

_ZERO, _ONE = np.float32(0), np.float32(1)


class Paths(NamedTuple):
    """Keep thresholds of tokens (see `sampling`), and the tree of the words (see `huffman`)."""

    keep: NDArray[np.uint32]
    up: NDArray[np.int32]


def with_paths(work: Workspace) -> Workspace:
    """Return arrays of one thread that have room for paths of as many nodes as `work` has outputs.

    `labels` has −1 (bit 0) or 1 (bit 1) for each row in `outputs`, `lengths` the number of nodes of each path.
    """
    work.active.reshape(-1, 4, TILE_SLOTS)[:, :3, :TILE] = 1
    return work._replace(labels=np.ones(len(work.outputs), np.float32), lengths=np.empty(RING, np.int64))


def allocate_workspace(tokens: int, sentences: int, shape: WindowShape, stride: int) -> Workspace:
    """Allocate the arrays of one thread, as `windows.allocate_workspace`; see `shape_of`."""
    return with_paths(windows.allocate_workspace(tokens, sentences, shape, stride))


def shape_of(shape: WindowShape, longest: int) -> WindowShape:
    """Return a shape whose windows have room for paths of `longest` nodes in place of the centre and its noise."""
    return shape._replace(negatives=longest - 1)


@inline
def write_path(
    model: EmbeddingMatrices, paths: Paths, word: int, outputs: NDArray[np.int64], labels: Floats, at: int
) -> int:
    """Write the rows and labels of a word's path from `at` on, and prefetch the rows; return the number of nodes."""
    words, length = len(paths.keep), 0
    step = np.int64(paths.up[word])
    while step >= 0:
        row = output_row(model, int(step >> 1))
        outputs[at + length] = row
        labels[at + length] = np.float32(2 * (step & 1) - 1)
        prefetch_row(model.contexts, row, model.stride)
        length += 1
        step = np.int64(paths.up[words + (step >> 1)])
    return length


@inline
def open_path(model: EmbeddingMatrices, paths: Paths, work: Workspace, centre: int) -> None:
    """Write the path of the word at position `centre` to the ring buffer; the last tile is filled with its rows."""
    at = ring_offset(work, centre)
    length = write_path(model, paths, work.tokens[centre], work.outputs, work.labels, at)
    for slot in range(length, (length + TILE - 1) // TILE * TILE):
        work.outputs[at + slot] = work.outputs[at]
    work.lengths[centre % RING] = length


@inline
def read_piece(
    model: EmbeddingMatrices,
    paths: Paths,
    work: Workspace,
    ids: NDArray[np.uint32],
    offsets: NDArray[np.int64],
    state: np.uint64,
) -> Any:
    """Subsample the sentences into ``tokens`` and ``bounds``, and open the first paths; return the new stream."""
    state = subsample_sentences(paths.keep, work.tokens, work.bounds, ids, offsets, state)
    for centre in range(min(WINDOWS_AHEAD, work.bounds[len(offsets) - 1])):
        open_path(model, paths, work, centre)
    return state


@inline
def open_window(
    model: EmbeddingMatrices,
    paths: Paths,
    shape: WindowShape,
    work: Workspace,
    centre: int,
    sentence: int,
    sentences: int,
    state: np.uint64,
) -> Any:
    """Write the context words' rows to ``inputs``, and open one path ahead; return their number and the stream."""
    if centre + WINDOWS_AHEAD < work.bounds[sentences]:
        open_path(model, paths, work, centre + WINDOWS_AHEAD)
    return gather_inputs(model, shape, work, centre, sentence, sentences, state)


@inline
def show_path(work: Workspace, centre: int) -> int:
    """Set ``signs`` to the labels of the path of `centre`, and deactivate free slots; return the number of tiles."""
    at, length = ring_offset(work, centre), work.lengths[centre % RING]
    tiles = (length + TILE - 1) // TILE
    for slot in range(length):
        lane = slot // TILE * 2 * TILE_SLOTS + slot % TILE
        work.signs[lane] = work.signs[lane + TILE_SLOTS] = work.labels[at + slot]
    for slot in range(length, tiles * TILE):
        set_active(work, slot, _ZERO)
    return int(tiles)


@inline
def show_all(work: Workspace, centre: int, tiles: int) -> None:
    """Activate all slots again."""
    for slot in range(work.lengths[centre % RING], tiles * TILE):
        set_active(work, slot, _ONE)
