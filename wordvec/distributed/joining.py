"""One array on disk from the arrays of several tasks: each task copies a range of it, and hashes what it copies."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.arrayfile import blocks_at, lay_out, write_at
from wordvec.corpora.folder import HASHED_ELEMENTS
from wordvec.distributed.cluster import Cluster
from wordvec.distributed.merging import final_ids
from wordvec.kernels.vocabulary import renumber_ids

_MOST_CHUNKS = 8
"""Chunks of the digest that one task copies at most."""
_TASKS_PER_SLOT = 4


class Part(NamedTuple):
    """A part of the whole array.

    Attributes
    ----------
    path
        File of the part.
    length
        Number of its elements.
    chain
        Files that map its numbers to ids (`merging.final_ids`); none for other elements.
    first
        First element of the file that belongs to the part.
    shift
        Number that is added to the elements.
    """

    path: Path
    length: int
    chain: Sequence[Path] = ()
    first: int = 0
    shift: int = 0


class Slice(NamedTuple):
    """Elements of a part."""

    part: Part
    begin: int
    end: int


class JoinJob(NamedTuple):
    """The copying of a range.

    Attributes
    ----------
    place
        File of the whole array; it exists already.
    dtype
        Type of the elements.
    begin
        First element; a multiple of `HASHED_ELEMENTS`.
    slices
        What to copy, in order.
    """

    place: Path
    dtype: str
    begin: int
    slices: list[Slice]


class HashJob(NamedTuple):
    """The hashing of a range of an array on disk."""

    place: Path
    dtype: str
    begin: int
    end: int


def joined(cluster: Cluster, name: str, path: Path, dtype: str, parts: Sequence[Part], label: str) -> list[bytes]:
    """Write an array from its parts; return the digests of its chunks.

    Parameters
    ----------
    cluster
        Workers.
    name, label
        Name of the tasks, and label of the progress.
    path, dtype
        File to write, and type of its elements.
    parts
        Its parts, in order.
    """
    total = sum(part.length for part in parts)
    lay_out(path, dtype, total)
    ends = np.cumsum([part.length for part in parts], dtype=np.int64)
    jobs = [
        JoinJob(path, dtype, begin, list(_slices(parts, ends, begin, end))) for begin, end in _ranges(total, cluster)
    ]
    return [digest for digests in cluster.run(name, join, jobs, label) for digest in digests]


def hashed(cluster: Cluster, path: Path, dtype: str, length: int) -> list[bytes]:
    """Return the digests of the chunks of an array on disk."""
    jobs = [HashJob(path, dtype, begin, end) for begin, end in _ranges(length, cluster)]
    return [digest for digests in cluster.run("hash", hash_range, jobs) for digest in digests]


def join(job: JoinJob) -> list[bytes]:
    """Copy a range, and return the digests of its chunks."""
    digests = _Digests()
    with job.place.open("r+b", buffering=0) as file:
        position = job.begin
        for part, begin, end in job.slices:
            change = _change(part)
            for elements in blocks_at(part.path, job.dtype, part.first + begin, part.first + end):
                change(elements)
                write_at(file, position, elements)
                digests.add(elements)
                position += len(elements)
    return digests.finished()


def hash_range(job: HashJob) -> list[bytes]:
    """Return the digests of the chunks of a range."""
    digests = _Digests()
    for elements in blocks_at(job.place, job.dtype, job.begin, job.end):
        digests.add(elements)
    return digests.finished()


def _change(part: Part) -> Callable[[NDArray[Any]], None]:
    if not part.chain:
        return lambda elements: np.add(elements, part.shift, out=elements) if part.shift else None
    ids = final_ids(part.chain)
    return lambda elements: renumber_ids(elements, ids)


def _ranges(total: int, cluster: Cluster) -> Iterator[tuple[int, int]]:
    """Yield ranges of whole chunks."""
    chunks = -(-total // HASHED_ELEMENTS)
    step = HASHED_ELEMENTS * max(1, min(_MOST_CHUNKS, chunks // (_TASKS_PER_SLOT * cluster.slots)))
    for begin in range(0, total, step):
        yield begin, min(begin + step, total)


def _slices(parts: Sequence[Part], ends: NDArray[np.int64], begin: int, end: int) -> Iterator[Slice]:
    """Yield what a range of the whole array is made of."""
    number = int(np.searchsorted(ends, begin, side="right"))
    while begin < end:
        before = int(ends[number]) - parts[number].length
        stop = min(end, int(ends[number]))
        if stop > begin:
            yield Slice(parts[number], begin - before, stop - before)
        begin, number = stop, number + 1


class _Digests:
    """SHA-256 of each chunk of elements that are added one after another."""

    def __init__(self) -> None:
        self._found: list[bytes] = []
        self._left, self._hash = HASHED_ELEMENTS, hashlib.sha256()

    def add(self, elements: NDArray[Any]) -> None:
        while len(elements):
            now, elements = elements[: self._left], elements[self._left :]
            self._hash.update(now.data)
            self._left -= len(now)
            if not self._left:
                self._close()

    def finished(self) -> list[bytes]:
        if self._left < HASHED_ELEMENTS:
            self._close()
        return self._found

    def _close(self) -> None:
        self._found.append(self._hash.digest())
        self._left, self._hash = HASHED_ELEMENTS, hashlib.sha256()
