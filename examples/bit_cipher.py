"""Comparison of bit-ciphers with controls, the ablation of the README: ``python examples/bit_cipher.py CORPUS``.

CORPUS is a folder made by ``wordvec corpus encode``. Vectors of bit-ciphers are compared with those of other methods at
the same dim, and with controls without a cipher, from the same counts (flat windows of 5):

- ``shuffled``: the same codes, randomly permuted instead of ordered by frequency;
- ``top words``: the dim most frequent words as contexts, without codes;
- ``projection``: the counts' positive mutual information times random ±1, and ``projected counts``: the counts
  times random ±1;
- ``random``: random rows.

Settings were chosen on one half of each similarity set and a quarter of the analogies, with a look at EWT's and
WNUT-17's development sets (see `wordvec.trainers.bit_cipher.trainer`); scores are of the other halves and of the test
sets.
Probes need the folder pos_ner that WORDVEC_DATA names.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from math import lcm
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from wordvec import CBOW, PPMISVD, BitCipher, Cooccurrence, EncodedCorpus, GloVe, SkipGram, Vectors
from wordvec.evaluation import intervals, probe
from wordvec.evaluation.baselines import random_vectors
from wordvec.evaluation.datasets import Pairs, read_pairs, read_questions
from wordvec.evaluation.intrinsic import analogy, pair_scores
from wordvec.trainers.bit_cipher.aggregation import Sums
from wordvec.trainers.bit_cipher.cipher import Cipher
from wordvec.trainers.bit_cipher.transforms import Transform
from wordvec.trainers.ppmi_svd.mutual_information import PPMI

DIMS, PROBED = (25, 50, 100, 200, 400), (50, 200)
WINDOW, MIN_COUNT, SEED = 5, 5, 1
FIRST = "bit-cipher, sum"
TRANSFORM = Transform("ppmi", 1.0, False, "l2")
CONVENTION = analogy.Convention(limit=30_000)
PROBES = {
    "parts of speech": ("ud_english-ewt/en_ewt-ud-train.rebuilt.conllu", "ud_english-ewt/en_ewt-ud-test.conllu"),
    "entities": ("wnut17/wnut17train.conll", "wnut17/emerging.test.annotated"),
}


def methods(corpus: EncodedCorpus, dim: int) -> Iterator[tuple[str, Vectors]]:
    """Train every method at one dim, with its own defaults; the passes and the rate are those of the tables."""
    yield FIRST, BitCipher(dim=dim, min_count=MIN_COUNT).fit(corpus)
    if dim >= 2 * 17:
        yield "bit-cipher, cat", BitCipher(dim=dim, mode="cat", min_count=MIN_COUNT).fit(corpus)
    passes: dict[str, Any] = {"skip-gram": {"epochs": 5, "learning_rate": 0.025}, "CBOW": {"epochs": 5}}
    for name, method in (("skip-gram", SkipGram), ("CBOW", CBOW), ("GloVe", GloVe), ("PPMI-SVD", PPMISVD)):
        yield name, method(dim=dim, min_count=MIN_COUNT, **passes.get(name, {})).fit(corpus)


def controls(counts: Cooccurrence, information: csr_array, dim: int) -> Iterator[tuple[str, Vectors]]:
    """Compute the controls from the counts that a bit-cipher sums."""
    generator, vocabulary, words = np.random.default_rng(SEED), counts.vocabulary, len(counts.vocabulary)
    matrix = csr_array((np.rint(counts.values).astype(np.int64), counts.columns, counts.indptr), (words, words))
    cipher = Cipher(vocabulary.counts, dim)
    unit = lcm(*range(1, int(cipher.lengths.max()) + 1))
    ranks = np.repeat(np.arange(words), cipher.lengths)
    shares = unit // np.repeat(cipher.lengths, cipher.lengths)
    shuffled = csr_array(
        (shares, (generator.permutation(words)[ranks], cipher.active[cipher.active >= 0])), (words, dim)
    )
    yield "shuffled", _finished(vocabulary, np.asarray((matrix @ shuffled).todense()), unit)
    yield "top words", _finished(vocabulary, np.asarray(matrix[:, :dim].todense()), 1)
    signs = generator.choice([-1.0, 1.0], (words, dim)) / np.sqrt(dim)
    yield "projection", Vectors(vocabulary.words, information @ signs)
    yield "projected counts", Vectors(vocabulary.words, matrix @ signs)
    yield "random", random_vectors(Vectors(vocabulary.words, signs), SEED)


def _finished(vocabulary: Any, sums: np.ndarray, unit: int) -> Vectors:
    made = Sums(np.ascontiguousarray(sums, np.int64), sums.sum(1, keepdims=True), unit, 1, 0)
    return Vectors(vocabulary.words, TRANSFORM.vectors(made, sums.shape[1], None, None), vocabulary.counts)


class Halves:
    """The halves of the datasets that were not used to choose settings."""

    def __init__(self) -> None:
        self.pairs = [_other_half(read_pairs(name)) for name in ("wordsim353", "simlex999")]
        sections = read_questions("google").sections
        self.questions = [question for section in sections for question in section.questions[1::2]]

    def scores(self, vectors: Vectors) -> dict[str, Any]:
        """Return a score for each dataset, and the data for paired comparisons."""
        ranks = analogy.ranks(vectors, self.questions, CONVENTION)
        right = (ranks == 1)[ranks > 0]
        scores = {pairs.name: pair_scores.judge(vectors, pairs, resamples=100).spearman for pairs in self.pairs}
        return {"scores": scores | {"google": float(right.mean())}, "vectors": vectors, "right": right}

    def compare(self, one: dict[str, Any], other: dict[str, Any]) -> dict[str, intervals.Difference]:
        """Return the differences of scores, with intervals by paired bootstraps of pairs and questions."""
        found = {p.name: pair_scores.compare(one["vectors"], other["vectors"], p) for p in self.pairs}
        apart = one["right"].astype(float) - other["right"]
        drawn = intervals.resampled(lambda items: apart[items].mean(1), len(apart), 1_000, SEED)
        return found | {"google": intervals.difference(float(apart.mean()), drawn)}


def _other_half(pairs: Pairs) -> Pairs:
    return Pairs(pairs.name, *(column[1::2] for column in pairs[1:4]))


def verdict(difference: intervals.Difference) -> str:
    """Return the sign of a difference from the first method; ``=`` if its interval contains 0."""
    if difference.low is None or difference.high is None or difference.low <= 0 <= difference.high:
        return "="
    return "+" if difference.low > 0 else "-"


def main() -> None:
    """Train, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("bit_cipher.json"), help="every figure, as JSON")
    options = parser.parse_args()
    halves, data = Halves(), Path(os.environ.get("WORDVEC_DATA", "nowhere")) / "pos_ner"
    rows: list[dict[str, Any]] = []
    with EncodedCorpus.open(options.corpus) as corpus, tempfile.TemporaryDirectory() as work:
        counts = Cooccurrence.count(corpus, Path(work, "counts"), window=WINDOW, min_count=MIN_COUNT, weighting="flat")
        information = PPMI().transform(counts)
        for dim in DIMS:
            made: dict[str, dict[str, Any]] = {}
            for name, vectors in (*methods(corpus, dim), *controls(counts, information, dim)):
                made[name] = halves.scores(vectors)
                apart = {} if name == FIRST else halves.compare(made[name], made[FIRST])
                rows.append({"dim": dim, "vectors": name, **made[name]["scores"], "difference": apart})
                marks = {key: verdict(one) for key, one in apart.items()}
                print(
                    dim, name, *(f"{k} {v:.4f}{marks.get(k, '')}" for k, v in made[name]["scores"].items()), flush=True
                )
            if dim in PROBED and data.is_dir():
                judged = {name: one["vectors"] for name, one in made.items() if name != "random"}
                for task, (train, test) in PROBES.items():
                    table = probe(judged, data / train, data / test)
                    rows += [{"dim": dim, "task": task} | row for row in table.rows]
                    print(dim, task, table, sep="\n", flush=True)
            options.output.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
