"""The size of compressed vectors on disk, before they are made."""

import json
import weakref
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.codecs.bits import bytes_of
from wordvec.codecs.product import CENTROIDS
from wordvec.compression.ngrams import storable
from wordvec.compression.settings import OPQ, Compression
from wordvec.subwords import Hashed
from wordvec.vectors import Vectors

_HEADER = 128
"""Bytes of the header of an array."""
_MARK = 1_024
"""Bytes of ``wordvec.json`` beside the metadata, at most."""
_FTZ_FIXED, _FTZ_WORD, _FTZ_NGRAM = 256, 9, 8
"""Bytes of an ``.ftz`` file: of its headers, at most, and beside texts and codes of a word and of an n-gram."""
_ROW_NUMBER, _SHARED, _SHARED_LONG = 4, 2, 4


class Shape(NamedTuple):
    """What the sizes of vectors depend on.

    Attributes
    ----------
    dim, ngrams
        Dimension, and number of rows of n-grams that are kept; 0 without n-grams.
    numbered
        Whether these are the rows that words use, which have numbers, and one for all others.
    ends
        (words + 1,) int64 array: bytes of the first words in the list of words.
    count_bytes
        Bytes of a word's count; 0 without counts.
    metadata
        Bytes of the metadata.
    """

    dim: int
    ngrams: int
    numbered: bool
    ends: NDArray[np.int64]
    count_bytes: int
    metadata: int

    @classmethod
    def of(cls, vectors: Vectors) -> "Shape":
        """Return the shape of vectors, which is computed once."""
        found = _known.get(vectors)
        if found is None:
            found = _known[vectors] = _shape(vectors)
        return found

    def text_bytes(self, words: int) -> int:
        """Return the bytes of the list of the first words."""
        return int(self.ends[words])


_known: "weakref.WeakKeyDictionary[Vectors, Shape]" = weakref.WeakKeyDictionary()


def size_of(vectors: Vectors, settings: Compression) -> int:
    """Return the bytes of the files of vectors after a compression; at most a few hundred more than they will have."""
    shape = Shape.of(vectors)
    kept = len(vectors) if settings.words is None else min(settings.words, len(vectors))
    dim = shape.dim if settings.dim is None else settings.dim
    listed = len(vectors) if settings.stand_ins else kept
    total = _MARK + shape.metadata + shape.text_bytes(listed) + listed * shape.count_bytes + 2 * _HEADER
    if settings.frequent is None:
        total += _rows(kept, dim, settings)
    else:
        total += settings.frequent * (dim + 4) + 2 * _HEADER + _rows(kept - settings.frequent, dim, settings)
    if settings.stand_ins:
        total += listed * (_SHARED if kept <= 1 << 16 else _SHARED_LONG) + _HEADER
    if shape.ngrams and settings.method != "bits":
        total += _ngrams(shape, dim, settings)
    return total


def ftz_size_of(vectors: Vectors, settings: Compression) -> int:
    """Return the bytes of the ``.ftz`` file of vectors after a compression; at most a hundred more than it will have.

    A word has its text, its end, a count and a kind; an n-gram two numbers; a row its codes and that of its length.
    """
    shape = Shape.of(vectors)
    words = len(vectors) if settings.words is None else min(settings.words, len(vectors))
    ngrams = shape.ngrams if not isinstance(settings.ngrams, int) else min(settings.ngrams, shape.ngrams)
    width = -(-shape.dim // settings.parts(shape.dim))
    codes = (words + ngrams) * (-(-shape.dim // width) + 1)
    books = 4 * CENTROIDS * (shape.dim + 1)
    return _FTZ_FIXED + shape.text_bytes(words) + words * _FTZ_WORD + ngrams * _FTZ_NGRAM + codes + books


def _rows(rows: int, dim: int, settings: Compression) -> int:
    """Return the bytes of rows by the method."""
    fixed = {"float16": 2 * dim, "int8": dim + 4, "bits": bytes_of(dim)}
    if settings.method in fixed:
        return rows * fixed[settings.method] + 2 * _HEADER
    rotation = 4 * dim * dim + _HEADER if settings.method == OPQ else 0
    centroids = 4 * dim * min(CENTROIDS, max(rows, 1))
    return rows * (settings.parts(dim) + 2) + centroids + rotation + 3 * _HEADER


def _ngrams(shape: Shape, dim: int, settings: Compression) -> int:
    if settings.buckets is not None:
        return _rows(settings.buckets, dim, settings)
    if not shape.numbered:
        return _rows(shape.ngrams, dim, settings)
    kept = shape.ngrams if not isinstance(settings.ngrams, int) else min(settings.ngrams, shape.ngrams)
    return _rows(kept + 1, dim, settings) + kept * _ROW_NUMBER + _HEADER


def _shape(vectors: Vectors) -> Shape:
    ends = np.zeros(len(vectors) + 1, np.int64)
    np.cumsum([len(word.encode(errors="surrogateescape")) + 1 for word in vectors.words], out=ends[1:])
    short = vectors.counts is None or not len(vectors) or int(vectors.counts.max()) < 1 << 32
    counted = 0 if vectors.counts is None else 4 if short else 8
    metadata = len(json.dumps(vectors.metadata, ensure_ascii=False, indent=1, default=str).encode())
    table = storable(vectors.subwords)
    numbered = isinstance(table, Hashed)
    ngrams = _used_rows(vectors, table) if isinstance(table, Hashed) else 0 if table is None else len(table.rows)
    return Shape(vectors.dim, ngrams, numbered, ends, counted, metadata)


def _used_rows(vectors: Vectors, table: Hashed) -> int:
    """Return the number of rows of n-grams that words use."""
    used = np.zeros(len(table.rows) + 1, bool)
    for begin in range(0, len(vectors), 1 << 14):
        used[table.bags(vectors.words[begin : begin + (1 << 14)]).numbers] = True
    return int(used.sum())
