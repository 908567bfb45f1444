"""The tables, in Markdown."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tests.benchmarks.tools import MODELS

Record = dict[str, Any]

MEMORY = ["anonymous, MB", "peak resident, MB"]
"""Headings of a process's largest RssAnon, its own allocations, and of VmHWM, which has mapped files, too."""
QUALITY = {
    "analogies": "analogies, %",
    "semantic": "semantic, %",
    "syntactic": "syntactic, %",
    "wordsim": "WordSim-353",
    "simlex": "SimLex-999",
}
"""Scores of vectors, and their columns."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def training(rows: Iterable[Record]) -> str:
    """Speed, time, memory and quality of each tool, medians over runs; quality is the mean and each seed's score.

    "Others" is how many processors something else kept busy meanwhile: well above 0, the figures are not to be trusted.
    "Cache line" is the time of a transfer between two cores just before each run of several threads.
    """
    head = ["model", "dim", "neg.", "threads", "rate", "tool", "words/s", "× gensim", "whole job, s", "× gensim"]
    head += [*MEMORY, "others", "cache line, ns", *QUALITY.values(), "runs"]
    return table(head, map(_training_row, sorted(rows, key=_order)))


def encoding(rows: Iterable[Record]) -> str:
    """MB of text a second."""
    cells = ([row["tool"], f"{row['mbytes_per_second']:.0f}", *_memory(row)] for row in rows)
    return table(["text in", "MB/s", *MEMORY], cells)


def readers(rows: Iterable[Record]) -> str:
    """MB of a file a second, and tokens a second, in each kind of file."""
    cells = (
        [row["kind"], f"{row['mbytes_per_second']:.0f}", f"{row['tokens_per_second'] / 1e6:.1f}", *_memory(row)]
        for row in rows
    )
    return table(["reading", "MB/s", "million tokens/s", *MEMORY], cells)


def vector_files(rows: Sequence[Record]) -> str:
    """Seconds to write and read a file of each format, and how many times gensim's those are."""
    gensim = {row["format"]: row for row in rows if row["tool"] == "gensim"}

    def times(row: Record, lap: str) -> str:
        return f"{gensim[row['format']][lap] / row[lap]:.1f}" if row["format"] in gensim else ""

    cells = (
        [row["format"], row["tool"]]
        + [part for lap in ("writing", "reading") for part in (f"{row[lap]:.2f}", times(row, lap))]
        + ["yes" if row["exact"] else "NO"]
        for row in rows
    )
    return table(["200,000 × 300", "", "write, s", "× gensim", "read, s", "× gensim", "exact"], cells)


def cipher(rows: Iterable[Record]) -> str:
    """Seconds of a bit-cipher beside counting."""
    head = ["200 bits, radius 5", "threads", "seconds", "× counting", *MEMORY, "runs"]
    cells = (
        [
            row["tool"],
            str(row["threads"]),
            f"{row['seconds']:.2f}",
            f"{row['ratio']:.2f}",
            *_memory(row),
            str(row["runs"]),
        ]
        for row in rows
    )
    return table(head, cells)


def phrases(rows: Iterable[Record]) -> str:
    """Seconds to find phrases and to join them."""
    head = ["phrases", "tool", "seconds", "gensim ×", "processor time", "tokens", *MEMORY, "runs"]
    cells = (
        [
            row["case"],
            row["tool"],
            f"{row['seconds']:.2f}",
            _ratio(row, "ratio"),
            f"{row['worked']:.2f}",
            f"{row['tokens']:,}",
            *_memory(row),
            str(row["runs"]),
        ]
        for row in rows
    )
    return table(head, cells)


def walks(rows: Iterable[Record]) -> str:
    """Seconds to read graphs, walk and train, and F1 of the labels of nodes at half of them."""
    laps = ["reading", "walking", "training"]
    head = ["graph", "tool", *laps, "seconds", "processor time", "tokens", "micro-F1", "macro-F1", *MEMORY, "runs"]
    cells = (
        [
            row["graph"],
            row["tool"],
            *(f"{row[lap]:.2f}" if lap in row else "" for lap in laps),
            f"{row['seconds']:.2f}",
            f"{row['worked']:.2f}",
            f"{row['tokens']:,.0f}",
            *(f"{row[score]:.4f}" if score in row else "" for score in ("micro_f1", "macro_f1")),
            *_memory(row),
            str(row["runs"]),
        ]
        for row in rows
    )
    return table(head, cells)


def analogies(rows: Iterable[Record]) -> str:
    """Seconds to ask Google's analogies."""
    head = ["19,544 analogies, 30,000 of 70,000 × 100", "seconds", "× gensim", "solved", "covered", "runs"]
    cells = (
        [
            row["tool"],
            f"{row['seconds']:.2f}",
            _ratio(row, "ratio"),
            f"{row['correct']:,}",
            f"{row['covered']:,}",
            str(row["runs"]),
        ]
        for row in rows
    )
    return table(head, cells)


