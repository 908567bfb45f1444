"""Static vectors distilled from MiniLM, beside skip-gram with SIF, by sentence similarity and word similarity.

    python examples/distillation.py measure MODEL TEXT VECTORS FOLDER --sts SETS ... --similarity SETS ...
        [--words 25000] [--sentences 10000] [--dim 256]
    python examples/distillation.py table FOLDER

MODEL is the folder of all-MiniLM-L6-v2 (see examples/data.md), TEXT one paragraph a line, VECTORS those of skip-gram on
TEXT. The vocabulary is the most frequent words of TEXT, for all vectors; sentences are the first 16 words of lines at
equal distances.

Vectors of the teacher are kept in FOLDER in parts, and a line is appended to FOLDER/results.jsonl after each kind of
vectors, so that a stopped run can be continued. Needs the package sentence-transformers.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from replicas import rows

from wordvec import EncodedCorpus, Vectors, evaluation
from wordvec.corpora.settings import EncodingSettings
from wordvec.evaluation.datasets.sentence_pairs import read_all
from wordvec.language_models import Distillation, Encoder
from wordvec.rows import Floats, unit
from wordvec.sentences import Texts

TOKENS, SHORTEST = 16, 8
"""Words of a sentence: at most, and at least in its line."""
PART = 1_000
RESULTS = "results.jsonl"
WORDS: dict[str, dict[str, Any]] = {
    "words, not weighted": {"weighting": "uniform"},
    "words, not weighted, not centred": {"weighting": "uniform", "centre": False},
    "words, Zipf, a = 0.0001": {"weighting": "zipf", "a": 1e-4},
    "words, Zipf": {"weighting": "zipf"},
    "words, SIF, a = 0.0001": {"a": 1e-4},
    "words, SIF, a = 0.01": {"a": 1e-2},
    "words, SIF": {},
    "words, SIF, not centred": {"centre": False},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parts = parser.add_subparsers(required=True, dest="part")
    one = parts.add_parser("measure")
    for name in ("model", "text", "vectors", "folder"):
        one.add_argument(name, type=Path)
    for name in ("--sts", "--similarity"):
        one.add_argument(name, type=Path, nargs="+", required=True)
    for name, usual in (("--words", 25_000), ("--sentences", 10_000), ("--dim", 256)):
        one.add_argument(name, type=int, default=usual)
    parts.add_parser("table").add_argument("folder", type=Path)
    given = parser.parse_args()
    if given.part == "table":
        print_table(rows(given.folder / RESULTS))
        return
    given.folder.mkdir(exist_ok=True)
    Trial(given).run()


class Trial:
    """The vectors of one text and one teacher, and their scores."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given, self.folder, self._encoder = given, given.folder, None
        with self._corpus() as corpus:
            words = corpus.vocabulary.words[: given.words]
            about = {"corpus": {"settings": corpus.meta["settings"]}}
            self.teacher = Vectors(words, self._encoded(words, "words"), corpus.vocabulary.counts[: given.words], about)
            self.skipgram = Vectors.load(given.vectors, contexts=False).subset(words)

    def run(self) -> None:
        """Measure all kinds of vectors that have no line in the results."""
        self._measure("skip-gram", lambda: self.skipgram)
        self._measure("teacher's words", lambda: self.teacher)
        for name, settings in WORDS.items():
            self._measure(name, partial(Distillation(dim=self.given.dim, **settings).fit, self.teacher))
        lines = self._sentences()
        path = self.folder / f"sentences-{len(lines)}.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        targets = self._encoded(lines, "sentences")
        nothing = Vectors(self.teacher.words, np.zeros_like(self.teacher.matrix), self.teacher.counts)
        for method, of in (("sentences", "sentences"), ("contexts", "sentences as contexts")):
            distillation = Distillation(method=method, dim=self.given.dim)
            for name, teacher in (("", self.teacher), (", from zeros", nothing)):
                texts = Texts(path, EncodingSettings(tokenizer="whitespace"))
                self._measure(f"{len(lines):,} {of}{name}", partial(distillation.fit, teacher, texts, targets))
        self._measure_teacher()

    def _measure(self, name: str, make: Callable[[], Vectors]) -> None:
        """Append a line of scores, unless there is one."""
        if self._measured(name):
            return
        begun = time.perf_counter()
        vectors = make()
        seconds = time.perf_counter() - begun
        line: dict[str, Any] = {"vectors": name, "dim": vectors.dim, "seconds": round(seconds, 1)}
        line["about"] = vectors.metadata.get("distillation", {})
        found = evaluation.sts({"v": vectors}, self.given.sts, resamples=1_000).rows
        line["sts"] = {
            row["method"]: [round(row[key], 4) for key in ("pearson", "low", "high")]
            for row in found
            if row["dataset"] == "mean" and row["vectors"] == "v"
        }
        similar = evaluation.similarity({"v": vectors}, self.given.similarity, resamples=1_000).rows
        line["similarity"] = {row["dataset"]: round(row["spearman"], 4) for row in similar if row["vectors"] == "v"}
        self._append(line)

    def _measure_teacher(self) -> None:
        """Append a line of the teacher's own sentence vectors."""
        if self._measured(name := "teacher"):
            return
        sets = read_all(self.given.sts)
        vectors = self._encoded([text for pairs in sets for text in (*pairs.first, *pairs.second)], "sts")
        begin, found = 0, list[float]()
        for pairs in sets:
            first, second = np.split(unit(vectors[begin : begin + 2 * len(pairs.scores)]), 2)
            found.append(np.corrcoef((first * second).sum(axis=1), pairs.scores)[0, 1])
            begin += 2 * len(pairs.scores)
        self._append(
            {"vectors": name, "dim": vectors.shape[1], "sts": {"sentences": [round(float(np.mean(found)), 4)]}}
        )

    def _measured(self, name: str) -> bool:
        return any(row["vectors"] == name for row in rows(self.folder / RESULTS))

    def _append(self, line: dict[str, Any]) -> None:
        with (self.folder / RESULTS).open("a") as file:
            file.write(json.dumps(line) + "\n")
        print(line, flush=True)

    def _corpus(self) -> EncodedCorpus:
        path = self.folder / "text.corpus"
        if not path.exists():
            EncodedCorpus.from_text(self.given.text, path, tokenizer="whitespace").close()
        return EncodedCorpus.open(path)

    def _sentences(self) -> list[str]:
        """Return the first words of lines at equal distances."""
        with self.given.text.open(encoding="utf-8") as file:
            split = (line.split(maxsplit=TOKENS)[:TOKENS] for line in file)
            lines = [" ".join(words) for words in split if len(words) >= SHORTEST]
        return lines[:: max(1, len(lines) // self.given.sentences)][: self.given.sentences]

    def _encoded(self, texts: Sequence[str], name: str) -> Floats:
        """Return the vectors of the teacher; parts that are there are not computed again."""
        folder = self.folder / f"{name}-{len(texts)}"
        folder.mkdir(exist_ok=True)
        return np.concatenate(list(self._parts(texts, folder)))

    def _parts(self, texts: Sequence[str], folder: Path) -> Iterator[Floats]:
        for begin in range(0, len(texts), PART):
            path = folder / f"{begin:08}.npy"
            if not path.exists():
                self._encoder = self._encoder or Encoder(self.given.model)
                np.save(path.with_suffix(".part.npy"), self._encoder.encode(texts[begin : begin + PART]))
                path.with_suffix(".part.npy").rename(path)
                print(path, flush=True)
            yield np.load(path)


def print_table(found: Sequence[dict[str, Any]]) -> None:
    """Print a row for each kind of vectors, and for each method by which their sentence vectors are computed."""
    sets = list(found[0]["similarity"])
    print(f"| vectors | sentence vector | dim | STS, mean | {' | '.join(sets)} |")
    print("|---" * (4 + len(sets)) + "|")
    for line in found:
        similar = " | ".join(f"{line['similarity'][name]:.3f}" if "similarity" in line else "" for name in sets)
        for method, (value, *interval) in line["sts"].items():
            shown = f"{value:.3f}" + (f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval else "")
            print(f"| {line['vectors']} | {method} | {line['dim']} | {shown} | {similar} |")


if __name__ == "__main__":
    main()
