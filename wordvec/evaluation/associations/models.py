"""Models that are compared: several runs of one corpus, or slices in an order."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.coverage import CoverageError
from wordvec.evaluation.datasets.word_sets import WordSet
from wordvec.evaluation.lookup import MISSING, Lookup, by_name
from wordvec.representation import short
from wordvec.rows import first_not_finite, unit_float64
from wordvec.slices.aligned import AlignedSlices
from wordvec.vectors import Vectors
from wordvec.wording import quantity, some

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
    """

    def __init__(self, name: str, vectors: Vectors, case: str) -> None:
        self.name, self.vectors, self._lookup = name, vectors, Lookup.of(vectors, case)

    def knows(self, word: str) -> bool:
        """Return whether a word has a vector."""
        return self._lookup.row(word) != MISSING

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


class Known(NamedTuple):
    """The words of a set that all models know, and the others."""

    name: str
    words: list[str]
    unknown: list[str]

    def __repr__(self) -> str:
        return short(self)

    @property
    def coverage(self) -> str:
        """The coverage in words, such as ``rich: 7 of 8 words known (not: affluent)``."""
        every = len(self.words) + len(self.unknown)
        lacking = f" (not: {some(self.unknown)})" if self.unknown else ""
        return f"{self.name}: {len(self.words)} of {quantity(every, 'word')} known{lacking}"


def models_of(vectors: Given, case: str) -> list[Model]:
    """Return models by name: one, several, or the slices of a compass.

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
    return [Model(name, one, case) for name, one in named.items()]


def known_to_all(models: Iterable[Model], wanted: WordSet, least: int = 1) -> Known:
    """Return the words of a set that all models know.

    Raises
    ------
    InputError
        If there are fewer than `least`.
    """
    asked = list(models)
    known = [word for word in wanted.words if all(model.knows(word) for model in asked)]
    found = Known(wanted.name, known, [word for word in wanted.words if word not in set(known)])
    if len(known) < least:
        where = (
            f"the {len(asked[0].vectors):,} of the vectors" if len(asked) == 1 else f"those of all {len(asked)} models"
        )
        raise CoverageError(
            f"{wanted.name}: {len(known)} of {quantity(len(wanted.words), 'word')} known among "
            f"{where}, at least {least} needed (unknown: {some(found.unknown)}); check language and case",
            len(known),
        )
    return found


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
