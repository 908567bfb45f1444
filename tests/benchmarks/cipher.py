"""Bit-cipher, 200 bits, radius 5, in turn with one pass of counting at the same window, from the encoded corpus."""

import statistics
from collections.abc import Iterable
from typing import Any

from tests.benchmarks.measure import ROOT, Run, job, measure, peaks
from tests.benchmarks.texts import Text
from tests.benchmarks.tools import result

Record = dict[str, Any]


def run(text: Text, thread_counts: Iterable[int], repeats: int) -> list[Record]:
    """Return seconds and memory of both."""
    encoded, counts = text.path.with_name("encoded"), text.path.with_name("counts")
    measure(job("encode", {"text": text.path, "warm": text.warm_up, "folder": encoded, "threads": 2}), ROOT)
    runs: dict[tuple[str, int], list[tuple[float, Run]]] = {}
    for _ in range(repeats):
        for threads in thread_counts:
            for name, more in (("count_window", {"folder": counts}), ("bit_cipher", {})):
                done = measure(job(name, {"corpus": encoded, "threads": threads, **more}), ROOT)
                runs.setdefault((name, threads), []).append((result(done)["seconds"], done))
    rows = []
    for (name, threads), group in runs.items():
        seconds = statistics.median(one for one, _ in group)
        counting = statistics.median(one for one, _ in runs["count_window", threads])
        rows.append(
            {
                "tool": name.replace("_", " "),
                "threads": threads,
                "seconds": seconds,
                "ratio": seconds / counting,
                "runs": repeats,
            }
            | peaks(done for _, done in group)
        )
    return rows
