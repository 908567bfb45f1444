"""How well are vectors composed for words that training did not have?

    python examples/subwords.py [hungarian turkish] [--tools TOOL...] [--seeds N] [--json FILE]

Texts are in the folder WORDVEC_DATA: Hungarian novels, and the Turkish sentences of Tatoeba as a case of little text.
Words that occur 20 to 500 times are drawn with a fixed seed: 1,000 of them, or a third of them if there are fewer than
3,000. Their tokens are removed from the text. Each tool trains on the whole text and on the rest, with one seed and
equal settings: skip-gram, window 5, 5 negatives, n-grams of 3 to 6 characters. Each tool is compared with its own
model of the whole text, in which the held-out words have trained vectors:

- *neighbours*: the share of the ten nearest words in the whole text's model that are among the ten nearest of the
  composed vector, of words that both models have;
- *cosine*: between the two vectors of a word, after the Procrustes rotation of the other words; *centred* is the same
  after the mean of these words is subtracted in both models, because a part that all vectors share makes every cosine
  high.

Rows of each tool: vectors composed from n-grams; the mean vector of the vocabulary instead, as the baseline; and as
the ceiling the vectors of as many words of the same frequencies that both models have trained. Rows of n-grams that no
word of the vocabulary has are zeros in wordvec and random in fastText; both are measured both ways.

Tools: wordvec; the programs ``fasttext`` and ``floret`` if they are on PATH. `wordvec floret` and `floret` have one
table of 200,000 rows and two hashes, the others 2,000,000 buckets. ``fasttext`` and ``floret`` initialise a tenth of
their table for each thread, and therefore run with ten threads whatever the number of processors.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from parallel import DATA, parallel
from subword_tools import LINE_END, PROGRAMS, TOOLS, Model, Rows

from wordvec import Vectors
from wordvec.alignment.methods.procrustes import rotation
from wordvec.corpora.tokenizers import words as tokenised
from wordvec.evaluation import Table
from wordvec.rows import unit_float64

Lines = list[list[str]]

HELD_OUT, LEAST, MOST, SEED = 1_000, 20, 500, 18
OTHER_SEEDS = 100
"""Added to the seeds of the rest, so that the two models of a tool do not begin with the same rows."""
SHARE = 3
"""At most one in so many of the words that could be held out."""
NEAREST = 10


class Text(NamedTuple):
    """A tokenised text and its epochs, as the automatic settings of skip-gram have them."""

    lines: Lines
    epochs: int


def hungarian() -> Text:
    """Return the novels, a paragraph a line, in lower case."""
    files = sorted((DATA / "corpora/eltec_hun").glob("*.txt"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return Text([tokenised(line.lower()) for line in lines], 10)


def turkish() -> Text:
    """Return the Turkish sentences."""
    return Text([other for _, other in parallel("tr")], 20)


TEXTS = {"hungarian": hungarian, "turkish": turkish}


def held_out(lines: Lines) -> list[str]:
    """Draw the words to hold out."""
    counts = Counter(word for line in lines for word in line)
    eligible = sorted(word for word, count in counts.items() if LEAST <= count <= MOST and word.isalpha())
    chance = np.random.default_rng(SEED)
    return sorted(chance.choice(eligible, min(HELD_OUT, len(eligible) // SHARE), replace=False).tolist())


def write(path: Path, lines: Lines, without: Sequence[str] = ()) -> Path:
    """Write a text without some words."""
    absent = set(without)
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            print(*(word for word in line if word not in absent), file=file)
    return path


class Spaces:
    """A model of the whole text and one of the rest, on the words that both have."""

    def __init__(self, whole: Vectors, rest: Vectors) -> None:
        self.words = [word for word in rest.words if word in whole and word != LINE_END]
        self.whole, self.rest = (
            unit_float64(one.subset(self.words).matrix.astype(np.float64)) for one in (whole, rest)
        )
        self.turn = rotation(self.rest, self.whole)
        self.means = self.whole.mean(axis=0), self.rest.mean(axis=0)

    def figures(self, trained: Rows, found: Rows, own: Rows | None = None) -> dict[str, Rows]:
        """Compare vectors of words in the two models; `own` are their rows, which are no neighbours of themselves."""
        trained, found = unit_float64(trained), unit_float64(found)
        near = [nearest(one, among, own) for one, among in ((trained, self.whole), (found, self.rest))]
        shared = [len(set(a) & set(b)) / NEAREST for a, b in zip(*near, strict=True)]
        left, right = trained - self.means[0], found - self.means[1]
        return {
            "neighbours": np.array(shared),
            "cosine": (found @ self.turn * trained).sum(axis=1),
            "centred": (unit_float64(right) @ self.turn * unit_float64(left)).sum(axis=1),
        }


def nearest(asked: Rows, among: Rows, own: Rows | None) -> list[list[int]]:
    """Return the nearest rows of unit vectors."""
    cosines = asked @ among.T
    if own is not None:
        cosines[np.arange(len(asked)), own] = -2
    found: list[list[int]] = np.argpartition(-cosines, NEAREST, axis=1)[:, :NEAREST].tolist()
    return found


def measured(whole: Model, rest: Model, words: Sequence[str]) -> Iterator[tuple[str, dict[str, Rows]]]:
    """Yield the figures of each word, by kind of vector."""
    spaces = Spaces(whole.vectors, rest.vectors)
    trained = whole.vectors[list(words)]
    for kind, found in rest.composed.items():
        yield kind, spaces.figures(trained, found)
    baseline = spaces.figures(trained, np.tile(spaces.rest.mean(axis=0), (len(words), 1)))
    del baseline["centred"]  # zeros have no direction
    yield "mean vector", baseline
    own = alike(whole.vectors, spaces.words, words)
    others = [spaces.words[row] for row in own]
    yield "trained in both", spaces.figures(whole.vectors[others], rest.vectors[others], own)


def alike(whole: Vectors, among: Sequence[str], words: Sequence[str]) -> Rows:
    """Return for each word another one that is next to it by frequency in the whole text, as its number in `among`."""
    ranks = {word: rank for rank, word in enumerate(whole.words)}
    theirs = np.array([ranks[word] for word in among])
    order = np.argsort(theirs)
    at = np.searchsorted(theirs[order], [ranks[word] for word in words])
    return order[np.minimum(at, len(order) - 1)]


def rows(name: str, text: Text, tools: Sequence[str], seeds: int) -> Iterator[dict[str, Any]]:
    """Yield a row for each tool and kind of vector: means over words and seeds with the margin of 95 % over words."""
    words = held_out(text.lines)
    tokens = sum(map(len, text.lines))
    without = Counter(word for line in text.lines for word in line)
    print(f"{name}: {tokens:,} tokens, {len(words):,} held-out words with ", end="", file=sys.stderr)
    print(f"{sum(without[word] for word in words):,} tokens, {text.epochs} epochs", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="subwords-") as folder:
        files = write(Path(folder, "whole.txt"), text.lines), write(Path(folder, "rest.txt"), text.lines, words)
        for tool in tools:
            by_kind: dict[str, list[dict[str, Rows]]] = {}
            for seed in range(1, seeds + 1):
                begun = time.monotonic()
                whole = TOOLS[tool](files[0], (), text.epochs, seed)
                rest = TOOLS[tool](files[1], words, text.epochs, seed + OTHER_SEEDS)
                print(f"{tool}, seed {seed}: {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
                for kind, found in measured(whole, rest, words):
                    by_kind.setdefault(kind, []).append(found)
            for kind, runs in by_kind.items():
                row = {"text": name, "tool": tool, "vectors": kind} | summary(runs)
                print(row, file=sys.stderr, flush=True)
                yield row


def summary(runs: list[dict[str, Rows]]) -> dict[str, float]:
    """Return the mean of each figure, and its margin."""
    row: dict[str, float] = {}
    for name in runs[0]:
        each = np.mean([run[name] for run in runs], axis=0)
        row |= {name: float(each.mean()), f"± {name}": float(1.96 * each.std(ddof=1) / np.sqrt(len(each)))}
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", nargs="*", choices=[*TEXTS, []], default=list(TEXTS), metavar="text")
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=list(TOOLS))
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write all rows to this file")
    chosen = parser.parse_args()
    missing = [tool for tool in chosen.tools if tool in PROGRAMS and not shutil.which(tool)]
    for tool in missing:
        print(f"{tool}: not found on PATH, left out", file=sys.stderr)
    tools = [tool for tool in chosen.tools if tool not in missing]
    found = [row for name in chosen.texts for row in rows(name, TEXTS[name](), tools, chosen.seeds)]
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1) + "\n")
    print(Table(found).to_markdown())


if __name__ == "__main__":
    main()
