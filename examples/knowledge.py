"""Knowledge in vectors: no graph, retrofitting after training, the pull during training, and both, at the same graph.

    python examples/knowledge.py wordnet FOLDER GRAPH.tsv
    python examples/knowledge.py measure CORPUS RESULTS.jsonl GRAPH ... [--pull 0.1,0.3] [--seeds 1,2]
    python examples/knowledge.py tasks RESULTS.jsonl GRAPH [--pull 0.1]
    python examples/knowledge.py table RESULTS.jsonl

`wordnet` writes the synonyms, hypernyms and antonyms of WordNet's files (``data.noun`` and so on) as a list of
relations. `measure` trains skip-gram with its automatic settings on an encoded corpus, on one thread, without a graph
and with each graph and strength, and judges all four ways. It appends a line to RESULTS.jsonl after each;
vectors are kept beside it, so that a stopped run can be continued. `tasks` judges the vectors of one graph by a probe
of parts of speech and by the types of TREC's questions.

Judged are Google's analogies among the 30,000 most frequent words, and WordSim-353, SimLex-999 and, with WORDVEC_DATA,
MTurk-771 (Spearman correlations), each in two parts: pairs that the graph connects, which it answers by a look-up, and
all other pairs.
"""

import argparse
import itertools
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from defaults import similarity_sets
from replicas import MOST_FREQUENT, rows

from wordvec import EncodedCorpus, SkipGram, Vectors
from wordvec.alignment import retrofit
from wordvec.evaluation import classify, probe
from wordvec.evaluation.datasets import read_questions
from wordvec.evaluation.intrinsic import analogy, similarity
from wordvec.lexicons.lexicon import Lexicon, read_lexicon
from wordvec.transforms import first

NONE, AFTER, DURING, BOTH = WAYS = ("none", "after", "during", "both")
SETS = ("wordsim", "simlex", "mturk")
_POINTERS = {"@": "hypernym", "!": "antonym"}
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parts = parser.add_subparsers(required=True, dest="part")
    made = parts.add_parser("wordnet")
    made.add_argument("folder", type=Path)
    made.add_argument("output", type=Path)
    one = parts.add_parser("measure")
    one.add_argument("corpus", type=Path)
    one.add_argument("results", type=Path)
    one.add_argument("graphs", type=Path, nargs="+")
    one.add_argument("--pull", default="0.1")
    one.add_argument("--seeds", default="1")
    other = parts.add_parser("tasks")
    other.add_argument("results", type=Path)
    other.add_argument("graph", type=Path)
    other.add_argument("--pull", type=float, default=0.1)
    parts.add_parser("table").add_argument("results", type=Path)
    given = parser.parse_args()
    if given.part == "wordnet":
        write_wordnet(given.folder, given.output)
    elif given.part == "table":
        print_table(rows(given.results))
    elif given.part == "tasks":
        judge_tasks(given.results, given.graph, given.pull)
    else:
        strengths = [float(strength) for strength in given.pull.split(",")]
        for seed, strength, graph in itertools.product(map(int, given.seeds.split(",")), strengths, given.graphs):
            measure(given.corpus, given.results, graph, strength, seed)


def measure(folder: Path, results: Path, graph: Path, strength: float, seed: int) -> None:
    """Judge all ways that have no line yet."""
    done = [row["key"] for row in rows(results)]
    asked = {way: strength if way in (DURING, BOTH) else 0.0 for way in WAYS}
    keys = {way: [folder.name, graph.name, way, asked[way], seed] for way in WAYS}
    missing = {way: key for way, key in keys.items() if key not in done}
    lexicon = read_lexicon(graph) if missing else None
    for way, key in missing.items():
        assert lexicon is not None
        vectors, seconds = vectors_of(folder, results, lexicon, way, strength, seed)
        row = {"key": key, "seconds": seconds} | judged(vectors, lexicon)
        with results.open("a", encoding="utf-8") as out:
            print(json.dumps(row), file=out)
        print(json.dumps(row), flush=True)


