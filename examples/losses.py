"""Negative sampling beside hierarchical softmax: quality, quality for rare words, and time.

    python examples/losses.py measure CORPUS RESULTS.jsonl [METHOD ...] [--seeds 1,2] [--threads N] [--rates 0.05,0.025]
    python examples/losses.py table RESULTS.jsonl

`measure` trains skipgram, cbow, fasttext, or the methods named, with both losses on an encoded corpus, and appends a
line to RESULTS.jsonl after each run; runs that have a line are not repeated. --rates: learning rates of hierarchical
softmax; default: the automatic one.

Judged are Google's analogies among the 30,000 most frequent words; those whose rarest word occurs fewer than 200 times,
among all words; and WordSim-353, SimLex-999 and, with WORDVEC_DATA, MTurk-771 (Spearman correlations). Seconds are
those of training.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from replicas import judged, rows

from wordvec import EncodedCorpus, Vectors
from wordvec.evaluation.datasets import read_questions
from wordvec.evaluation.intrinsic import analogy
from wordvec.trainers import trainer

RARE = 200
METHODS = ("skipgram", "cbow", "fasttext")
COLUMNS = ("seconds", "analogies", "rare", "wordsim", "simlex", "mturk")
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parts = parser.add_subparsers(required=True, dest="part")
    one = parts.add_parser("measure")
    one.add_argument("corpus", type=Path)
    one.add_argument("results", type=Path)
    one.add_argument("methods", nargs="*", default=METHODS)
    one.add_argument("--seeds", default="1")
    one.add_argument("--threads", type=int)
    one.add_argument("--rates", default="")
    parts.add_parser("table").add_argument("results", type=Path)
    given = parser.parse_args()
    if given.part == "measure":
        rates = [float(rate) for rate in given.rates.split(",") if rate] or [None]
        for seed in map(int, given.seeds.split(",")):
            for method in given.methods:
                measure(given, method, {"loss": "negative-sampling"}, seed)
                for rate in rates:
                    chosen = {} if rate is None else {"learning_rate": rate}
                    measure(given, method, {"loss": "hierarchical-softmax"} | chosen, seed)
    print_table(rows(given.results))


def measure(given: argparse.Namespace, method: str, asked: dict[str, Any], seed: int) -> None:
    """Train with one loss, and append the scores."""
    run = {"corpus": given.corpus.name, "method": method, "asked": asked, "seed": seed}
    if any(all(row[name] == value for name, value in run.items()) for row in rows(given.results)):
        return
    with EncodedCorpus.open(given.corpus) as corpus:
        vectors = trainer(method)(**asked, seed=seed, threads=given.threads).fit(corpus)
    about, settings = vectors.metadata["training"], vectors.metadata["settings"]
    row = run | {"learning_rate": settings["learning_rate"], "epochs": settings["epochs"]}
    row |= {"seconds": about["seconds"], "threads": about["threads"]} | judged(vectors) | {"rare": rare(vectors)}
    with given.results.open("a", encoding="utf-8") as out:
        print(json.dumps(row), file=out)


def rare(vectors: Vectors) -> float:
    """Return the accuracy of the analogies whose rarest word occurs fewer than `RARE` times."""
    assert vectors.counts is not None
    counts = dict(zip(vectors.words, vectors.counts.tolist(), strict=True))
    questions = [question for section in read_questions("google").sections for question in section.questions]
    lowest = np.array([min(counts.get(word.lower(), 0) for word in question) for question in questions])
    ranks = analogy.ranks(vectors, questions)
    asked = (ranks > 0) & (lowest < RARE)
    return round(float((ranks[asked] == 1).mean()), 4)


def print_table(measured: list[Row]) -> None:
    """Print the means over seeds, as a Markdown table."""
    print("| corpus | method | loss | learning rate | runs |", " | ".join(COLUMNS), "|")
    print("|---|---|---|---|---|" + "---|" * len(COLUMNS))
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in measured:
        groups.setdefault((row["corpus"], row["method"], row["asked"]["loss"], row["learning_rate"]), []).append(row)
    for key, of_group in groups.items():
        means = [sum(row[name] for row in of_group) / len(of_group) for name in COLUMNS if name in of_group[0]]
        print("|", " | ".join(map(str, key)), "|", len(of_group), "|", " | ".join(f"{mean:.4g}" for mean in means), "|")


if __name__ == "__main__":
    main()
