"""Which word does a definition define, by vectors and a map that is fitted to the definitions of other words.

The task is that of DefSent (Tsukagoshi, Sasano and Takeda 2021), with test words that the map never saw.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets.definitions import Definitions, read_definitions
from wordvec.evaluation.intervals import RESAMPLES
from wordvec.evaluation.lookup import Lookup, by_name
from wordvec.evaluation.maps.definition_items import Ids, Items, known_items
from wordvec.evaluation.maps.definition_scores import Scores, random_scores
from wordvec.evaluation.maps.finding import SIF, TO_DEFINITIONS, TO_WORDS, Finder
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.wording import quantity, unknown_of
from wordvec.workers import Progress, StopFlag

TEST = 0.2
LEAST = 20
"""Fewest defined words that are known."""


def definitions(
    vectors: Vectors | Mapping[str, Vectors],
    dataset: str | Path | Definitions,
    *,
    test: float = TEST,
    limit: int | None = None,
    tokenizer: str = "words",
    case: str = "ignore",
    resamples: int = RESAMPLES,
    seed: int = 1,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Table:
    """Evaluate how well words are found from their definitions.

    Parameters
    ----------
    vectors
        Word vectors, or several by name, on the words that all know.
    dataset
        Lines of a word, a tab and its definition; a data file of WordNet, or a folder of such files.
    test
        Share of the defined words that are tested.
    limit
        Number of candidates, the most frequent words; default: all.
    tokenizer
        Tokenizer of the definitions, which are lower-cased if the words of the vectors are.
    case
        One of `letter_case.CASES`: how defined words are looked up.
    resamples, seed
        Number of bootstrap resamples of the tested words; seed of the split and of the resamples.

    Returns
    -------
    Table
        For each set of vectors the mean reciprocal rank of the right word among all candidates, the share of
        definitions for which it is among the first 1, 3 and 10, and its median rank: by both ways of ridge regression
        and by the baselines. ``difference`` is MRR minus that of the sentence vector without a map.

    Raises
    ------
    InputError
        If the definitions cannot be read, or too few of their words are known.
    SettingsError
        If a setting is out of range.
    Interrupted
        If `stop` was set.
    """
    _check(test, resamples, seed)
    arguments.word("tokenizer", tokenizer)
    named, read = by_name("vectors", vectors), read_definitions(dataset)
    if not named:
        raise InputError("no vectors; expected at least one model")
    lookups = [Lookup.of(one, case, limit) for one in named.values()]
    items = known_items(read, lookups)
    defined = len(np.unique(items.right))
    if defined < LEAST:
        lacking = [word for word in dict.fromkeys(read.words) if word not in set(items.words)]
        raise CoverageError(
            f"{read.name}: {defined} of {len(set(read.words)):,} defined words known, at least {LEAST} needed"
            + unknown_of(lacking),
            defined,
        )
    train, tested = items.split(test, seed)
    if len(train) < LEAST:
        raise InputError(f"{read.name}: {len(train)} definitions are left for training, at least {LEAST} needed")
    scores = Scores(items.right[tested], resamples, seed)
    rows: list[dict[str, Any]] = []
    progress, stop = progress or Progress(), stop or StopFlag()
    for (name, one), lookup in zip(named.items(), lookups, strict=True):
        found = Finder(one, lookup, items, tokenizer)
        ranked = dict(found.ranks(train, tested, progress, stop))
        for method, of_method in ranked.items():
            base = ranked.get(SIF) if method in (TO_WORDS, TO_DEFINITIONS) else None
            rows.append({"vectors": name, "method": method, "no_word": found.no_word} | scores.row(of_method, base))
    rows.append({"vectors": "-", "method": "random"} | random_scores(len(items.candidates)))
    return Table(rows, _notes(read, items, train, tested, tokenizer, resamples, seed))


def _check(test: float, resamples: int, seed: int) -> None:
    if not 0 < arguments.real("test", test) < 1:
        raise SettingsError(f"{test}: must be between 0 and 1", setting="test")
    intervals.check_resamples(resamples)
    arguments.seed(seed)


def _notes(
    read: Definitions, items: Items, train: Ids, tested: Ids, tokenizer: str, resamples: int, seed: int
) -> list[str]:
    words, all_words = len(np.unique(items.right)), len(set(read.words))
    dropped = len(items.words) - len(train) - len(tested)
    return [
        f"{read.name}: {words:,} of {quantity(all_words, 'defined word')} known, {len(items.words):,} of "
        f"{quantity(len(read.words), 'definition')}",
        f"split by word (seed {seed}): {len(train):,} definitions for training, {len(tested):,} of "
        f"{quantity(len(np.unique(items.right[tested])), 'other word')} for testing; "
        f"{dropped:,} left out, which also define a tested word",
        f"candidates: {len(items.candidates):,} words; words with the same definition take no rank",
        f"tokenizer: {tokenizer}; the defined word is removed from its definition; no_word: definitions without a "
        "known word, whose cosines are 0",
        "ridge: SIF sentence vectors mapped to word vectors, or these to sentence vectors, with penalties by "
        "generalised cross-validation and cosines about the mean of the candidates; no map: words nearest to the "
        "sentence vector",
        f"low, high: 95 % of {resamples:,} bootstrap resamples of the tested words; difference: MRR minus that of "
        f"'{SIF}', paired",
    ]
