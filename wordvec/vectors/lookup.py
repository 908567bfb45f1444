"""Lookup of words: by their spelling, by another Unicode normal form, or by their subwords."""

import functools
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, NoReturn, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wordvec import arguments, rows
from wordvec.codecs.coded import Coded
from wordvec.errors import InputError, SettingsError
from wordvec.senses.inventory import SenseInventory
from wordvec.spelling import Spellings
from wordvec.subwords import Table
from wordvec.subwords.bags import Means
from wordvec.vectors.composition import composed, has_code
from wordvec.vectors.gensim_names import INSTEAD

Floats = NDArray[np.float32]
Words = list[str] | tuple[str, ...] | NDArray[Any]
"""Several words: a list, a tuple or an array of strings."""

NORMAL_FORMS: dict[Literal["NFC", "NFD"], str] = {"NFC": "composed", "NFD": "decomposed"}
"""Normal forms of Unicode, which look alike: ``é`` is one character or two."""


class UnknownWordError(InputError, KeyError):
    """A word that the vectors do not have; also a KeyError."""

    __str__ = Exception.__str__


class NoVectorError(UnknownWordError):
    """A word whose row, or the rows of whose n-grams, are all zeros: it has no direction to compare."""


class Lookup:
    """Words, the rows of a matrix, and subwords, with the lookup of one or several words."""

    words: list[str]
    coded: Coded | None
    """Coded rows, such as bits; None for rows of float32."""
    subwords: Table | None

    def __init__(self, words: Sequence[str], matrix: ArrayLike | Coded, subwords: Table | None) -> None:
        self.words = arguments.words("words", words)
        self.coded = matrix if isinstance(matrix, Coded) else None
        if not isinstance(matrix, Coded):
            self.matrix = as_floats("matrix", matrix)
        self.subwords = subwords
        if self.stored.ndim != 2 or len(self.stored) != len(self.words):
            raise SettingsError(
                f"matrix: expected {len(self.words)} rows, one for each word; got shape {self.stored.shape}"
            )

    @functools.cached_property
    def matrix(self) -> Floats:
        """(words, dim) float32 rows. Coded rows are decoded when this is first used; lookup and search do without."""
        assert self.coded is not None
        return self.coded.decode()

    @property
    def stored(self) -> Floats | Coded:
        """The coded rows if there are any, otherwise the matrix; indexed by rows, both give float32 rows."""
        return self.matrix if self.coded is None else self.coded

    @property
    def dim(self) -> int:
        """Dimension of the vectors."""
        return int(self.stored.shape[1])

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        """Return an iterator over the words, in the order of the rows."""
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str):
            arguments.word("word", word, "all(word in vectors for word in words)" * isinstance(word, list | tuple))
        return word in self._rows

    def __getitem__(self, word: str | Words) -> Floats:
        """Return the vector of a word (dim,), or the vectors of several words (words, dim)."""
        given: Any = word
        if isinstance(word, str):
            vector = self._from_subwords(word)
            return cast(Floats, self.stored[self._row(word)]) if vector is None else vector
        found = given.tolist() if isinstance(given, np.ndarray) else given
        first = found[0] if isinstance(found, list | tuple) and found else found
        if isinstance(first, slice) or hasattr(first, "__index__") or isinstance(first, float):
            _refuse_number(given)
        return self._vectors(arguments.words("word", found))

    def __array__(self, *_arguments: object, **_keywords: object) -> NoReturn:
        """Refuse conversion to an array, which is ambiguous: of words or of numbers."""
        raise TypeError("Vectors are not an array; use vectors.matrix for the numbers, or vectors.words")

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            """Raise an AttributeError that names the equivalent of an attribute of gensim."""
            hint = f"; use {INSTEAD[name]}" if name in INSTEAD else ""
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}{hint}", name=name, obj=self)

    @functools.cached_property
    def inventory(self) -> SenseInventory | None:
        """Rows of the senses of each word; None if there are none."""
        return None

    @functools.cached_property
    def present(self) -> NDArray[np.bool_]:
        """(words,) bool array: whether each word has a vector, that is a row that is not all zeros."""
        return rows.present(self.matrix) if self.coded is None else self.coded.present

    def covers(self, word: str) -> bool:
        """Return whether a word has a row that is not all zeros; n-grams do not count."""
        row = self._rows.get(word)
        return row is not None and bool(self.stored[row].any())

    def can_compose(self, word: str) -> bool:
        """Return whether the n-grams of a word give it a vector that is not all zeros.

        This does not depend on the vocabulary, in which a word may be, too: ``word in vectors``. `vectors[word]`,
        `spelling`, `require` and all queries use the row of a word that is in the vocabulary, in any normal form, and
        compose all other words. They therefore accept a word if `covers` is true of one of its normal forms, or if
        none is in the vocabulary and `can_compose` is true.

        Examples
        --------
        >>> Vectors(["tea"], [[1, 0]]).can_compose("teas")
        False
        """
        return bool(self.compose([arguments.word("word", word)]).found[0])

    def compose(self, words: Sequence[str]) -> Means:
        """Return the vectors that n-grams give to words, and whether each is not all zeros.

        Rows of words in the vocabulary are not used.

        Returns
        -------
        vectors : (words, dim) float32 array
            Zeros for a word without n-grams, or without subwords.
        found : (words,) bool array
        """
        return composed(self.subwords, arguments.words("words", words), self.dim)

    def require(self, words: Iterable[str]) -> None:
        """Check that words have vectors, from their rows or their n-grams.

        Raises
        ------
        UnknownWordError
            If a word is unknown; `NoVectorError` if it is known but has no vector.
        """
        for word in words:
            self._row_or_none(word)

    def spelling(self, word: str) -> str | None:
        """Return the normal form in which a word has a vector, as given if possible; None if it has none."""
        known = self._spelled(arguments.word("word", word))
        if known is not None:
            return known if self.covers(known) else None
        return word if self.can_compose(word) else None

    def _spelled(self, word: str) -> str | None:
        """Return the normal form in which a word has a row, as given if possible; None if it has none."""
        return next((spelling for spelling in in_normal_forms(word) if spelling in self._rows), None)

    def near_spellings(self, word: str, n: int = 3) -> list[str]:
        """Return up to `n` words that differ from a word in case or in one or two characters, the nearest first."""
        return self._spellings.near(arguments.word("word", word), arguments.whole("n", n))

    def unknown(self, word: str) -> UnknownWordError:
        """Return the error for a word without a vector; for an unknown word it suggests similar spellings.

        For a word that can be composed it is the error where a word of the vocabulary is needed.
        """
        if self._spelled(word) is not None:
            return NoVectorError(f"{word}: has no vector, its row is all zeros")
        if (senses := self._senses_of(word)) != [word]:
            return UnknownWordError(f"{word}: has the senses {', '.join(senses)}; name one of them")
        lacks = f"{word}: not among the {len(self):,} words"
        if self.subwords is None:
            return UnknownWordError(f"{lacks}{self._spellings.hint([word])}")
        if self._from_subwords(word) is None:
            ngrams = has_code(self.subwords, word) and self.subwords.ngrams(word)
            reason = "none of its n-grams has a row" if ngrams else "has no n-grams to make its vector of"
            return NoVectorError(f"{lacks}, and {reason}")
        if self.can_compose(word):
            needed = "its n-grams give it a vector, but a word of the vocabulary is needed here"
            return UnknownWordError(f"{lacks}; {needed}{self._spellings.hint([word])}")
        return NoVectorError(f"{word}: has no vector, the rows of its n-grams are all zeros")

    @functools.cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self.words)

    @functools.cached_property
    def _rows(self) -> dict[str, int]:
        rows = {word: row for row, word in enumerate(self.words)}
        if len(rows) < len(self.words):
            raise InputError(f"{len(self.words) - len(rows)} words have more than one row")
        return rows

    def _row(self, word: str) -> int:
        """Return a word's row.

        Raises
        ------
        UnknownWordError
            If there is none.
        """
        row = self._rows.get(arguments.word("word", word))
        if row is not None:
            return row
        other = self._spelled(word)
        if other is None:
            raise self.unknown(word)
        warnings.warn(other_normal_form(word, other), stacklevel=4)
        return self._rows[other]

    def _row_or_none(self, word: str) -> int:
        """Return the row of a word that has a vector; -1 if only subwords give it one."""
        vector = self._from_subwords(word)
        row = self._row(word) if vector is None else -1
        if not (self.stored[row] if vector is None else vector).any():
            raise self.unknown(word)
        return row

    def _senses_of(self, word: str) -> list[str]:
        """Return the rows of the senses of a word that has no row of its own; the word itself if there are none."""
        if self.inventory is None or word in self._rows:
            return [word]
        return self.inventory.names_of(word) or [word]

    def _from_subwords(self, word: str) -> Floats | None:
        """Return the vector of a word that has no row but subwords; None for other words."""
        if self.subwords is None or self._spelled(word) is not None or not has_code(self.subwords, word):
            return None
        return self.subwords.vector(word)

    def _vectors(self, words: Sequence[str]) -> Floats:
        """Return the vectors (words, dim) of words."""
        return np.array([self[word] for word in words], np.float32).reshape(-1, self.dim)


