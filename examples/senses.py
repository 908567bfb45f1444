"""Sense vectors: word sense induction by all methods, and what the most frequent senses lose beside plain skip-gram.

    python examples/senses.py measure CORPUS RESULTS.jsonl [METHOD ...] [--seeds 1,2] [--threads N] [--senses 5]
    python examples/senses.py table RESULTS.jsonl

`measure` trains skipgram (one sense), clusters (`ContextClusters` over that skip-gram), senses (Disambiguated
Skip-gram) and adagram, or the methods named, on an encoded corpus, one seed after another, and appends a line to
RESULTS.jsonl after each run. Runs that have a line are not repeated, so that a stopped measurement can be continued;
two processes may measure different methods at once. WORDVEC_DATA names the folder that has ``senses/semeval-2010`` and
``senses/semeval-2013``. Settings are the automatic ones, with the same number of senses (`--senses`) at
most. Time is that of training; of clusters, without that of the skip-gram.

Senses are chosen by the trained model of a method and by cosines. The vectors of the most frequent sense of each word,
under the name of the word, are judged as in replicas.py: Google's analogies among the 30,000 most frequent words,
WordSim-353, SimLex-999 and MTurk-771.

`table` prints means over seeds. Intervals of word sense induction are 95 % of bootstrap resamples of the words, whose
scores are means over the seeds; differences between methods are of the same words. Differences from skip-gram are means
over common seeds, with 95 % intervals by Student's t.
"""

import argparse
import itertools
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from replicas import SCORES, judged, rows
from scipy import stats

from wordvec import ContextClusters, EncodedCorpus, Vectors
from wordvec.evaluation import intervals
from wordvec.evaluation.datasets.sense_contexts import SenseContexts, read_sense_contexts
from wordvec.evaluation.intrinsic.senses import MEASURES, judge_all, word_scores
from wordvec.senses.cosines import CosineDisambiguator
from wordvec.senses.inventory import RECORD, SenseInventory, record
from wordvec.trainers import trainer

ONE, CLUSTERS = "skipgram", "clusters"
METHODS = (ONE, CLUSTERS, "senses", "adagram")
DATASETS = ("semeval-2010", "semeval-2013")
MODEL, COSINE = "model", "cosine"
FREQUENT = 20
"""Words seen as often may have several senses."""
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
    one.add_argument("--senses", type=int, default=5)
    parts.add_parser("table").add_argument("results", type=Path)
    given = parser.parse_args()
    if given.part == "table":
        measured = rows(given.results)
        print_induction(measured)
        print_differences(measured)
        print_words(measured)
        return
    for seed, method in itertools.product(map(int, given.seeds.split(",")), given.methods):
        measure(given, method, seed)


def measure(given: argparse.Namespace, method: str, seed: int) -> None:
    """Train by one method, and append the scores."""
    run = {"corpus": given.corpus.name, "method": method, "senses": given.senses, "seed": seed}
    if any(all(row[name] == value for name, value in run.items()) for row in rows(given.results)):
        return
    datasets = [read_sense_contexts(Path(os.environ.get("WORDVEC_DATA", ""), "senses", name)) for name in DATASETS]
    with EncodedCorpus.from_sentences(["tea with milk", "milk with tea"] * 50) as corpus:
        trained(given, corpus, method, 1, None)  # compiles the kernels
    with EncodedCorpus.open(given.corpus) as corpus:
        plain = plain_vectors(given, corpus, seed) if method == CLUSTERS else None
        begun, processor = time.monotonic(), time.process_time()
        vectors, judges = trained(given, corpus, method, seed, plain)
        seconds = {"seconds": time.monotonic() - begun, "processor": time.process_time() - processor}
    row = run | {name: round(value, 1) for name, value in seconds.items()} | {"threads": given.threads}
    if method == ONE:
        save(vectors, plain_path(given, seed))
    row |= found_senses(vectors) | judged(most_frequent_senses(vectors)) | {"induction": induction(datasets, judges)}
    with given.results.open("a", encoding="utf-8") as out:
        print(json.dumps(row), file=out)
    print({name: value for name, value in row.items() if name != "induction"}, flush=True)


