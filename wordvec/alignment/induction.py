"""Bilingual lexicon induction: the best translations of each word between two aligned spaces, with scores."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from wordvec import arguments
from wordvec.alignment import guards
from wordvec.alignment.retrieval import BETA, NEIGHBOURS, Floats, hubness, unit_pair, without_zeros
from wordvec.errors import MemoryLimitError, SettingsError
from wordvec.rows import unit as unit_of
from wordvec.search import best, mean_of_best
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag, available_memory

_BYTES_PER_TRANSLATION = 250
"""Upper bound: row and scores, the object, and its line in a file."""


class Translation(NamedTuple):
    """A word, a translation, and the score of the pair."""

    source: str
    target: str
    score: float


def induce(
    source: Vectors,
    target: Vectors,
    words: Sequence[str] | None = None,
    *,
    number: int = 1,
    retrieval: str = "csls",
    mutual: bool = False,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> list[Translation]:
    """Translate words by retrieval in another space.

    Parameters
    ----------
    source, target
        Two aligned spaces.
    words
        Words of the source, or, without `mutual`, words that its n-grams compose; default: all that have a vector.
    number
        Number of translations of each word.
    retrieval
        One of `retrieval.RETRIEVALS`. Scores are cosines (``nearest``), CSLS (``csls``) or, for ``softmax``, the
        probability of the word given the translation.
    mutual
        Keep a pair only if the word is also among the `number` best translations of its translation.
    progress, stop
        Receiver of reports, and flag that stops the work.

    Returns
    -------
    list of Translation
        In the words' order, best first.

    Warns
    -----
    UserWarning
        If the two spaces are not aligned, as far as their metadata or the cosines of words spelt alike show it, or
        were trained with one seed.

    Raises
    ------
    InputError
        If the dims of the two differ, a row is not finite, or a word is unknown (`UnknownWordError`) or has no
        vector (`NoVectorError`).
    MemoryLimitError
        If the translations do not fit in memory.
    SettingsError
        If `number` is not positive, or `retrieval` is unknown.
    Interrupted
        If `stop` was set.
    """
    arguments.expect("source", source, Vectors)
    arguments.expect("target", target, Vectors)
    words = None if words is None else arguments.words("words", words)
    arguments.word("retrieval", retrieval)
    if arguments.whole("number", number) < 1:
        raise SettingsError(f"number: must be at least 1; got {number}")
    unit, others = unit_pair(source, target)
    guards.warn(guards.same_seed(source, target))
    guards.warn(guards.apart(source, target, guards.spelt_alike(source, target)))
    asked: Sequence[str] = source.words if words is None else words
    if words is not None:
        source.require(words)
        queries = unit_of(source.subset(words).matrix if mutual else source[list(words)])
    elif source.present.all():
        queries = unit
    else:
        asked, queries = [source.words[row] for row in np.flatnonzero(source.present)], unit[source.present]
    _check_memory(len(asked), min(number, len(target)))
    hubs = hubness(retrieval, unit, others, progress, stop)
    found = best(queries, others, min(number, len(target)), shifts=-hubs, progress=progress, stop=stop)
    scores = _as_published(retrieval, found.scores, queries, others, progress, stop)
    keep = found.rows >= 0
    if mutual:
        candidates, positions = np.unique(found.rows, return_inverse=True)
        back_hubs = hubness(retrieval, others, unit, progress, stop)
        back = best(
            others[candidates], unit, min(number, len(source)), shifts=-back_hubs, progress=progress, stop=stop
        ).rows
        backwards = [{source.words[row] for row in rows if row >= 0} for rows in back.tolist()]
        for (query, rank), position in np.ndenumerate(positions.reshape(scores.shape)):
            keep[query, rank] &= asked[query] in backwards[position]
    return [
        Translation(asked[query], target.words[found.rows[query, rank]], float(scores[query, rank]))
        for query, rank in np.argwhere(keep)
    ]


def _check_memory(words: int, number: int) -> None:
    """Raise MemoryLimitError before the search if the translations would not fit in memory."""
    size, available = words * number * _BYTES_PER_TRANSLATION, available_memory()
    if size > available:
        raise MemoryLimitError(
            f"{number:,} translations of {words:,} words take {size / 1e9:.1f} GB, and {available / 1e9:.1f} GB are "
            "free; give fewer words or a smaller number"
        )


def _as_published(
    retrieval: str,
    scores: Floats,
    queries: Floats,
    target: Floats,
    progress: Progress | None,
    stop: StopFlag | None,
) -> Floats:
    """Return scores as published, from cosines minus hubness, both (queries, number)."""
    if retrieval == "csls":
        shifts = without_zeros(target)
        means = mean_of_best(queries, target, NEIGHBOURS, shifts=shifts, progress=progress, stop=stop)
        return np.asarray(2 * scores - means[:, None])
    # Rounding may give a probability slightly above 1.
    return np.minimum(np.exp(np.float32(BETA) * scores), 1) if retrieval == "softmax" else scores
