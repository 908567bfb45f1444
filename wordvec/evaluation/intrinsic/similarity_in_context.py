"""Similarity in context: correlation of human scores with the similarity of two words, each in a context.

With senses i and j of the two words, their probabilities in the contexts and the cosine of their vectors (Reisinger and
Mooney 2010; Huang et al. 2012):

- ``AvgSimC``: Σᵢⱼ P(i | w, c) P(j | w′, c′) cos(vᵢ, vⱼ).
- ``MaxSimC``: cosine of the two most probable senses.
- ``AvgSim``: as AvgSimC with the shares of the senses, which do not depend on the contexts.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.tokenizers import get_tokenizer
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.correlation import correlations_of_rows, ranks, spearman
from wordvec.evaluation.datasets.context_pairs import ContextPairs, read_context_pairs
from wordvec.evaluation.lookup import by_name
from wordvec.letter_case import is_cased
from wordvec.senses.cosines import CosineDisambiguator
from wordvec.senses.disambiguator import Disambiguator
from wordvec.senses.inventory import SenseInventory
from wordvec.senses.occurrences import UNKNOWN, Occurrences
from wordvec.tables import Table
from wordvec.vectors import Vectors

Numbers = NDArray[np.float64]
MEASURES = ("AvgSimC", "MaxSimC", "AvgSim")


def similarity_in_context(
    vectors: Vectors | Mapping[str, Vectors],
    datasets: str | Path | ContextPairs | Sequence[str | Path | ContextPairs],
    *,
    judges: Mapping[str, Disambiguator] | None = None,
    window: int | None = None,
    tokenizer: str = "words",
    resamples: int = intervals.RESAMPLES,
    seed: int = 1,
) -> Table:
    """Evaluate vectors of senses on pairs of words in contexts.

    Parameters
    ----------
    vectors
        Vectors with senses, or several by name.
    datasets
        Files in the form of SCWS.
    judges
        Disambiguators by the names of vectors; default: `CosineDisambiguator`.
    window
        Largest number of known words on either side of a word; default: all of the context.
    tokenizer
        Tokenizer of the contexts, which are lower-cased if the words of the vectors are.
    resamples, seed
        Number and seed of the bootstrap resamples of the pairs.

    Returns
    -------
    Table
        For each dataset, vectors and measure a row with Spearman's correlation over the pairs whose words all vectors
        have.

    Raises
    ------
    InputError
        If a dataset cannot be read, vectors have no senses, or no pair is known.
    SettingsError
        If a setting is out of range.
    """
    intervals.check_resamples(resamples)
    if window is not None and arguments.whole("window", window) < 1:
        raise SettingsError(f"{window}: must be at least 1", setting="window")
    named = by_name("vectors", vectors)
    given = [datasets] if isinstance(datasets, str | Path | ContextPairs) else datasets
    read = [one if isinstance(one, ContextPairs) else read_context_pairs(one) for one in given]
    models = {name: _Model(one, (judges or {}).get(name), window, tokenizer) for name, one in named.items()}
    rows: list[dict[str, Any]] = []
    for pairs in read:
        known = [at for at, words in enumerate(pairs.words) if all(one.knows(words) for one in models.values())]
        if not known:
            raise InputError(f"{pairs.name}: no pair of words is known to all vectors; check language and case")
        human = np.array([pairs.scores[at] for at in known])
        values = {name: one.similarities(pairs, known) for name, one in models.items()}
        rows += _rows(pairs.name, len(pairs.scores), human, values, resamples, seed)
    around = "all known words of the context" if window is None else f"the {window} nearest known words on either side"
    notes = [
        "AvgSimC: cosines of senses, weighted by their probabilities in the contexts; MaxSimC: cosine of the most "
        "probable senses; AvgSim: weighted by shares, without the contexts",
        f"probabilities from {around}; tokenizer: {tokenizer}; pairs: those whose words all vectors have",
        f"low, high: 95 % of {resamples:,} bootstrap resamples of the pairs, seed {seed}; difference: from the first "
        "vectors, paired resamples",
    ]
    return Table(rows, notes)


class _Model:
    """Vectors with a disambiguator."""

    def __init__(self, vectors: Vectors, judge: Disambiguator | None, window: int | None, tokenizer: str) -> None:
        self._judge = judge or CosineDisambiguator(vectors)
        if vectors.inventory is None:
            raise InputError("the vectors have no rows of senses; if words are marked (bank#2), use with_senses()")
        self._vectors, self._inventory = vectors, vectors.inventory
        self._occurrences = Occurrences(self._judge, window)
        self._tokenize = get_tokenizer(EncodingSettings.of(tokenizer=tokenizer).tokenizer or tokenizer)
        self._lower = not is_cased(self._judge.words)

    def knows(self, words: tuple[str, str]) -> bool:
        """Return whether both words have senses and vectors."""
        return all(
            self._occurrences.id(self._word(word)) != UNKNOWN and self._word(word) in self._inventory for word in words
        )

    def _word(self, word: str) -> str:
        return word.lower() if self._lower else word

    def similarities(self, pairs: ContextPairs, chosen: Sequence[int]) -> dict[str, Numbers]:
        """Return the similarities of pairs by each measure."""
        sides = []
        for side in (0, 1):
            words = [self._word(pairs.words[at][side]) for at in chosen]
            texts = [pairs.contexts[at][side] for at in chosen]
            tokens = [(self._tokenize(self._word(left)), self._tokenize(self._word(right))) for left, right in texts]
            probabilities, _ = self._occurrences.probabilities(words, tokens)
            sides.append((words, probabilities))
        found: dict[str, Numbers] = {name: np.empty(len(chosen)) for name in MEASURES}
        (first, p), (second, q) = sides
        for at in range(len(chosen)):
            a, b = self._units(first[at]), self._units(second[at])
            cosines = a @ b.T
            of_a, of_b = _cut(p[at], len(a)), _cut(q[at], len(b))
            found["AvgSimC"][at] = of_a @ cosines @ of_b
            found["MaxSimC"][at] = cosines[of_a.argmax(), of_b.argmax()]
            found["AvgSim"][at] = _shares(self._inventory, first[at]) @ cosines @ _shares(self._inventory, second[at])
        return found

    def _units(self, word: str) -> Numbers:
        rows = self._vectors.matrix[self._inventory.rows_of(word)].astype(np.float64)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.asarray(rows / np.where(lengths == 0, 1, lengths))


def _cut(probabilities: NDArray[np.float32], senses: int) -> Numbers:
    """Return the probabilities of the senses that have rows."""
    there = probabilities[:senses].astype(np.float64)
    there = np.pad(there, (0, senses - len(there)))
    return np.asarray(there / there.sum() if there.sum() > 0 else np.full(senses, 1 / senses))


def _shares(inventory: SenseInventory, word: str) -> Numbers:
    shares = inventory.shares_of(word)
    senses = len(inventory.rows_of(word))
    return np.full(senses, 1 / senses) if shares is None else shares


def _rows(
    dataset: str,
    pairs: int,
    human: Numbers,
    values: Mapping[str, Mapping[str, Numbers]],
    resamples: int,
    seed: int,
) -> list[dict[str, Any]]:
    first: dict[str, tuple[float, Numbers]] = {}
    rows = []
    for name, measures in values.items():
        for measure, similarities in measures.items():
            rounded = np.round(similarities, 12)

            def statistic(items: NDArray[np.int64], x: Numbers = rounded) -> Numbers:
                return correlations_of_rows(ranks(x[items]), ranks(human[items]))

            value = spearman(rounded, human)
            resampled = intervals.resampled(statistic, len(human), resamples, seed)
            low, high = intervals.interval(resampled)
            row: dict[str, Any] = {"dataset": dataset, "vectors": name, "measure": measure, "pairs": len(human)}
            row |= {
                "unknown": pairs - len(human),
                "score": None if np.isnan(value) else value,
                "low": low,
                "high": high,
            }
            if measure in first:
                found = intervals.difference(value - first[measure][0], resampled - first[measure][1])
                gap = None if np.isnan(value - first[measure][0]) else found.difference
                row |= {"difference": gap, "difference_low": found.low, "difference_high": found.high}
            else:
                first[measure] = value, resampled
            rows.append(row)
    return rows