def trained(
    given: argparse.Namespace, corpus: EncodedCorpus, method: str, seed: int, plain: Vectors | None
) -> tuple[Vectors, Row]:
    """Return vectors with senses, and what chooses between the senses; clusters are those over `plain`."""
    running = {"seed": seed, "threads": given.threads}
    if method not in (ONE, CLUSTERS):
        made = trainer(method)(senses=given.senses, **running).fit(corpus)
        return made, {MODEL: made.model, COSINE: CosineDisambiguator(made)}
    vectors = plain or trainer(ONE)(**running).fit(corpus)
    if method == ONE:
        vectors = Vectors(vectors.words, vectors.matrix, vectors.counts, {RECORD: record(ONE, 0, "#")})
    else:
        vectors = ContextClusters(senses=given.senses, **running).fit(corpus, vectors)
    return vectors, {COSINE: CosineDisambiguator(vectors)}


def plain_vectors(given: argparse.Namespace, corpus: EncodedCorpus, seed: int) -> Vectors:
    """Return the vectors of skip-gram, from their file if there is one."""
    path = plain_path(given, seed)
    if not path.exists():
        save(trainer(ONE)(seed=seed, threads=given.threads).fit(corpus), path)
    with np.load(path) as arrays:
        return Vectors(arrays["words"].tolist(), arrays["matrix"], arrays["counts"])


def plain_path(given: argparse.Namespace, seed: int) -> Path:
    """Return the file of skip-gram's vectors beside the results."""
    path: Path = given.results.with_name(f"{given.results.stem}-{given.corpus.name}-{seed}.npz")
    return path


def save(vectors: Vectors, path: Path) -> None:
    np.savez(path, matrix=vectors.matrix, words=np.array(vectors.words), counts=np.asarray(vectors.counts))


def found_senses(vectors: Vectors) -> Row:
    """Return the number of words with several senses, and the mean number of senses of words seen often enough."""
    inventory = vectors.inventory
    assert inventory is not None
    often = counts_of(inventory) >= FREQUENT
    return {"several": inventory.several, "each": round(float(inventory.senses[often].mean()), 3)}


def counts_of(inventory: SenseInventory) -> NDArray[np.int64]:
    """Return the number of tokens of each word."""
    assert inventory.counts is not None
    counts: NDArray[np.int64] = np.add.reduceat(inventory.counts, inventory.offsets[:-1])
    return counts


def most_frequent_senses(vectors: Vectors) -> Vectors:
    """Return the vector of the most frequent sense of each word, most frequent words first."""
    inventory = vectors.inventory
    assert inventory is not None
    counts, chosen = counts_of(inventory), inventory.rows[inventory.offsets[:-1]]
    order = np.argsort(-counts, kind="stable")
    return Vectors([inventory.words[word] for word in order], vectors.matrix[chosen[order]], counts[order])


def induction(datasets: list[SenseContexts], judges: Row) -> Row:
    """Return, by dataset and judge, the scores of words with their weights by measure, and the number of senses."""
    found: Row = {}
    for dataset in datasets:
        for way, judge in judges.items():
            chosen = judge_all(judge, dataset)
            scores = {measure: np.round(pair, 5).tolist() for measure, pair in word_scores(chosen).items()}
            number = float(np.mean([len(np.unique(one.chosen)) for one in chosen]))
            found.setdefault(dataset.name, {})[way] = {"scores": scores, "chosen": number}
    return found


def of_ways(measured: list[Row], dataset: str) -> dict[tuple[str, str], list[Row]]:
    """Return the results of all seeds by method and judge."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(measured, key=lambda row: METHODS.index(row["method"])):
        for way, result in row["induction"][dataset].items():
            found.setdefault((row["method"], way), []).append(result)
    return found


def mean_scores(results: list[Row], measure: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the scores of the words, means over seeds, and their weights."""
    arrays = np.array([result["scores"][measure] for result in results])
    return arrays[:, 0].mean(0), arrays[0, 1]


