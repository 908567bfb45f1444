"""Lookup of a dataset's words among those of vectors, by a case policy (see `letter_case`).

The lookup may be restricted to the first, most frequent words. A word whose row is all zeros has no vector, and is
unknown under any policy. A word that is not found is looked up in the other Unicode normal form, where the same
characters have other code points: é is one (NFC) or two (NFD). Words of a dataset that the vocabulary lacks may be
composed from n-grams: they get numbers after those of the vocabulary's rows, and are found as words of a dataset only,
never as an answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments
from wordvec.errors import InputError, SettingsError
from wordvec.letter_case import check_case, indexed, is_cased, normalised, to_compose
from wordvec.rows import first_not_finite, unit
from wordvec.vectors import Vectors
from wordvec.vectors.lookup import in_normal_forms
from wordvec.wording import quantity

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


class _Further(NamedTuple):
    """Words of a dataset outside the indexed vocabulary.

    Attributes
    ----------
    rows
        Row by word of the dataset.
    words, vectors
        Words that are composed, in the order of their rows, and their vectors (words, dim).
    """

    rows: dict[str, int]
    words: list[str]
    vectors: NDArray[np.float32]

    @classmethod
    def empty(cls, dim: int) -> "_Further":
        return cls({}, [], np.empty((0, dim), np.float32))


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
        self._all_words, self.words = words, words[:limit]
        self._matrix = matrix
        self._further = _Further.empty(0 if matrix is None else matrix.shape[1])
        self._rows: dict[str, int] = {}
        self._others: dict[str, list[int]] = {}
        self._looked_up: dict[str, list[int]] = {}  # datasets repeat their words
        for row, word in enumerate(self.words):
            key = indexed(word, case)
            if self._rows.setdefault(key, row) != row:
                self._others.setdefault(key, []).append(row)

    @classmethod
    def of(
        cls, vectors: Vectors, case: str = "ignore", limit: int | None = None, compose: Iterable[str] = ()
    ) -> "Lookup":
        """Return the lookup of the words that have a vector.

        Parameters
        ----------
        vectors, case, limit
            The vectors, and as for the constructor.
        compose
            Words of the dataset that are composed if the vocabulary lacks them. Those that it has beyond `limit` have
            their rows.
        """
        lookup = cls(vectors.words, case, limit, vectors.matrix)
        wanted = [word for word in dict.fromkeys(compose) if not lookup._is_indexed(word)]
        if wanted:
            lookup._further = lookup._beyond(vectors, wanted)
        return lookup

    def normalised(self, word: str) -> str:
        """Return the normalisation under which a word is looked up: that of its spelling, or of another normal form."""
        keys = (normalised(form, self.case, self._has) for form in in_normal_forms(word))
        first = next(keys)
        return first if self._has(first) else next(filter(self._has, keys), first)

    def row(self, word: str) -> int:
        """Return a word's row, or `MISSING`."""
        found = self.variants(word)
        return found[0] if found else self._further.rows.get(word, MISSING)

    def other_forms(self, words: Iterable[str]) -> int:
        """Return the number of different words that are found in another Unicode normal form only."""
        asked = {word for word in words if not word.isascii()}
        found = {word for word in asked if self._has(self.normalised(word))}
        return sum(not self._has(normalised(word, self.case, self._has)) for word in found)

    def variants(self, word: str) -> list[int]:
        """Return the rows of all words with the normalisation of a word, the most frequent first."""
        found = self._looked_up.get(word)
        if found is None:
            found = self._looked_up[word] = self._found(self.normalised(word))
        return found

    def rows(self, words: Iterable[str]) -> NDArray[np.int64]:
        """Return the rows (words,) of words, `MISSING` for unknown ones."""
        return np.fromiter(map(self.row, words), np.int64)

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors (rows, dim) of rows that are not `MISSING`."""
        matrix = self._with_vectors()
        own = rows < len(matrix)
        found = np.empty((len(rows), matrix.shape[1]), np.float32)
        found[own] = matrix[rows[own]]
        found[~own] = self._further.vectors[rows[~own] - len(matrix)]
        return found

    @property
    def composed_vectors(self) -> NDArray[np.float32]:
        """The vectors (composed words, dim) of the rows after those of the vocabulary."""
        return self._further.vectors

    def spelling(self, row: int) -> str:
        """Return the word of a row, as the vectors spell it or as it is composed."""
        first = len(self._with_vectors())
        return self._further.words[row - first] if row >= first else self._all_words[row]

    def composed(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which rows are composed."""
        found: NDArray[np.bool_] = rows >= len(self._with_vectors())
        return found

    def _with_vectors(self) -> NDArray[np.float32]:
        if self._matrix is None:
            raise ValueError("the lookup is of words alone")
        return self._matrix

    def _is_indexed(self, word: str) -> bool:
        """Return whether the vocabulary has a word under the case policy, with a vector or without."""
        cases = (str, str.lower) if self.case == "fallback" else (lambda form: normalised(form, self.case, bool),)
        return any(key(form) in self._rows for form in in_normal_forms(word) for key in cases)

    def _beyond(self, vectors: Vectors, wanted: Sequence[str]) -> "_Further":
        """Return the rows of words that are not indexed: beyond the limit, or composed."""
        rows: dict[str, int] = {}
        lacking = list(wanted)
        if len(self.words) < len(vectors):
            whole = Lookup.of(vectors, self.case)
            rows |= {word: row for word in wanted if (row := whole.row(word)) != MISSING}
            lacking = [word for word in wanted if not whole._is_indexed(word)]
        cased = is_cased(vectors.words)
        spelled = {word: to_compose(word, self.case, cased) for word in lacking}
        different = list(dict.fromkeys(spelled.values()))
        composed, found = vectors.compose(different)
        words = [word for word, there in zip(different, found, strict=True) if there]
        numbers = {word: len(vectors) + number for number, word in enumerate(words)}
        rows |= {word: numbers[spelling] for word, spelling in spelled.items() if spelling in numbers}
        return _Further(rows, words, composed[found])

    def _has(self, key: str) -> bool:
        """Return whether a word with a vector has a normalisation."""
        return bool(self._found(key))

    def _found(self, key: str) -> list[int]:
        """Return the rows of a normalisation that hold a vector."""
        rows = [self._rows[key], *self._others.get(key, ())] if key in self._rows else []
        return rows if self._matrix is None else [row for row in rows if self._matrix[row].any()]


def normal_form_notes(named: Mapping[str, Vectors], words: Iterable[str], case: str) -> list[str]:
    """Return a note about words of a dataset that vectors have in another Unicode normal form, if there are any."""
    asked = {word for word in words if not word.isascii()}
    counts = {name: Lookup.of(one, case).other_forms(asked) for name, one in named.items()} if asked else {}
    found = ", ".join(f"{name} {quantity(count, 'word')}" for name, count in counts.items() if count)
    return [f"found in the other Unicode normal form (NFC or NFD): {found}"] if found else []


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
