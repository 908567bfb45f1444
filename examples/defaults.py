"""Measurements behind the automatic settings: how epochs, rate, sample and min_count suit texts of different sizes.

    python examples/defaults.py measure TEXT MEGABYTES METHOD RESULTS.tsv [NAME=VALUE,VALUE ...] [--seeds 1,2]
    python examples/defaults.py table RESULTS.tsv

`measure` trains METHOD on the first MEGABYTES of TEXT with each combination of the values, on one thread, and appends
a line to RESULTS.tsv after each. The value ``auto`` leaves a setting to its default, which may follow the corpus.

A line has two halves of each judgement: one to choose settings by, one to report. They are drawn from the pairs of
WordSim-353, SimLex-999 and, if WORDVEC_DATA names the folder of the data, MTurk-771, and from Google's analogies, with
a fixed seed. Pairs and questions with an unknown word are left out, except in the columns with ``all``, where a cosine
is then 0 and an answer wrong. For texts in any language: the log-likelihood of a token of held-out lines (every 20th,
about 20,000 tokens at most), and, with two seeds, the mean share of a word's 10 nearest neighbours that both have.
"""

import argparse
import csv
import itertools
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import EncodedCorpus, Vectors
from wordvec.evaluation.datasets import Pairs, read_pairs, read_questions
from wordvec.evaluation.datasets.analogies import Question
from wordvec.evaluation.intrinsic import analogy, pair_scores
from wordvec.evaluation.slices.full_softmax import Softmax, predicted_tokens, sentence_likelihoods
from wordvec.slices.texts import numbered
from wordvec.trainers import trainer
from wordvec.workers import StopFlag

HELD_OUT, HELD_OUT_TOKENS, CHARACTERS = 20, 20_000, 6
STABLE_WORDS, STABLE_COUNT, NEIGHBOURS = 500, 20, 10
SETTINGS = ("epochs", "learning_rate", "sample", "min_count")
SETS = ("wordsim", "simlex", "mturk")
HALVES = ("choose", "report")
COLUMNS = [
    *("text", "megabytes", "tokens", "method", "seed", "asked", *SETTINGS, "words", "seconds"),
    *(f"{name}{kind}_{half}" for half in HALVES for name in (*SETS, "analogies") for kind in ("", "_all")),
    *("likelihood", "stability"),
]
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parts = parser.add_subparsers(required=True, dest="part")
    one = parts.add_parser("measure")
    one.add_argument("text", type=Path)
    one.add_argument("megabytes", type=float)
    one.add_argument("method")
    one.add_argument("results", type=Path)
    one.add_argument("--seeds", default="1")
    one.add_argument("values", nargs="*")
    parts.add_parser("table").add_argument("results", type=Path)
    given = parser.parse_args()
    if given.part == "table":
        print_table(given.results)
        return
    seeds = [int(seed) for seed in given.seeds.split(",")]
    grid = dict(value.split("=") for value in given.values or ["epochs=auto"])
    train, held_out = texts(given.text, given.megabytes)
    for values in itertools.product(*(choice.split(",") for choice in grid.values())):
        asked = dict(zip(grid, values, strict=True))
        settings = {name: float(v) if "." in v or "e" in v else int(v) for name, v in asked.items() if v != "auto"}
        shown = " ".join(f"{name}={value}" for name, value in asked.items())
        about = {"text": given.text.stem, "megabytes": given.megabytes, "method": given.method, "asked": shown}
        before = None
        for seed in seeds:
            begun = time.monotonic()
            vectors = trainer(given.method)(**settings, seed=seed, threads=1).fit(train)
            row = about | {"seed": seed, "tokens": len(train.ids), "seconds": round(time.monotonic() - begun, 1)}
            used = vectors.metadata["settings"]
            row |= {name: used.get(name, "") for name in SETTINGS} | {"words": len(vectors)}
            row |= judged(vectors) | likelihood(vectors, held_out, given.method)
            row["stability"] = "" if before is None else stability(before, vectors)
            append(given.results, row)
            before = before or vectors


def texts(path: Path, megabytes: float) -> tuple[EncodedCorpus, EncodedCorpus]:
    """Return the beginning of a text without every 20th line, and these lines."""
    with path.open("rb") as file:
        lines = file.read(int(megabytes * 1e6)).decode("utf-8", "ignore").splitlines()
    held_out = lines[::HELD_OUT]
    share = sum(map(len, held_out)) / (HELD_OUT_TOKENS * CHARACTERS)
    held_out = held_out[:: max(1, round(share))]
    settings = {"tokenizer": "words", "lowercase": True}
    train = (line for number, line in enumerate(lines) if number % HELD_OUT)
    return EncodedCorpus.from_sentences(train, **settings), EncodedCorpus.from_sentences(held_out, **settings)


