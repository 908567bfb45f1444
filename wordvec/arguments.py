"""Checks of argument types: a wrong type raises a TypeError that names the right call."""

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
    "Graph": "Graph.load(path) or Graph.from_edges(edges)",
    "Mapping": "Mapping.load(path), or the fit of a method such as wordvec.alignment.Procrustes()",
    "Slice": "AlignedSlices.text(name, corpus)",
    "Vectors": "Vectors.load(path), Vectors.from_gensim(model) or Vectors(words, matrix)",
    "Vocabulary": "Vocabulary.load(path) or Vocabulary.from_words(words, counts)",
}
"""Calls that make an object of each class."""


def wrong(name: str, value: object, expected: str, call: str = "") -> NoReturn:
    """Raise the TypeError for an argument of the wrong type.

    Parameters
    ----------
    name, value
        Name and value of the argument.
    expected
        Expected type with its article, such as ``"a list"``.
    call
        Call to use instead, if there is one.
    """
    kind = "None" if value is None else f"a {type(value).__name__}"
    raise TypeError(f"{name}: expected {expected}, got {kind}" + (f"; use {call}" if call else ""))


def expect(name: str, value: object, kind: type[Kind], *, optional: bool = False) -> None:
    """Check that an argument is an instance of a class.

    Raises
    ------
    TypeError
        If `value` is not a `kind`, nor None where it is `optional`.
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
        If it is neither a string nor a path.
    SettingsError
        If the path holds a null character or cannot be encoded.
    """
    if not isinstance(value, str | os.PathLike) or not isinstance(os.fspath(value), str):
        wrong(name, value, "a path (str or Path)", call)
    try:
        sound = b"\0" not in os.fsencode(value)
    except UnicodeEncodeError:
        sound = False
    if not sound:
        raise SettingsError(f"{name}: {os.fspath(value)!r:.60} is not a valid file name")
    return Path(value)


def word(name: str, value: object, call: str = "") -> str:
    """Return an argument that is one word.

    Raises
    ------
    TypeError
        If it is not a string.
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
        If it is a single string, not iterable, or contains anything but strings.
    """
    if isinstance(value, str | bytes):
        wrong(name, value, "a list of words", f"[{value!r:.40}]")
    found = items(name, value, "a list of words", call)
    if set(map(type, found)) <= {str}:  # fast path
        return found
    for number, one in enumerate(found):
        if not isinstance(one, str):
            word(f"{name}[{number}]", one, call)
    return found


def items(name: str, value: object, expected: str = "a list", call: str = "") -> list[Any]:
    """Return the items of an iterable.

    Raises
    ------
    TypeError
        If the argument is not iterable, or a string, bytes or a mapping.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        wrong(name, value, expected, call)
    # A zero-dimensional array passes for an iterable.
    if getattr(value, "ndim", 1) == 0:
        wrong(name, value, expected, call)
    return value.tolist() if hasattr(value, "tolist") else list(value)


def whole(name: str, value: object, call: str = "") -> int:
    """Return an argument that is an integer.

    Raises
    ------
    TypeError
        If it is not an integer, or is a bool.
    """
    try:
        if not isinstance(value, bool) and not hasattr(value, "ndim"):
            return operator.index(value)  # type: ignore[arg-type]
        if getattr(value, "shape", None) == () and not hasattr(value, "__setitem__"):  # a NumPy scalar
            return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        pass
    wrong(name, value, "a whole number", call)


def seed(value: object) -> int:
    """Return the seed of random numbers.

    Raises
    ------
    TypeError
        If it is not an integer.
    SettingsError
        If it is negative or has more than 63 bits.
    """
    found = whole("seed", value)
    if not 0 <= found < 2**63:
        raise SettingsError(f"{found}: must be at least 0 and below 2^63", setting="seed")
    return found


def real(name: str, value: object, call: str = "") -> float:
    """Return an argument that is a real number, as a float.

    Raises
    ------
    TypeError
        If it is not a number, or is a bool.
    SettingsError
        If it is too large for a float.
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
