"""Rows of a real embedding layer that are hidden and rebuilt by each mode of `wordvec.language_models`.

    python examples/embedding_layers.py measure MODEL TEXT FOLDER [--bytes 30000000] [--seeds 1,2,3] [--sts SETS ...]
    python examples/embedding_layers.py table FOLDER

MODEL is a folder with ``tokenizer.json`` and ``model.safetensors``: of all-MiniLM-L6-v2, or of WordLlama (see
examples/data.md). A tenth of the tokens that occur in the text are hidden; every mode rebuilds their rows from the
others, from vectors that are trained on the text (skip-gram, on words and on the model's tokens), and from the text.
Judged are, about the mean of all rows: the cosine with the true row, and its rank among all rows by this cosine. With
``--sts``, also Pearson's correlation of MiniLM's sentence vectors, computed in NumPy with the rebuilt rows, with human
scores, over the pairs that have a hidden token.

Results are appended to FOLDER/results.jsonl after each mode; vectors are kept in FOLDER, so that a stopped run can be
continued.
"""

import argparse
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from minilm import MiniLM
from numpy.typing import NDArray
from replicas import rows

from wordvec import EncodedCorpus, SkipGram, Vectors
from wordvec.corpora.subword_tokenizers import SubwordTokenizer
from wordvec.evaluation.datasets.sentence_pairs import read_all
from wordvec.language_models import Layer, LayerSettings, Source, SubwordVocabulary, embedding_layer, token_vectors
from wordvec.rows import Floats, unit

HIDDEN = 0.1
MODES: dict[str, dict[str, Any]] = {
    "mean": {"mode": "mean"},
    "gaussian": {"mode": "gaussian"},
    "ofa, words": {"mode": "ofa", "vectors": "words"},
    "ofa, words, k=32": {"mode": "ofa", "vectors": "words", "neighbours": 32},
    "ofa, words alike": {"mode": "ofa", "vectors": "words", "weighting": "uniform"},
    "ofa, tokens": {"mode": "ofa", "vectors": "tokens"},
    "ofa, tokens, k=32": {"mode": "ofa", "vectors": "tokens", "neighbours": 32},
    "cw2v, not trained": {"mode": "cw2v", "vectors": "tokens", "corpus": True, "epochs": 0},
    "cw2v": {"mode": "cw2v", "vectors": "tokens", "corpus": True},
    "direct": {"mode": "direct", "vectors": "tokens"},
    "compose": {"mode": "compose", "vectors": "words"},
    "cipher": {"mode": "cipher", "corpus": True},
    "cipher codes": {"mode": "cipher", "corpus": True, "cipher": "codes"},
}
TENSOR = {True: "embeddings.word_embeddings.weight", False: "embedding.weight"}
RESULTS = "results.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parts = parser.add_subparsers(required=True, dest="part")
    one = parts.add_parser("measure")
    one.add_argument("model", type=Path)
    one.add_argument("text", type=Path)
    one.add_argument("folder", type=Path)
    one.add_argument("--bytes", type=int, default=30_000_000)
    one.add_argument("--seeds", default="1,2,3")
    one.add_argument("--sts", type=Path, nargs="*", default=[])
    parts.add_parser("table").add_argument("folder", type=Path)
    given = parser.parse_args()
    if given.part == "table":
        print_table(rows(given.folder / RESULTS))
        return
    given.folder.mkdir(exist_ok=True)
    trial = Trial(given.model, given.text, given.folder, given.bytes, given.sts)
    for seed, name in itertools.product(map(int, given.seeds.split(",")), MODES):
        trial.measure(name, seed)


class Trial:
    """The rows of a model, and the vectors and text from which hidden ones are rebuilt."""

    def __init__(self, model: Path, text: Path, folder: Path, size: int, sts: Sequence[Path]) -> None:
        self.folder, self.results = folder, folder / RESULTS
        self.vocabulary = SubwordVocabulary.load(model / "tokenizer.json")
        of_bert = (model / "vocab.txt").exists()
        self.source = Source.load(f"{model / 'model.safetensors'}:{TENSOR[of_bert]}", self.vocabulary)
        self.corpus = self._corpus(text, size, "tokens.corpus", str(model / "tokenizer.json"))
        self.vectors = {
            "tokens": self._vectors("tokens", self.corpus),
            "words": self._vectors("words", self._corpus(text, size, "words.corpus", "words")),
        }
        self.occurring = np.flatnonzero(
            token_vectors(self.vectors["tokens"], self.vocabulary).there
            & token_vectors(self.vectors["words"], self.vocabulary).there
            & self.vocabulary.ordinary
        )
        tokenizer = SubwordTokenizer(model / "tokenizer.json")
        self.sentences = Sentences(MiniLM(model), tokenizer, sts, self.source.matrix) if sts else None

    def measure(self, name: str, seed: int) -> None:
        """Rebuild hidden rows by one mode, and append a line of measures, unless there is one."""
        if any(row["mode"] == name and row["seed"] == seed for row in rows(self.results)):
            return
        random = np.random.default_rng(seed)
        hidden = np.sort(random.choice(self.occurring, int(HIDDEN * len(self.occurring)), replace=False))
        settings = dict(MODES[name])
        given: dict[str, Any] = {"corpus": self.corpus} if settings.pop("corpus", False) else {}
        if kind := settings.pop("vectors", None):
            given["vectors"] = self.vectors[kind]
        if settings["mode"] in ("mean", "gaussian", "ofa", "cw2v"):
            settings["overlap"] = "exact"
        begun = time.perf_counter()
        shown = self.source.hiding(hidden)
        layer = embedding_layer(LayerSettings(seed=seed, **settings), self.vocabulary, source=shown, **given)
        seconds = time.perf_counter() - begun
        line = {"mode": name, "seed": seed, "hidden": len(hidden), "seconds": round(seconds, 1)}
        line |= closeness(layer, shown, hidden)
        if self.sentences is not None:
            rebuilt = self.source.matrix.copy()
            rebuilt[hidden] = layer.matrix[hidden]
            line |= self.sentences.scores(rebuilt, hidden)
        with self.results.open("a") as file:
            file.write(json.dumps(line) + "\n")
        print(line, flush=True)

    def _corpus(self, text: Path, size: int, name: str, tokenizer: str) -> EncodedCorpus:
        if not (self.folder / name).exists():
            part = self.folder / "text.txt"
            if not part.exists():
                with text.open("rb") as file:
                    part.write_bytes(file.read(size).rpartition(b"\n")[0] + b"\n")
            EncodedCorpus.from_text(part, self.folder / name, tokenizer=tokenizer).close()
        return EncodedCorpus.open(self.folder / name)

    def _vectors(self, name: str, corpus: EncodedCorpus) -> Vectors:
        path = self.folder / f"{name}.vec"
        if not path.exists():
            SkipGram(threads=1).fit(corpus).save(path)
        return Vectors.load(path, contexts=False)


