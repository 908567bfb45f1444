"""The memory that a compression takes beside the vectors, which may be mapped from their folder."""

from collections.abc import Iterable

from wordvec.codecs import coded_of
from wordvec.compression.codebooks import SAMPLED
from wordvec.compression.settings import Compression
from wordvec.compression.sizes import Shape, size_of
from wordvec.errors import MemoryLimitError
from wordvec.rows import ROWS_AT_ONCE
from wordvec.vectors import Vectors
from wordvec.workers import available_memory, thread_count

_COPIES_OF_SAMPLE = 4
"""The sample by which codebooks are fitted, at length 1, rotated and decoded."""
_COPIES_OF_BLOCK = 5
"""Copies of a block of rows that each thread may have."""
_COPIES_OF_STAND_INS, _COPIES_FOR_FTZ = 2, 3
_COPIES_OF_BUCKETS = 4
"""Sums of float64, and the rows before and after."""
_FLOAT = 4


def memory_of(vectors: Vectors, settings: Compression, threads: int | None = None, *, ftz: bool = False) -> int:
    """Return about how many bytes a compression takes beside the vectors.

    The result is in memory until it is written. Rows are read and encoded in blocks, but for those of words that get
    stand-ins, those that are rotated to fewer dimensions, those of n-grams, and all those of an ``.ftz`` file. Rows in
    codes are decoded first.
    """
    shape, row = Shape.of(vectors), _FLOAT * vectors.dim
    kept = _kept(vectors, settings)
    total = size_of(vectors, settings) + _COPIES_OF_BLOCK * ROWS_AT_ONCE * row * thread_count(threads)
    if settings.trained:
        total += _COPIES_OF_SAMPLE * min(SAMPLED, max(kept, shape.ngrams)) * row
    if settings.stand_ins:
        total += _COPIES_OF_STAND_INS * (len(vectors) - kept) * row
    if settings.dim is not None:
        total += kept * _FLOAT * settings.dim
    if ftz:
        total += _COPIES_FOR_FTZ * (kept + shape.ngrams) * row
    if vectors.coded is not None and "matrix" not in vars(vectors):
        total += len(vectors) * row
    if vectors.subwords is not None and coded_of(vectors.subwords.rows) is not None:
        total += len(vectors.subwords.rows) * row
    if settings.buckets is not None:
        return total + _COPIES_OF_BUCKETS * settings.buckets * row
    return total + shape.ngrams * row


def _kept(vectors: Vectors, settings: Compression) -> int:
    """Return the number of words that keep a row."""
    return len(vectors) if settings.words is None else min(settings.words, len(vectors))


def _held(vectors: Vectors, settings: Compression, ftz: bool) -> int:
    """Return the bytes of a result, that for an ``.ftz`` file with decoded rows."""
    decoded = _FLOAT * vectors.dim * (_kept(vectors, settings) + Shape.of(vectors).ngrams) if ftz else 0
    return size_of(vectors, settings) + decoded


def check_memory(
    vectors: Vectors, candidates: Iterable[Compression], threads: int | None = None, *, ftz: bool = False
) -> int:
    """Return the bytes of memory that the largest of some compressions takes beside the vectors.

    Of several, the best one so far is kept while others are made.

    Raises
    ------
    MemoryLimitError
        If there are fewer.
    """
    candidates, available = list(candidates), available_memory()
    needed = max(memory_of(vectors, one, threads, ftz=ftz) for one in candidates)
    if len(candidates) > 1:
        needed += max(_held(vectors, one, ftz) for one in candidates)
    if needed > available:
        raise MemoryLimitError(
            f"compressing {len(vectors):,} words takes about {needed / 1e9:.1f} GB of memory beside the vectors, and "
            f"{available / 1e9:.1f} GB are free; use fewer words, or wordvec convert --storage int8, which works in "
            "blocks"
        )
    return needed
