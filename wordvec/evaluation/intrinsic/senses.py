"""Word sense induction: agreement of the senses chosen in contexts with gold senses.

Published figures of the adjusted Rand index (ARI) follow three protocols. All are printed, because they differ by more
than methods do:

- ``ARI``: mean over the words with several gold senses (AdaGram).
- ``ARI (disgram)``: mean over all known words but the last of the file, without contexts that have two gold senses or
  no known word (the programs of Disambiguated Skip-gram).
- ``ARI (weighted)``: mean over all words, weighted by their numbers of contexts (RUSSE 2018).

V-measure and paired F-score are means over all words (SemEval 2010). Intervals are bootstraps over words.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.datasets.sense_contexts import DOUBLE, SenseContexts, SenseItem, read_sense_contexts
from wordvec.evaluation.partitions import adjusted_rand, paired_f, v_measure
from wordvec.letter_case import is_cased
from wordvec.senses.cosines import CosineDisambiguator
from wordvec.senses.disambiguator import Disambiguator
from wordvec.senses.occurrences import UNKNOWN, Occurrences
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import StopFlag

Numbers = NDArray[np.float64]
ARI, DISGRAM, WEIGHTED, V, F = MEASURES = "ARI", "ARI (disgram)", "ARI (weighted)", "V-measure", "paired F"


class Judged(NamedTuple):
    """Senses chosen in the contexts of a word.

    Attributes
    ----------
    item
        The word, its contexts and gold senses.
    chosen
        Sense chosen in each context.
    known
        Whether the word is known.
    has_context
        Whether a word of each context is known.
    """

    item: SenseItem
    chosen: NDArray[np.int64]
    known: bool
    has_context: NDArray[np.bool_]


def senses(
    vectors: Vectors | Disambiguator | Mapping[str, Vectors | Disambiguator],
    datasets: str | Path | SenseContexts | Sequence[str | Path | SenseContexts],
    *,
    window: int | None = None,
    resamples: int = intervals.RESAMPLES,
    seed: int = 1,
    stop: StopFlag | None = None,
) -> Table:
    """Evaluate senses chosen in contexts against gold senses.

    Parameters
    ----------
    vectors
        Vectors with senses, which are chosen by `CosineDisambiguator`, or disambiguators; several by name.
    datasets
        Folders or files of contexts, with their keys beside them: see `wordvec.evaluation.datasets.sense_contexts`.
    window
        Largest number of known words on either side of a word; default: all of the context.
    resamples, seed
        Number and seed of the bootstrap resamples; the seed of random senses.

    Returns
    -------
    Table
        For each dataset, vectors and measure a row. The baselines are one sense for all contexts, and random senses, as
        many as the first vectors have for each word. ``difference`` is from the first vectors.

    Raises
    ------
    InputError
        If a dataset cannot be read, or vectors have no senses.
    SettingsError
        If a setting is out of range.
    """
    intervals.check_resamples(resamples)
    if window is not None and arguments.whole("window", window) < 1:
        raise SettingsError(f"{window}: must be at least 1", setting="window")
    named: dict[str, Any] = dict(vectors) if isinstance(vectors, Mapping) else {"vectors": vectors}
    given = [datasets] if isinstance(datasets, str | Path | SenseContexts) else datasets
    read = [one if isinstance(one, SenseContexts) else read_sense_contexts(one) for one in given]
    stop, rows = stop or StopFlag(), []
    judges = {name: CosineDisambiguator(one) if isinstance(one, Vectors) else one for name, one in named.items()}
    for dataset in read:
        judged = {name: list(stop.until(judge_all(judge, dataset, window))) for name, judge in judges.items()}
        first = next(iter(judged.values()))
        judged |= {
            "one sense": _one_sense(first),
            "random senses": _random_senses(first, next(iter(judges.values())), seed),
        }
        rows += _rows(dataset.name, judged, resamples, seed)
    return Table(rows, _notes(read, window, resamples, seed))


def judge_all(judge: Disambiguator, dataset: SenseContexts, window: int | None = None) -> list[Judged]:
    """Return the senses chosen in all contexts of a dataset; tokens are lower-cased if no word has a capital."""
    occurrences = Occurrences(judge, window)
    lower = not is_cased(judge.words)
    found = []
    for item in dataset.items:
        word = item.word.lower() if lower else item.word
        sides = [_lower(context) for context in item.contexts] if lower else item.contexts
        n = len(sides)
        if occurrences.id(word) == UNKNOWN:
            found.append(Judged(item, np.zeros(n, np.int64), False, np.ones(n, np.bool_)))
            continue
        probabilities, there = occurrences.probabilities([word] * n, sides)
        found.append(Judged(item, probabilities.argmax(axis=1), True, there))
    return found


def _lower(context: tuple[list[str], list[str]]) -> tuple[list[str], list[str]]:
    return [token.lower() for token in context[0]], [token.lower() for token in context[1]]


def _one_sense(judged: Sequence[Judged]) -> list[Judged]:
    return [one._replace(chosen=np.zeros_like(one.chosen)) for one in judged]


def _random_senses(judged: Sequence[Judged], judge: Disambiguator, seed: int) -> list[Judged]:
    """Return random senses, for each word as many as the disambiguator distinguishes."""
    rng, nothing = np.random.default_rng(seed), np.zeros(0, np.int64)
    ids = {word: number for number, word in enumerate(judge.words)}
    found = []
    for one in judged:
        number = ids.get(one.item.word, ids.get(one.item.word.lower()))
        senses = 1
        if number is not None:
            senses = int((judge.probabilities(np.array([number]), nothing, np.zeros(2, np.int64))[0] > 0).sum())
        found.append(one._replace(chosen=rng.integers(0, max(senses, 1), len(one.chosen))))
    return found


def word_scores(judged: Sequence[Judged]) -> dict[str, tuple[Numbers, Numbers]]:
    """Return the score of each word and its weight, by measure; weight 0 for a word that is left out."""
    ari = np.array([adjusted_rand(one.item.senses, one.chosen) for one in judged])
    contexts = np.array([len(one.chosen) for one in judged], float)
    several = np.array([len(set(one.item.senses)) > 1 for one in judged], float)
    of_disgram, taken = np.zeros(len(judged)), np.zeros(len(judged))
    for number, one in enumerate(judged[:-1]):
        kept = one.has_context & np.array([DOUBLE not in sense for sense in one.item.senses])
        if one.known and kept.any():
            gold = [sense for sense, keep in zip(one.item.senses, kept, strict=True) if keep]
            of_disgram[number], taken[number] = adjusted_rand(gold, one.chosen[kept]), 1
    every = np.ones(len(judged))
    return {
        ARI: (ari, several),
        DISGRAM: (of_disgram, taken),
        WEIGHTED: (ari, contexts),
        V: (np.array([v_measure(one.item.senses, one.chosen) for one in judged]), every),
        F: (np.array([paired_f(one.item.senses, one.chosen) for one in judged]), every),
    }


def _mean(scores: Numbers, weights: Numbers) -> Numbers:
    """Return weighted means over the last axis; NaN if all weights are 0."""
    total = weights.sum(axis=-1)
    means: Numbers = np.divide(
        (scores * weights).sum(axis=-1), total, out=np.full(np.shape(total), np.nan), where=total > 0
    )
    return means


def _rows(dataset: str, judged: Mapping[str, list[Judged]], resamples: int, seed: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    first: dict[str, tuple[float, Numbers]] = {}
    for name, chosen in judged.items():
        clusters = float(np.mean([len(np.unique(one.chosen)) for one in chosen]))
        for measure, (scores, weights) in word_scores(chosen).items():

            def statistic(items: NDArray[np.int64], s: Numbers = scores, w: Numbers = weights) -> Numbers:
                return _mean(s[items], w[items])

            value = float(_mean(scores, weights))
            values = intervals.resampled(statistic, len(chosen), resamples, seed)
            low, high = intervals.interval(values)
            row: dict[str, Any] = {"dataset": dataset, "vectors": name, "measure": measure}
            row |= {"words": int(np.count_nonzero(weights)), "senses": clusters, "score": value}
            row |= {"low": low, "high": high}
            if measure in first:
                found = intervals.difference(value - first[measure][0], values - first[measure][1])
                row |= {"difference": found.difference, "difference_low": found.low, "difference_high": found.high}
            else:
                first[measure] = value, values
            rows.append(
                {key: None if isinstance(cell, float) and np.isnan(cell) else cell for key, cell in row.items()}
            )
    return rows


def _notes(read: Sequence[SenseContexts], window: int | None, resamples: int, seed: int) -> list[str]:
    around = "all known words of the context" if window is None else f"the {window} nearest known words on either side"
    notes = [
        "ARI: mean over words with several gold senses (AdaGram's protocol); two gold senses of a context are a sense",
        "ARI (disgram): known words but the file's last, without contexts that have two gold senses or no known word",
        "ARI (weighted): mean over words, weighted by their contexts (RUSSE 2018)",
        "V-measure rises and paired F falls with the number of senses, also of random ones; ARI does not",
        f"senses: mean number chosen per word; chosen by {around}; an unknown word has one sense",
        f"low, high: 95 % of {resamples:,} bootstrap resamples of the words, seed {seed}; difference: from the first "
        "vectors, paired resamples",
    ]
    return notes + [f"{one.name}: {one.without_key:,} contexts without a gold sense" for one in read if one.without_key]