def closeness(layer: Layer, source: Source, hidden: NDArray[np.int64]) -> dict[str, float]:
    """Return the mean cosine of rebuilt rows with the true ones about the mean of the source, and the true rows' ranks.

    A rank is 1 plus the number of rows of the model that are nearer to the rebuilt row than the true one.
    """
    mean = source.matrix[source.usual].mean(axis=0)
    true, made = unit(source.matrix - mean), unit(layer.matrix[hidden] - mean)
    cosines = made @ true.T
    own = cosines[np.arange(len(hidden)), hidden]
    ranks = 1 + (cosines > own[:, None]).sum(axis=1)
    return {
        "cosine": round(float(own.mean()), 4),
        "median_rank": float(np.median(ranks)),
        "reciprocal_rank": round(float((1 / ranks).mean()), 4),
    }


class Sentences:
    """Pairs of sentences with human scores, and their vectors with the true rows."""

    def __init__(self, model: MiniLM, tokenizer: SubwordTokenizer, paths: Sequence[Path], true: Floats) -> None:
        self.model, self.sets = model, read_all(list(paths))
        self.ids = [[tokenizer.ids(side) for side in (pairs.first, pairs.second)] for pairs in self.sets]
        self.true = [[model.sentences(side, true) for side in sides] for sides in self.ids]

    def scores(self, rebuilt: Floats, hidden: NDArray[np.int64]) -> dict[str, Any]:
        """Return the mean correlations over the sets with the true and with the rebuilt rows."""
        gone, found, number = set(hidden.tolist()), [], 0
        for pairs, sides, true in zip(self.sets, self.ids, self.true, strict=True):
            touched = [np.array([bool(gone.intersection(ids)) for ids in side]) for side in sides]
            kept = touched[0] | touched[1]
            number += int(kept.sum())
            made = [self._changed(*one, rebuilt) for one in zip(sides, true, touched, strict=True)]
            scores = np.array(pairs.scores)[kept]
            found.append([_correlation(first[kept], second[kept], scores) for first, second in (true, made)])
        before, after = np.mean(found, axis=0).tolist()
        return {"sts_pairs": number, "sts_true": round(before, 4), "sts_rebuilt": round(after, 4)}

    def _changed(self, ids: list[list[int]], true: Floats, touched: NDArray[np.bool_], rebuilt: Floats) -> Floats:
        made = true.copy()
        made[touched] = self.model.sentences([ids[at] for at in np.flatnonzero(touched)], rebuilt)
        return made


def _correlation(first: Floats, second: Floats, scores: NDArray[np.float64]) -> float:
    return float(np.corrcoef((unit(first) * unit(second)).sum(axis=1), scores)[0, 1])


def print_table(found: Sequence[dict[str, Any]]) -> None:
    """Print the means over the seeds, and for the cosine half the range."""
    print("| mode | cosine | median rank | mean reciprocal rank | STS, pairs with hidden tokens | seconds |")
    print("|---|---|---|---|---|---|")
    for name, lines in _by_mode(found):
        means = {key: np.mean([line[key] for line in lines]) for key in lines[0] if key not in ("mode", "seed")}
        cosines = [line["cosine"] for line in lines]
        sts = f"{means['sts_rebuilt']:.3f} (true rows {means['sts_true']:.3f})" if "sts_true" in means else ""
        spread = (max(cosines) - min(cosines)) / 2
        print(
            f"| {name} | {means['cosine']:.3f} ± {spread:.3f} | {means['median_rank']:,.0f} | "
            f"{means['reciprocal_rank']:.3f} | {sts} | {means['seconds']:.0f} |"
        )


def _by_mode(found: Sequence[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for name in MODES:
        lines = [line for line in found if line["mode"] == name]
        if lines:
            yield name, lines


if __name__ == "__main__":
    main()
