"""Word translation (bilingual lexicon induction) between two languages in one space: precision at k, and MRR.

A source word of the dictionary is right at k if any of its translations is among the k best of all target words
(Conneau et al. 2018). Published figures differ in the words that they count:

- ``p@k``: the covered words, which are known and have a known translation (MUSE, VecMap);
- ``p@k_all``: all words of the dictionary, the others wrong (fastText's align), as ``p@k`` with the policy ``zero``;
- source words that are composed from n-grams may be covered, too (see `evaluation.oov`);

and in the retrieval, see `wordvec.alignment.retrieval`. Names and numbers, spelt alike in both languages, are easy:
``p@1_other`` is of the covered words without a translation of the same spelling.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.alignment import guards
from wordvec.alignment.retrieval import BETA, NEIGHBOURS, RETRIEVALS, Floats, hubness, unit_pair
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation import intervals
from wordvec.evaluation.intervals import RESAMPLES
from wordvec.evaluation.lookup import MISSING, Lookup, by_name, normal_form_notes
from wordvec.evaluation.oov import SKIP, SUBWORDS, ZERO, check_oov, entries
from wordvec.evaluation.oov import notes as oov_notes
from wordvec.lexicons.dictionary_files import read_dictionary, swapped
from wordvec.representation import short
from wordvec.rows import unit as unit_of
from wordvec.tables import Table
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

TOP = (1, 5, 10)
_SCORES_AT_ONCE = 1 << 22
_OOV = {
    SKIP: "p@k is of the covered words, which are known and have a known translation, as in MUSE",
    ZERO: "p@k is of all words, those not covered wrong, as in fastText",
    SUBWORDS: "p@k is of the covered words, which are known or composed and have a known translation; composed words "
    "are never an answer",
}

Pairs = Iterable[tuple[str, str]]
Ranks = NDArray[np.int64]
"""(words,), the rank of each word's best translation, from 1; 0 for a word that is not covered."""


class Asked(NamedTuple):
    """The normalised source words of a dictionary, with their rows and those of their translations.

    Attributes
    ----------
    words
        Source words, each once, in the dictionary's order.
    rows
        (words,) int64 array, rows in the source; `MISSING` if a word or all its translations are unknown. Numbers from
        `known` on are rows of `composed`.
    right
        Rows of each word's translations in the target; empty if the word is not covered.
    identical
        (words,) bool array, whether a known translation has the same spelling.
    pairs
        Number of covered pairs.
    known
        Number of rows of the source.
    composed
        (composed words, dim) vectors of source words that are composed from n-grams.
    """

    words: list[str]
    rows: NDArray[np.int64]
    right: list[list[int]]
    identical: NDArray[np.bool_]
    pairs: int
    known: int
    composed: Floats

    def __repr__(self) -> str:
        return short(self)

    @property
    def composed_words(self) -> int:
        """Number of different covered words that are composed."""
        return len(np.unique(self.rows[self.rows >= self.known]))

    @property
    def covered(self) -> NDArray[np.bool_]:
        """(words,) bool array, whether a word and one of its translations are known."""
        known: NDArray[np.bool_] = self.rows != MISSING
        return known


