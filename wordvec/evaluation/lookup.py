"""Lookup of a dataset's words among those of vectors, by a case policy (see `letter_case`).

The lookup may be restricted to the first, most frequent words. A word whose row is all zeros has no vector, and is
unknown under any policy.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.letter_case import check_case, indexed, normalised
from wordvec.rows import first_not_finite, unit
from wordvec.vectors import Vectors

MISSING = -1


def check(case: str, limit: int | None) -> None:
    """Check the settings of a lookup.

    Raises
    ------
    SettingsError
        If the policy is unknown, or `limit` is not positive.
    """
    if limit is not None:
        arguments.whole("limit", limit)
    check_case(case)
    if limit is not None and limit < 1:
        raise SettingsError(f"{limit}: must be at least 1", setting="limit")


def by_name(name: str, vectors: Vectors | Mapping[str, Vectors]) -> dict[str, Vectors]:
    """Return one or several sets of vectors by name; one alone is called ``vectors``.

    Raises
    ------
    TypeError
        If they are something else.
    """
    if not isinstance(vectors, Mapping):
        arguments.expect(name, vectors, Vectors)
        return {"vectors": vectors}
    for key, one in vectors.items():
        arguments.expect(f"{name}[{key!r}]", one, Vectors)
    return dict(vectors)


class Lookup:
    """An index from words of a dataset to rows of vectors.

    Parameters
    ----------
    words
        Words of the vectors, the most frequent first.
    case
        One of `letter_case.CASES`.
    limit
        Number of words, from the beginning, that are indexed; None for all.
    matrix
        (words, dim) float32 array, the vectors of the words; rows of zeros are unknown. None to look up words alone.

    Raises
    ------
    SettingsError
        If the policy is unknown, or `limit` is not positive.
    """

    def __init__(
        self,
        words: Sequence[str],
        case: str = "ignore",
        limit: int | None = None,
        matrix: NDArray[np.float32] | None = None,
    ) -> None:
        check(case, limit)
        self.case = case
        self.words = words[:limit]
        self._matrix = matrix
        self._rows: dict[str, int] = {}
        self._others: dict[str, list[int]] = {}
        for row, word in enumerate(self.words):
            key = indexed(word, case)
            if self._rows.setdefault(key, row) != row:
                self._others.setdefault(key, []).append(row)

    @classmethod
    def of(cls, vectors: Vectors, case: str = "ignore", limit: int | None = None) -> "Lookup":
        """Return the lookup of the words that have a vector."""
        return cls(vectors.words, case, limit, vectors.matrix)

    def normalised(self, word: str) -> str:
        """Return the normalisation under which a word is looked up."""
        return normalised(word, self.case, lambda written: bool(self._found(written)))

    def row(self, word: str) -> int:
        """Return a word's row, or `MISSING`."""
        return next(iter(self.variants(word)), MISSING)

    def variants(self, word: str) -> list[int]:
        """Return the rows of all words with the normalisation of a word, the most frequent first."""
        return self._found(self.normalised(word))

    def rows(self, words: Iterable[str]) -> NDArray[np.int64]:
        """Return the rows (words,) of words, `MISSING` for unknown ones."""
        return np.fromiter(map(self.row, words), np.int64)

    def _found(self, key: str) -> list[int]:
        """Return the rows of a normalisation that hold a vector."""
        rows = [self._rows[key], *self._others.get(key, ())] if key in self._rows else []
        return rows if self._matrix is None else [row for row in rows if self._matrix[row].any()]


def unit_rows(vectors: Vectors, limit: int | None = None) -> NDArray[np.float32]:
    """Return the vectors (words, dim) scaled to length 1; rows of zeros stay zeros.

    Raises
    ------
    InputError
        If a number is NaN or infinite.
    """
    matrix = vectors.matrix[:limit]
    if (row := first_not_finite(matrix)) is not None:
        raise InputError(f"{vectors.words[row]!r} (row {row + 1}): its vector holds NaN or infinity")
    return unit(matrix)