def neighbours(rows: Iterable[Record]) -> str:
    """Milliseconds for a query."""
    head = ["nearest 10 of 200,000 × 300", "threads", "ms a query", "× gensim", "processor, ms", "memory, MB", "runs"]
    cells = (
        [
            row["tool"],
            str(row["threads"]),
            f"{row['milliseconds']:.2f}",
            _ratio(row, "ratio"),
            f"{row['processor']:.2f}",
            f"{row['memory'] / 1e6:,.1f}",
            str(row["runs"]),
        ]
        for row in rows
    )
    return table(head, cells)


def counting(rows: Iterable[Record]) -> str:
    """Seconds to count co-occurrences."""
    head = ["counting", "seconds", "× cooccur", "entries", "entries/s", *MEMORY, "runs"]
    cells = (
        [
            row["tool"],
            f"{row['seconds']:.2f}",
            _ratio(row, "ratio"),
            f"{row['entries']:,}",
            f"{row['entries_per_second']:,.0f}",
            *_memory(row),
            str(row["runs"]),
        ]
        for row in rows
    )
    return table(head, cells)


def glove(rows: Iterable[Record]) -> str:
    """Speed, cost and quality of GloVe; quality is the mean and each seed's score."""
    head = ["GloVe", "dim", "threads", "s per epoch", "× glove", "pairs/s", "preparation, s", *MEMORY, "cost"]
    cells = (
        [
            row["tool"],
            str(row["dim"]),
            str(row["threads"]),
            f"{row['seconds_per_epoch']:.2f}",
            _ratio(row, "ratio"),
            f"{row['pairs_per_second']:,.0f}",
            f"{row['preparation']:.1f}",
            *_memory(row),
            f"{row['cost']:.4f}",
            *_quality(row),
        ]
        for row in rows
    )
    return table([*head, *QUALITY.values()], cells)


def limits(machine: Sequence[Record]) -> str:
    """Peak rates of the machine, and the speed-up of more threads."""
    names = [name for name in machine[0] if name != "threads"]
    titles = [f"row reads, {name.rsplit('_', 1)[1]} floats, GB/s" if "row" in name else "GFLOP/s" for name in names]
    head = ["threads"] + [part for title in titles for part in (title, "gain")]
    rows = (
        [str(record["threads"])]
        + [part for name in names for part in (f"{record[name]:.1f}", f"{record[name] / machine[0][name]:.2f}")]
        for record in machine
    )
    return table(head, rows)


def use(records: Sequence[Record]) -> str:
    """Rates of training as shares of the peak rates."""
    case = ("model", "dim", "negatives", "rate")
    first = {tuple(record[name] for name in case): record["words_per_second"] for record in reversed(records)}
    head = [
        "model",
        "dim",
        "neg.",
        "rate",
        "threads",
        "words/s",
        "gain",
        "arithmetic's gain",
        "GFLOP/s",
        "of arithmetic",
    ]
    rows = (
        [str(record[name]) for name in (*case, "threads")]
        + [f"{record['words_per_second']:,.0f}"]
        + [f"{record['words_per_second'] / first[tuple(record[name] for name in case)]:.2f}"]
        + [f"{record['arithmetic_gain']:.2f}"]
        + [f"{record['gflops']:.1f}", f"{record['share_of_arithmetic']:.0%}"]
        + [f"{record['row_gbytes']:.1f}", f"{record['share_of_row_reads']:.0%}"]
        for record in records
    )
    return table([*head, "rows read, GB/s", "of row reads"], rows)


def _order(row: Record) -> tuple[Any, ...]:
    return MODELS.index(row["model"]), row["dim"], row["negatives"], row["threads"], -row["words_per_second"]


def _training_row(row: Record) -> list[str]:
    cells = [str(row[name]) for name in ("model", "dim", "negatives", "threads", "rate", "tool")]
    cells += [f"{row['words_per_second']:,.0f}", _ratio(row, "speed_ratio")]
    cells += [f"{row['seconds']:.1f}", _ratio(row, "job_ratio")]
    cells += [*_memory(row), f"{row['others']:.2f}"]
    cells.append("" if row["cache_line"] is None else f"{row['cache_line']:.0f}")
    return [*cells, *_quality(row), str(row["runs"])]


def _memory(row: Record) -> list[str]:
    return [f"{row['peak_anonymous'] / 1e6:,.0f}", f"{row['peak_resident'] / 1e6:,.0f}"]


def _quality(row: Record) -> list[str]:
    scores = {name: [quality[name] for quality in row["quality"]] for name in QUALITY}
    return [_scores(each, ("{:.1f}" if "%" in QUALITY[name] else "{:.3f}").format) for name, each in scores.items()]


def _ratio(row: Record, name: str) -> str:
    return f"{row[name]:.1f}" if name in row else ""


def _scores(values: list[float], write: Callable[[float], str]) -> str:
    each = f" ({' '.join(map(write, values))})" if len(values) > 1 else ""
    return write(statistics.mean(values)) + each if values else ""
