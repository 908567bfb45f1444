"""What continuing with new text costs and gains: ``python examples/continue.py WIKI8.txt DEBATES [--ways WAY...]``.

Vectors of general text (the first 20 MB of the English Wikipedia text) continue with text of another kind (speeches of
2015 and 2016 in the folder DEBATES of UN General Debates). Measured are

- what is forgotten: WordSim-353, Google analogies, and the loss on 2 MB of Wikipedia that follow the first 20;
- what is learnt: the loss on the speeches of 2017;
- how far the vectors moved: the share of the ten nearest words, among the words of the general vectors, that remain,
  for words that the speeches contain and for words that they do not contain, which keep their rows.

The loss of held-out text is the mean loss of a pair (skip-gram, five noise words) over words that all models have. One
thread; means over the seeds.

    python examples/continue.py WIKI8.txt DEBATES --method cbow --years 2016 --passes 5 11 --rates .0025 .005 .01

measures each pair of passes and rate, by which the automatic settings of continued training were chosen.
"""

import argparse
import dataclasses
import itertools
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from wordvec import CBOW, EncodedCorpus, SkipGram, Vectors
from wordvec.corpora.tokenizers import words as tokenised
from wordvec.corpora.vocabulary import Vocabulary
from wordvec.evaluation import Convention, Table, analogy, similarity
from wordvec.trainers.negative_sampling import NegativeSampling

Sentences = list[list[str]]

OLD_BYTES, HELD_OUT_BYTES, RUN = 20_000_000, 2_000_000, 100
NEW_YEARS, HELD_OUT_YEAR = ("2015", "2016"), "2017"
COMMON: dict[str, Any] = {"dim": 100, "epochs": 5, "min_count": 5, "sample": 1e-4, "threads": 1}
TRAINERS: dict[str, NegativeSampling] = {
    "skipgram": SkipGram(**COMMON, learning_rate=0.025),
    "cbow": CBOW(**COMMON, learning_rate=0.06),
}
STILL: dict[str, Any] = {"epochs": 1, "min_count": 1, "learning_rate": 1e-30, "sample": 0.0}
RESTRICTED = Convention(limit=30_000)
ASKED, NEAREST = 500, 10
AUTOMATIC = "automatic settings"
WAYS: dict[str, dict[str, Any]] = {
    "continued": {},
    AUTOMATIC: {},
    "epochs 1": {"epochs": 1},
    "rate .010": {"learning_rate": 0.01},
    "rate .005": {"learning_rate": 0.005},
    "rate .0025": {"learning_rate": 0.0025},
    "sample 1e-3": {"sample": 1e-3},
    "sample 1e-5": {"sample": 1e-5},
    "without --init-contexts": {"contexts": False},
    "replay 1": {"replay": 1.0},
    "replay 1, rate .010": {"replay": 1.0, "learning_rate": 0.01},
}
"""Settings of continued training; `replay`: amount of old text that is mixed in, as a multiple of the new text."""


class Texts:
    """Old and new text to train on, held-out text of both, and the vocabulary of the latter."""

    def __init__(self, wikipedia: Path, debates: Path, years: list[str]) -> None:
        with wikipedia.open(encoding="utf-8") as file:
            self.old = [line.split() for line in file.readlines(OLD_BYTES)]
            self.old_test = [line.split() for line in file.readlines(HELD_OUT_BYTES)]
        self.new = [run for year in years for run in runs(debates / f"{year}.txt")]
        self.new_test = runs(debates / f"{HELD_OUT_YEAR}.txt")

    def mixed(self, replay: float | None, seed: int) -> Sentences:
        """Return the new text with some of the old text, or all of it (None), in random order."""
        chance, old = random.Random(seed), list(self.old)
        chance.shuffle(old)
        wanted = float("inf") if replay is None else replay * sum(map(len, self.new))
        mixed = list(self.new)
        for sentence in old:
            if wanted <= 0:
                break
            wanted -= len(sentence)
            mixed.append(sentence)
        chance.shuffle(mixed)
        return mixed


def runs(path: Path) -> Sentences:
    """Return a speech text as runs of words, because its lines have very different lengths."""
    tokens = tokenised(path.read_text(encoding="utf-8").lower())
    return [tokens[begin : begin + RUN] for begin in range(0, len(tokens), RUN)]


def loss(trainer: NegativeSampling, vectors: Vectors, sentences: Sentences, words: Vocabulary) -> float:
    """Return the mean loss of a pair of held-out text, of which only some words are read."""
    with EncodedCorpus.from_sentences(sentences, vocabulary=words) as corpus:
        settings = dataclasses.replace(trainer, **STILL)
        still = settings.fit(corpus, init=vectors, init_contexts=vectors.contexts, init_words="corpus")
    return float(still.metadata["training"]["loss"][0])


