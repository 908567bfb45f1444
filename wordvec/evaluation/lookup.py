"""How a dataset's words are looked up among those of vectors: the case policy, and the restriction to the first words.

Policies, for a dataset's word w:

- ``exact``: w as it is written.
- ``lower``: w in lower case, for vectors of lower-cased text.
- ``fallback``: w as it is written where that is known, else in lower case.
- ``ignore``: both sides in upper case; of several words that differ in case only, the first, which is the most
  frequent. What gensim and word2vec's compute-accuracy do.

A word whose row is all zeros has no vector, and is not known under any policy.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.alignment.case import CASES as CASES
from wordvec.errors import InputError, SettingsError
from wordvec.rows import first_not_finite, unit
from wordvec.vectors import Vectors

MISSING = -1


def check(case: str, limit: int | None) -> None:
    """Refuse settings that make no sense.

    Raises
    ------
    SettingsError
        If the policy is unknown, or `limit` is not positive.
    """
    if limit is not None:
        arguments.whole("limit", limit)
    if arguments.word("case", case) not in CASES:
        raise SettingsError(f"case: {case} is none of {', '.join(CASES)}")
    if limit is not None and limit < 1:
        raise SettingsError(f"limit: {limit} words cannot be looked up; it must be at least 1")


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
    """The rows of a dataset's words.

    Parameters
    ----------
    words
        Where to look, the most frequent first.
    case
        One of `CASES`.
    limit
        Look among so many words from the beginning; all if None.
    matrix
        (words, dim), the vectors of the words, of which rows of zeros are left out; None to look up words alone.

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
            form = word.upper() if case == "ignore" else word
            if self._rows.setdefault(form, row) != row:
                self._others.setdefault(form, []).append(row)

    @classmethod
    def of(cls, vectors: Vectors, case: str = "ignore", limit: int | None = None) -> "Lookup":
        """Return the lookup of the words that have a vector."""
        return cls(vectors.words, case, limit, vectors.matrix)

    def form(self, word: str) -> str:
        """Return the form of a word under which it is looked up."""
        if self.case == "ignore":
            return word.upper()
        return word.lower() if self.case == "lower" or (self.case == "fallback" and not self._found(word)) else word

    def row(self, word: str) -> int:
        """Return a word's row, or `MISSING`."""
        return next(iter(self.variants(word)), MISSING)

    def variants(self, word: str) -> list[int]:
        """Return the rows of all words that have a word's form, the most frequent first."""
        return self._found(self.form(word))

    def rows(self, words: Iterable[str]) -> NDArray[np.int64]:
        """Give the rows (words,) of words, `MISSING` for those that are unknown."""
        return np.fromiter(map(self.row, words), np.int64)

    def _found(self, form: str) -> list[int]:
        """Return the rows of a form that hold a vector."""
        rows = [self._rows[form], *self._others.get(form, ())] if form in self._rows else []
        return rows if self._matrix is None else [row for row in rows if self._matrix[row].any()]


def unit_rows(vectors: Vectors, limit: int | None = None) -> NDArray[np.float32]:
    """Give the rows (words, dim) scaled to length 1; rows of zeros stay.

    Raises
    ------
    InputError
        If a number is NaN or infinite.
    """
    matrix = vectors.matrix[:limit]
    if (row := first_not_finite(matrix)) is not None:
        raise InputError(f"{vectors.words[row]!r} (row {row + 1}): its vector holds NaN or infinity")
    return unit(matrix)
