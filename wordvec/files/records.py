"""JSON objects on disk, read with the types of their fields: metadata are data of others and never trusted."""

import json
import math
import reprlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wordvec.errors import InputError

LARGEST = 1 << 30
"""Bytes of the largest object that is read."""

Kind = Any
"""The kind of a value.

``str``, ``bool``, ``dict`` or ``list``; ``int``, a count, is never negative; ``float`` is any finite number; ``object``
is anything. ``[kind]`` is a list of such values, ``(kind, kind)`` a list of exactly these, and ``{"name": kind}`` an
object with at least these fields. `Optional` marks a value that may be null or absent.
"""


class Optional:
    """A kind of value that may be null or absent."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind


METADATA: Mapping[str, Kind] = {"history": Optional([dict])}
"""Fields of the metadata of vectors that are relied on; others hold anything, and their readers expect that."""

_MOST_WHOLE = (1 << 63) - 1
_NAMES = {str: "a text", bool: "true or false", dict: "an object", list: "a list", int: "a count", float: "a number"}


def parsed(text: str | bytes, kind: Kind = dict) -> dict[str, Any]:
    """Return the JSON object in a text, if it is of a kind.

    Raises
    ------
    ValueError
        If it is none, or of another kind.
    """
    value = loaded(text)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    check(value, kind, "")
    return value


def loaded(text: str | bytes) -> Any:
    """Return the value of JSON in a text.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def read(path: Path, kind: Kind = dict) -> dict[str, Any]:
    """Return the JSON object in a file, if it is of a kind.

    Raises
    ------
    InputError
        If it cannot be read or is none, or of another kind.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path}: larger than {LARGEST >> 20} MB, and is not read")
        return parsed(path.read_bytes(), kind)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise InputError(f"{path}: damaged ({error})") from error


def check(value: Any, kind: Kind, name: str) -> None:
    """Check that a value of JSON is of a kind.

    Raises
    ------
    ValueError
        If it is not; the message names the field.
    """
    if isinstance(kind, Optional):
        if value is not None:
            check(value, kind.kind, name)
    elif isinstance(kind, type):
        if not _is(value, kind):
            raise ValueError(f"{name or 'the value'} is {_short(value)}, not {_NAMES[kind]}")
    elif isinstance(kind, Mapping):
        _check_fields(value, kind, name)
    elif isinstance(value, list) and (isinstance(kind, list) or len(kind) == len(value)):
        kinds = kind * len(value) if isinstance(kind, list) else kind
        for at, (inner, of) in enumerate(zip(value, kinds, strict=True)):
            check(inner, of, f"{name}[{at}]")
    else:
        wanted = "a list" if isinstance(kind, list) else f"a list of {len(kind)}"
        raise ValueError(f"{name or 'the value'} is {_short(value)}, not {wanted}")


def _check_fields(value: Any, kind: Mapping[str, Kind], name: str) -> None:
    check(value, dict, name)
    missing = [key for key, of in kind.items() if key not in value and not isinstance(of, Optional)]
    if missing:
        raise ValueError(f"{name} has no {', '.join(sorted(missing))}".lstrip())
    for key, of in kind.items():
        check(value.get(key), of, f"{name}.{key}".lstrip("."))


def _is(value: Any, kind: type) -> bool:
    if kind is int:
        return type(value) is int and 0 <= value <= _MOST_WHOLE
    if kind is float:
        return (type(value) is float and math.isfinite(value)) or (type(value) is int and abs(value) <= _MOST_WHOLE)
    return isinstance(value, kind)


def _short(value: Any) -> str:
    return "null" if value is None else reprlib.repr(value)
