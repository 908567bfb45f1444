"""How well a method of sense vectors separates words that were joined into pseudo-words.

    python examples/pseudo_words.py TEXT [--method senses] [--megabytes 20] [NAME=VALUE ...] [--threads N]

In the first megabytes of TEXT, 150 pairs of words are joined: every occurrence of *banana* and of *door* becomes the
word *banana|door*, so that it is known which of the two each token is. The trainer of the method is trained on this
text with the settings NAME=VALUE, and its model disambiguates up to 200 tokens of each pseudo-word by five tokens on
either side, those of them that the vocabulary has. Printed are means over pseudo-words, and the standard error of the
first:

- adjusted Rand index and V-measure of the most probable senses and the words that were joined. A method that splits
  one of these into several senses loses by both;
- purity: share of tokens that are of the more frequent word in their sense; that of a single sense is printed, too;
- senses with a share of 5 %, and seconds of processor time.

Half of the pairs are of words of about the same frequency. Needs scikit-learn.
"""

import argparse
import collections
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.metrics import adjusted_rand_score, v_measure_score

from wordvec import EncodedCorpus
from wordvec.trainers import trainer

PAIRS, TOKENS, WINDOW = 150, 200, 5
SENTENCE = 1_000
"""Tokens of a line, where the text has one line."""


class Text(NamedTuple):
    """Tokens, which of two words each was or -1, places of the pseudo-words, and ids of the model's words."""

    tokens: list[str]
    gold: np.ndarray
    places: dict[str, list[int]]
    ids: dict[str, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("text", type=Path)
    parser.add_argument("settings", nargs="*")
    parser.add_argument("--method", default="senses")
    parser.add_argument("--megabytes", type=float, default=20)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_intermixed_args()
    with given.text.open(encoding="utf-8", errors="replace") as file:
        tokens = file.read(int(given.megabytes * 1e6)).split()
    joined, gold = join(tokens)
    lines = [" ".join(tokens[begin : begin + SENTENCE]) for begin in range(0, len(tokens), SENTENCE)]
    method: Any = trainer(given.method)
    settings = {name: value_of(value) for name, value in (setting.split("=") for setting in given.settings)}
    with EncodedCorpus.from_sentences(lines) as corpus:
        begun = time.process_time()
        vectors = method(threads=given.threads, **settings).fit(corpus)
        seconds = time.process_time() - begun
    ids = {word: number for number, word in enumerate(vectors.model.words)}
    text = Text(tokens, gold, places_of(tokens, gold), ids)
    scores = np.array([judged(vectors.model, text, name, len(vectors.senses(name))) for name in joined])
    rand, v, purity, single, senses = scores.mean(0)
    margin = scores[:, 0].std() / len(scores) ** 0.5
    print(
        f"{given.method} {' '.join(given.settings)}: ARI {rand:.3f} ± {margin:.3f}, V {v:.3f}, purity {purity:.3f} "
        f"(single {single:.3f}), {senses:.2f} senses, {seconds:.0f} s",
        flush=True,
    )


def value_of(text: str) -> Any:
    """Return a setting from the command line."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"True": True, "False": False}.get(text, text)


def join(tokens: list[str]) -> tuple[list[str], np.ndarray]:
    """Join pairs of words in `tokens`; return the pseudo-words, and for each token which of two words it was, or -1."""
    counts, draw = collections.Counter(tokens), np.random.default_rng(5)
    least = len(tokens) / 34_000
    words = sorted(word for word, number in counts.items() if least <= number <= 40 * least and len(word) > 3)
    words.sort(key=counts.__getitem__)
    chosen = [words[place] for place in sorted(draw.permutation(len(words))[: 2 * PAIRS])]
    first, second = chosen[::2], chosen[1::2]
    second[::2] = draw.permutation(second[::2]).tolist()
    numbers = {word: (pair, which) for which, side in enumerate((first, second)) for pair, word in enumerate(side)}
    names = [f"{one}|{other}" for one, other in zip(first, second, strict=True)]
    gold = np.full(len(tokens), -1, np.int8)
    for at, token in enumerate(tokens):
        if found := numbers.get(token):
            tokens[at], gold[at] = names[found[0]], found[1]
    return names, gold


def judged(model: Any, text: Text, name: str, senses: int) -> tuple[float, ...]:
    """Return the scores of a pseudo-word with this number of senses."""
    ids, gold, at = text.ids, text.gold, text.places[name]
    at = np.random.default_rng(len(at)).permutation(at)[:TOKENS]
    contexts = [[ids[word] for word in near(text.tokens, place) if word in ids] for place in at]
    offsets = np.cumsum([0, *map(len, contexts)])
    flat = np.array([word for context in contexts for word in context], np.int64)
    found = model.probabilities(np.full(len(at), ids[name]), flat, offsets)
    chosen, labels = found.argmax(1), gold[at]
    table = np.array(
        [[np.sum((chosen == sense) & (labels == label)) for label in (0, 1)] for sense in np.unique(chosen)]
    )
    return (
        adjusted_rand_score(labels, chosen),
        v_measure_score(labels, chosen),
        table.max(1).sum() / len(at),
        table.sum(0).max() / len(at),
        senses,
    )


def places_of(tokens: list[str], gold: np.ndarray) -> dict[str, list[int]]:
    """Return the places of each pseudo-word."""
    places: dict[str, list[int]] = collections.defaultdict(list)
    for at in np.flatnonzero(gold >= 0).tolist():
        places[tokens[at]].append(at)
    return places


def near(tokens: list[str], at: int) -> list[str]:
    """Return the tokens within the window around a place."""
    return tokens[max(0, at - WINDOW) : at] + tokens[at + 1 : at + 1 + WINDOW]


if __name__ == "__main__":
    main()