def look_up(
    source: Vectors,
    target: Vectors,
    pairs: Pairs,
    case: str = "exact",
    name: str = "the dictionary",
    oov: str = SKIP,
) -> Asked:
    """Look up the words of a dictionary.

    Parameters
    ----------
    source, target
        Vectors of both languages.
    pairs
        Words of the source and of the target; a word may have several translations.
    case
        One of `letter_case.CASES`.
    name
        Name of the dictionary in messages.
    oov
        Policy for unknown source words, one of `oov.POLICIES`.

    Raises
    ------
    InputError
        If no pair is covered; the message has the numbers of missing words of each side.
    """
    check_oov(oov)
    pairs = list(pairs)
    compose = [word for word, _ in pairs] if oov == SUBWORDS else []
    left, right = Lookup.of(source, case, compose=compose), Lookup.of(target, case)
    translations: dict[str, dict[str, None]] = {}
    written: dict[str, str] = {}
    for word, other in pairs:
        key = left.normalised(word)
        translations.setdefault(key, {})[right.normalised(other)] = None
        written.setdefault(key, word)
    known = {
        word: {other: right.variants(other) for other in others if right.row(other) != MISSING}
        for word, others in translations.items()
        if left.row(written[word]) != MISSING
    }
    other_way = len(
        {
            (word, other)
            for word, other in pairs
            if left.row(left.normalised(other)) != MISSING and right.row(right.normalised(word)) != MISSING
        }
    )
    doubt = guards.swapped(name, sum(map(len, known.values())), other_way)
    if not any(known.values()) and doubt:
        raise InputError(doubt)
    if not any(known.values()):
        answers = {other for others in translations.values() for other in others}
        lacking = len(translations) - len(known), sum(right.row(other) == MISSING for other in answers)
        raise InputError(
            f"{name}: no pair is covered; the source lacks {lacking[0]:,} of {len(translations):,} words on the left, "
            f"the target {lacking[1]:,} of {len(answers):,} on the right; check languages, their order and case"
        )
    guards.warn(doubt)
    words = list(translations)
    rows = np.array([left.row(written[word]) if known.get(word) else MISSING for word in words], np.int64)
    return Asked(
        words,
        rows,
        [[row for rows in known.get(word, {}).values() for row in rows] for word in words],
        np.array([word in known.get(word, {}) for word in words]),
        sum(map(len, known.values())),
        len(source),
        left.composed_vectors,
    )


