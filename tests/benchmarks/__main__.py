"""Compare wordvec with other tools and with the machine; print tables and write bench/NAME.json.

The tools: wordvec, gensim, fastText (``fasttext`` on PATH or the Python module), and of word2vec, pword2vec and koan
those on PATH; GloVe's ``vocab_count`` for counting words, its ``cooccur``, ``shuffle`` and ``glove`` (see `counts`).
All train in turn on one text with equal settings: window 5, sample 1e-4, min_count 5. The text is wiki8 of the folder
that WORDVEC_DATA names, or a Wikipedia excerpt in gensim's package. The models ``fasttext`` and ``fasttext-cbow``,
which only wordvec, gensim and fastText have, are skip-gram and CBOW with n-grams of 3 to 6 characters in 2,000,000
buckets.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks import (
    analogies,
    cipher,
    counts,
    machine,
    neighbours,
    phrases,
    readers,
    report,
    text_speed,
    texts,
    tools,
    training,
    walks,
)
from tests.benchmarks.measure import ROOT

SECTIONS = (
    *("train", "encode", "files", "machine", "count", "glove", "cipher", "phrases", "analogies", "neighbours"),
    *("readers", "walks"),
)


def main() -> None:
    options = _options()
    data: dict[str, Any] = {"arguments": sys.argv[1:], "machine": machine.description()}
    target = ROOT / "bench" / f"{options.name}.json"
    target.parent.mkdir(exist_ok=True)
    if not options.text and not os.environ.get("WORDVEC_DATA"):
        _say("WORDVEC_DATA is not set: the text is the Wikipedia excerpt in gensim's package, a small one")
    with tempfile.TemporaryDirectory(prefix="bench-") as work:
        text = texts.prepare(Path(work), options.text, options.megabytes)
        data["text"] = {"name": text.name, "bytes": text.size, "tokens": text.tokens, "lines": text.lines}
        print(
            f"{data['machine']['processor']}, {data['machine']['processors']} processors; text: {text.name}, ", end=""
        )
        print(f"{text.size / 1e6:.1f} MB, {text.tokens:,} tokens\n", flush=True)
        _sections(options, text, data, target)
    _write(data, target)
    _say(f"every run: {target}")


def _sections(options: argparse.Namespace, text: texts.Text, data: dict[str, Any], target: Path) -> None:
    wanted = {tool.lower() for tool in options.only or []}
    found = [tool for tool in tools.found() if not wanted or tool.name.lower() in wanted]
    for name in sorted(wanted - {tool.name.lower() for tool in found}):
        _say(f"{name}: not found, left out")
    data["tools"] = {tool.name: tool.version for tool in found}
    thread_counts = sorted({1, *options.threads})
    if "machine" in options.sections:
        data["limits"] = machine.limits(thread_counts, options.dims)
        print(f"a cache line between two cores: {data['machine']['cache_line_ns'] or 0:.0f} ns\n")
        print(report.limits(data["limits"]), flush=True)
    if "encode" in options.sections:
        data["encoding"] = text_speed.encoding(text, thread_counts, options.text_repeats)
        print(report.encoding(data["encoding"]), flush=True)
    if "files" in options.sections:
        data["files"] = text_speed.vector_files(text, options.text_repeats)
        print(report.vector_files(data["files"]), flush=True)
    if {"count", "glove"} & set(options.sections):
        data["counting"] = counts.counting(text, thread_counts, options.text_repeats)
        print(report.counting(data["counting"]), flush=True)
    if "glove" in options.sections:
        threads, dim, epochs = max(options.threads), options.dims[0], options.glove_epochs
        data["glove"] = counts.training(text, threads, dim, epochs, options.seeds, _say)
        print(report.glove(data["glove"]), flush=True)
    if "cipher" in options.sections:
        data["cipher"] = cipher.run(text, thread_counts, options.text_repeats)
        print(report.cipher(data["cipher"]), flush=True)
    if "phrases" in options.sections:
        data["phrases"] = phrases.run(text, thread_counts, options.text_repeats)
        print(report.phrases(data["phrases"]), flush=True)
    if "analogies" in options.sections:
        data["analogies"] = analogies.run(options.text_repeats)
        print(report.analogies(data["analogies"]), flush=True)
    if "neighbours" in options.sections:
        data["neighbours"] = neighbours.run(thread_counts, options.text_repeats)
        print(report.neighbours(data["neighbours"]), flush=True)
    if "readers" in options.sections:
        data["readers"] = readers.run(text, options.text_repeats)
        print(report.readers(data["readers"]), flush=True)
    if "walks" in options.sections:
        data["walks"] = walks.run(thread_counts, options.text_repeats)
        print(report.walks(data["walks"]), flush=True)
    if "train" in options.sections:
        plan, data["runs"] = _plan(options), []
        for record in training.train(plan, found, text, _say):
            data["runs"].append(record)
            _write(data, target)
        data["training"] = training.summary(data["runs"])
        print(f"{text.name}, {plan.epochs} epochs, window 5, sample 1e-4, min_count 5\n")
        print(report.training(data["training"]), flush=True)
    if "limits" in data and "training" in data:
        data["use"] = machine.use(data["training"], data["limits"], text)
        print(report.use(data["use"]), flush=True)


def _plan(options: argparse.Namespace) -> training.Plan:
    rates = training.CBOW_RATES | dict(options.cbow_rates or [])
    small = options.text is None and not os.environ.get("WORDVEC_DATA")
    return training.Plan(
        models=list(options.model),
        dims=options.dims,
        negatives=options.negatives,
        threads=options.threads,
        epochs=options.epochs or (20 if small else 5),
        cbow_rates=rates,
        seeds=options.seeds,
        repeats=options.repeats,
        with_quality=not options.no_quality,
    )


def _options() -> argparse.Namespace:
    threads = len(os.sched_getaffinity(0))
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description=__doc__)
    add = parser.add_argument
    add("--sections", nargs="+", choices=SECTIONS, default=SECTIONS, help="what to measure (default: all)")
    add("--only", nargs="+", metavar="TOOL", help="train with these tools only")
    add("--model", nargs="+", choices=tools.MODELS, default=tools.PLAIN_MODELS, help="(default: skipgram cbow)")
    add("--dims", nargs="+", type=int, default=[100], help="(default: 100)")
    add("--negatives", nargs="+", type=int, default=[5], help="(default: 5)")
    add("--threads", nargs="+", type=int, default=[threads], help=f"(default: {threads})")
    add("--epochs", type=int, help="(default: 5; 20 for the small text of gensim's package)")
    add("--glove-epochs", type=int, default=15, help="epochs of GloVe (default: 15)")
    add("--cbow-rates", nargs="+", type=_rates, metavar="TOOL=RATE,...", help="learning rates of CBOW to try")
    add("--seeds", type=int, default=1, help="each tool trains with this many seeds (default: 1)")
    add("--repeats", type=int, default=1, help="and this often with each, for the speed (default: 1)")
    add("--text-repeats", type=int, default=3, help="repeats of the sections encode, files and readers (default: 3)")
    add("--no-quality", action="store_true", help="measure speed only")
    add("--text", type=Path, help="another text, one sentence a line, words between white space")
    add("--megabytes", type=float, help="take only the beginning of the text")
    add("--name", default=time.strftime("%Y%m%d-%H%M%S"), help="of the JSON file (default: date and time)")
    return parser.parse_args()


def _rates(option: str) -> tuple[str, list[float]]:
    tool, rates = option.split("=")
    return tool, [float(rate) for rate in rates.split(",")]


def _write(data: dict[str, Any], target: Path) -> None:
    target.write_text(json.dumps(data, indent=1) + "\n")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
