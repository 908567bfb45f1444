"""Semantic textual similarity: correlation of cosines of sentence vectors with human scores of sentence pairs.

A sentence without a known word has a vector of zeros, and its cosines are 0: no pair is left out. Common components
are those of the sentences of each dataset, without their scores, as in Arora, Liang and Ma (2017), or those that the
counts predict. Intervals are bootstraps over the pairs of each dataset; methods are compared on the same
resamples. The mean over datasets has the mean of these resamples.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.subword_vocabulary import is_tokenizer_file
from wordvec.corpora.tokenizers import get_tokenizer
from wordvec.evaluation import intervals
from wordvec.evaluation.baselines import random_vectors
from wordvec.evaluation.correlation import correlations_of_rows, pearson, spearman
from wordvec.evaluation.datasets.sentence_pairs import SentencePairs, read_all
from wordvec.evaluation.intervals import RESAMPLES
from wordvec.evaluation.lookup import by_name
from wordvec.evaluation.oov import SUBWORDS, entries
from wordvec.provenance import is_folded
from wordvec.sentences import Sentences, TokenLists
from wordvec.sentences.embedding import UNKNOWN, Embedder, Rows
from wordvec.sentences.fitting import fitted, part_of
from wordvec.sentences.texts import bags, line_block, settings_for
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import StopFlag

Numbers = NDArray[np.float64]

METHODS: dict[str, tuple[Sentences, bool]] = {
    "mean": (Sentences(weighting="uniform"), True),
    "tf-idf": (Sentences(weighting="tfidf"), True),
    "sif, none removed": (Sentences(remove=0), True),
    "sif": (Sentences(), True),
    "sif, by counts": (Sentences(), False),
    "usif": (Sentences(weighting="usif"), True),
}
"""Settings by name, and whether components are those of the sentences."""

_DIGITS = 12
"""Decimals of cosines, so that those of equal sentences are ties."""


class _Scored(NamedTuple):
    """Cosines (pairs,) of a method by dataset, and the number of sentences without a known word."""

    about: dict[str, Any]
    cosines: list[Numbers]
    no_word: list[int]


def sts(
    vectors: Vectors | Mapping[str, Vectors],
    datasets: str | Path | Sequence[str | Path],
    *,
    tokenizer: str = "words",
    oov: str | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
    stop: StopFlag | None = None,
) -> Table:
    """Evaluate sentence vectors on pairs of sentences with human scores.

    Parameters
    ----------
    vectors
        Word vectors, or several by name. Those that are folded for sentences are evaluated by their mean alone.
    datasets
        Files of tab-separated scores and sentences, or folders of such files.
    tokenizer
        Tokenizer of the sentences, which are lower-cased if the words of the vectors are.
    oov
        ``"skip"`` or ``"subwords"`` for unknown words; default: ``skip``, and further rows with ``subwords`` for
        vectors with n-grams.
    resamples, seed
        Number and seed of the bootstrap resamples; the seed of random vectors.

    Returns
    -------
    Table
        For each dataset and for their mean, a row for each set of vectors and method, and the baselines: cosines of
        bags of words, of TF-IDF, and of random vectors. ``difference`` is Pearson's correlation minus that of the
        ``mean`` of the same vectors; of a ``mean`` and the baselines, minus that of the first vectors' mean.

    Raises
    ------
    InputError
        If a dataset cannot be read, or vectors lack a word of all sentences.
    SettingsError
        If a setting is unknown or out of range.
    """
    intervals.check_resamples(resamples)
    named, read, stop = by_name("vectors", vectors), read_all(datasets), stop or StopFlag()
    plain = EncodingSettings(tokenizer=tokenizer, lowercase=not is_tokenizer_file(tokenizer))
    scored = list(stop.until(_scored(named, read, tokenizer, oov, seed)))
    lists = _tokens(read, plain)
    scored += [_Scored({"vectors": "-", "method": name}, *_of_bags(lists, read, name)) for name in BAGS]
    table = _Scores(read, resamples, seed)
    rows = [row for number in range(len(read) + 1) for row in table.rows(scored, number)]
    notes = [
        f"tokenizer: {tokenizer}; lower case if the words of the vectors are, and for bags of words",
        "components: of the sentences of each dataset; 'by counts': those expected from the vectors' counts (no text)",
        "frequencies: the vectors' counts if they have any, otherwise the dataset; tf-idf: the dataset, for bags all",
        "no_word: sentences without a known word, whose cosines are 0; no pair is left out",
        f"low, high: 95 % of {resamples:,} bootstrap resamples of the pairs, seed {seed}, of Pearson's correlation",
        "difference: Pearson's correlation minus that of the mean of the same vectors (of a mean or a baseline: minus "
        "that of the first vectors' mean), paired resamples",
        *(f"{pairs.name}: {note}" for pairs in read for note in pairs.notes),
    ]
    return Table(rows, notes)


def _scored(
    named: Mapping[str, Vectors], read: Sequence[SentencePairs], tokenizer: str, oov: str | None, seed: int
) -> Iterator[_Scored]:
    """Yield the cosines of all methods of all vectors, then those of random vectors."""
    random: dict[int, _Scored] = {}
    for entry in entries(named, oov):
        one = entry.vectors
        if entry.oov != SUBWORDS:
            one = Vectors(one.words, one.matrix, one.counts, one.metadata)
        lists = _tokens(read, settings_for(one, tokenizer=tokenizer))
        for name, (settings, by_text) in METHODS.items():
            if is_folded(one.metadata) and name != "mean":
                continue
            if not by_text and one.counts is None:
                continue
            yield _Scored(entry.columns | {"method": name}, *_of_method(one, settings, by_text, lists, read))
        if one.dim not in random:
            drawn = random_vectors(one, seed)
            random[one.dim] = _Scored(
                {"vectors": f"random, dim {one.dim}", "method": "mean"}, *_of_vectors(drawn, lists, read)
            )
    yield from random.values()


def _tokens(read: Sequence[SentencePairs], settings: EncodingSettings) -> list[list[str]]:
    """Return the tokens of all first and second sentences, dataset by dataset."""
    get_tokenizer(settings.tokenizer or "words")
    found: list[list[str]] = []
    for pairs in read:
        block = line_block([*pairs.first, *pairs.second], settings)
        words = [block.words[number] for number in block.ids.tolist()]
        bounds = block.starts.tolist()
        found += [words[begin:end] for begin, end in itertools.pairwise(bounds)]
    return found


def _of_method(
    vectors: Vectors,
    settings: Sentences,
    by_text: bool,
    lists: Sequence[Sequence[str]],
    read: Sequence[SentencePairs],
) -> tuple[list[Numbers], list[int]]:
    """Return cosines and sentences without a known word of a method, fitted on each dataset or on the counts."""
    if not by_text:
        return _of_vectors(settings.fit(vectors).vectors(vectors), lists, read)
    known = Rows(vectors).of(list({word: None for tokens in lists for word in tokens}))
    among = np.unique(known[known != UNKNOWN])
    part = part_of(vectors, among)
    cosines, lacking, begin = [], [], 0
    for pairs in read:
        own = lists[begin : begin + 2 * len(pairs.scores)]
        model = fitted(settings, vectors, TokenLists(own), among=among)
        found, without = _of_vectors(model.vectors(part), own, [pairs])
        cosines += found
        lacking += without
        begin += len(own)
    return cosines, lacking


def _of_vectors(
    folded: Vectors, lists: Sequence[Sequence[str]], read: Sequence[SentencePairs]
) -> tuple[list[Numbers], list[int]]:
    means, known = Embedder(folded).means(bags(lists))
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    unit = means / np.where(lengths == 0, 1, lengths)
    cosines, lacking, begin = [], [], 0
    for pairs in read:
        n = len(pairs.scores)
        products = np.einsum("ij,ij->i", unit[begin : begin + n], unit[begin + n : begin + 2 * n])
        cosines.append(np.round(products, _DIGITS))
        lacking.append(int(np.count_nonzero(known[begin : begin + 2 * n] == 0)))
        begin += 2 * n
    return cosines, lacking


BAGS = ("bag of words", "tf-idf of words")


def _of_bags(
    lists: Sequence[Sequence[str]], read: Sequence[SentencePairs], name: str
) -> tuple[list[Numbers], list[int]]:
    """Return the cosines of counts of words; TF-IDF weighs them by ln((1 + N) / (1 + df)) + 1 of all sentences."""
    lines = Counter(word for tokens in lists for word in set(tokens))
    weigh = name != BAGS[0]
    weights = {word: np.log((1 + len(lists)) / (1 + df)) + 1 if weigh else 1.0 for word, df in lines.items()}
    vectors = [{word: count * weights[word] for word, count in Counter(tokens).items()} for tokens in lists]
    lengths = [np.sqrt(sum(value * value for value in one.values())) or 1.0 for one in vectors]
    cosines, lacking, begin = [], [], 0
    for pairs in read:
        n = len(pairs.scores)
        both = zip(range(begin, begin + n), range(begin + n, begin + 2 * n), strict=True)
        products = [
            sum(value * vectors[b].get(word, 0) for word, value in vectors[a].items()) / (lengths[a] * lengths[b])
            for a, b in both
        ]
        cosines.append(np.round(np.array(products, float), _DIGITS))
        lacking.append(sum(not one for one in lists[begin : begin + 2 * n]))
        begin += 2 * n
    return cosines, lacking


class _Scores:
    """Correlations with the scores of datasets, and their resamples."""

    def __init__(self, read: Sequence[SentencePairs], resamples: int, seed: int) -> None:
        self._read, self._resamples, self._seed = read, resamples, seed
        self._scores = [np.array(pairs.scores) for pairs in read]
        self._known: dict[tuple[int, int], tuple[float, float, Numbers]] = {}

    def rows(self, scored: Sequence[_Scored], number: int) -> Iterator[dict[str, Any]]:
        """Yield the rows of a dataset; of the mean, for the number after the last."""
        means: dict[tuple[Any, Any], int] = {}
        for at, one in enumerate(scored):
            if one.about["method"] == "mean":
                means[one.about["vectors"], one.about.get("oov")] = at
        for at, one in enumerate(scored):
            value, rank, resampled = self._of(scored, at, number)
            low, high = intervals.interval(resampled)
            base = means.get((one.about["vectors"], one.about.get("oov")), 0)
            base = 0 if base == at else base
            name = self._read[number].name if number < len(self._read) else "mean"
            pairs = len(self._scores[number]) if number < len(self._scores) else sum(map(len, self._scores))
            lacking = one.no_word[number] if number < len(self._read) else sum(one.no_word)
            row = {"dataset": name} | one.about | {"pairs": pairs, "no_word": lacking}
            row |= {"pearson": value, "low": low, "high": high, "spearman": rank}
            if at != base:
                other = self._of(scored, base, number)
                found = intervals.difference(value - other[0], resampled - other[2])
                row |= {"difference": found.difference, "difference_low": found.low, "difference_high": found.high}
            yield row

    def _of(self, scored: Sequence[_Scored], at: int, number: int) -> tuple[float, float, Numbers]:
        """Return Pearson's and Spearman's correlation, and Pearson's of each resample."""
        if (at, number) in self._known:
            return self._known[at, number]
        if number == len(self._read):
            every = [self._of(scored, at, each) for each in range(len(self._read))]
            result = (
                float(np.mean([one[0] for one in every])),
                float(np.mean([one[1] for one in every])),
                np.mean([one[2] for one in every], axis=0),
            )
        else:
            x, y = scored[at].cosines[number], self._scores[number]

            def statistic(items: NDArray[np.int64]) -> Numbers:
                return correlations_of_rows(x[items], y[items])

            resampled = intervals.resampled(statistic, len(x), self._resamples, self._seed + number)
            result = pearson(x, y), spearman(x, y), resampled
        self._known[at, number] = result
        return result
