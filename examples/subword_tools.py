"""Tools that compose vectors of unknown words: wordvec, and the programs fastText and floret, with equal settings."""

import dataclasses
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import EncodedCorpus, Vectors
from wordvec.subwords import Subwords

Rows = NDArray[Any]

DIM, WINDOW, NEGATIVES, SAMPLE, MIN_COUNT, RATE, SHORTEST, LONGEST = 100, 5, 5, 1e-4, 5, 0.05, 3, 6
BUCKETS, FLORET_BUCKETS, HASHES = 2_000_000, 200_000, 2
PROGRAM_THREADS = 10
LINE_END = "</s>"
"""The word that fastText adds at the end of each line."""


class Model(NamedTuple):
    """Vectors of the vocabulary, and composed vectors of the words asked for, by kind."""

    vectors: Vectors
    composed: dict[str, Rows]


Train = Callable[[Path, Sequence[str], int, int], Model]
"""Trains on a file for some epochs with a seed, and composes the vectors of words."""


def ours(**settings: Any) -> Train:
    """Return the training of wordvec."""

    def train(text: Path, words: Sequence[str], epochs: int, seed: int) -> Model:
        from wordvec import FastText

        trainer = FastText(
            dim=DIM,
            window=WINDOW,
            epochs=epochs,
            min_count=MIN_COUNT,
            negatives=NEGATIVES,
            sample=SAMPLE,
            learning_rate=RATE,
            min_n=SHORTEST,
            max_n=LONGEST,
            seed=seed,
            **settings,
        )
        with EncodedCorpus.from_text(text, tokenizer="whitespace") as corpus:
            vectors = trainer.fit(corpus)
        found = {"composed": composed(vectors, words)}
        if isinstance(vectors.subwords, Subwords):
            found["untrained n-grams as noise"] = with_untrained(vectors, words, 1 / DIM)
        return Model(vectors, found)

    return train


def program(name: str, options: str, readable: bool) -> Train:
    """Return the training of fastText or floret; `readable`: whether wordvec reads the rows of n-grams."""

    def train(text: Path, words: Sequence[str], epochs: int, seed: int) -> Model:
        output = text.with_suffix("")
        command = f"""{name} skipgram -dim {DIM} -ws {WINDOW} -epoch {epochs} -minCount {MIN_COUNT} -neg {NEGATIVES}
            -t {SAMPLE} -lr {RATE} -minn {SHORTEST} -maxn {LONGEST} -thread {PROGRAM_THREADS} -seed {seed} {options}"""
        subprocess.run([*command.split(), "-input", text, "-output", output], check=True, capture_output=True)
        vectors = Vectors.load(output.with_suffix(".vec"))
        binary = output.with_suffix(".bin")
        asked = "".join(f"{word}\n" for word in words)
        printed = subprocess.run(
            [name, "print-word-vectors", binary], input=asked.encode(), check=True, capture_output=True
        ).stdout.decode()
        rows = [line.split() for line in printed.splitlines()]
        if [row[0] for row in rows] != list(words):
            raise RuntimeError(f"{name} print-word-vectors: the words are not those asked for")
        found = {"composed": np.array([row[1:] for row in rows], np.float32)}
        if readable:
            found["untrained n-grams as zeros"] = with_untrained(Vectors.load(binary), words, 0)
        return Model(vectors, found)

    return train


def with_untrained(vectors: Vectors, words: Sequence[str], noise: float) -> Rows:
    """Compose vectors after the rows of n-grams that no word of the vocabulary has are drawn from ±noise."""
    table = vectors.subwords
    assert isinstance(table, Subwords)
    rows = np.random.default_rng(1).uniform(-noise, noise, (table.buckets, vectors.dim)).astype(np.float32)
    known = [word for word in vectors.words if word != LINE_END]
    rows[table.hashing.bags(known).numbers] = table.rows[table.bags(known).numbers]
    return dataclasses.replace(table, rows=rows, used=None).means(words).vectors


def composed(vectors: Vectors, words: Sequence[str]) -> Rows:
    """Return the vectors of words that the vocabulary does not have."""
    known = [word for word in words if word in vectors]
    if known:
        raise RuntimeError(f"{len(known)} held-out words are in the vocabulary, among them {known[0]}")
    return vectors[list(words)]


TOOLS: dict[str, Train] = {
    "wordvec": ours(buckets=BUCKETS),
    "wordvec floret": ours(hash="floret", hashes=HASHES, buckets=FLORET_BUCKETS),
    "fasttext": program("fasttext", f"-bucket {BUCKETS}", readable=True),
    "floret": program("floret", f"-mode floret -hashCount {HASHES} -bucket {FLORET_BUCKETS}", readable=False),
}
PROGRAMS = ("fasttext", "floret")
