"""The choice of the steps that keep most of vectors within a size."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from wordvec.compression.settings import OPQ, Compression
from wordvec.compression.sizes import Shape, size_of
from wordvec.compression.steps import compress
from wordvec.errors import SettingsError
from wordvec.representation import short
from wordvec.subwords import Hashed
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

_UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SHARES_OF_WORDS = (1.0, 0.5, 0.25, 0.1)
"""Shares of the words that keep a row."""
_SHARES_OF_BYTES = (0.35, 0.55, 0.75)
"""Shares of the bytes that go to n-grams."""
_FREQUENT = 0.05
"""Share of the words that are stored as int8 where frequent words have more bytes."""
_DENSITIES = (1, 2, 3, 5)
"""Dimensions of a part of product quantisation, for models with n-grams."""


class Tried(NamedTuple):
    """A combination of steps that was tried: its settings, the bytes of its files, and its score."""

    settings: Compression
    size: int
    score: float

    def __repr__(self) -> str:
        return short(self)


class Choice(NamedTuple):
    """The best of the combinations that were tried: its vectors, and all of them, the best first."""

    vectors: Vectors
    tried: list[Tried]

    def __repr__(self) -> str:
        return short(self)


def parsed_size(text: str) -> int:
    """Return the number of bytes of a size.

    >>> parsed_size("20MB"), parsed_size("1.5 GiB")
    (20000000, 1610612736)

    Raises
    ------
    SettingsError
        If it is not a number with a unit.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMG]i?B)?\s*", text, re.IGNORECASE)
    if found is None or float(found[1]) * _UNITS[(found[2] or "").lower()] < 1:
        raise SettingsError(f"{text}: expected a size such as 20MB or 500kB", setting="to")
    return int(float(found[1]) * _UNITS[(found[2] or "").lower()])


def choose(
    vectors: Vectors,
    size: int,
    score: Callable[[Vectors], float],
    *,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
    stop: StopFlag | None = None,
) -> Choice:
    """Compress vectors by several combinations of steps that fit a size, and return the one with the highest score.

    Parameters
    ----------
    vectors
        Vectors of float32.
    size
        Largest number of bytes of the ``.vectors`` folder.
    score
        Scores compressed vectors; the higher the better.
    seed, threads, progress, stop
        As of `compress`.

    Raises
    ------
    SettingsError
        If no combination fits.
    Interrupted
        If `stop` was set.
    """
    progress, stop = progress or Progress(), stop or StopFlag()
    candidates = combinations(vectors, size, seed)
    if not candidates:
        raise SettingsError(f"{size:,} bytes: too few for these vectors by any combination of steps", setting="to")
    best, tried = None, list[Tried]()
    for settings in candidates:
        stop.check()
        made = compress(vectors, settings, threads=threads, progress=progress, stop=stop)
        found = Tried(settings, size_of(vectors, settings), score(made))
        progress.say(f"{settings.described()}: {found.size:,} bytes, score {found.score:.4f}")
        if best is None or found.score > max(one.score for one in tried):
            best = made
        tried.append(found)
    assert best is not None
    return Choice(best, sorted(tried, key=lambda one: -one.score))


def combinations(vectors: Vectors, size: int, seed: int = 1) -> list[Compression]:
    """Return combinations of steps within a size, each with as many bytes a row as fit."""
    found = _with_ngrams(vectors, size) if isinstance(vectors.subwords, Hashed) else _of_words(vectors, size)
    fitting = [one for one in found if size_of(vectors, one) <= size]
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
    if (frequent := int(_FREQUENT * words)) > 0:
        yield from _most_bytes(vectors, size, {"frequent": frequent})
    for share in _SHARES_OF_WORDS[1:]:
        if (kept := int(share * words)) > 0:
            yield from _most_bytes(vectors, size, {"words": kept, "stand_ins": True})
            yield from _most_bytes(vectors, size, {"words": kept})


def _with_ngrams(vectors: Vectors, size: int) -> Iterator[Compression]:
    """Yield combinations for vectors with n-grams: the bytes are divided between words and n-grams."""
    for one in (Compression(method="float16"), Compression(method="int8")):
        if _fits(vectors, one, size):
            yield one
            return
    for density in _DENSITIES:
        for share in _SHARES_OF_BYTES:
            divided = _divided(vectors, size, max(1, vectors.dim // density), share)
            if divided is not None:
                yield divided


def _divided(vectors: Vectors, size: int, parts: int, share: float) -> Compression | None:
    """Return the steps that give a share of the bytes to n-grams and the rest to words; None if they do not fit."""
    few = Compression(method=OPQ, bytes=parts, words=256, ngrams=256)
    for_words = int((1 - share) * (size - size_of(vectors, few)))
    kept = _largest(lambda number: _row_bytes(vectors, number, parts) <= for_words, len(vectors))

    def steps(ngrams: int) -> Compression:
        return Compression(method=OPQ, bytes=parts, words=kept if kept < len(vectors) else None, ngrams=ngrams)

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
        [Compression(method=OPQ, bytes=parts, **given) for parts in range(vectors.dim, 0, -1)],
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