def remaining(before: Vectors, after: Vectors, words: list[str]) -> float:
    """Return the share of the nearest words before that are among the nearest after, of the same candidates."""
    among = before.words
    old, new = ([dict(found) for found in each.nearest(words, NEAREST, among=among)] for each in (before, after))
    return float(np.mean([len(one.keys() & other.keys()) / NEAREST for one, other in zip(old, new, strict=True)]))


def measured(
    way: str,
    trainer: NegativeSampling,
    vectors: Vectors,
    base: Vectors,
    texts: Texts,
    words: Vocabulary,
    seen: list[str],
) -> dict[str, Any]:
    kept = [word for word in base.words[:20_000] if word not in set(seen)]
    asked = {"seen": [word for word in base.words[:20_000] if word in set(seen)], "kept": kept}
    chance = random.Random(1)
    row = {
        "way": way,
        "words": len(vectors),
        "WordSim-353": similarity(vectors, "wordsim353", resamples=100).rows[0]["spearman"],
        "analogies": analogy(vectors, "google", RESTRICTED).rows[0]["accuracy"],
        "loss, old": loss(trainer, vectors, texts.old_test, words),
        "loss, new": loss(trainer, vectors, texts.new_test, words),
    }
    if set(base.words) <= set(vectors.words):
        for name, these in asked.items():
            row[f"neighbours, {name}"] = remaining(base, vectors, sorted(chance.sample(these, ASKED)))
    print(row, file=sys.stderr, flush=True)
    return row


def rows(texts: Texts, trainer: NegativeSampling, ways: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    fitted: Callable[[Sentences], Vectors] = lambda sentences: fit(trainer, sentences)  # noqa: E731
    base, alone = fitted(texts.old), fitted(texts.new)
    common = sorted(set(base.words) & set(alone.words))
    words = Vocabulary.from_words(common, [1] * len(common))

    def row(way: str, vectors: Vectors) -> dict[str, Any]:
        return measured(way, trainer, vectors, base, texts, words, alone.words)

    found = [row("general text only", base), row("new text only", alone)]
    if ways == WAYS:
        found.append(row("both from the start", fitted(texts.mixed(None, trainer.seed))))
    for way, settings in ways.items():
        options = dict(settings)
        contexts = base.contexts if options.pop("contexts", True) else None
        sentences = texts.mixed(options.pop("replay"), trainer.seed) if "replay" in options else texts.new
        automatic = type(trainer)(dim=trainer.dim, threads=1, seed=trainer.seed)
        chosen = automatic if way == AUTOMATIC else dataclasses.replace(trainer, **options)
        found.append(row(way, fit(chosen, sentences, init=base, init_contexts=contexts)))
        if "sample" in options:
            # Subsampling changes the weight of frequent words, most of the held-out pairs: losses do not compare.
            found[-1] |= {"loss, old": None, "loss, new": None}
    return found


def fit(trainer: NegativeSampling, sentences: Sentences, **start: Any) -> Vectors:
    with EncodedCorpus.from_sentences(sentences) as corpus:
        return trainer.fit(corpus, **start)


def mean(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the means of the numbers of several rows."""
    return {
        name: value if isinstance(value, str | None) else np.mean([row[name] for row in rows])
        for name, value in rows[0].items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wikipedia", type=Path)
    parser.add_argument("debates", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--method", choices=TRAINERS, default="skipgram")
    parser.add_argument("--years", nargs="+", default=NEW_YEARS)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--passes", nargs="+", type=int, default=[])
    parser.add_argument("--rates", nargs="+", type=float, default=[])
    chosen = parser.parse_args()
    texts = Texts(chosen.wikipedia, chosen.debates, chosen.years)
    print(f"old text: {sum(map(len, texts.old)):,} words; new text: {sum(map(len, texts.new)):,} words")
    grid = {
        f"{passes} passes, rate {rate:g}": {"epochs": passes, "learning_rate": rate}
        for passes, rate in itertools.product(chosen.passes, chosen.rates)
    }
    ways = grid or {way: WAYS[way] for way in chosen.ways}
    trainers = [dataclasses.replace(TRAINERS[chosen.method], seed=seed) for seed in range(1, chosen.seeds + 1)]
    found = [rows(texts, trainer, ways) for trainer in trainers]
    table = Table([mean(list(each)) for each in zip(*found, strict=True)])
    print(table.to_markdown())


if __name__ == "__main__":
    main()
