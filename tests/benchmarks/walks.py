"""node2vec on graphs: BlogCatalog and PPI with F1 of their labels, and a made graph of 1 M nodes and 10 M edges.

The real graphs are ``graphs/NAME.edg.xz`` and ``graphs/NAME.labels.tsv`` of the folder that WORDVEC_DATA names.
PecanPy, with gensim, runs in turn in the Python that WORDVEC_PECANPY names, with one thread, on the decompressed file;
it needs no wordvec. 10 walks of 80, dim 128, window 10, one epoch. On a busy machine, compare the processor times.

On the made graph only walks are drawn, one from each node: reading, walking and memory. Its ends are drawn with
probabilities that fall like a power of the node's number, as degrees of real graphs do; a ring connects it.
"""

import lzma
import os
import shutil
import statistics
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.measure import ROOT, Run, job, measure, peaks
from tests.benchmarks.tools import result

Record = dict[str, Any]
GRAPHS = {"BlogCatalog": (0.25, 0.25), "PPI": (4, 1)}
"""Parameters p and q of each graph."""
NODES, EDGES = 1_000_000, 10_000_000
_AT_ONCE = 1_000_000


def run(thread_counts: Iterable[int], repeats: int) -> list[Record]:
    """Return seconds, processor time, memory and F1 of each graph and tool."""
    counts = sorted(set(thread_counts))
    with tempfile.TemporaryDirectory(prefix="walks-") as work:
        folder = Path(work)
        return [*_real(folder, counts, repeats), *_made(folder, counts, repeats)]


def _real(folder: Path, thread_counts: Iterable[int], repeats: int) -> list[Record]:
    data, pecanpy = os.environ.get("WORDVEC_DATA"), os.environ.get("WORDVEC_PECANPY")
    rows: list[Record] = []
    for name, (p, q) in GRAPHS.items() if data else ():
        graph, output = folder / f"{name}.edges", folder / f"{name}.vec"
        with lzma.open(Path(str(data), "graphs", f"{name}.edg.xz")) as stored, graph.open("wb") as file:
            shutil.copyfileobj(stored, file)
        labels = Path(str(data), "graphs", f"{name}.labels.tsv")
        same = {"graph": graph, "output": output, "p": p, "q": q}
        commands = {
            f"wordvec, {n} thread{'s' * (n > 1)}": job("node2vec", same | {"threads": n}) for n in thread_counts
        }
        if pecanpy:
            commands["PecanPy and gensim, 1 thread"] = [pecanpy, *job("pecanpy", same)[1:]]
        for tool, command in commands.items():
            group = [measure(command, ROOT) for _ in range(repeats)]
            judged = result(measure(job("node_labels", {"vectors": output, "labels": labels}), ROOT))
            rows.append(_row(name, tool, group) | judged)
    return rows


def _made(folder: Path, thread_counts: Iterable[int], repeats: int) -> list[Record]:
    graph = folder / "made.edges"
    _write(graph)
    rows = []
    for threads in thread_counts:
        for p, q in ((1, 1), (0.25, 0.25)):
            settings = {"graph": graph, "folder": folder / "walks", "threads": threads, "p": p, "q": q}
            group = [measure(job("graph_walks", settings), ROOT) for _ in range(repeats)]
            tool = f"wordvec, {threads} thread{'s' * (threads > 1)}"
            rows.append(_row(f"{NODES:,} nodes, {EDGES:,} edges, p = {p}, q = {q}", tool, group))
    return rows


def _write(path: Path) -> None:
    generator = np.random.default_rng(1)
    with path.open("w") as file:
        for begin in range(0, EDGES, _AT_ONCE):
            ends = (NODES * generator.random((_AT_ONCE, 2)) ** 2).astype(np.int64)
            if begin == 0:
                ends = np.column_stack([np.arange(NODES), (np.arange(NODES) + 1) % NODES])
            np.savetxt(file, ends, "%d", "\t")


def _row(graph: str, tool: str, group: list[Run]) -> Record:
    found = [result(done) for done in group]
    middle = {name: statistics.median(one[name] for one in found) for name in found[0]}
    return {"graph": graph, "tool": tool, "runs": len(group)} | middle | peaks(group)
