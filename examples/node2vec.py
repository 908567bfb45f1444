"""F1 of the labels of nodes by settings of training, on the same walks, beside gensim.

    python examples/node2vec.py GRAPH LABELS [-p 0.25] [-q 0.25] [--splits 10] [--gensim] [--walks FILE] [SETTINGS ...]

SETTINGS are settings of `Node2Vec`, joined by commas, such as ``learning_rate=0.05,epochs=2``; each is trained on the
same ten walks of 80 nodes from each node, with seed 1 and one thread. `--gensim` trains gensim's skip-gram on these
walks in addition, with its defaults, dim 128, window 10, one pass and one thread, as the first program of node2vec.
`--walks` takes the walks of another program in place of ours: a text file, a walk on each line.
Printed are micro-F1 and macro-F1 at half of the nodes (see `wordvec.evaluation.nodes`), with the margins of their 95 %
intervals, and the processor seconds of training.
"""

import argparse
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pseudo_words import value_of

from wordvec import EncodedCorpus, Graph, Node2Vec, Vectors, evaluation, random_walks

PARTS = ("micro", "macro")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("graph", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("settings", nargs="*")
    parser.add_argument("-p", type=float, default=0.25)
    parser.add_argument("-q", type=float, default=0.25)
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--gensim", action="store_true")
    parser.add_argument("--walks", type=Path)
    given = parser.parse_intermixed_args()
    with walks_of(given) as walks:
        for text in given.settings:
            settings: Any = {name: value_of(value) for name, value in (part.split("=") for part in text.split(","))}
            begun = time.process_time()
            vectors = Node2Vec(threads=1, **settings).fit(walks)
            show(text, vectors, given, time.process_time() - begun)
        if given.gensim:
            begun = time.process_time()
            vectors = of_gensim(walks)
            show("gensim", vectors, given, time.process_time() - begun)


def walks_of(given: argparse.Namespace) -> EncodedCorpus:
    if given.walks is not None:
        return EncodedCorpus.from_text([given.walks])
    return random_walks(Graph.load(given.graph), p=given.p, q=given.q)


def of_gensim(walks: EncodedCorpus) -> Vectors:
    """Return the vectors of gensim's skip-gram."""
    from gensim.models import Word2Vec

    model = Word2Vec(Walks(walks), vector_size=128, window=10, sg=1, min_count=0, workers=1, epochs=1, seed=1)
    return Vectors(model.wv.index_to_key, model.wv.vectors)


class Walks:
    """The walks of a corpus as lists of names, as often as they are asked for."""

    def __init__(self, walks: EncodedCorpus) -> None:
        self.walks = walks

    def __iter__(self) -> Iterator[list[str]]:
        names, offsets = list(self.walks.vocabulary.words), self.walks.offsets
        for begin, end in itertools.pairwise(offsets):
            yield [names[node] for node in self.walks.ids[begin:end].tolist()]


def show(name: str, vectors: Vectors, given: argparse.Namespace, seconds: float) -> None:
    row = evaluation.nodes(vectors, given.labels, splits=given.splits).rows[0]
    scores = [f"{part} {row[f'{part}_f1']:.4f} ± {row[f'{part}_f1'] - row[f'{part}_low']:.4f}" for part in PARTS]
    print(name, *scores, f"{seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()
