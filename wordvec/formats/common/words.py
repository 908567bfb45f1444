"""Which words a format can hold, and files that have a word twice."""

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
"""What happens to white space and control characters in words that are written."""


class BadWordError(InputError):
    """A word is empty, not valid Unicode, or holds characters that a format cannot hold."""


def check_words(words: Sequence[str], kind: str = "a .vec file") -> None:
    """Fail if one of the words would break a reader of text (or of word2vec's binary files).

    Raises
    ------
    InputError
        If a word is empty, is there twice, has white space, control characters or lone surrogates in it.
    """
    text = "\n".join(words)
    if text.split() != list(words) or _CONTROL.search(text):
        bad = [word for word in words if word.split() != [word] or _CONTROL.search(word)]
        others = f" ({len(bad) - 1:,} more do)" if len(bad) > 1 else ""
        raise BadWordError(
            f"{bad[0]!r}: a word of {kind} cannot be empty or hold white space or control characters{others}"
            + ("; --spaces replace (spaces='replace') writes _ for them" if bad[0] else "")
        )
    check_any(words, kind)


def without_spaces(words: Sequence[str]) -> tuple[list[str], int]:
    """Return words in which each run of white space and control characters is one ``_``, and how many changed.

    A word that would become like another gets more ``_`` at its end.

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


def check_any(words: Sequence[str], kind: str, forbidden: str = "") -> None:
    """Fail if the words are not unique, one of them is empty, is no valid Unicode or holds a forbidden character.

    Raises
    ------
    InputError
        If so.
    """
    for bad in words if forbidden or not all(words) else ():
        if not bad or any(character in bad for character in forbidden):
            listed = "".join(f" or hold {character!r}" for character in forbidden)
            raise BadWordError(f"{bad!r}: a word of {kind} cannot be empty{listed}")
    check_unicode(kind, words)
    if len(set(words)) < len(words):
        bad = words[int(first_rows(words).argmin())]
        raise InputError(f"{bad!r}: the word has two rows; {kind} holds every word once")


def check_unicode(where: str | Path, words: Sequence[str]) -> None:
    """Fail if a word, of a file or of a kind to be written, holds a lone surrogate, which UTF-8 cannot hold.

    Raises
    ------
    InputError
        If so.
    """
    try:
        "".join(words).encode()
    except UnicodeEncodeError:
        bad = next(word for word in words if not _is_unicode(word))
        raise BadWordError(f"{where}: the word {bad!r} is not valid Unicode") from None


def decoded(path: Path, packed: bytes, separator: str) -> list[str]:
    """Give words from UTF-8, of which each is followed by a separator.

    Raises
    ------
    InputError
        If one is not valid UTF-8.
    """
    try:
        return packed.decode().split(separator)[:-1]
    except UnicodeDecodeError as error:
        word = packed[packed.rfind(separator.encode(), 0, error.start) + 1 :].partition(separator.encode())[0]
        raise BadWordError(f"{path}: {word!r}: the word is not valid UTF-8") from error


def without_repeated(
    path: str | Path, words: list[str], matrix: NDArray[np.float32]
) -> tuple[list[str], NDArray[np.float32]]:
    """Give the words and rows without those whose word came before, and warn of them; `matrix` is changed."""
    if len(set(words)) == len(words):
        return words, matrix
    kept = np.flatnonzero(first_rows(words))
    repeated = len(words) - len(kept)
    warnings.warn(f"{path}: {repeated} rows have a word that came before, and are left out", stacklevel=3)
    return only(words, matrix, kept)


def only(
    words: list[str], matrix: NDArray[np.float32], rows: NDArray[np.int64]
) -> tuple[list[str], NDArray[np.float32]]:
    """Give some of the words and rows, by rising numbers (rows,); `matrix` is changed."""
    for begin in range(0, len(rows), _ROWS_MOVED):  # rows move towards the beginning only, so the matrix can hold both
        part = rows[begin : begin + _ROWS_MOVED]
        matrix[begin : begin + len(part)] = matrix[part]
    return [words[row] for row in rows], matrix[: len(rows)]


def first_rows(words: Sequence[str]) -> NDArray[np.bool_]:
    """Tell of each row whether its word did not come before."""
    first: dict[str, int] = {}
    for row, word in enumerate(words):
        first.setdefault(word, row)
    return np.array([first[word] == row for row, word in enumerate(words)])


def check_finite(path: Path, words: Sequence[str], matrix: NDArray[np.float32]) -> None:
    """Fail if a row, of a file or of what is to be written, holds NaN or infinity.

    Raises
    ------
    InputError
        If so, with the word.
    """
    for begin in range(0, len(words), _ROWS_MOVED):
        finite = np.isfinite(matrix[begin : begin + _ROWS_MOVED])
        if not finite.all():
            row = begin + int(finite.all(1).argmin())
            raise InputError(f"{path}: {words[row]}: its vector holds NaN or infinity; numbers must be finite")


def _is_unicode(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True
