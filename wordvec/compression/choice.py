"""The choice of the steps that keep most of vectors within a size."""

import re
from collections.abc import Callable
from typing import NamedTuple

from wordvec.compression.combinations import combinations
from wordvec.compression.fasttext_model import quantised
from wordvec.compression.memory import check_memory
from wordvec.compression.ngrams import fasttext_ngrams
from wordvec.compression.settings import Compression
from wordvec.compression.sizes import ftz_size_of, size_of
from wordvec.compression.steps import compress
from wordvec.errors import SettingsError
from wordvec.formats.common.fasttext_quantised import Quantised
from wordvec.representation import short
from wordvec.vectors import Vectors
from wordvec.workers import Progress, StopFlag

_UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_TOO_LARGE = 1e18


class Tried(NamedTuple):
    """A combination of steps that was tried: its settings, the bytes of its files, and its score."""

    settings: Compression
    size: int
    score: float

    def __repr__(self) -> str:
        return short(self)


class Choice(NamedTuple):
    """The best of the combinations that were tried: its vectors, all of them, the best first, and rows for ``.ftz``."""

    vectors: Vectors
    tried: list[Tried]
    quantised: Quantised | None = None

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
    size = 0.0 if found is None else float(found[1]) * _UNITS[(found[2] or "").lower()]
    if not 1 <= size < _TOO_LARGE:
        raise SettingsError(f"{text}: expected a size such as 20MB or 500kB", setting="to")
    return int(size)


def choose(
    vectors: Vectors,
    size: int,
    score: Callable[[Vectors], float],
    *,
    seed: int = 1,
    ftz: bool = False,
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
        Largest number of bytes of the ``.vectors`` folder, or of the ``.ftz`` file.
    score
        Scores compressed vectors; the higher the better.
    seed, threads, progress, stop
        As of `compress`.
    ftz
        Whether a ``.ftz`` file is written; `vectors` then need n-grams of fastText.

    Raises
    ------
    InputError
        If a ``.ftz`` file is wanted, and the vectors have no n-grams of fastText.
    MemoryLimitError
        If there is too little memory.
    SettingsError
        If no combination fits.
    Interrupted
        If `stop` was set.
    """
    progress, stop = progress or Progress(), stop or StopFlag()
    candidates = fitting(vectors, size, seed, ftz=ftz)
    check_memory(vectors, candidates, threads, ftz=ftz)
    best: tuple[Vectors, Quantised | None] | None = None
    made: tuple[Vectors, Quantised | None]
    tried: list[Tried] = []
    for settings in candidates:
        stop.check()
        if ftz:
            made = quantised(vectors, settings, threads=threads, progress=progress, stop=stop)
        else:
            made = compress(vectors, settings, threads=threads, progress=progress, stop=stop), None
        found = Tried(settings, (ftz_size_of if ftz else size_of)(vectors, settings), score(made[0]))
        progress.say(f"{settings.described()}: {found.size:,} bytes, score {found.score:.4f}")
        if best is None or found.score > max(one.score for one in tried):
            best = made
        tried.append(found)
    assert best is not None
    return Choice(best[0], sorted(tried, key=lambda one: -one.score), best[1])


def fitting(vectors: Vectors, size: int, seed: int = 1, *, ftz: bool = False) -> list[Compression]:
    """Return the combinations that `choose` tries.

    Raises
    ------
    InputError, SettingsError
        As of `choose`.
    """
    if ftz:
        fasttext_ngrams(vectors.subwords)
    found = combinations(vectors, size, seed, ftz=ftz)
    if not found:
        raise SettingsError(f"{size:,} bytes: too few for these vectors by any combination of steps", setting="to")
    return found
