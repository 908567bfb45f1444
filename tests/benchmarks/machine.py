"""How far from the machine: what its arithmetic and its memory can do, on one and on several threads, and how much
of that training uses.

Floating-point operations of one window with m words, K negatives and dimension d (a multiplication and an addition
are two):

- skip-gram: scores 2 d m (K + 1), gradients of both sides 4 d m (K + 1)
- CBOW: the mean m d, scores 2 d (K + 1), gradients 4 d (K + 1), and m d to add the gradient to the window's rows

Each row that takes part is read and written once: m + K + 1 rows a window. The rows read to find the memory's limit
are drawn evenly, so training, where frequent words stay in the nearest cache, can go beyond it.
"""

import os
import platform
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.latency import nanoseconds
from tests.benchmarks.texts import Text
from tests.benchmarks.tools import PLAIN_MODELS
from wordvec.kernels._jit import kernel
from wordvec.kernels.simd import LANES, Floats, add, fma, load, prefetch, splat, store

Record = dict[str, Any]

ROUNDS = 40_000_000
CHAINS = (4, 10)
ROWS, ROW_READS = 100_000, 10_000_000
AHEAD = 8
REPEATS = 5


@kernel
def four_chains(rounds: int, out: Floats) -> None:
    """Write to `out` what `rounds` rounds of 4 independent multiply-adds give: enough for 16 registers of AVX2."""
    a = b = c = d = load(out, 0)
    factor, term = splat(0.999), splat(0.001)
    for _ in range(rounds):
        a, b = fma(a, factor, term), fma(b, factor, term)
        c, d = fma(c, factor, term), fma(d, factor, term)
    store(out, 0, add(add(a, b), add(c, d)))


@kernel
def ten_chains(rounds: int, out: Floats) -> None:
    """Write to `out` what `rounds` rounds of 10 independent multiply-adds give: enough for 32 registers of AVX-512."""
    a = b = c = d = e = f = g = h = i = j = load(out, 0)
    factor, term = splat(0.999), splat(0.001)
    for _ in range(rounds):
        a, b, c = fma(a, factor, term), fma(b, factor, term), fma(c, factor, term)
        d, e, f = fma(d, factor, term), fma(e, factor, term), fma(f, factor, term)
        g, h, i, j = fma(g, factor, term), fma(h, factor, term), fma(i, factor, term), fma(j, factor, term)
    store(out, 0, add(add(add(add(a, b), add(c, d)), add(add(e, f), add(g, h))), add(i, j)))


@kernel
def read_rows(matrix: Floats, dim: int, rows: NDArray[np.int64], out: Floats) -> None:
    """Write to `out` the sum of the given rows of a flat matrix, each asked for `AHEAD` rows before it is read."""
    total = load(out, 0)
    for place in range(len(rows) - AHEAD):
        later = rows[place + AHEAD] * dim
        begin = rows[place] * dim
        for offset in range(0, dim, LANES):
            prefetch(matrix, later + offset)
            total = add(total, load(matrix, begin + offset))
    store(out, 0, total)


def description() -> Record:
    """Return a description of the machine and the versions of the tools."""
    import gensim
    import numba

    cpu = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in cpu if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.processor(),
        "processors": os.cpu_count(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "load_average": os.getloadavg(),
        "cache_line_ns": nanoseconds(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "gensim": gensim.__version__,
        "time": time.strftime("%Y-%m-%d %H:%M:%S %z"),
    }


def limits(thread_counts: Iterable[int], dims: Iterable[int]) -> list[Record]:
    """Return the peak rates for each number of threads: GFLOP/s of arithmetic, GB/s of random row reads."""
    random = np.random.default_rng(1)
    tasks: dict[tuple[str, int], tuple[float, Callable[[Floats], None]]] = {
        ("arithmetic", 4): (4 * 2 * LANES * ROUNDS / 1e9, lambda out: four_chains(ROUNDS, out)),
        ("arithmetic", 10): (10 * 2 * LANES * ROUNDS / 1e9, lambda out: ten_chains(ROUNDS, out)),
    }
    rows = random.integers(0, ROWS, ROW_READS)
    for dim in dims:
        width = -(-dim // LANES) * LANES
        # Ones: pages of zeros that nobody wrote would all be one page, in the nearest cache.
        matrix = np.ones(ROWS * width, np.float32)
        tasks["memory", dim] = 4 * width * ROW_READS / 1e9, _reader(matrix, width, rows)
    rates: dict[tuple[str, int, int], list[float]] = {}
    for _ in range(REPEATS + 1):
        for threads in thread_counts:
            for (name, detail), (work, task) in tasks.items():
                rates.setdefault((name, detail, threads), []).append(threads * work / _seconds(task, threads))
    # The first round compiles and warms up.
    reached = {key: max(values[1:]) for key, values in rates.items()}
    records = []
    for threads in thread_counts:
        best = max(reached["arithmetic", chains, threads] for chains in CHAINS)
        records.append({"threads": threads, "gflops": best})
        records[-1] |= {f"row_gbytes_{dim}": reached["memory", dim, threads] for dim in dims}
    return records


def use(rows: Iterable[Record], machine: list[Record], text: Text) -> list[Record]:
    """Return the rates of wordvec's training without subwords as shares of `limits`: a record for each of its rows."""
    by_threads = {record["threads"]: record for record in machine}
    records = []
    for row in rows:
        if row["tool"] != "wordvec" or row["model"] not in PLAIN_MODELS:
            continue
        windows, words = text.windows(row["window"], row["sample"], row["min_count"])
        seconds = text.tokens / row["words_per_second"]
        gflops = windows * flops(row["model"], words, row["negatives"], row["dim"]) / seconds / 1e9
        gbytes = windows * (words + row["negatives"] + 1) * row["dim"] * 4 / seconds / 1e9
        limit, alone = by_threads[row["threads"]], machine[0]
        records.append(
            {name: row[name] for name in ("model", "dim", "negatives", "threads", "rate", "words_per_second")}
            | {"windows_per_token": windows / text.tokens, "words_per_window": words, "gflops": gflops}
            | {"share_of_arithmetic": gflops / limit["gflops"], "row_gbytes": gbytes}
            | {"arithmetic_gain": limit["gflops"] / alone["gflops"]}
            | {"share_of_row_reads": gbytes / limit[f"row_gbytes_{row['dim']}"]}
        )
    return records


def flops(model: str, words: float, negatives: int, dim: int) -> float:
    """Return the floating-point operations of a window with `words` words."""
    if model == "skipgram":
        return 6 * dim * words * (negatives + 1)
    return 6 * dim * (negatives + 1) + 2 * dim * words


def _reader(matrix: Floats, width: int, rows: NDArray[np.int64]) -> Callable[[Floats], None]:
    return lambda out: read_rows(matrix, width, rows, out)


def _seconds(task: Callable[[Floats], None], threads: int) -> float:
    outputs = [np.ones(LANES, np.float32) for _ in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        begun = time.perf_counter()
        list(pool.map(task, outputs))
        return time.perf_counter() - begun
