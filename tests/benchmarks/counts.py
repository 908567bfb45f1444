"""Counting and GloVe: wordvec in turn with Stanford's programs, where ``cooccur``, ``shuffle`` and ``glove`` are found.

All count a text as one long sentence, window 10, symmetric, min_count 5; GloVe's programs and wordvec train on the
same counts, x_max 10, alpha 0.75, learning rate 0.05. Counting is timed from the encoded corpus (wordvec) or the text
and its vocabulary (cooccur) to the written counts; training is timed by wordvec's own clock, dealing entries into
strata left out and told apart, and by the lines that glove prints after each epoch.
"""

import json
import re
import shutil
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.measure import ROOT, Run, job, measure, peaks
from tests.benchmarks.quality import scores
from tests.benchmarks.texts import Text
from tests.benchmarks.tools import result

Record = dict[str, Any]
WINDOW, MIN_COUNT, GIGABYTES = "10", "5", "4.0"


def counting(text: Text, thread_counts: Iterable[int], repeats: int) -> list[Record]:
    """Return seconds, entries and memory of counting; leaves the encoded text and the counts beside it."""
    encoded, counts = text.path.with_name("encoded"), text.path.with_name("counts")
    measure(job("encode", {"text": text.path, "warm": text.warm_up, "folder": encoded, "threads": 2}), ROOT)
    one_line, words, cooccur = text.path.with_name("one-line.txt"), text.path.with_name("vocab.txt"), None
    if shutil.which("cooccur") and shutil.which("vocab_count"):
        cooccur = f"cooccur -memory {GIGABYTES} -vocab-file {words.name} -window-size {WINDOW} -verbose 0".split()
        one_line.write_bytes(text.path.read_bytes().replace(b"\n", b" "))
        count_words = f"exec vocab_count -min-count {MIN_COUNT} -verbose 0 > {words.name}"
        measure(["sh", "-c", count_words], text.path.parent, stdin=text.path)
    runs: dict[str, list[tuple[float, float, Run]]] = {}
    for _ in range(repeats):
        for threads in thread_counts:
            run = measure(job("count", {"corpus": encoded, "folder": counts, "threads": threads}), ROOT)
            found = result(run)
            label = f"wordvec, {threads} thread{'s' * (threads > 1)}"
            runs.setdefault(label, []).append((found["seconds"], found["entries"], run))
        if cooccur:
            records = text.path.with_name("theirs.bin")
            run = measure(["sh", "-c", f"exec {' '.join(cooccur)} > {records.name}"], text.path.parent, stdin=one_line)
            runs.setdefault("GloVe's cooccur", []).append((run.seconds, records.stat().st_size // 16, run))
            records.unlink()
    theirs = runs.get("GloVe's cooccur")
    rows = []
    for label, group in runs.items():
        seconds = statistics.median(seconds for seconds, _, _ in group)
        ratio = {"ratio": statistics.median(s for s, _, _ in theirs) / seconds} if theirs else {}
        rows.append(
            {
                "tool": label,
                "seconds": seconds,
                "entries": int(group[0][1]),
                "entries_per_second": group[0][1] / seconds,
            }
            | peaks(run for _, _, run in group)
            | {"runs": len(group)}
            | {"all_seconds": [seconds for seconds, _, _ in group]}
            | ratio
        )
    return rows


def training(text: Text, threads: int, dim: int, epochs: int, seeds: int, say: Callable[[str], None]) -> list[Record]:
    """Train on the counts that `counting` left; give one row for each program."""
    counts, folder = text.path.with_name("counts"), text.path.parent
    programs: dict[str, Callable[[int], Record]] = {
        "wordvec": lambda seed: _wordvec(counts, text, threads, dim, epochs, seed)
    }
    if shutil.which("glove") and shutil.which("shuffle"):
        command = [sys.executable, "-m", "wordvec", "corpus", "export-glove", str(counts), "--force"]
        measure([*command, "-o", str(folder / "ours.bin"), "--vocab", str(folder / "ours.txt")], ROOT)
        shuffle = f"exec shuffle -memory {GIGABYTES} -seed 1 -verbose 0 < ours.bin > ours.shuf.bin"
        run = measure(["sh", "-c", shuffle], folder)
        (folder / "ours.bin").unlink()
        say(f"GloVe's shuffle: {run.seconds:.1f} s")
        programs["GloVe's glove"] = lambda seed: _glove(folder, threads, dim, epochs, seed)
    # Kernels are compiled before the first.
    _wordvec(counts, text, threads, dim, 1, 1)
    runs: dict[str, list[Record]] = {}
    for seed in range(1, seeds + 1):
        for name, program in programs.items():
            runs.setdefault(name, []).append(program(seed))
            say(f"{name}, seed {seed}: {runs[name][-1]}")
    entries = json.loads((counts / "meta.json").read_text())["entries"]
    return list(_rows(runs, entries, dim, threads, epochs))


def _rows(runs: dict[str, list[Record]], entries: int, dim: int, threads: int, epochs: int) -> Iterator[Record]:
    peers = runs.get("GloVe's glove")
    for name, group in runs.items():
        seconds = statistics.median(run["seconds_per_epoch"] for run in group)
        ratio = {"ratio": statistics.median(run["seconds_per_epoch"] for run in peers) / seconds} if peers else {}
        yield (
            {"tool": name, "dim": dim, "threads": threads, "epochs": epochs, "entries": entries}
            | {
                "seconds_per_epoch": seconds,
                "pairs_per_second": entries / seconds,
                "cost": statistics.mean(run["cost"] for run in group),
                "preparation": statistics.median(run["preparation"] for run in group),
                "peak_anonymous": max(run["peak_anonymous"] for run in group),
                "peak_resident": max(run["peak_resident"] for run in group),
                "quality": [run["quality"] for run in group],
                "runs": group,
            }
            | ratio
        )


def _wordvec(counts: Path, text: Text, threads: int, dim: int, epochs: int, seed: int) -> Record:
    output = text.path.with_name("ours.vec")
    command = f"""-m wordvec train glove {counts} -o {output} --dim {dim} --epochs {epochs} --x-max 10 --alpha 0.75
        --learning-rate 0.05 --threads {threads} --seed {seed} --force --quiet""".split()
    run = measure([sys.executable, *command], ROOT)
    made = json.loads(output.with_suffix(".json").read_text())["training"]
    return _record(run, made["seconds"] / epochs, made["loss"][-1], made["preparation_seconds"], scores(output, True))


def _glove(folder: Path, threads: int, dim: int, epochs: int, seed: int) -> Record:
    run = measure(
        f"""glove -save-file theirs -threads {threads} -input-file ours.shuf.bin -x-max 10 -iter {epochs}
        -vector-size {dim} -binary 0 -vocab-file ours.txt -verbose 1 -seed {seed}""".split(),
        folder,
    )
    ends = [at for at, piece in run.output for _ in re.findall(r"iter: \d+", piece)]
    costs = [float(cost) for cost in re.findall(r"cost: ([\d.]+)", run.text)]
    seconds = (ends[-1] - ends[0]) / (epochs - 1) if epochs > 1 else run.seconds
    return _record(run, seconds, costs[-1], 0.0, scores(folder / "theirs.txt", False))


def _record(run: Run, seconds: float, cost: float, preparation: float, quality: Any) -> Record:
    return {
        "seconds_per_epoch": seconds,
        "cost": cost,
        "preparation": preparation,
        "seconds": run.seconds,
        **peaks([run]),
        "others": run.others / run.seconds,
        "quality": quality,
    }
