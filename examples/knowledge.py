"""Knowledge in vectors: no graph, retrofitting after training, the pull during training, and both, at the same graph.

    python examples/knowledge.py wordnet FOLDER GRAPH.tsv
    python examples/knowledge.py measure CORPUS RESULTS.jsonl GRAPH ... [--methods skipgram,glove] [--pull 0.1]
        [--seeds 1,2]
    python examples/knowledge.py tasks CORPUS RESULTS.jsonl GRAPH ... (the same options)
    python examples/knowledge.py table RESULTS.jsonl
    python examples/knowledge.py large [--words 1000000] [--edges 10000000]

`wordnet` writes the synonyms, hypernyms and antonyms of WordNet's files (``data.noun`` and so on) as a list of
relations. `measure` trains with automatic settings on an encoded corpus, on one thread, without a graph and with each
graph and strength, and judges all four ways. It appends a line to RESULTS.jsonl after each; vectors are kept beside it,
so that a stopped run can be continued. Two processes may measure different methods at once.

Judged are Google's analogies among the 30,000 most frequent words, and WordSim-353, SimLex-999 and, with WORDVEC_DATA,
MTurk-771 (Spearman correlations), each in two parts: pairs that the graph connects, which it answers by a look-up, and
all other pairs. `tasks` judges the same vectors by the accuracy of a probe of parts of speech (English EWT, one seed of
the probe) and of the types of TREC's questions (mean of vectors).

`large` makes an edge list whose ends are drawn with probabilities that fall like a power of the word's number, and
prints the processor seconds and the memory of reading it, of finding its edges between known words, and of training
on a text that has each word once.

`table` prints means over seeds, and below them differences from no graph and from retrofitting over common seeds, with
95 % intervals by Student's t.
"""

import argparse
import itertools
import json
import math
import os
import resource
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from defaults import similarity_sets
from replicas import MOST_FREQUENT, rows
from scipy import stats

from wordvec import EncodedCorpus, SkipGram, Vectors
from wordvec.alignment import retrofit
from wordvec.evaluation import classify, probe
from wordvec.evaluation.datasets import read_questions
from wordvec.evaluation.intrinsic import analogy, pair_scores
from wordvec.evaluation.probes.probe import ProbeSettings
from wordvec.lexicons.lexicon import Lexicon, Weighted
from wordvec.lexicons.neighbourhoods import neighbourhoods
from wordvec.lexicons.reading import read_lexicon
from wordvec.trainers import trainer
from wordvec.transforms import first

NONE, AFTER, DURING, BOTH = WAYS = ("none", "after", "during", "both")
MEASURE, TASKS = "measure", "tasks"
SETS = ("wordsim", "simlex", "mturk")
COLUMNS = ("analogies", *(f"{name} {part}" for part in ("others", "connected") for name in SETS), "tags", "questions")
_AT_ONCE = 1_000_000
_LARGE_DIM = 32
_POINTERS = {"@": "hypernym", "!": "antonym"}
Row = dict[str, Any]


class Run(NamedTuple):
    """The encoded corpus, the file of results, and how to train."""

    folder: Path
    results: Path
    method: str
    strength: float
    seed: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parts = parser.add_subparsers(required=True, dest="part")
    made = parts.add_parser("wordnet")
    made.add_argument("folder", type=Path)
    made.add_argument("output", type=Path)
    for name in (MEASURE, TASKS):
        one = parts.add_parser(name)
        one.add_argument("corpus", type=Path)
        one.add_argument("results", type=Path)
        one.add_argument("graphs", type=Path, nargs="+")
        one.add_argument("--methods", default="skipgram")
        one.add_argument("--pull", default="0.1")
        one.add_argument("--seeds", default="1")
    parts.add_parser("table").add_argument("results", type=Path)
    large = parts.add_parser("large")
    large.add_argument("--words", type=int, default=1_000_000)
    large.add_argument("--edges", type=int, default=10_000_000)
    given = parser.parse_args()
    if given.part == "wordnet":
        write_wordnet(given.folder, given.output)
    elif given.part == "table":
        print_table(rows(given.results))
    elif given.part == "large":
        measure_large(given.words, given.edges)
    else:
        lists = [map(int, given.seeds.split(",")), given.methods.split(","), map(float, given.pull.split(","))]
        for seed, method, strength, graph in itertools.product(*lists, given.graphs):
            measure(given, graph, Run(given.corpus, given.results, method, strength, seed))


def measure(given: argparse.Namespace, graph: Path, run: Run) -> None:
    """Judge all ways that have no line yet."""
    first = {MEASURE: "analogies", TASKS: "tags"}[given.part]
    done = [row["key"] for row in rows(run.results) if first in row]
    asked = {way: run.strength if way in (DURING, BOTH) else 0.0 for way in WAYS}
    keys = {way: [run.method, run.folder.name, graph.name, way, asked[way], run.seed] for way in WAYS}
    missing = {way: key for way, key in keys.items() if key not in done}
    lexicon = read_lexicon(graph) if missing else None
    for way, key in missing.items():
        assert lexicon is not None
        vectors, seconds = vectors_of(run, lexicon, way)
        scores = judged(vectors, lexicon) if given.part == MEASURE else judged_by_tasks(vectors)
        row = {"key": key, "seconds": seconds} | scores
        with run.results.open("a", encoding="utf-8") as out:
            print(json.dumps(row), file=out)
        print(json.dumps(row), flush=True)