def bootstrapped(scores: NDArray[np.float64], weights: NDArray[np.float64]) -> str:
    """Return a weighted mean with its interval over words."""

    def mean(items: NDArray[np.int64]) -> NDArray[np.float64]:
        means: NDArray[np.float64] = (scores[items] * weights[items]).sum(-1) / weights[items].sum(-1)
        return means

    low, high = intervals.interval(intervals.resampled(mean, len(scores), 10_000, 1))
    return f"{float(mean(np.arange(len(scores)))):.3f} [{low:.3f}, {high:.3f}]"


def print_induction(measured: list[Row]) -> None:
    """Print the scores of word sense induction by dataset, method and judge, as a Markdown table."""
    print("| dataset | method | chosen by | seeds |", " | ".join(MEASURES), "| ARI, σ of seeds | senses chosen |")
    print("|---" * (len(MEASURES) + 6), end="|\n")
    for dataset in DATASETS:
        for (method, way), results in of_ways(measured, dataset).items():
            cells = [bootstrapped(*mean_scores(results, measure)) for measure in MEASURES]
            single = [np.average(*pair[:1], weights=pair[1]) for pair in _first_measure(results)]
            spread = f"{np.std(single, ddof=1):.3f}" if len(single) > 1 else ""
            chosen = np.mean([result["chosen"] for result in results])
            print("|", " | ".join([dataset, method, way, str(len(results)), *cells, spread, f"{chosen:.2f}"]), "|")
    print()


def _first_measure(results: list[Row]) -> list[Any]:
    return [result["scores"][MEASURES[0]] for result in results]


def print_differences(measured: list[Row]) -> None:
    """Print the differences of ARI between methods, over the same words, as a Markdown table."""
    print("| dataset | methods | difference of ARI |\n|---|---|---|")
    for dataset in DATASETS:
        best = {}
        for (method, way), results in of_ways(measured, dataset).items():
            if way == MODEL or method == CLUSTERS:
                best[method] = mean_scores(results, MEASURES[0])
        for (first, (scores, weights)), (second, (others, _)) in itertools.combinations(best.items(), 2):
            print(f"| {dataset} | {second} − {first} | {bootstrapped(others - scores, weights)} |")
    print()


def print_words(measured: list[Row]) -> None:
    """Print the numbers of senses, time, and scores of the most frequent senses, as a Markdown table."""
    columns = [name for name in SCORES if name in measured[0]]
    print("| method | seeds | words with several senses | senses of a word | processor s |", " | ".join(columns), "|")
    print("|---" * (len(columns) + 5), end="|\n")
    for method in METHODS:
        same = {row["seed"]: row for row in measured if row["method"] == method}
        if not same:
            continue
        plain = {row["seed"]: row for row in measured if row["method"] == ONE and row["seed"] in same}
        several, each, seconds = (
            np.mean([row[name] for row in same.values()]) for name in ("several", "each", "processor")
        )
        cells = [method, str(len(same)), f"{several:,.0f}", f"{each:.2f}", f"{seconds:.0f}"]
        for name in columns:
            cell = f"{np.mean([row[name] for row in same.values()]):.3f}"
            if method != ONE and plain:
                cell += f" ({_paired([same[seed][name] - row[name] for seed, row in plain.items()])})"
            cells.append(cell)
        print("|", " | ".join(cells), "|")


def _paired(differences: list[float]) -> str:
    """Return a mean difference, with its margin by Student's t if there are several."""
    mean, number = float(np.mean(differences)), len(differences)
    if number < 2:
        return f"{mean:+.3f}"
    margin = stats.t.ppf(0.975, number - 1) * np.std(differences, ddof=1) / number**0.5
    return f"{mean:+.3f} ± {margin:.3f}"


if __name__ == "__main__":
    main()
