"""The steps of a compression: words, n-grams, dimensions, codes."""

import dataclasses
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from wordvec import search, transforms
from wordvec.codecs import DIRECT, Bits, Coded, Int8, ProductQuantised, Shared, Tiered
from wordvec.compression import codebooks
from wordvec.compression.memory import check_memory
from wordvec.compression.ngrams import hashable, hashed_again, storable
from wordvec.compression.settings import OPQ, Compression
from wordvec.errors import SettingsError
from wordvec.formats import Plain
from wordvec.formats.common.reading import in_memory
from wordvec.formats.common.words import check_finite
from wordvec.provenance import with_step
from wordvec.rows import Floats, unit
from wordvec.subwords import Hashed, Table
from wordvec.transforms import numbers
from wordvec.transforms.settings import USED
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag, thread_count


def compress(
    vectors: Vectors,
    settings: Compression | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Vectors:
    """Return vectors in fewer bytes; `Vectors.save` writes them to a ``.vectors`` folder.

    The output matrix is left out. N-grams have the same storage as words; codes of bits have none, and those that the
    folder cannot hold are left out.

    Parameters
    ----------
    vectors
        Vectors of float32.
    settings
        The steps; default: the default ones.
    threads
        Number of threads, which changes no bit; default: one for each processor.
    progress, stop
        Progress display, and flag that stops the work.

    Raises
    ------
    InputError
        If the vectors have no n-grams that can be pruned or hashed again, or a number is not finite.
    MemoryLimitError
        If there is too little memory.
    SettingsError
        If a setting does not fit the vectors.
    Interrupted
        If `stop` was set.
    """
    settings, progress, stop = settings or Compression(), progress or Progress(), stop or StopFlag()
    check_steps(vectors, settings)
    check_memory(vectors, [settings], threads)
    check_finite(Path("vectors"), vectors.words, vectors.matrix)
    kept = _with_fewer_words(vectors, settings)
    kept = _with_fewer_ngrams(kept, settings)
    kept = _with_fewer_dimensions(kept, settings)
    encode = _Encoder(settings, threads, progress, stop)
    matrix: Coded = encode.words(kept.matrix)
    words, counts = kept.words, kept.counts
    if settings.stand_ins:
        matrix = Shared(matrix, nearest_kept(vectors, len(kept), threads, progress, stop))
        words, counts = vectors.words, vectors.counts
    subwords = kept.subwords
    if subwords is not None:
        subwords = dataclasses.replace(subwords, rows=cast(Floats, encode.rows(subwords.rows)))
    metadata = with_step(vectors.metadata, "compress", **settings.given())
    return Vectors(words, matrix, counts, metadata, subwords=subwords)


def check_steps(vectors: Vectors, settings: Compression) -> None:
    """Check that the steps fit the vectors.

    Raises
    ------
    InputError
        If the vectors have no n-grams that can be pruned or hashed again.
    SettingsError
        If a setting is too large.
    """
    settings.check_fit(len(vectors), vectors.dim)
    if settings.ngrams is not None or settings.buckets is not None:
        hashable(vectors.subwords)


def nearest_kept(
    vectors: Vectors, kept: int, threads: int | None, progress: Progress, stop: StopFlag
) -> NDArray[np.int64]:
    """Return the row of each word (words,): its own, or the nearest of the kept ones by cosine.

    Words without a vector, and words where no kept one has a vector, have the first row of zeros, or else the last row.
    """
    matrix, numbers = vectors.matrix, np.arange(len(vectors))
    first, rest = matrix[:kept], np.flatnonzero(vectors.present[kept:]) + kept
    shifts = None if vectors.shifts is None else vectors.shifts[:kept]
    there = vectors.present[:kept]
    numbers[kept:] = kept - 1 if there.all() else int(there.argmin())
    found = search.best(
        unit(matrix[rest]), first, 1, scales=vectors.scales[:kept], shifts=shifts, threads=threads,
        progress=progress, stop=stop,
    )  # fmt: skip
    numbers[rest] = np.where(found.rows[:, 0] >= 0, found.rows[:, 0], numbers[rest])
    return numbers


class _Encoder:
    """Encodes rows by the method."""

    def __init__(self, settings: Compression, threads: int | None, progress: Progress, stop: StopFlag) -> None:
        self.settings, self.threads, self.progress, self.stop = settings, threads, progress, stop

    def words(self, matrix: Floats) -> Coded:
        """Return the rows of words in codes."""
        frequent = self.settings.frequent
        if frequent is None:
            return self.rows(matrix)
        return Tiered([Int8.encode(matrix[:frequent]), self.rows(matrix[frequent:])])

    def rows(self, matrix: Floats) -> Coded:
        """Return rows in codes, with codebooks of their own."""
        settings = self.settings
        if not settings.trained:
            try:
                return DIRECT[settings.method].encode(matrix)
            except SettingsError as error:  # names the option of convert
                raise SettingsError(error.message, setting="method") from error
        rotate, parts = settings.method == OPQ, settings.parts(matrix.shape[1])
        books = codebooks.fit(
            matrix, parts, rotate=rotate, seed=settings.seed, threads=self.threads, progress=self.progress,
            stop=self.stop,
        )  # fmt: skip
        return ProductQuantised.encode(matrix, books, thread_count(self.threads))


def _with_fewer_words(vectors: Vectors, settings: Compression) -> Vectors:
    """Return the vectors of the words that keep a row, without contexts, and without n-grams for codes of bits."""
    number = len(vectors) if settings.words is None else min(settings.words, len(vectors))
    counts = None if vectors.counts is None else vectors.counts[:number]
    coded = None if settings.method == Bits.storage else storable(vectors.subwords)
    subwords = coded and coded.decoded()
    return Vectors(vectors.words[:number], vectors.matrix[:number], counts, vectors.metadata, subwords=subwords)


def _with_fewer_ngrams(vectors: Vectors, settings: Compression) -> Vectors:
    if settings.buckets is not None:
        return _replaced(vectors, hashed_again(vectors, settings.buckets))
    if not isinstance(vectors.subwords, Hashed):
        return vectors
    return transforms.trimmed(vectors, USED if settings.ngrams is None else settings.ngrams)


def _with_fewer_dimensions(vectors: Vectors, settings: Compression) -> Vectors:
    if settings.dim is None or settings.dim == vectors.dim:
        return vectors
    plain = Plain(vectors.words, vectors.matrix, vectors.counts, vectors.metadata, vectors.subwords)
    plain, _ = numbers.rotated(plain, settings.dim, in_memory)
    return Vectors(plain.words, plain.matrix, plain.counts, plain.metadata, subwords=plain.subwords)


def _replaced(vectors: Vectors, subwords: Table) -> Vectors:
    return Vectors(vectors.words, vectors.matrix, vectors.counts, vectors.metadata, subwords=subwords)
