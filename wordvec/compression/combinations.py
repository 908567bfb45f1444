"""Combinations of the steps of a compression that fit a size."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from wordvec.compression.settings import OPQ, PQ, Compression
from wordvec.compression.sizes import Shape, ftz_size_of, size_of
from wordvec.subwords import Hashed
from wordvec.vectors import Vectors

_SHARES_OF_WORDS = (0.5, 0.25, 0.1)
"""Shares of the words that keep a row."""
_SHARES_OF_DIM = (0.67, 0.5, 0.33, 0.17)
"""Shares of the dimensions that keep a place before product quantisation, for vectors without n-grams."""
_SHARES_OF_BYTES = (0.05, 0.15, 0.35)
"""Shares of the bytes that go to n-grams, which also get what the words leave. Larger ones scored less."""
_FREQUENT = 0.05
"""Share of the words that are stored as int8 where frequent words have more bytes."""
_DENSITIES = (1, 2, 3, 5)
"""Dimensions of a part of product quantisation, for models with n-grams."""

Size = Callable[[Vectors, Compression], int]
"""Bytes of the files of vectors after a compression."""


def combinations(vectors: Vectors, size: int, seed: int = 1, *, ftz: bool = False) -> list[Compression]:
    """Return combinations of steps within a size, each with as many bytes a row as fit.

    Parameters
    ----------
    vectors
        Vectors of float32.
    size
        Largest number of bytes of the ``.vectors`` folder, or of the ``.ftz`` file.
    seed
        Seed of the codebooks.
    ftz
        Whether a ``.ftz`` file is written.
    """
    if ftz:
        found = _divisions(vectors, size, PQ, ftz_size_of)
    else:
        found = _with_ngrams(vectors, size) if isinstance(vectors.subwords, Hashed) else _of_words(vectors, size)
    size_on_disk = ftz_size_of if ftz else size_of
    fitting = [one for one in found if size_on_disk(vectors, one) <= size]
    return [Compression(**(one.given() | {"seed": seed})) for one in dict.fromkeys(fitting)]


def _of_words(vectors: Vectors, size: int) -> Iterator[Compression]:
    """Yield combinations for vectors without n-grams: precise ones if they fit, otherwise fewer bytes or words."""
    words = len(vectors)
    precise = [one for one in (Compression(method="float16"), Compression(method="int8")) if _fits(vectors, one, size)]
    if precise:
        yield from precise
        return
    yield from _most(vectors, size, [Compression(method="int8", dim=dim) for dim in range(vectors.dim - 1, 0, -1)])
    yield from _most_bytes(vectors, size, {})
    for dim in filter(None, (int(share * vectors.dim) for share in _SHARES_OF_DIM)):
        yield from _if_fewer(dim, _most_bytes(vectors, size, {"dim": dim}))
    if (frequent := int(_FREQUENT * words)) > 0:
        yield from _most_bytes(vectors, size, {"frequent": frequent})
    third = max(1, vectors.dim // 3)
    for kept in filter(None, (int(share * words) for share in _SHARES_OF_WORDS)):
        for stand_ins in (True, False):
            steps = {"words": kept, "stand_ins": stand_ins}
            yield from _if_fewer(vectors.dim, _most_bytes(vectors, size, steps))
            yield from _if_fewer(third, _most_bytes(vectors, size, steps | {"dim": third}))


def _if_fewer(dim: int, found: Iterable[Compression]) -> Iterator[Compression]:
    """Yield steps with less than a byte a dimension; others leave out words or dimensions that would have room."""
    yield from (one for one in found if one.parts(dim) < dim)


def _with_ngrams(vectors: Vectors, size: int) -> Iterator[Compression]:
    """Yield combinations for vectors with n-grams: the bytes are divided between words and n-grams."""
    for one in (Compression(method="float16"), Compression(method="int8")):
        if _fits(vectors, one, size):
            yield one
            return
    yield from _divisions(vectors, size, OPQ, size_of)


def _divisions(vectors: Vectors, size: int, method: str, size_of: Size) -> Iterator[Compression]:
    """Yield product quantisations that divide the bytes between words and n-grams."""
    for density in _DENSITIES:
        for share in _SHARES_OF_BYTES:
            few = Compression(method=method, bytes=max(1, vectors.dim // density), words=256, ngrams=256)
            divided = _divided(vectors, size, few, share, size_of)
            if divided is not None:
                yield divided


def _divided(vectors: Vectors, size: int, few: Compression, share: float, size_of: Size) -> Compression | None:
    """Return steps like `few` that give a share of the bytes to n-grams and the rest to words; None if none fit."""
    for_words = int((1 - share) * (size - size_of(vectors, few)))
    kept = _largest(lambda number: _row_bytes(vectors, number, few.parts(vectors.dim)) <= for_words, len(vectors))

    def steps(ngrams: int) -> Compression:
        return dataclasses.replace(few, words=kept if kept < len(vectors) else None, ngrams=ngrams)

    if not kept:
        return None
    most = _largest(lambda number: size_of(vectors, steps(number)) <= size, Shape.of(vectors).ngrams)
    return steps(most) if most else None


def _row_bytes(vectors: Vectors, number: int, parts: int) -> int:
    """Return the bytes of so many words with codes."""
    shape = Shape.of(vectors)
    return number * (parts + 2 + shape.count_bytes) + shape.text_bytes(number)


def _most_bytes(vectors: Vectors, size: int, given: dict[str, Any]) -> Iterator[Compression]:
    """Yield the product quantisation with the most bytes a row that fits."""
    yield from _most(
        vectors,
        size,
        [Compression(method=OPQ, bytes=parts, **given) for parts in range(given.get("dim", vectors.dim), 0, -1)],
    )


def _most(vectors: Vectors, size: int, falling: Sequence[Compression]) -> Iterator[Compression]:
    """Yield the first that fits."""
    found = next((one for one in falling if _fits(vectors, one, size)), None)
    if found is not None:
        yield found


def _fits(vectors: Vectors, settings: Compression, size: int) -> bool:
    return size_of(vectors, settings) <= size


def _largest(holds: Callable[[int], bool], most: int) -> int:
    """Return the largest number up to `most` for which a condition holds that does not hold for larger ones; or 0."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low
