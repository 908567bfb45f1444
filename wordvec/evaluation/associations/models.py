"""Models that are compared: several runs of one corpus, or slices in an order."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.lookup import MISSING, Lookup, by_name
from wordvec.evaluation.oov import SKIP, SPELLED, SUBWORDS, without_ngrams
from wordvec.rows import first_not_finite, unit_float64
from wordvec.settings import setting
from wordvec.slices.aligned import AlignedSlices
from wordvec.vectors import Vectors

Numbers = NDArray[np.float64]
Given = Vectors | Mapping[str, Vectors] | AlignedSlices


class Model:
    """The vectors of a model by word.

    Parameters
    ----------
    name, vectors
        Name and vectors of the model.
    case
        One of `letter_case.CASES`.
    compose
        Words that are composed from n-grams if the vocabulary lacks them.
    """

    def __init__(self, name: str, vectors: Vectors, case: str, compose: Iterable[str] = ()) -> None:
        self.name, self.vectors = name, vectors
        self._lookup = Lookup.of(vectors, case, compose=compose)

    def knows(self, word: str) -> bool:
        """Return whether a word has a vector."""
        return self._lookup.row(word) != MISSING

    def composes(self, word: str) -> bool:
        """Return whether a word has a vector that is composed from n-grams."""
        return bool(self._lookup.composed(self._lookup.rows([word]))[0])

    def spelling(self, word: str) -> str:
        """Return a known word as the model spells it."""
        return self._lookup.spelling(self._lookup.row(word))

    def rows(self, words: Sequence[str]) -> Numbers:
        """Return the vectors (words, dim) of known words, in float64.

        Raises
        ------
        InputError
            If a vector holds NaN or infinity.
        """
        found = self._lookup.vectors(self._lookup.rows(words))
        if (broken := first_not_finite(found)) is not None:
            raise InputError(f"{self.name}: {words[broken]!r}: its vector holds NaN or infinity; train again")
        return found.astype(np.float64)

    def units(self, words: Sequence[str]) -> Numbers:
        """Return the unit vectors (words, dim) of known words.

        Raises
        ------
        InputError
            As `rows`.
        """
        return unit_float64(self.rows(words))


def models_of(vectors: Given, case: str, oov: str = SKIP, words: Iterable[str] = ()) -> list[Model]:
    """Return models by name: one, several, or the slices of a compass.

    Parameters
    ----------
    vectors, case
        The vectors, and how words are looked up.
    oov, words
        Policy for words that a vocabulary lacks, and the words that are composed with ``subwords``.

    Raises
    ------
    InputError
        If there is none.
    SettingsError
        If the case policy is unknown.
    """
    given = vectors.slices if isinstance(vectors, AlignedSlices) else vectors
    named = by_name("vectors", given)
    if not named:
        raise InputError("no vectors; expected at least one model")
    compose = list(words) if oov == SUBWORDS else []
    return [Model(name, one, case, compose) for name, one in named.items()]


def oov_setting() -> Any:
    """Return the setting ``oov`` of axes and association tests."""
    return setting(
        SKIP,
        "words that the vocabulary lacks: skip (left out) or subwords (composed from n-grams)",
        choices=(SKIP, SUBWORDS),
    )


def oov_notes(models: Sequence[Model], oov: str, case: str) -> list[str]:
    """Return notes about composed words."""
    if oov == SKIP:
        return []
    said = f"oov: {oov}: unknown words are composed from n-grams, {SPELLED[case]}"
    return [said, *without_ngrams({model.name: model.vectors for model in models})]


def each(datasets: object, kind: type[object] = Path) -> list[Any]:
    """Return datasets one by one: a path, one that is read already, or several.

    Raises
    ------
    TypeError
        If they are something else.
    """
    if isinstance(datasets, str | Path | kind):
        return [datasets]
    return arguments.items("datasets", datasets, "a path or a list of paths")


def check_number(name: str, value: object, least: int) -> int:
    """Return a whole number that is at least `least`.

    Raises
    ------
    SettingsError
        If it is smaller.
    """
    found = arguments.whole(name, value)
    if found < least:
        raise SettingsError(f"{found}: must be at least {least}", setting=name)
    return found