def judged(vectors: Vectors) -> Row:
    """Return similarity and analogies, by halves."""
    row: Row = {}
    for name, pairs in similarity_sets():
        for half, part in zip(HALVES, halves(len(pairs.scores)), strict=True):
            chosen = Pairs(name, *([column[item] for item in part] for column in pairs[1:4]))
            covered, every = (pair_scores.correlation(vectors, chosen, oov=policy) for policy in ("skip", "zero"))
            row |= {f"{name}_{half}": round(covered, 4), f"{name}_all_{half}": round(every, 4)}
    questions: list[Question] = [q for section in read_questions("google").sections for q in section.questions]
    ranks = analogy.ranks(vectors, questions)
    for half, part in zip(HALVES, halves(len(questions)), strict=True):
        right, known = int((ranks[part] == 1).sum()), int((ranks[part] > 0).sum())
        row[f"analogies_{half}"] = round(right / known, 4) if known else ""
        row[f"analogies_all_{half}"] = round(right / len(part), 4)
    return row


def similarity_sets() -> Iterator[tuple[str, Pairs]]:
    yield "wordsim", read_pairs("wordsim353")
    yield "simlex", read_pairs("simlex999")
    mturk = Path(os.environ.get("WORDVEC_DATA", ""), "similarity", "en-mturk771.tsv")
    if mturk.exists():
        yield "mturk", read_pairs(mturk)


def halves(number: int) -> tuple[list[int], list[int]]:
    order = np.random.default_rng(353).permutation(number).tolist()
    return order[: number // 2], order[number // 2 :]


def likelihood(vectors: Vectors, held_out: EncodedCorpus, method: str) -> Row:
    """Return the log-likelihood of a held-out token, of methods that have one."""
    if method not in ("skipgram", "cbow"):
        return {"likelihood": ""}
    from wordvec.corpora.vocabulary import Vocabulary

    vocabulary = Vocabulary.from_words(vectors.words, vectors.counts)
    text = numbered(held_out, vocabulary, "held-out")
    weights = vectors.counts.astype(np.float64) ** 0.75
    noise = np.log(weights / weights.sum())[None]
    rows = (np.ascontiguousarray(matrix) for matrix in (vectors.matrix, vectors.contexts.matrix))
    model = Softmax(*rows, noise, 5, method == "skipgram")
    likely, tokens = sentence_likelihoods(model, [text], StopFlag())[0][0], predicted_tokens(text, 5)
    return {"likelihood": round(float(likely.sum() / tokens.sum()), 4)}


def stability(first: Vectors, second: Vectors) -> float:
    """Return the mean share of the nearest neighbours that two models have in common."""
    frequent = np.flatnonzero(first.counts >= STABLE_COUNT)
    chosen = np.random.default_rng(10).choice(frequent, min(STABLE_WORDS, len(frequent)), replace=False)
    one, two = (nearest(vectors, chosen) for vectors in (first, second))
    return round(float(np.mean([len(set(a) & set(b)) / NEIGHBOURS for a, b in zip(one, two, strict=True)])), 4)


def nearest(vectors: Vectors, chosen: NDArray[np.int64]) -> list[list[int]]:
    unit = vectors.matrix / np.maximum(np.linalg.norm(vectors.matrix, axis=1, keepdims=True), 1e-9)
    cosines = unit[chosen] @ unit.T
    cosines[np.arange(len(chosen)), chosen] = -2
    return np.argpartition(-cosines, NEIGHBOURS, axis=1)[:, :NEIGHBOURS].tolist()


def print_table(path: Path) -> None:
    """Print the halves to report, with unknown words counted as failures, as a Markdown table."""
    names = [f"{name}_all_report" for name in (*SETS, "analogies")] + ["likelihood", "stability"]
    print("| text | method | passes | rate | sample | least count | words | seconds |", " | ".join(names), "|")
    print("|---" * (8 + len(names)), end="|\n")
    for row in csv.DictReader(path.open(encoding="utf-8"), delimiter="\t"):
        text = f"{row['text']}, {float(row['megabytes']):g} MB"
        settings = [row[name] for name in (*SETTINGS, "words", "seconds")]
        print("|", " | ".join([text, row["method"], *settings, *(row[name] for name in names)]), "|")


def append(path: Path, row: Row) -> None:
    new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, delimiter="\t", restval="", lineterminator="\n")
        if new:
            out.writeheader()
        out.writerow(row)
    print(*(row.get(name, "") for name in ("asked", "seed", "seconds", "wordsim_choose", "analogies_choose")))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
