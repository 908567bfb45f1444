"""Checks of the types of arguments: a wrong type is a TypeError that names the right call."""

import operator
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from wordvec.errors import SettingsError

Kind = TypeVar("Kind")

_CALLS = {
    "Anchors": "from_dictionary(pairs, source, target) or identical(source, target) of wordvec.alignment",
    "AlignedSlices": "Compass().fit(slices)",
    "Cooccurrence": "Cooccurrence.count(corpus) or Cooccurrence.open(folder)",
    "EncodedCorpus": "EncodedCorpus.from_text(path), EncodedCorpus.from_sentences(sentences) or "
    "EncodedCorpus.open(folder)",
    "Mapping": "Mapping.load(path), or the fit of a method such as wordvec.alignment.Procrustes()",
    "Slice": "AlignedSlices.text(name, corpus)",
    "Vectors": "Vectors.load(path), Vectors.from_gensim(model) or Vectors(words, matrix)",
    "Vocabulary": "Vocabulary.load(path) or Vocabulary.from_words(words, counts)",
}
"""How to make an object of each class."""


def wrong(name: str, value: object, expected: str, call: str = "") -> NoReturn:
    """Raise the TypeError of an argument.

    Parameters
    ----------
    name, value
        The argument.
    expected
        What it must be, with its article.
    call
        The call to use instead, if there is one.
    """
    kind = "None" if value is None else f"a {type(value).__name__}"
    raise TypeError(f"{name}: expected {expected}, got {kind}" + (f"; use {call}" if call else ""))


def expect(name: str, value: object, kind: type[Kind], *, optional: bool = False) -> None:
    """Refuse an object of another class.

    Raises
    ------
    TypeError
        If `value` is no `kind` (nor None, where it is `optional`).
    """
    if not isinstance(value, kind) and not (optional and value is None):
        _refuse(name, value, kind)


def _refuse(name: str, value: object, kind: type[object]) -> NoReturn:
    article = "an" if kind.__name__[0] in "AEIOU" else "a"
    call = _CALLS.get(kind.__name__, "")
    if kind.__name__ == "EncodedCorpus" and isinstance(value, str | os.PathLike):
        call = f"EncodedCorpus.from_text({str(value)!r:.60})"
    elif kind.__name__ == "EncodedCorpus" and isinstance(value, list | tuple):
        call = "EncodedCorpus.from_sentences(sentences)"
    elif kind.__name__ == "Vectors" and isinstance(value, str | os.PathLike):
        call = f"Vectors.load({str(value)!r:.60})"
    elif kind.__name__ == "Vectors" and (hasattr(value, "wv") or hasattr(value, "key_to_index")):
        call = "Vectors.from_gensim(model)"
    wrong(name, value, f"{article} {kind.__name__}", call)


def path(name: str, value: object, call: str = "") -> Path:
    """Return a path given as a string or `Path`.

    Raises
    ------
    TypeError
        If it is neither.
    SettingsError
        If no file can have this name.
    """
    if not isinstance(value, str | os.PathLike) or not isinstance(os.fspath(value), str):
        wrong(name, value, "a path (str or Path)", call)
    try:
        sound = b"\0" not in os.fsencode(value)
    except UnicodeEncodeError:
        sound = False
    if not sound:
        raise SettingsError(f"{name}: {os.fspath(value)!r:.60} cannot be the name of a file")
    return Path(value)


def word(name: str, value: object, call: str = "") -> str:
    """Return one word.

    Raises
    ------
    TypeError
        If it is no string.
    """
    if isinstance(value, bytes):
        wrong(name, value, "a word (str)", f"{name}.decode()")
    if not isinstance(value, str):
        wrong(name, value, "a word (str)", call)
    return value


def words(name: str, value: object, call: str = "") -> list[str]:
    """Return the words of a list, tuple, array or another iterable.

    Raises
    ------
    TypeError
        If it is one string, no iterable, or holds anything but strings.
    """
    if isinstance(value, str | bytes):
        wrong(name, value, "a list of words", f"[{value!r:.40}]")
    found = items(name, value, "a list of words", call)
    if set(map(type, found)) <= {str}:  # the usual case, fast
        return found
    for number, one in enumerate(found):
        if not isinstance(one, str):
            word(f"{name}[{number}]", one, call)
    return found


def items(name: str, value: object, expected: str = "a list", call: str = "") -> list[Any]:
    """Return the items of an iterable that is no string, mapping or set of bytes.

    Raises
    ------
    TypeError
        If it is none.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        wrong(name, value, expected, call)
    # An array without dimensions claims to be iterable.
    if getattr(value, "ndim", 1) == 0:
        wrong(name, value, expected, call)
    return value.tolist() if hasattr(value, "tolist") else list(value)


def whole(name: str, value: object, call: str = "") -> int:
    """Return a whole number.

    Raises
    ------
    TypeError
        If it is none, or True or False.
    """
    try:
        if not isinstance(value, bool) and not hasattr(value, "ndim"):
            return operator.index(value)  # type: ignore[arg-type]
        if getattr(value, "shape", None) == () and not hasattr(value, "__setitem__"):  # a scalar of NumPy
            return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        pass
    wrong(name, value, "a whole number", call)


def real(name: str, value: object, call: str = "") -> float:
    """Return a number.

    Raises
    ------
    TypeError
        If it is none, or True or False.
    """
    if (
        isinstance(value, bool | str | bytes)
        or hasattr(value, "__setitem__")
        or not (hasattr(value, "__float__") or hasattr(value, "__index__"))
    ):
        wrong(name, value, "a number", call)
    try:
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        raise SettingsError(f"{name}: the number is too large") from None
    except TypeError:
        wrong(name, value, "a number", call)