def ranks(
    source: Vectors,
    target: Vectors,
    asked: Asked,
    retrievals: Sequence[str] = RETRIEVALS,
    *,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> dict[str, Ranks]:
    """Compute the rank of each word's best translation among all target words, by retrieval.

    Ties are ranked by frequency.

    Raises
    ------
    InputError
        If the dims differ, or a row holds NaN or infinity.
    Interrupted
        If `stop` was set.
    """
    progress, stop = progress or Progress(), stop or StopFlag()
    unit, others = unit_pair(source, target)
    composed = unit_of(asked.composed)
    # Composed words are no words of the source vocabulary, whose hubs are measured.
    hubs = {retrieval: hubness(retrieval, unit, others, progress, stop) for retrieval in retrievals}
    found = {retrieval: np.zeros(len(asked.words), np.int64) for retrieval in retrievals}
    covered = np.flatnonzero(asked.covered)
    together = max(1, _SCORES_AT_ONCE // len(target))
    progress.begin("translating", len(covered), " words")
    for first in stop.until(range(0, len(covered), together)):
        block = covered[first : first + together]
        numbers = asked.rows[block]
        queries = unit[np.minimum(numbers, len(unit) - 1)]
        queries[numbers >= len(unit)] = composed[numbers[numbers >= len(unit)] - len(unit)]
        cosines = queries @ others.T
        for retrieval in retrievals:
            for word, scores in zip(block, cosines - hubs[retrieval], strict=True):
                found[retrieval][word] = _rank(scores, asked.right[word])
        progress.report(min(first + together, len(covered)))
    progress.end()
    return found


def precision(ranks: Ranks, k: int) -> float:
    """Return precision at k: the share of words with a translation among the k best."""
    return float(_right(ranks, k).mean())


def mrr(ranks: Ranks) -> float:
    """Return the mean reciprocal rank, 0 for words that are not covered."""
    return float(np.where(ranks > 0, 1 / np.maximum(ranks, 1), 0).mean())


def translation(
    sources: Vectors | Mapping[str, Vectors],
    target: Vectors | Mapping[str, Vectors],
    dictionary: str | Path | Sequence[tuple[str, str]],
    *,
    case: str = "exact",
    oov: str | None = None,
    swap: bool = False,
    to: str | None = None,
    resamples: int = RESAMPLES,
    seed: int = 1,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Table:
    """Evaluate one or several sets of aligned vectors by word translation.

    Parameters
    ----------
    sources
        Vectors in the target's space, or several by name. Each but the first is compared with the first.
    target
        Vectors of the other language; all its words are candidates. If sources are in different common spaces, the
        target in the space of each source, by name.
    dictionary
        A file of lines ``word translation``, or pairs of words.
    case
        One of `letter_case.CASES`; published figures use ``exact``.
    oov
        Policy for source words that are unknown, one of `oov.POLICIES`; default: ``skip``, and further rows with
        ``subwords`` for sources with n-grams.
    swap
        Whether to swap the two sides of the dictionary.
    to
        Language of the translations of a dictionary that is Wiktionary: see `read_dictionary`.
    resamples, seed
        Number and seed of the bootstrap resamples of source words.
    progress, stop
        Receiver of the progress; flag that stops the work.

    Returns
    -------
    Table
        A row for each source, policy and retrieval.

    Warns
    -----
    UserWarning
        If the two sides of the dictionary seem to be swapped, or the spaces are not aligned or were trained with one
        seed.

    Raises
    ------
    InputError
        If the dictionary cannot be read, no pair is covered, dims differ, or a row is not finite.
    SettingsError
        If a setting is unknown or out of range.
    Interrupted
        If `stop` was set.
    """
    intervals.check_resamples(resamples)
    named, others = by_name("sources", sources), by_name("target", target)
    if not named:
        raise SettingsError("sources: expected at least one")
    if isinstance(target, Mapping) and others.keys() != named.keys():
        raise SettingsError("target: expected one, or one for each source under the same name")
    name = "the dictionary"
    if isinstance(dictionary, str | Path):
        dictionary, name = read_dictionary(dictionary, to=to), str(dictionary)
    given = arguments.items("dictionary", dictionary, "a path or a list of (word, word)")
    pairs = [arguments.words(f"dictionary[{number}]", pair) for number, pair in enumerate(given)]
    if not all(len(pair) == 2 for pair in pairs):
        raise SettingsError("dictionary: expected two words in each pair")
    arguments.expect("swap", swap, bool)
    dictionary = [(first, second) for first, second in pairs]
    dictionary = swapped(dictionary) if swap else dictionary
    rows: list[dict[str, Any]] = []
    first: dict[str, tuple[list[str], dict[str, Ranks]]] = {}
    judged = entries(named, oov)
    for entry in judged:
        source, other = entry.vectors, others[entry.name] if isinstance(target, Mapping) else others["vectors"]
        try:
            asked = look_up(source, other, dictionary, case, name, entry.oov)
            guards.warn(guards.same_seed(source, other))
            guards.warn(_doubts(entry.name, source, other, asked))
            found = ranks(source, other, asked, progress=progress, stop=stop)
        except InputError as error:
            raise InputError(f"{entry.label}: {error}") from error
        if entry.name == judged[0].name:
            first[entry.oov] = asked.words, found
        # Vectors without n-grams have the same ranks with subwords as with skip.
        words, before = first.get(entry.oov, first[judged[0].oov])
        for retrieval, own in found.items():
            row = entry.columns | {"retrieval": retrieval} | _row(asked, own, entry.oov, resamples, seed)
            if entry.name != judged[0].name:
                pair = _of_same_words((asked.words, own), (words, before[retrieval]))
                row |= _difference(*pair, entry.oov, resamples, seed)
            rows.append(row)
    notes = _notes(other, case, resamples, seed, len(named) > 1)
    targets = (
        {f"{key} (target)": one for key, one in others.items()} if isinstance(target, Mapping) else {"target": other}
    )
    forms = [
        *normal_form_notes(named, [word for word, _ in dictionary], case),
        *normal_form_notes(targets, [word for _, word in dictionary], case),
    ]
    return Table(rows, [notes[0], *oov_notes(judged, case, _OOV), *forms, *notes[1:]])


def _doubts(name: str, source: Vectors, target: Vectors, asked: Asked) -> str:
    """Return a warning if two spaces are not aligned, or an empty text."""
    known = np.flatnonzero(asked.covered & (asked.rows < len(source)))
    doubt = guards.apart(source, target, (asked.rows[known], np.array([asked.right[at][0] for at in known], np.int64)))
    return f"{name}: {doubt}" if doubt else ""


def _rank(scores: NDArray[np.float32], right: Sequence[int]) -> int:
    best = min(right, key=lambda row: (-scores[row], row))
    before = np.count_nonzero(scores > scores[best]) + np.count_nonzero(scores[:best] == scores[best])
    return 1 + int(before)


def _right(ranks: Ranks, k: int) -> NDArray[np.bool_]:
    right: NDArray[np.bool_] = np.logical_and(ranks > 0, ranks <= k)
    return right


def _row(asked: Asked, found: Ranks, oov: str, resamples: int, seed: int) -> dict[str, Any]:
    counts = asked.covered | (oov == ZERO)
    counted, other = found[counts], found[counts & ~asked.identical]
    right = _right(counted, 1).astype(np.float64)
    low, high = intervals.interval(intervals.resampled(lambda items: right[items].mean(1), len(right), resamples, seed))
    row: dict[str, Any] = {"words": len(found), "covered": int(asked.covered.sum())}
    if oov == SUBWORDS:
        row["composed_words"] = asked.composed_words
    row |= {"p@1": precision(counted, 1), "low": low, "high": high}
    row |= {f"p@{k}": precision(counted, k) for k in TOP[1:]} | {"mrr": mrr(counted)}
    if oov != ZERO:
        row |= {f"p@{k}_all": precision(found, k) for k in TOP} | {"mrr_all": mrr(found)}
    identical = int(asked.identical.sum())
    return row | {"identical": identical / asked.pairs, "p@1_other": precision(other, 1) if len(other) else None}


def _of_same_words(one: tuple[list[str], Ranks], other: tuple[list[str], Ranks]) -> tuple[Ranks, Ranks]:
    """Return the ranks of the words of both; the case policy may merge other words in other vectors."""
    if one[0] == other[0]:
        return one[1], other[1]
    rows = {word: row for row, word in enumerate(other[0])}
    common = [(row, rows[word]) for row, word in enumerate(one[0]) if word in rows]
    left, right = np.array(common, np.int64).reshape(-1, 2).T
    return one[1][left], other[1][right]


def _difference(found: Ranks, first: Ranks, oov: str, resamples: int, seed: int) -> dict[str, Any]:
    """Return the difference of p@1 over the words that both cover, or over all, by a paired bootstrap."""
    both = (found > 0) & (first > 0) | (oov == ZERO)
    apart = _right(found[both], 1).astype(np.float64) - _right(first[both], 1)
    observed = float(apart.mean()) if len(apart) else float("nan")
    drawn = intervals.resampled(lambda items: apart[items].mean(1), len(apart), resamples, seed)
    names = ("difference", "difference_low", "difference_high", "p")
    return dict(zip(names, intervals.difference(observed, drawn), strict=True))


def _notes(target: Vectors, case: str, resamples: int, seed: int, several: bool) -> list[str]:
    notes = [
        f"candidates: all {np.count_nonzero(target.present):,} words of the target; csls: k = {NEIGHBOURS}; softmax: "
        f"inverted, beta = {BETA:g}; case: {case}",
        "_all: of all words, those not covered wrong, as with oov zero",
        f"low and high: 95 % of {resamples:,} bootstrap resamples of the source words, seed {seed}",
        "identical: the share of covered pairs of the same spelling; p@1_other: of words without such a pair",
    ]
    difference = (
        "difference: p@1 minus that of the first vectors with the same oov, over the words both cover, and its p-value"
    )
    return notes + [difference] * several