def vectors_of(run: Run, lexicon: Lexicon, way: str) -> tuple[Vectors, float]:
    """Return the vectors of one way, and the processor seconds of their training."""
    if way in (AFTER, BOTH):
        vectors, seconds = vectors_of(run, lexicon, NONE if way == AFTER else DURING)
        return retrofit(vectors, lexicon), seconds
    graph = None if way == NONE else lexicon
    name = NONE if graph is None else f"{Path(lexicon.name).stem}-{run.strength:g}"
    path = run.results.with_name(f"{run.results.stem}-{run.method}-{name}-{run.seed}.npz")
    if not path.exists():
        settings = {"seed": run.seed, "threads": 1} | ({} if graph is None else {"pull": run.strength})
        begun = time.process_time()
        with EncodedCorpus.open(run.folder) as corpus:
            made = trainer(run.method)(**settings).fit(corpus, graph=graph)
        seconds = round(time.process_time() - begun, 1)
        np.savez(path, matrix=made.matrix, words=np.array(made.words), counts=made.counts, seconds=seconds)
    with np.load(path) as arrays:
        return Vectors(arrays["words"].tolist(), arrays["matrix"], arrays["counts"]), float(arrays["seconds"])


def judged(vectors: Vectors, lexicon: Lexicon) -> Row:
    """Return analogies, and similarity of connected and of other pairs, with the numbers of pairs."""
    questions = [question for section in read_questions("google").sections for question in section.questions]
    ranks = analogy.ranks(first(vectors, MOST_FREQUENT), questions)
    row: Row = {"analogies": round(float((ranks == 1).sum() / (ranks > 0).sum()), 4)}
    kinds = (lexicon.neighbours(), lexicon.opposites())
    for name, pairs in similarity_sets():
        both = [(one.lower(), other.lower()) for one, other in zip(pairs.first, pairs.second, strict=True)]
        known = [one in vectors and other in vectors for one, other in both]
        inside = [_connected(kinds, one, other) for one, other in both]
        for of, wanted in (("connected", True), ("others", False)):
            chosen = [at for at in range(len(known)) if known[at] and inside[at] == wanted]
            lists = {part: [getattr(pairs, part)[at] for at in chosen] for part in ("first", "second", "scores")}
            subset = pairs._replace(**lists)
            row[f"{name} {of}"] = round(pair_scores.correlation(vectors, subset), 4) if len(chosen) > 2 else None
            row[f"{name} {of} pairs"] = len(chosen)
    return row


def _connected(kinds: Iterable[Weighted], word: str, other: str) -> bool:
    return any(other in kind.get(word, {}) or word in kind.get(other, {}) for kind in kinds)


def judged_by_tasks(vectors: Vectors) -> Row:
    """Return the accuracy of a probe of parts of speech, and of the types of questions."""
    data = Path(os.environ.get("WORDVEC_DATA", "nowhere"))
    ewt, questions = data / "pos_ner/ud_english-ewt", data / "text_classification"
    files = ewt / "en_ewt-ud-train.rebuilt.conllu", ewt / "en_ewt-ud-test.conllu"
    tags = probe(vectors, *files, settings=ProbeSettings(seeds=1)).rows[0]["accuracy"]
    kinds = classify(vectors, questions / "TREC.train.all", questions / "TREC.test.all", resamples=100).rows
    mean = next(row["accuracy"] for row in kinds if row["method"] == "mean")
    return {"tags": round(tags, 4), "questions": round(mean, 4)}


def print_table(measured: list[Row]) -> None:
    """Print the means over seeds of each method, graph, way and strength, and differences, as Markdown tables."""
    print("|", " | ".join(["method", "corpus", "graph", "way", "pull", "seeds", *COLUMNS, "processor s"]), "|")
    print("|---" * (len(COLUMNS) + 7), end="|\n")
    found = of_ways(measured)
    for (method, corpus, graph, strength, way), seeds in found.items():
        pull = f"{strength:g}" if way in (DURING, BOTH) else ""
        cells = [method, corpus, graph, WAYS[way], pull, str(len(seeds)), *(_mean(seeds, name) for name in COLUMNS)]
        print("|", " | ".join([*cells, f"{np.mean([row['seconds'] for row in seeds.values()]):.0f}"]), "|")
    columns = [name for name in COLUMNS if "connected" not in name]
    print("\n|", " | ".join(["method", "graph", "difference", "pull", *columns]), "|")
    print("|---" * (len(columns) + 4), end="|\n")
    for (method, corpus, graph, strength, way), seeds in found.items():
        for base in (NONE, AFTER)[: way if WAYS[way] != AFTER else 1]:
            others = found.get((method, corpus, graph, 0.0, WAYS.index(base)), {})
            cells = [method, graph, f"{WAYS[way]} − {base}", f"{strength:g}"]
            print("|", " | ".join([*cells, *(_difference(seeds, others, name) for name in columns)]), "|")


