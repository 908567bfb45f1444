"""How long an alignment would take and how much memory, from its work and from what this machine does in a moment."""

import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from wordvec.alignment.methods.base import Aligner, Space
from wordvec.alignment.methods.self_learning import some_best
from wordvec.alignment.side import Side
from wordvec.alignment.work import OF_ALL, Size, Work
from wordvec.rows import ROWS_AT_ONCE, unit_in_place
from wordvec.search import best, operations
from wordvec.vectors import Vectors
from wordvec.workers import StopFlag

_SAMPLE = 4_096
"""Words of each side that are searched and moved to see how fast that is."""
_LARGEST_DECOMPOSED = 512
_BESIDE_A_WORD = 160
"""Bytes: a place in a list, and in the table by which it is looked up."""


class Estimate(NamedTuple):
    """What an alignment would take.

    Attributes
    ----------
    flops
        Floating-point operations.
    seconds
        Without reading and writing files.
    memory
        Bytes, the vectors among them.
    open
        Whether flops and seconds are the least, as the method goes on until it finds no more.
    """

    flops: float
    seconds: float
    memory: float
    open: bool


def estimate(aligner: Aligner, source: Vectors, target: Vectors, pairs: int, validation: int = 0) -> Estimate:
    """Say what aligning two sets of vectors by so many pairs would take; a second or two are spent on finding out.

    Raises
    ------
    InputError
        If one of the first rows is not finite.
    """
    looked_at = min(len(source), aligner.cutoff), min(len(target), aligner.cutoff)
    work = aligner.work(Size(*looked_at, source.dim, pairs, validation))
    moved = len(source) + len(target) * aligner.moves_target
    numbers = (len(source) + len(target)) * source.dim
    largest = max(len(source), len(target) * aligner.moves_target) * source.dim
    blocks = 24.0 * min(ROWS_AT_ONCE, max(len(source), len(target))) * source.dim
    words = sum(_bytes_of_words(side) for side in (source, target))
    return Estimate(
        work.flops + 2.0 * moved * source.dim**2,
        _seconds_of(work, source, target) + _seconds_of_rows(aligner, source, target, moved, sum(looked_at)),
        words + 4.0 * numbers + max(work.memory, 4.0 * largest + blocks),
        work.open,
    )


def _seconds_of(work: Work, source: Vectors, target: Vectors) -> float:
    """Give the time of the work, each kind at its own speed."""
    queries, rows = (unit_in_place(side.matrix[:_SAMPLE].astype(np.float32)) for side in (source, target))
    searched, seconds = max(1.0, operations(len(queries), len(rows), source.dim)), 0.0
    if work.searched:
        seconds += work.searched / searched * _timed(lambda: best(queries, rows, 10))
    if work.drawn:
        taken = np.zeros(len(rows), np.float32)
        seconds += work.drawn / searched * _timed(lambda: some_best(queries, rows, taken, 0.5, (1, 1), StopFlag()))
    x = np.random.default_rng(1).standard_normal((_SAMPLE, source.dim))
    seconds += work.multiplied / (2.0 * _SAMPLE * source.dim**2) * _timed(lambda: x.T @ x)
    tall = x[:, :_LARGEST_DECOMPOSED]
    square = tall.T @ tall
    seconds += work.decomposed / (OF_ALL * len(square) ** 3) * _timed(lambda: np.linalg.svd(square))
    if work.factored:
        factored = 6.0 * len(tall) * len(square) ** 2
        seconds += work.factored / factored * _timed(lambda: np.linalg.svd(tall, full_matrices=False))
    return seconds


def _seconds_of_rows(aligner: Aligner, source: Vectors, target: Vectors, moved: int, looked_at: int) -> float:
    """Give the time of learning the normalisation of all rows, and of moving them."""
    side = max(source, target, key=len)
    sample = Vectors(side.words[:_SAMPLE], side.matrix[:_SAMPLE])
    if not len(sample):
        return 0.0
    learn = _timed(lambda: Space.of(sample, aligner.steps, "sample"))
    moving = Side(Space.of(sample, aligner.steps, "sample").normalisation, np.eye(source.dim))
    move = _timed(lambda: moving.rows(sample.matrix).astype(np.float32))
    return (learn * (len(source) + len(target)) + move * (moved + looked_at)) / len(sample)


def _timed(run: Callable[[], object]) -> float:
    """Give the seconds that something takes, the better of two times, as the first may compile."""
    seconds = []
    for _ in range(2):
        begun = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def _bytes_of_words(vectors: Vectors) -> float:
    some = vectors.words[:: max(1, len(vectors) // _SAMPLE)]
    return len(vectors) * (_BESIDE_A_WORD + sum(map(sys.getsizeof, some)) / max(1, len(some)))
