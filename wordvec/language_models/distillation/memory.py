"""Estimates of the memory that distillation takes."""

from typing import NamedTuple

from wordvec.errors import MemoryLimitError
from wordvec.language_models.distillation.ridge import ARRAYS
from wordvec.language_models.distillation.settings import SENTENCES, Distillation
from wordvec.representation import short
from wordvec.settings import known
from wordvec.workers import available_memory

_MOMENTS = 3
"""Matrices (dim, dim) of the principal components."""


class Size(NamedTuple):
    """Numbers of words, of the teacher's dimensions and of sentences."""

    words: int
    dim: int
    sentences: int = 0

    def __repr__(self) -> str:
        return short(self)


def teacher_memory(size: Size) -> int:
    """Return the bytes of the teacher's vectors; the program that computes them takes memory of its own."""
    return 4 * size.dim * (size.words + size.sentences)


def working_memory(settings: Distillation, size: Size) -> int:
    """Return the bytes of the computation beside the teacher's vectors and the bags; `settings` have their dim."""
    rows = 4 + (8 * ARRAYS if settings.method == SENTENCES else 4)
    return _MOMENTS * 8 * size.dim**2 + rows * size.words * known(settings.dim)


def check_memory(settings: Distillation, size: Size) -> None:
    """Fail if the computation does not fit in memory beside the teacher's vectors.

    Raises
    ------
    MemoryLimitError
        If it does not.
    """
    needed, free = working_memory(settings, size), available_memory()
    if needed > free:
        raise MemoryLimitError(
            f"{size.words:,} words of dim {known(settings.dim)} take {needed / 1e9:.1f} GB to compute, and "
            f"{free / 1e9:.1f} GB are free; use fewer words or dimensions"
        )
