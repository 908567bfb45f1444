"""Nearest neighbours: queries in batches, excluded words and candidate words."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import SettingsError
from wordvec.rows import unit
from wordvec.workers import thread_count

if TYPE_CHECKING:
    from wordvec.codecs import Coded
    from wordvec.search import Best
    from wordvec.vectors.questions import Questions

Neighbours = list[tuple[str, float]]
"""Words with their cosines, nearest first."""

Floats = NDArray[np.float32]

QUERIES_AT_ONCE = 4096


class SenseNeighbours(list[tuple[str, float]]):
    """Neighbours of a word with several senses: words with the cosine of the nearest sense, nearest first.

    Attributes
    ----------
    senses : dict of str to Neighbours
        Neighbours of each sense, by the name of its row.
    """

    def __init__(self, senses: dict[str, Neighbours], n: int) -> None:
        best: dict[str, float] = {}
        for word, cosine in sorted((pair for found in senses.values() for pair in found), key=lambda pair: -pair[1]):
            best.setdefault(word, cosine)
        super().__init__(list(best.items())[:n])
        self.senses = senses

    def __repr__(self) -> str:
        return f"SenseNeighbours({self.senses!r})"


class Queries(NamedTuple):
    """Queries whose vectors are computed batch by batch.

    Attributes
    ----------
    vectors
        Function that returns the vectors (n, dim) of a slice of the queries, of any length.
    excluded
        (queries, excluded) int64 array: rows excluded from the answers to each query, padded with -1.
    """

    vectors: Callable[[slice], Floats]
    excluded: NDArray[np.int64]

    @classmethod
    def of(cls, vectors: Floats) -> "Queries":
        """Return queries for vectors (queries, dim) that exclude no row."""
        return cls(lambda span: vectors[span], np.empty((len(vectors), 0), np.int64))


class Answers(NamedTuple):
    """Settings of the answers.

    Attributes
    ----------
    n
        Largest number of words for each query.
    among
        Candidate rows; None for all.
    min_similarity
        Smallest cosine; None for any.
    threads
        Number of threads; None for one for each processor.
    exact
        Whether no index is used.
    """

    n: int
    among: NDArray[np.int64] | None = None
    min_similarity: float | None = None
    threads: int | None = None
    exact: bool = False

    @classmethod
    def checked(
        cls, n: object, among: NDArray[np.int64] | None, min_similarity: float | None, threads: int | None
    ) -> "Answers":
        """Return settings from checked arguments.

        Raises
        ------
        TypeError
            If a value is not a number.
        SettingsError
            If `n` or `threads` is not positive, or `min_similarity` is no cosine.
        """
        number = arguments.whole("n", n, "a list for several words: vectors.nearest([word, word])" * isinstance(n, str))
        if number < 1:
            raise SettingsError(f"{number}: must be at least 1", setting="n")
        if threads is not None:
            thread_count(threads)
        if min_similarity is not None and not -1 <= arguments.real("min_similarity", min_similarity) <= 1:
            raise SettingsError(f"{min_similarity}: a cosine is between -1 and 1", setting="min_similarity")
        return cls(number, among, min_similarity, threads)


def answer(vectors: "Questions", queries: Queries, wanted: Answers) -> list[Neighbours]:
    """Return the neighbours of each query."""
    rows, search = wanted.among, _searcher(vectors, wanted)
    most, found = max(1, min(wanted.n + queries.excluded.shape[1], len(vectors) if rows is None else len(rows))), []
    for first in range(0, len(queries.excluded), QUERIES_AT_ONCE):
        span = slice(first, first + QUERIES_AT_ONCE)
        near = search(queries.vectors(span), most)
        there = near.rows >= 0
        if wanted.min_similarity is not None:
            there &= near.scores >= wanted.min_similarity
        numbers = near.rows if rows is None or not len(rows) else rows[near.rows]
        excluded = queries.excluded[span].tolist()
        for keep, scores, ids, own in zip(there, near.scores, numbers, excluded, strict=True):
            pairs = zip(ids[keep].tolist(), scores[keep].tolist(), strict=True)
            found.append([(vectors.words[row], score) for row, score in pairs if row not in own][: wanted.n])
    return found


def _searcher(vectors: "Questions", wanted: Answers) -> "Callable[[Floats, int], Best]":
    """Return the search among the candidate rows: by an index, by bits if there is no more, or by products."""
    from wordvec.codecs.bits import Bits, are_signs
    from wordvec.search import best
    from wordvec.search.codes import best_codes

    coded, rows = vectors.coded, wanted.among
    index = None if wanted.exact or rows is not None else vectors.index
    if index is not None:
        stored = vectors.stored
        return lambda queries, most: index.search(queries, stored, most, threads=wanted.threads)
    if isinstance(coded, Bits) and rows is not None:
        coded = coded.take(rows)

    @functools.cache
    def candidates() -> "tuple[Floats | Coded, Floats, Floats | None]":
        matrix, scales, shifts = vectors.stored, vectors.scales, vectors.shifts
        if rows is None:
            return matrix, scales, shifts
        return matrix[rows], scales[rows], shifts if shifts is None else shifts[rows]

    def by_products(queries: Floats, most: int) -> "Best":
        matrix, scales, shifts = candidates()
        return best(unit(queries), matrix, most, scales=scales, shifts=shifts, threads=wanted.threads)

    def by_bits(queries: Floats, most: int) -> "Best":
        if not isinstance(coded, Bits) or not are_signs(queries):
            return by_products(queries, most)
        return best_codes(Bits.encode(queries), coded, most, threads=wanted.threads)

    return by_bits if isinstance(coded, Bits) else by_products
