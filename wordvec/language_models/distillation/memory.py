"""Estimates of the memory that distillation takes."""

from typing import NamedTuple

from wordvec.errors import MemoryLimitError
from wordvec.language_models.distillation.ridge import ARRAYS
from wordvec.language_models.distillation.settings import CONTEXTS, SENTENCES, Distillation
from wordvec.representation import short
from wordvec.settings import known
from wordvec.trainers.matrices import padded
from wordvec.workers import available_memory

_MOMENTS = 3
"""Matrices (dim, dim) of the principal components."""


_CONTEXT_ARRAYS = 5
"""Arrays of the size of the rows that method contexts has in memory at once."""


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
    dim = known(settings.dim)
    arrays = {SENTENCES: 8 * ARRAYS, CONTEXTS: 4 * _CONTEXT_ARRAYS}.get(settings.method, 4)
    contexts = 4 * size.sentences * padded(dim) if settings.method == CONTEXTS else 0
    return _MOMENTS * 8 * size.dim**2 + (4 + arrays) * size.words * dim + contexts


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
