"""Quantised models in fastText's own format, ``.ftz``, with product quantisation of words and n-grams.

All rows, those of words and those of the n-grams that are kept, share codebooks; their lengths have one of their own.
fastText leaves dropped n-grams out of means. A word's own row is computed from its vector and the decoded rows of its
n-grams, so that the error of these does not add to that of the word.
"""

import dataclasses
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import rows, transforms
from wordvec.codecs.product import Codebooks, Nearest
from wordvec.compression.codebooks import joined, sampled
from wordvec.compression.kmeans import KMeans
from wordvec.compression.memory import check_memory
from wordvec.compression.ngrams import fasttext_ngrams
from wordvec.compression.settings import PQ, Compression
from wordvec.errors import SettingsError
from wordvec.formats.common.fasttext_quantised import CENTROIDS, Quantised
from wordvec.formats.fasttext import END_OF_SENTENCE
from wordvec.rows import Floats, blocks
from wordvec.subwords import Pruned, Used
from wordvec.transforms.settings import USED
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag, ordered_map, thread_count

_ITERATIONS = 20


def quantised(
    vectors: Vectors,
    settings: Compression,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> tuple[Vectors, Quantised]:
    """Return the words with the n-grams that are kept, decoded, and the quantised rows of both, for `save_quantised`.

    Parameters
    ----------
    vectors
        Vectors with fastText's n-grams.
    settings
        The method ``pq``, and how many words, n-grams and bytes.
    threads, progress, stop
        As of `wordvec.compression.compress`.

    Raises
    ------
    InputError
        If the vectors have no n-grams of fastText.
    MemoryLimitError
        If there is too little memory.
    SettingsError
        If a setting cannot be expressed by the format.
    """
    progress, stop = progress or Progress(), stop or StopFlag()
    check_steps(vectors, settings)
    check_memory(vectors, [settings], threads, ftz=True)
    kept = len(vectors) if settings.words is None else min(settings.words, len(vectors))
    counts = None if vectors.counts is None else vectors.counts[:kept]
    few = Vectors(vectors.words[:kept], vectors.matrix[:kept], counts, vectors.metadata, subwords=vectors.subwords)
    trimmed = fasttext_ngrams(transforms.trimmed(few, USED if settings.ngrams is None else settings.ngrams).subwords)
    assert trimmed.used is not None
    table = Pruned(trimmed.rows[:-1], trimmed.shortest, trimmed.longest, Used(trimmed.buckets, trimmed.used.numbers))
    width = -(-vectors.dim // settings.parts(vectors.dim))
    exact = np.concatenate([own_rows(few, table), table.rows])
    progress.begin("fitting codebooks", -(-vectors.dim // width), " parts")
    try:
        coder = _Coder(exact, width, settings.seed, thread_count(threads), progress, stop)
    finally:
        progress.end()
    del exact
    ngrams = coder.encode(np.asarray(table.rows))
    decoded = dataclasses.replace(table, rows=coder.decode(ngrams))
    words = coder.encode(own_rows(few, decoded))
    codes, norms = (np.concatenate(pair) for pair in zip(words, ngrams, strict=True))
    both = Quantised(codes, coder.books, width, norms, coder.lengths)
    matrix = coder.decode(words)
    for span, sums, numbers in _sums_of_ngrams(few.words, decoded):
        matrix[span] = (matrix[span] + sums) / (1 + numbers)
    return Vectors(few.words, matrix, counts, vectors.metadata, subwords=decoded), both


def own_rows(vectors: Vectors, table: Pruned) -> Floats:
    """Return the rows of words (words, dim) whose means with the rows of their n-grams are the vectors."""
    own = np.empty((len(vectors), vectors.dim), np.float32)
    for span, sums, numbers in _sums_of_ngrams(vectors.words, table):
        own[span] = vectors.matrix[span] * (1 + numbers) - sums
    return own


def _sums_of_ngrams(words: list[str], table: Pruned) -> Iterator[tuple[slice, NDArray[np.float64], NDArray[np.int64]]]:
    """Yield spans of words, with the sums of the rows of their n-grams, and the numbers of these, (words, 1)."""
    for span in blocks(len(words)):
        sums, numbers = table.add_up(words[span])
        alone = [row for row, word in enumerate(words[span]) if word == END_OF_SENTENCE]
        sums[alone], numbers[alone] = 0, 0
        yield span, sums, numbers[:, None]


class _Codes(NamedTuple):
    """Codes (rows, parts), and codes of lengths (rows,)."""

    codes: NDArray[np.uint8]
    norms: NDArray[np.uint8]


class _Coder:
    """Codebooks of rows of length 1 and of their lengths, as fastText has them."""

    def __init__(self, matrix: Floats, width: int, seed: int, threads: int, progress: Progress, stop: StopFlag) -> None:
        sample, dim = sampled(matrix, seed), matrix.shape[1]
        self.spans = [slice(begin, min(begin + width, dim)) for begin in range(0, dim, width)]

        def fit(part: int) -> Floats:
            stop.check()
            points = sample[:, self.spans[part]]
            means = KMeans(points, CENTROIDS, seed + part)
            means.iterate(points, _ITERATIONS)
            return _filled(means.centroids)

        found = []
        for book in ordered_map(fit, range(len(self.spans)), threads):
            found.append(book)
            progress.report(len(found))
        self.books = joined(found)
        points = rows.exact_lengths(matrix).astype(np.float32)[:, None]
        lengths = KMeans(points, CENTROIDS - 1, seed)
        lengths.iterate(points, _ITERATIONS)
        # One length is 0, for rows of zeros.
        lengths.centroids = _filled(np.concatenate([np.zeros((1, 1), np.float32), lengths.centroids]))
        self._lengths, self.lengths = lengths, lengths.centroids[:, 0]

    def encode(self, matrix: Floats) -> _Codes:
        """Return the codes of rows."""
        codes = np.empty((len(matrix), len(self.spans)), np.uint8)
        fitted = np.empty((len(matrix), 1), np.float32)
        nearest = Nearest(Codebooks(self.books, len(self.spans)), self.spans)
        for span in blocks(len(matrix)):
            lengths = rows.exact_lengths(matrix[span])
            codes[span], factors = nearest.find(rows.unit(matrix[span]))
            fitted[span, 0] = lengths * np.where(factors > 0, factors, 1)
        return _Codes(codes, self._lengths.assigned(fitted)[0])

    def decode(self, codes: _Codes) -> Floats:
        """Return the rows of codes."""
        decoded = np.hstack([self.books[:, span][codes.codes[:, part]] for part, span in enumerate(self.spans)])
        return np.asarray(decoded * self.lengths[codes.norms][:, None], np.float32)


def _filled(centroids: Floats) -> Floats:
    """Return 256 centroids, the last one repeated if there are fewer."""
    return np.concatenate([centroids, np.repeat(centroids[-1:], CENTROIDS - len(centroids), axis=0)])


def check_steps(vectors: Vectors, settings: Compression) -> None:
    """Check that the steps fit the vectors, and that the format can express them and has a place for the n-grams.

    Raises
    ------
    InputError, SettingsError
        If they do not, it cannot, or has none.
    """
    if settings.method != PQ:
        raise SettingsError(f"{settings.method}: an .ftz file has product quantisation; choose pq", setting="method")
    for name in ("stand_ins", "buckets", "dim", "frequent"):
        if getattr(settings, name) not in (None, False):
            raise SettingsError(": an .ftz file cannot express this; choose a .vectors folder", setting=name)
    settings.check_fit(len(vectors), vectors.dim)
    fasttext_ngrams(vectors.subwords)
