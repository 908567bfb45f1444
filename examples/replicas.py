"""Quality of training on replicas: by number of replicas, length of a round, rule of combination and learning rate.

    python examples/replicas.py measure CORPUS RESULTS.jsonl METHOD [NAME=VALUE,VALUE ...] [--seeds 1,2] [--threads N]
    python examples/replicas.py table RESULTS.jsonl
    python examples/replicas.py paired RESULTS.jsonl "NAME=VALUE ..." "NAME=VALUE ..."

`measure` trains METHOD on an encoded corpus with each combination of the values, and appends a line to RESULTS.jsonl
after each; combinations that have a line are not measured again, so that a stopped run can be continued. Names are
settings of the trainer, and

- ``slope``: the mean of σ(1 − σ), see `wordvec.kernels.combination`; 0 is the sum of the changes, ``inf`` their mean;
- ``updates``: updates of a row between two of its combinations; 0 combines all rows after each round;
- ``rule``: another rule of combination, of `combination_rules.RULES`, in NumPy; best with ``updates=0``.

Judged are Google's analogies among the 30,000 most frequent words, WordSim-353, SimLex-999 and, with WORDVEC_DATA,
MTurk-771 (Spearman correlations).

`paired` prints the mean difference of two combinations over their common seeds, with its 95 % interval by Student's t.
"""

import argparse
import itertools
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
from combination_rules import RULES
from defaults import similarity_sets
from scipy import stats

from wordvec import EncodedCorpus, Vectors
from wordvec.evaluation.datasets import read_questions
from wordvec.evaluation.intrinsic import analogy, pair_scores
from wordvec.trainers import replicas, schedule, trainer
from wordvec.transforms import first

MOST_FREQUENT = 30_000
SCORES = ("analogies", "wordsim", "simlex", "mturk")
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parts = parser.add_subparsers(required=True, dest="part")
    one = parts.add_parser("measure")
    one.add_argument("corpus", type=Path)
    one.add_argument("results", type=Path)
    one.add_argument("method")
    one.add_argument("--seeds", default="1")
    one.add_argument("--threads", type=int, default=1)
    one.add_argument("values", nargs="*")
    parts.add_parser("table").add_argument("results", type=Path)
    two = parts.add_parser("paired")
    two.add_argument("results", type=Path)
    two.add_argument("first")
    two.add_argument("second")
    given = parser.parse_args()
    if given.part == "table":
        print_table(rows(given.results))
    elif given.part == "paired":
        print_paired(rows(given.results), given.first, given.second)
    else:
        grid = dict(value.split("=") for value in given.values)
        seeds = [int(seed) for seed in given.seeds.split(",")]
        for values in itertools.product(*(choice.split(",") for choice in grid.values())):
            for seed in seeds:
                asked = {"method": given.method, **dict(zip(grid, values, strict=True))}
                measure(given.corpus, given.results, asked, seed, given.threads)


def measure(folder: Path, results: Path, asked: dict[str, str], seed: int, threads: int) -> None:
    """Train with one combination, and append its scores."""
    if any(row["asked"] == asked and row["seed"] == seed and row["corpus"] == folder.name for row in rows(results)):
        return
    numbers = {name: float(value) for name, value in asked.items() if name in ("slope", "updates", "across")}
    others = {name: value for name, value in asked.items() if name not in (*numbers, "method", "rule")}
    settings = {name: _value(value) for name, value in others.items()}
    method = trainer(asked["method"])
    usual = schedule.UPDATES, replicas.SLOPE, replicas.ACROSS, replicas.combine
    if "updates" in numbers:
        schedule.UPDATES = max(numbers["updates"], 1e-3)
    if "slope" in numbers:
        replicas.SLOPE = min(numbers["slope"], 1e9)
    if "across" in numbers:
        replicas.ACROSS = numbers["across"]
    if "rule" in asked:
        replicas.combine = RULES[asked["rule"]]()
    try:
        with EncodedCorpus.open(folder) as corpus:
            begun = time.monotonic()
            vectors = method(**settings, seed=seed, threads=threads).fit(corpus)
            seconds = time.monotonic() - begun
    finally:
        schedule.UPDATES, replicas.SLOPE, replicas.ACROSS, replicas.combine = usual
    row = {"corpus": folder.name, "asked": asked, "seed": seed, "seconds": round(seconds, 1)}
    row |= {"loss": vectors.metadata["training"]["loss"][-1]} | judged(vectors)
    with results.open("a", encoding="utf-8") as out:
        print(json.dumps(row), file=out)
    print(folder.name, *(f"{name}={value}" for name, value in asked.items()), _shown(row), flush=True)


def _value(text: str) -> Any:
    return int(text) if text.isdecimal() else float(text) if text.replace(".", "").isdecimal() else text


def judged(vectors: Vectors) -> Row:
    """Return analogies and similarity."""
    questions = [question for section in read_questions("google").sections for question in section.questions]
    ranks = analogy.ranks(first(vectors, MOST_FREQUENT), questions)
    row: Row = {"analogies": round(float((ranks == 1).sum() / (ranks > 0).sum()), 4)}
    return row | {name: round(pair_scores.correlation(vectors, pairs), 4) for name, pairs in similarity_sets()}


def rows(path: Path) -> list[Row]:
    """Return the measurements that a file has."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def print_table(measured: list[Row]) -> None:
    """Print the mean of the seeds of each combination, as a Markdown table."""
    names = list(dict.fromkeys(name for row in measured for name in row["asked"]))
    print("|", " | ".join(["corpus", *names, "seeds", *SCORES, "loss"]), "|")
    print("|---" * (len(names) + len(SCORES) + 3), end="|\n")
    for key, found in itertools.groupby(sorted(measured, key=_key), _key):
        same = list(found)
        means = {name: np.mean([row[name] for row in same]) for name in (*SCORES, "loss") if name in same[0]}
        cells = [same[0]["asked"].get(name, "") for name in names]
        print("|", " | ".join([key[0], *cells, str(len(same)), *(f"{mean:.4f}" for mean in means.values())]), "|")


def _key(row: Row) -> tuple[str, str]:
    return row["corpus"], json.dumps(row["asked"], sort_keys=True)


def print_paired(measured: list[Row], first: str, second: str) -> None:
    """Print the difference of the second combination to the first, over the seeds that both have."""
    one, two = ({row["seed"]: row for row in measured if row["asked"] == _asked(text)} for text in (first, second))
    seeds = sorted(set(one) & set(two))
    print(f"{second} minus {first}, seeds {', '.join(map(str, seeds))}")
    for name in SCORES:
        differences = np.array([two[seed][name] - one[seed][name] for seed in seeds])
        half = stats.t.ppf(0.975, len(seeds) - 1) * differences.std(ddof=1) / math.sqrt(len(seeds))
        print(f"{name:9} {differences.mean():+.4f} ± {half:.4f}")


def _asked(text: str) -> dict[str, str]:
    return dict(part.split("=") for part in text.split())


def _shown(row: Row) -> str:
    return " ".join(f"{name} {row[name]}" for name in ("seed", "seconds", *SCORES, "loss") if name in row)


if __name__ == "__main__":
    main()
