"""The 10 nearest of 200,000 × 300 vectors: wordvec in turn with gensim, and with NumPy in blocks of 1,024 queries.

Seconds of the processor stand beside those of the clock: where something else is at work they are what to compare, as
long as BLAS has one thread; its further threads spend them on waiting.
"""

import contextlib
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.jobs import random_vectors
from wordvec import Vectors, blas

Record = dict[str, Any]
Task = Callable[[], object]

ROWS, DIM, K, MANY = 200_000, 300, 10, 1_000
ALONE = 20
"""Queries that are asked one at a time, for the mean."""
BLOCK = 1_024


def run(thread_counts: Iterable[int], repeats: int) -> list[Record]:
    """Return the milliseconds for a query of each tool, and the most memory it takes for many."""
    words, matrix = random_vectors(ROWS, DIM)
    vectors = Vectors(words, matrix)
    rows = []
    for threads in thread_counts:
        with _threads_of_blas(threads):
            tasks = _tasks(vectors, threads)
            measured: dict[str, list[tuple[float, float]]] = {name: [] for name in tasks}
            for turn in range(repeats + 1):
                for name, (queries, task) in tasks.items():
                    clock, processor = time.perf_counter(), time.process_time()
                    task()
                    taken = time.perf_counter() - clock, time.process_time() - processor
                    if turn:  # the first compiles and warms up
                        measured[name].append((1000 * taken[0] / queries, 1000 * taken[1] / queries))
            for name, group in measured.items():
                medians = (statistics.median(column) for column in zip(*group, strict=True))
                row = {"tool": name, "threads": threads, "runs": repeats, "memory": _memory(tasks[name][1])}
                rows.append(row | dict(zip(("milliseconds", "processor"), medians, strict=True)))
    for row in rows:
        theirs = next(
            one for one in rows if one["threads"] == row["threads"] and one["tool"] == "gensim, one at a time"
        )
        row["ratio"] = theirs["milliseconds"] / row["milliseconds"]
    return rows


def _tasks(vectors: Vectors, threads: int) -> dict[str, tuple[int, Task]]:
    """Return the benchmarks by name: the number of queries, and the function that runs them."""
    keyed = vectors.to_gensim()
    many, few = vectors.words[:MANY], vectors.words[:ALONE]
    unit = vectors.unit().matrix
    questions = list(zip(many, many[1:] + many[:1], many[2:] + many[:2], strict=True))
    return {
        "gensim, one at a time": (ALONE, lambda: [keyed.most_similar(word, topn=K) for word in few]),
        "wordvec, one at a time": (ALONE, lambda: [vectors.nearest(word, K, threads=threads) for word in few]),
        "wordvec, 4 at once": (
            ALONE,
            lambda: [vectors.nearest(few[i : i + 4], K, threads=threads) for i in range(0, ALONE, 4)],
        ),
        f"NumPy, {MANY:,} at once": (MANY, lambda: argpartition(unit, MANY, K)),
        f"wordvec, {MANY:,} at once": (MANY, lambda: vectors.nearest(many, K, threads=threads)),
        f"wordvec, {MANY:,} analogies": (MANY, lambda: vectors.analogies(questions, K, threads=threads)),
    }


def argpartition(unit: NDArray[np.float32], queries: int, k: int) -> list[NDArray[np.int64]]:
    """Return the nearest rows of the first rows (queries, k), as NumPy's users find them, in blocks of `BLOCK`."""
    found = []
    for begin in range(0, queries, BLOCK):
        cosines = unit[begin : min(begin + BLOCK, queries)] @ unit.T
        near = np.argpartition(cosines, len(unit) - k, axis=1)[:, -k:]
        order = np.argsort(-np.take_along_axis(cosines, near, 1), axis=1)
        found.append(np.take_along_axis(near, order, 1))
    return found


def _memory(task: Task) -> int:
    """Return the peak memory of a task in bytes, beyond the memory in use before."""
    tracemalloc.start()
    task()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@contextlib.contextmanager
def _threads_of_blas(number: int) -> Iterator[None]:
    read, write = blas._threads_of_blas()
    before = read()
    write(number)
    try:
        yield
    finally:
        write(before)
