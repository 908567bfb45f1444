"""Checks of words and rows: invalid and repeated words, and numbers that are not finite."""

import re
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError

_ROWS_MOVED = 4096
_CONTROL = re.compile("[\0-\x09\x0b-\x1f]")
_SPACES = re.compile(r"[\s\0-\x1f]+")
SPACES = ("refuse", "replace")
"""Treatments of white space and control characters in words that are written."""


class BadWordError(InputError):
    """A word is empty, is not valid Unicode, or contains characters that a format cannot hold."""


def check_words(words: Sequence[str], kind: str = "a .vec file") -> None:
    """Fail if a word would break a reader of text files or of word2vec's binary files.

    Raises
    ------
    InputError
        If a word is empty or repeated, or contains white space, control characters or lone surrogates.
    """
    text = "\n".join(words)
    if text.split() != list(words) or _CONTROL.search(text):
        bad = [word for word in words if word.split() != [word] or _CONTROL.search(word)]
        others = f" ({len(bad) - 1:,} more do)" if len(bad) > 1 else ""
        raise BadWordError(
            f"{bad[0]!r}: a word of {kind} must not be empty or contain white space or control characters{others}"
            + ("; --spaces replace (spaces='replace') writes _ for them" if bad[0] else "")
        )
    check_vocabulary(words, kind)


def without_spaces(words: Sequence[str]) -> tuple[list[str], int]:
    """Return words with each run of white space and control characters replaced by ``_``, and the number changed.

    A changed word that equals another word gets further ``_`` at its end.

    Examples
    --------
    >>> without_spaces(["a\u00a0b", "c", "a b"])
    (['a_b', 'c', 'a_b_'], 2)
    """
    spaced = [row for row, word in enumerate(words) if _SPACES.search(word)]
    replaced = list(words)
    taken = set(words) if spaced else set()
    for row in spaced:
        word = _SPACES.sub("_", words[row])
        while word in taken:
            word += "_"
        taken.add(word)
        replaced[row] = word
    return replaced, len(spaced)


def check_vocabulary(words: Sequence[str], kind: str, forbidden: str = "") -> None:
    """Fail if words are repeated, empty, invalid Unicode or contain a forbidden character.

    Raises
    ------
    InputError
        If a word is repeated.
    BadWordError
        If a word is empty, is not valid Unicode or contains a forbidden character.
    """
    for bad in words if forbidden or not all(words) else ():
        if not bad or any(character in bad for character in forbidden):
            listed = "".join(f" or contain {character!r}" for character in forbidden)
            raise BadWordError(f"{bad!r}: a word of {kind} must not be empty{listed}")
    check_unicode(kind, words)
    if len(set(words)) < len(words):
        bad = words[int(are_first(words).argmin())]
        raise InputError(f"{bad!r}: the word has two rows; the words of {kind} must be unique")


def check_unicode(where: str | Path, words: Sequence[str]) -> None:
    """Fail if a word contains a lone surrogate, which UTF-8 cannot encode.

    Raises
    ------
    BadWordError
        If a word does. The message begins with `where`: a file, or the name of a format.
    """
    try:
        "".join(words).encode()
    except UnicodeEncodeError:
        bad = next(word for word in words if not _is_unicode(word))
        raise BadWordError(f"{where}: the word {bad!r} is not valid Unicode") from None


def decode_words(path: Path, content: bytes, separator: str) -> list[str]:
    """Decode UTF-8 words, each followed by a separator.

    Raises
    ------
    BadWordError
        If a word is not valid UTF-8.
    """
    try:
        return content.decode().split(separator)[:-1]
    except UnicodeDecodeError as error:
        word = content[content.rfind(separator.encode(), 0, error.start) + 1 :].partition(separator.encode())[0]
        raise BadWordError(f"{path}: {word!r}: the word is not valid UTF-8") from error


def drop_repeated(
    path: str | Path, words: list[str], matrix: NDArray[np.float32]
) -> tuple[list[str], NDArray[np.float32]]:
    """Return the words and rows without repeated words, and warn of these. `matrix` is modified in place."""
    if len(set(words)) == len(words):
        return words, matrix
    kept = np.flatnonzero(are_first(words))
    repeated = len(words) - len(kept)
    warnings.warn(f"{path}: {repeated} rows repeat an earlier word and are left out", stacklevel=3)
    return select_rows(words, matrix, kept)


def select_rows(
    words: list[str], matrix: NDArray[np.float32], rows: NDArray[np.int64]
) -> tuple[list[str], NDArray[np.float32]]:
    """Return the words and rows of ascending row numbers, a (rows,) array. `matrix` is modified in place."""
    for begin in range(0, len(rows), _ROWS_MOVED):
        part = rows[begin : begin + _ROWS_MOVED]
        matrix[begin : begin + len(part)] = matrix[part]
    return [words[row] for row in rows], matrix[: len(rows)]


def are_first(words: Sequence[str]) -> NDArray[np.bool_]:
    """Return a (words,) bool array: whether no earlier word is equal."""
    first: dict[str, int] = {}
    for row, word in enumerate(words):
        first.setdefault(word, row)
    return np.array([first[word] == row for row, word in enumerate(words)])


def check_finite(path: Path, words: Sequence[str], matrix: NDArray[np.float32]) -> None:
    """Fail if a row contains NaN or infinity.

    Raises
    ------
    InputError
        If a row does; the message names its word.
    """
    row = _first_not_finite(matrix)
    if row is not None:
        raise InputError(f"{path}: {words[row]}: its vector holds NaN or infinity; numbers must be finite")


def _first_not_finite(matrix: NDArray[np.float32]) -> int | None:
    """Return the first row that contains NaN or infinity, or None."""
    for begin in range(0, len(matrix), _ROWS_MOVED):
        finite = np.isfinite(matrix[begin : begin + _ROWS_MOVED])
        if not finite.all():
            return begin + int(finite.all(axis=1).argmin())
    return None


def _is_unicode(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True