def vectors_of(
    folder: Path, results: Path, lexicon: Lexicon, way: str, strength: float, seed: int
) -> tuple[Vectors, float]:
    """Return the vectors of one way, and the processor seconds of their training."""
    if way in (AFTER, BOTH):
        start = NONE if way == AFTER else DURING
        vectors, seconds = vectors_of(folder, results, lexicon, start, strength, seed)
        return retrofit(vectors, lexicon), seconds
    name = "none" if way == NONE else f"{Path(lexicon.name).stem}-{strength:g}"
    path = results.with_name(f"{results.stem}-{name}-{seed}.npz")
    if not path.exists():
        graph = None if way == NONE else lexicon
        begun = time.process_time()
        with EncodedCorpus.open(folder) as corpus:
            made = SkipGram(seed=seed, threads=1, pull=None if graph is None else strength).fit(corpus, graph=graph)
        seconds = round(time.process_time() - begun, 1)
        np.savez(path, matrix=made.matrix, words=np.array(made.words), counts=made.counts, seconds=seconds)
    with np.load(path) as arrays:
        return Vectors(arrays["words"].tolist(), arrays["matrix"], arrays["counts"]), float(arrays["seconds"])


def judged(vectors: Vectors, lexicon: Lexicon) -> Row:
    """Return analogies, and similarity of connected and of other pairs, with the numbers of pairs."""
    questions = [question for section in read_questions("google").sections for question in section.questions]
    ranks = analogy.ranks(first(vectors, MOST_FREQUENT), questions)
    row: Row = {"analogies": round(float((ranks == 1).sum() / (ranks > 0).sum()), 4)}
    for name, pairs in similarity_sets():
        both = [(one.lower(), other.lower()) for one, other in zip(pairs.first, pairs.second, strict=True)]
        known = [one in vectors and other in vectors for one, other in both]
        inside = [_connected(lexicon, one, other) for one, other in both]
        for of, wanted in (("connected", True), ("others", False)):
            chosen = [at for at in range(len(known)) if known[at] and inside[at] == wanted]
            lists = {part: [getattr(pairs, part)[at] for at in chosen] for part in ("first", "second", "scores")}
            subset = pairs._replace(**lists)
            row[f"{name} {of}"] = round(similarity.correlation(vectors, subset), 4) if len(chosen) > 2 else None
            row[f"{name} {of} pairs"] = len(chosen)
    return row


def _connected(lexicon: Lexicon, word: str, other: str) -> bool:
    kinds = (lexicon.neighbours, lexicon.opposites)
    return any(other in kind.get(word, {}) or word in kind.get(other, {}) for kind in kinds)


def judge_tasks(results: Path, graph: Path, strength: float) -> None:
    """Print tables of the probe and of TREC, for the first seed."""
    data, lexicon = Path(os.environ.get("WORDVEC_DATA", "nowhere")), read_lexicon(graph)
    vectors = {way: vectors_of(Path("none"), results, lexicon, way, strength, 1)[0] for way in WAYS}
    ewt, questions = data / "pos_ner/ud_english-ewt", data / "text_classification"
    print(probe(vectors, ewt / "en_ewt-ud-train.rebuilt.conllu", ewt / "en_ewt-ud-test.conllu"), flush=True)
    print(classify(vectors, questions / "TREC.train.all", questions / "TREC.test.all", resamples=200), flush=True)


def print_table(measured: list[Row]) -> None:
    """Print the mean of the seeds of each graph, way and strength, as a Markdown table."""
    columns = ["analogies", *(f"{name} {part}" for part in ("others", "connected") for name in SETS)]
    print("|", " | ".join(["corpus", "graph", "way", "pull", "seeds", *columns]), "|")
    print("|---" * (len(columns) + 5), end="|\n")
    for key, found in itertools.groupby(sorted(measured, key=_order), _order):
        same = list(found)
        corpus, graph, way, strength = key[0], key[1], WAYS[key[3]], key[2]
        cells = [corpus, graph, way, f"{strength:g}" if way in (DURING, BOTH) else "", str(len(same))]
        cells += [_mean(same, column) for column in columns]
        print("|", " | ".join(cells), "|")


def _order(row: Row) -> tuple[str, str, float, int]:
    corpus, graph, way, strength, _ = row["key"]
    return corpus, graph, strength, WAYS.index(way)


def _mean(same: list[Row], column: str) -> str:
    values = [row[column] for row in same if row.get(column) is not None]
    pairs = f" ({same[0][f'{column} pairs']})" if f"{column} pairs" in same[0] else ""
    return f"{np.mean(values):.3f}{pairs}" if values else ""


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