def in_normal_forms(word: str) -> Iterator[str]:
    """Yield a word as it is and in its normal forms.

    >>> [len(form) for form in in_normal_forms("na\u00efve")], list(in_normal_forms("tea"))
    ([5, 5, 6], ['tea'])
    """
    yield word
    if not word.isascii():
        yield from (unicodedata.normalize(form, word) for form in NORMAL_FORMS)


def other_normal_form(word: str, known: str) -> str:
    """Return the warning for a word that was found in another normal form."""
    form = next(form for form in NORMAL_FORMS if unicodedata.normalize(form, word) == known)
    return f"{word}: found as the same characters in their {NORMAL_FORMS[form]} form ({form})"


def as_floats(name: str, numbers: Any) -> Floats:
    """Return an array of float32.

    Raises
    ------
    TypeError
        If it contains anything but numbers, or rows of different lengths.
    """
    try:
        if np.iscomplexobj(numbers):
            raise TypeError
        with np.errstate(over="ignore"):  # callers check for infinity
            return np.asarray(numbers, np.float32)
    except (TypeError, ValueError, OverflowError):
        arguments.wrong(name, numbers, "an array of numbers, with rows of one length")


def _refuse_number(value: object) -> NoReturn:
    if isinstance(value, slice):
        call = "vectors.matrix[begin:end], vectors.words[begin:end] or vectors.subset(vectors.words[begin:end])"
    else:
        call = "vectors.matrix[row] or vectors.words[row] for a row number"
    arguments.wrong("word", value, "a word, or a list of words", call)
