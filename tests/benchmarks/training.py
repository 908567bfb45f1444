"""The tools train in turn, A B C A B C, so that a slow moment of the machine meets them all."""

import dataclasses
import itertools
import statistics
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.latency import nanoseconds
from tests.benchmarks.measure import ROOT, Run, measure
from tests.benchmarks.quality import scores
from tests.benchmarks.texts import Text
from tests.benchmarks.tools import MODELS, SUBWORD_MODELS, Settings, Tool, Trial, binary
from wordvec import Vectors

SKIPGRAM_RATE, SUBWORD_RATE = 0.025, 0.05
SUBWORDS = {"min_n": 3, "max_n": 6, "buckets": 2_000_000}
CBOW_RATES = {
    "wordvec": [0.06],
    "gensim": [0.025, 0.05],
    "fastText": [0.05],
    "word2vec": [0.05],
    "koan": [0.075],
}

Record = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Plan:
    """Which settings are run, and how often: `repeats` times for each of `seeds` seeds."""

    models: list[str]
    dims: list[int]
    negatives: list[int]
    threads: list[int]
    epochs: int
    cbow_rates: dict[str, list[float]]
    seeds: int
    repeats: int
    with_quality: bool

    def settings(self, tool: Tool) -> Iterator[Settings]:
        for model, dim, negatives, threads in itertools.product(self.models, self.dims, self.negatives, self.threads):
            subwords = SUBWORDS if model in SUBWORD_MODELS else {}
            if model in tool.models:
                for rate in self._rates(tool.name, model):
                    yield Settings(model, dim, negatives, threads, rate, self.epochs, **subwords)

    def _rates(self, tool: str, model: str) -> list[float]:
        if model == "cbow" and tool in self.cbow_rates:
            return self.cbow_rates[tool]
        return [SUBWORD_RATE if model in SUBWORD_MODELS else SKIPGRAM_RATE]


def train(plan: Plan, tools: list[Tool], text: Text, say: Callable[[str], None]) -> Iterator[Record]:
    """Return a record of each run; wordvec's kernels are compiled before the first. A run that fails is left out."""
    cases = [(tool, settings) for tool in tools for settings in plan.settings(tool)]
    # The sort is stable: within equal settings the tools take turns.
    cases.sort(key=lambda case: [MODELS.index((s := case[1]).model), s.dim, s.negatives, s.threads])
    for tool, settings in cases:
        if tool.name == "wordvec":
            once = dataclasses.replace(settings, epochs=1)
            _measure(tool, once, text.warm_up, text.path.with_name("warm-up.vec"))
    for turn in range(plan.seeds * plan.repeats):
        for tool, settings in cases:
            settings = dataclasses.replace(settings, seed=1 + turn % plan.seeds)
            label = f"{tool.name} {settings.model} {settings.dim}, {settings.negatives} negatives, "
            label += f"{settings.threads} threads, rate {settings.rate}, seed {settings.seed}"
            try:
                record = _run(tool, settings, text, plan.with_quality and turn < plan.seeds)
            except RuntimeError as error:
                say(f"{label}: {error}")
            else:
                say(f"{label}: {record['words_per_second']:,.0f} words/s, {record['seconds']:.1f} s")
                yield record


def _measure(tool: Tool, settings: Settings, text: Path, output: Path) -> Run:
    return measure(tool.command(settings, text, output), ROOT if tool.inside_root else text.parent)


def _run(tool: Tool, settings: Settings, text: Text, with_quality: bool) -> Record:
    output = text.path.with_name("out.vec")
    output.unlink(missing_ok=True)
    latency = nanoseconds() if settings.threads > 1 else None
    run = _measure(tool, settings, text.path, output)
    seconds = tool.training_seconds(Trial(settings, text, output, run))
    if with_quality and not output.exists():
        Vectors.load(binary(output)).save(output)
    return {
        "tool": tool.name,
        **dataclasses.asdict(settings),
        "command": run.command,
        "seconds": run.seconds,
        "training_seconds": seconds,
        "words_per_second": text.tokens * settings.epochs / seconds,
        "peak_anonymous": run.peak_anonymous,
        "peak_resident": run.peak_resident,
        "others": run.others / run.seconds,
        "cache_line": latency,
        "quality": scores(output, tool.header) if with_quality else None,
    }


GROUP = ("model", "dim", "negatives", "threads")


def summary(records: Iterable[Record]) -> list[Record]:
    """Return one row for each tool and settings: medians over its runs, quality of each, ratios to gensim's row.

    Where gensim ran at several learning rates, the ratios are to its fastest row.
    """
    key = (*GROUP, "tool", "rate", "epochs", "window", "sample", "min_count")
    groups: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        groups.setdefault(tuple(record[name] for name in key), []).append(record)
    rows = [dict(zip(key, values, strict=True)) | _medians(group) for values, group in groups.items()]
    for row in rows:
        peers = [r for r in rows if r["tool"] == "gensim" and all(r[name] == row[name] for name in GROUP)]
        if peers:
            row["speed_ratio"] = row["words_per_second"] / max(peer["words_per_second"] for peer in peers)
            row["job_ratio"] = min(peer["seconds"] for peer in peers) / row["seconds"]
    return rows


def _medians(group: list[Record]) -> Record:
    names = ("seconds", "training_seconds", "words_per_second", "peak_anonymous", "peak_resident", "others")
    medians: Record = {name: statistics.median(record[name] for record in group) for name in names}
    latencies = [record["cache_line"] for record in group if record["cache_line"] is not None]
    medians["cache_line"] = statistics.median(latencies) if latencies else None
    return medians | {"runs": len(group), "quality": [r["quality"] for r in group if r["quality"]]}
