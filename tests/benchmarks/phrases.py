"""Phrases: wordvec in turn with gensim, equal settings; the numbers of tokens after joining are equal, too.

Gensim's job is ``Phrases(sentences)``, freezing, and writing the joined text, from a text file; wordvec's is
finding and writing the joined corpus, from the encoded corpus, and once more with encoding the text. Gensim has one
thread. On a busy machine, compare the processor times.
"""

import statistics
from collections.abc import Iterable
from typing import Any

from tests.benchmarks.measure import ROOT, Run, job, measure, peaks
from tests.benchmarks.texts import Text
from tests.benchmarks.tools import result

Record = dict[str, Any]
CASES = {"1 pass": (1, ""), "1 pass, connectors": (1, "english"), "2 passes, connectors": (2, "english")}


def run(text: Text, thread_counts: Iterable[int], repeats: int) -> list[Record]:
    """Return seconds, processor time and memory of each case and tool."""
    encoded, joined = text.path.with_name("encoded"), text.path.with_name("joined")
    encode = job("encode", {"text": text.path, "warm": text.warm_up, "folder": encoded, "threads": max(thread_counts)})
    encoding = statistics.median(result(measure(encode, ROOT))["seconds"] for _ in range(repeats))
    rows: list[Record] = []
    for case, (passes, connectors) in CASES.items():
        same = {"passes": passes, "connectors": connectors}
        runs: dict[str, list[tuple[Record, Run]]] = {}
        for _ in range(repeats):
            for threads in thread_counts:
                settings = {"corpus": encoded, "folder": joined, "threads": threads} | same
                _add(runs, f"wordvec, {threads} thread{'s' * (threads > 1)}", job("phrases", settings))
            output = text.path.with_name("joined.txt")
            _add(runs, "gensim", job("gensim_phrases", {"text": text.path, "output": output} | same))
        if len({found["tokens"] for group in runs.values() for found, _ in group}) > 1:
            raise RuntimeError(f"{case}: wordvec and gensim join different phrases")
        theirs = statistics.median(found["seconds"] for found, _ in runs["gensim"])
        ours = [_row(case, tool, group, theirs) for tool, group in runs.items()]
        fastest = next(row for row in reversed(ours) if row["tool"] != "gensim")
        whole = fastest["seconds"] + encoding
        with_encoding = {"tool": fastest["tool"] + ", with encoding", "seconds": whole, "ratio": theirs / whole}
        rows += [*ours, fastest | with_encoding]
    return rows


def _add(runs: dict[str, list[tuple[Record, Run]]], tool: str, command: list[str]) -> None:
    done = measure(command, ROOT)
    runs.setdefault(tool, []).append((result(done), done))


def _row(case: str, tool: str, group: list[tuple[Record, Run]], theirs: float) -> Record:
    seconds = statistics.median(found["seconds"] for found, _ in group)
    return {
        "case": case,
        "tool": tool,
        "seconds": seconds,
        "ratio": theirs / seconds,
        "worked": statistics.median(found["worked"] for found, _ in group),
        "tokens": int(group[0][0]["tokens"]),
        "runs": len(group),
        "all": [found for found, _ in group],
    } | peaks(done for _, done in group)
