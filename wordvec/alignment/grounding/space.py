"""A measured space: words with a row of numbers each, and its words among those of vectors."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from wordvec import arguments
from wordvec.alignment.case import spelling
from wordvec.alignment.grounding.maps import Numbers
from wordvec.errors import InputError
from wordvec.letter_case import check_case
from wordvec.representation import short
from wordvec.rows import first_not_finite, present, unit_float64
from wordvec.vectors import Vectors
from wordvec.wording import some, unknown_of

LEAST = 3
"""Fewest words to which a map is fitted."""


@dataclasses.dataclass(frozen=True, eq=False)
class MeasuredSpace:
    """Words and their measured rows, such as image features, ratings or brain responses.

    Parameters
    ----------
    words
        Different words.
    matrix
        (words, dimensions) array of finite numbers. A row of zeros is a measurement like any other.
    names
        Names of the dimensions, as columns of ratings have; default: none.
    name
        Name in messages and metadata.
    notes
        What was read, and what was left out.

    Raises
    ------
    InputError
        If the numbers of words and rows differ, a word is repeated, a row holds NaN or infinity, or there is none.
    """

    words: Sequence[str]
    matrix: Numbers
    names: Sequence[str] = ()
    name: str = "measured space"
    notes: Sequence[str] = ()

    def __post_init__(self) -> None:
        words = arguments.words("words", self.words)
        try:
            matrix = np.asarray(self.matrix, np.float64)
        except (TypeError, ValueError, OverflowError):
            arguments.wrong("matrix", self.matrix, "a matrix of numbers")
        if matrix.ndim != 2 or not matrix.size:
            raise InputError(f"{self.name}: has shape {matrix.shape}; expected rows of numbers")
        if len(words) != len(matrix):
            raise InputError(
                f"{self.name}: {len(matrix):,} rows and {len(words):,} words; expected a word for each row"
            )
        if twice := [word for word, count in Counter(words).items() if count > 1]:
            raise InputError(f"{self.name}: {some(list(map(repr, twice)))}: repeated; expected different words")
        if (row := first_not_finite(matrix)) is not None:
            raise InputError(f"{self.name}: {words[row]!r} (row {row + 1}) holds NaN or infinity; leave it out")
        names, notes = (arguments.words(name, getattr(self, name)) for name in ("names", "notes"))
        if names and len(names) != matrix.shape[1]:
            raise InputError(f"{self.name}: {len(names)} names and {matrix.shape[1]} dimensions")
        for name, value in (("words", words), ("matrix", matrix), ("names", names), ("notes", notes)):
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<MeasuredSpace of {len(self.words):,} words in {self.matrix.shape[1]} dimensions>"


class Pairs(NamedTuple):
    """The measured words that have a vector.

    Attributes
    ----------
    words
        The words as the vectors spell them.
    rows
        (words, dim) float64 array of vectors, scaled to length 1 if the settings say so.
    measured
        (words, dimensions) float64 array.
    unknown
        Measured words without a vector.
    repeated
        Number of measured words left out because another one has the same vector.
    """

    words: list[str]
    rows: Numbers
    measured: Numbers
    unknown: list[str]
    repeated: int

    def __repr__(self) -> str:
        return short(self)


def paired(vectors: Vectors, space: MeasuredSpace, unit: bool, case: str) -> Pairs:
    """Return the measured words that have a vector.

    Raises
    ------
    InputError
        If they are fewer than `LEAST`, a vector is not finite, or all measured rows are equal.
    SettingsError
        If the case policy is unknown.
    """
    arguments.expect("vectors", vectors, Vectors)
    arguments.expect("space", space, MeasuredSpace)
    check_case(case)
    there, spelled = present(vectors.matrix), spelling(vectors.words, case)
    number = {word: row for row, word in enumerate(vectors.words)}
    found: dict[int, int] = {}
    unknown, repeated = [], 0
    for at, word in enumerate(space.words):
        row = number.get(spelled(word))
        if row is None or not there[row]:
            unknown.append(word)
        elif found.setdefault(row, at) != at:
            repeated += 1
    if len(found) < LEAST:
        raise InputError(
            f"{space.name}: {len(found)} of {len(space.words):,} words have a vector, at least {LEAST} needed"
            + unknown_of(unknown)
        )
    words = [vectors.words[row] for row in found]
    rows = vectors.matrix[list(found)].astype(np.float64)
    if (bad := first_not_finite(rows)) is not None:
        raise InputError(f"{words[bad]!r}: its vector holds NaN or infinity")
    measured = space.matrix[list(found.values())]
    if not np.ptp(measured, axis=0).any():
        raise InputError(f"{space.name}: the measured rows of all known words are equal")
    return Pairs(words, unit_float64(rows) if unit else rows, measured, unknown, repeated)
