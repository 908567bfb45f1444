"""Translation: how often a word's translation is nearest to it, where two languages are in one space.

Each source word of a dictionary is judged once: it is right at k if any of its translations is among the k best of
all target words (Conneau et al. 2018). Published figures differ by what they count:

- ``p@k``: of the words that are covered, known and with a translation that is known (MUSE, VecMap);
- ``p@k_all``: of all words of the dictionary, the others wrong (fastText's align);

and by how the best are found, see `wordvec.alignment.retrieval`. Names and numbers, spelt alike in both languages, are
easy: ``p@1_other`` is of the covered words that have no translation spelt as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.alignment.dictionary_files import read_dictionary
from wordvec.alignment.retrieval import BETA, NEIGHBOURS, RETRIEVALS, hubness, unit_pair
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.intervals import RESAMPLES
from wordvec.evaluation.lookup import MISSING, Lookup, by_name
from wordvec.evaluation.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

TOP = (1, 5, 10)
_SCORES_AT_ONCE = 1 << 22

Pairs = Iterable[tuple[str, str]]
Places = NDArray[np.int64]
"""(words,): where the best translation of each word stands, 1 the best; 0 of a word that is not covered."""


class Asked(NamedTuple):
    """The source words of a dictionary, as they are looked up.

    Attributes
    ----------
    words
        Each once, in the dictionary's order.
    rows
        (words,) in the source, `MISSING` where a word or all its translations are unknown.
    right
        The rows of each word's translations in the target; empty where it is not covered.
    identical
        (words,), whether a known translation is spelt alike.
    pairs
        How many pairs are covered.
    """

    words: list[str]
    rows: NDArray[np.int64]
    right: list[list[int]]
    identical: NDArray[np.bool_]
    pairs: int

    @property
    def covered(self) -> NDArray[np.bool_]:
        """(words,), whether a word can be judged."""
        known: NDArray[np.bool_] = self.rows != MISSING
        return known


def look_up(source: Vectors, target: Vectors, pairs: Pairs, case: str = "exact", name: str = "the dictionary") -> Asked:
    """Look a dictionary's words up.

    Parameters
    ----------
    source, target
        Where.
    pairs
        Words of the source and of the target; a word may have several translations.
    case
        One of `lookup.CASES`.
    name
        What the dictionary is called in messages.

    Raises
    ------
    InputError
        If no pair is covered; the message says how many words are missing on which side.
    """
    left, right = Lookup.of(source, case), Lookup.of(target, case)
    translations: dict[str, dict[str, None]] = {}
    for word, other in pairs:
        translations.setdefault(left.form(word), {})[right.form(other)] = None
    known = {
        word: {form: right.variants(form) for form in others if right.row(form) != MISSING}
        for word, others in translations.items()
        if left.row(word) != MISSING
    }
    if not any(known.values()):
        forms = {form for others in translations.values() for form in others}
        lacking = len(translations) - len(known), sum(right.row(form) == MISSING for form in forms)
        raise InputError(
            f"{name}: no pair is covered; the source lacks {lacking[0]:,} of {len(translations):,} words on the left, "
            f"the target {lacking[1]:,} of {len(forms):,} on the right; check languages, their order and case"
        )
    words = list(translations)
    return Asked(
        words,
        np.array([left.row(word) if known.get(word) else MISSING for word in words], np.int64),
        [[row for rows in known.get(word, {}).values() for row in rows] for word in words],
        np.array([word in known.get(word, {}) for word in words]),
        sum(map(len, known.values())),
    )


def places(
    source: Vectors,
    target: Vectors,
    asked: Asked,
    retrievals: Sequence[str] = RETRIEVALS,
    *,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> dict[str, Places]:
    """Find where the best translation of each word stands among all target words, by each way of retrieval.

    Of equal scores the more frequent word goes before.

    Raises
    ------
    InputError
        If the two are of different dims, or a row holds NaN or infinity.
    Interrupted
        If `stop` was set.
    """
    progress, stop = progress or Progress(), stop or StopFlag()
    unit, others = unit_pair(source, target)
    hubs = {retrieval: hubness(retrieval, unit, others, progress, stop) for retrieval in retrievals}
    found = {retrieval: np.zeros(len(asked.words), np.int64) for retrieval in retrievals}
    covered = np.flatnonzero(asked.covered)
    together = max(1, _SCORES_AT_ONCE // len(target))
    progress.begin("translating", len(covered), " words")
    for first in stop.until(range(0, len(covered), together)):
        block = covered[first : first + together]
        cosines = unit[asked.rows[block]] @ others.T
        for retrieval in retrievals:
            for word, scores in zip(block, cosines - hubs[retrieval], strict=True):
                found[retrieval][word] = _place(scores, asked.right[word])
        progress.report(min(first + together, len(covered)))
    progress.end()
    return found


def precision(places: Places, k: int) -> float:
    """Give the share of words that have a translation among the k best."""
    return float(_right(places, k).mean())


def mrr(places: Places) -> float:
    """Give the mean over words of 1 / place, 0 for those that are not covered."""
    return float(np.where(places > 0, 1 / np.maximum(places, 1), 0).mean())


def translation(
    sources: Vectors | Mapping[str, Vectors],
    target: Vectors,
    dictionary: str | Path | Sequence[tuple[str, str]],
    *,
    case: str = "exact",
    resamples: int = RESAMPLES,
    seed: int = 1,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Table:
    """Judge vectors of one language, or several by name, by how near they are to translations of another.

    Parameters
    ----------
    sources
        What to judge, brought into the target's space. Each but the first is compared with the first.
    target
        The vectors of the other language; all its words may be answers.
    dictionary
        A file of lines ``word translation``, or such pairs.
    case
        One of `lookup.CASES`; published figures are ``exact``.
    resamples, seed
        Of the bootstrap.
    progress, stop
        Where to report, and what stops the work.

    Returns
    -------
    Table
        A row for each of the sources and each way of retrieval.

    Raises
    ------
    InputError
        If the dictionary cannot be read, no pair is covered, dims differ, or a row is not finite.
    SettingsError
        If a setting makes no sense.
    Interrupted
        If `stop` was set.
    """
    intervals.check_resamples(resamples)
    arguments.expect("target", target, Vectors)
    named = by_name("sources", sources)
    name = "the dictionary"
    if isinstance(dictionary, str | Path):
        dictionary, name = read_dictionary(dictionary), str(dictionary)
    given = arguments.items("dictionary", dictionary, "a path or a list of (word, word)")
    pairs = [arguments.words(f"dictionary[{number}]", pair) for number, pair in enumerate(given)]
    if not all(len(pair) == 2 for pair in pairs):
        raise SettingsError("dictionary: expected two words in each pair")
    dictionary = [(first, second) for first, second in pairs]
    rows: list[dict[str, Any]] = []
    first: dict[str, Places] = {}
    for key, source in named.items():
        try:
            asked = look_up(source, target, dictionary, case, name)
            found = places(source, target, asked, progress=progress, stop=stop)
        except InputError as error:
            raise InputError(f"{key}: {error}") from error
        for retrieval, where in found.items():
            row = {"vectors": key, "retrieval": retrieval} | _row(asked, where, resamples, seed)
            if first:
                row |= _difference(where, first[retrieval], resamples, seed)
            rows.append(row)
        first = first or found
    return Table(rows, _notes(target, case, resamples, seed, len(named) > 1))


def _place(scores: NDArray[np.float32], right: Sequence[int]) -> int:
    best = min(right, key=lambda row: (-scores[row], row))
    before = np.count_nonzero(scores > scores[best]) + np.count_nonzero(scores[:best] == scores[best])
    return 1 + int(before)


def _right(places: Places, k: int) -> NDArray[np.bool_]:
    right: NDArray[np.bool_] = np.logical_and(places > 0, places <= k)
    return right


def _row(asked: Asked, found: Places, resamples: int, seed: int) -> dict[str, Any]:
    covered, other = found[asked.covered], found[asked.covered & ~asked.identical]
    right = _right(covered, 1).astype(np.float64)
    low, high = intervals.interval(intervals.resampled(lambda items: right[items].mean(1), len(right), resamples, seed))
    row = {"words": len(found), "covered": len(covered), "p@1": precision(covered, 1), "low": low, "high": high}
    row |= {f"p@{k}": precision(covered, k) for k in TOP[1:]}
    row |= {"mrr": mrr(covered)} | {f"p@{k}_all": precision(found, k) for k in TOP} | {"mrr_all": mrr(found)}
    identical = int(asked.identical.sum())
    return row | {"identical": identical / asked.pairs, "p@1_other": precision(other, 1) if len(other) else None}


def _difference(found: Places, first: Places, resamples: int, seed: int) -> dict[str, Any]:
    """Compare p@1 over the words that both cover, by a paired bootstrap."""
    both = (found > 0) & (first > 0)
    apart = _right(found[both], 1).astype(np.float64) - _right(first[both], 1)
    observed = float(apart.mean()) if len(apart) else float("nan")
    drawn = intervals.resampled(lambda items: apart[items].mean(1), len(apart), resamples, seed)
    names = ("difference", "difference_low", "difference_high", "p")
    return dict(zip(names, intervals.difference(observed, drawn), strict=True))


def _notes(target: Vectors, case: str, resamples: int, seed: int, several: bool) -> list[str]:
    notes = [
        f"answers are all {np.count_nonzero(target.present):,} words of the target; csls: k = {NEIGHBOURS}; softmax: "
        f"inverted, beta = {BETA:g}; case: {case}",
        "p@k: of the covered words, as MUSE counts; _all: of all words, those not covered wrong, as fastText counts",
        f"low and high: 95 % of {resamples:,} bootstrap resamples of the source words, seed {seed}",
        "identical: the share of covered pairs that are spelt alike; p@1_other: of words without such a pair",
    ]
    return notes + ["difference: p@1 minus that of the first vectors, over the words both cover, and its p"] * several