def of_ways(measured: list[Row]) -> dict[tuple[str, str, str, float, int], dict[int, Row]]:
    """Return the scores of each seed by method, corpus, graph, strength and number of the way."""
    found: dict[tuple[str, str, str, float, int], dict[int, Row]] = {}
    for row in sorted(measured, key=lambda row: [*row["key"][:3], row["key"][4], WAYS.index(row["key"][3])]):
        method, corpus, graph, way, strength, seed = row["key"]
        found.setdefault((method, corpus, graph, strength, WAYS.index(way)), {}).setdefault(seed, {}).update(row)
    return found


def _mean(seeds: dict[int, Row], column: str) -> str:
    same = [row for row in seeds.values() if row.get(column) is not None]
    pairs = f" ({same[0][f'{column} pairs']})" if same and f"{column} pairs" in same[0] else ""
    return f"{np.mean([row[column] for row in same]):.3f}{pairs}" if same else ""


def _difference(seeds: dict[int, Row], others: dict[int, Row], column: str) -> str:
    common = [seed for seed in seeds if seeds[seed].get(column) is not None and others.get(seed, {}).get(column)]
    differences = np.array([seeds[seed][column] - others[seed][column] for seed in common])
    if len(common) < 2:
        return f"{differences[0]:+.3f}" if common else ""
    margin = stats.t.ppf(0.975, len(common) - 1) * differences.std(ddof=1) / math.sqrt(len(common))
    return f"{differences.mean():+.3f} ± {margin:.3f}"


def measure_large(words: int, edges: int) -> None:
    """Print the processor seconds and the peak memory of a made lexicon."""
    with tempfile.TemporaryDirectory() as folder:
        path, generator = Path(folder, "made.tsv"), np.random.default_rng(1)
        with path.open("w", encoding="utf-8") as file:
            for begin in range(0, edges, _AT_ONCE):
                ends = (words * generator.random((min(_AT_ONCE, edges - begin), 2)) ** 2).astype(np.int64)
                file.writelines(f"w{one}\tw{other}\n" for one, other in ends.tolist())
        begun = time.process_time()
        lexicon = read_lexicon(path)
        read = time.process_time()
    print(f"reading {edges:,} edges: {read - begun:.1f} s, {_resident():,} MB at most", flush=True)
    near = neighbourhoods([f"w{number}" for number in range(words)], lexicon)
    found = time.process_time() - read
    print(f"{len(near.words):,} words with {len(near.neighbours):,} edges: {found:.1f} s, {_resident():,} MB at most")
    del near
    sentences = (" ".join(f"w{number}" for number in range(at, min(at + 20, words))) for at in range(0, words, 20))
    with EncodedCorpus.from_sentences(sentences) as corpus:
        SkipGram(dim=_LARGE_DIM, epochs=1, min_count=1, sample=0, threads=1, replicas=1).fit(corpus, graph=lexicon)
    print(f"training with dim {_LARGE_DIM} and one replica: {_resident():,} MB at most")


def _resident() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def write_wordnet(folder: Path, output: Path) -> None:
    """Write the synonyms, hypernyms and antonyms of WordNet's data files as a list of relations."""
    synsets = {
        (part, offset): (words, pointers)
        for name, part in (("noun", "n"), ("verb", "v"), ("adj", "a"), ("adv", "r"))
        for offset, words, pointers in _synsets(folder / f"data.{name}")
    }
    lines: dict[str, None] = {}
    for words, pointers in synsets.values():
        edges = [("synonym", one, other) for one, other in itertools.combinations(words, 2)]
        for relation, key, source, target in pointers:
            others = synsets[key][0]
            left = words if source == 0 else [words[source - 1]]
            right = others if target == 0 else [others[target - 1]]
            edges += [(relation, one, other) for one, other in itertools.product(left, right)]
        lines.update(dict.fromkeys(f"{one}\t{relation}\t{other}" for relation, one, other in edges if one != other))
    output.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _synsets(path: Path) -> Iterator[tuple[int, list[str], list[tuple[str, tuple[str, int], int, int]]]]:
    """Yield the offset, the words and the pointers of each set of synonyms: see wndb(5WN)."""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith(" "):
            continue
        fields = line.split("|")[0].split()
        number = int(fields[3], 16)
        words = [fields[4 + 2 * at].partition("(")[0].lower() for at in range(number)]
        rest, pointers = fields[4 + 2 * number :], []
        for at in range(int(rest[0])):
            symbol, offset, part, ends = rest[1 + 4 * at : 5 + 4 * at]
            if symbol in _POINTERS:
                key = (part.replace("s", "a"), int(offset))
                pointers.append((_POINTERS[symbol], key, int(ends[:2], 16), int(ends[2:], 16)))
        yield int(fields[0]), words, pointers


if __name__ == "__main__":
    main()
