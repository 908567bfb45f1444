"""JSON objects in files, with checks of the types of their fields, because metadata are not trusted."""

import json
import math
import reprlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wordvec.errors import InputError

LARGEST = 1 << 30
"""Largest size of a file that is read, in bytes."""

Kind = Any
"""The kind of a JSON value.

``str``, ``bool``, ``dict`` or ``list``; ``int`` for a count, which is not negative; ``float`` for a finite number;
``object`` for any value. ``[kind]`` is a list of values of a kind, ``(kind, kind)`` a list of exactly two values, and
``{"name": kind}`` an object with at least these fields. `Optional` marks a value that may be null or absent.
"""


class Optional:
    """The kind of a value that may be null or absent."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind


METADATA: Mapping[str, Kind] = {"history": Optional([dict])}
"""Checked fields of the metadata of vectors; other fields can hold any value."""

_MOST_WHOLE = (1 << 63) - 1
_NAMES = {str: "a text", bool: "true or false", dict: "an object", list: "a list", int: "a count", float: "a number"}


def parsed(text: str | bytes, kind: Kind = dict) -> dict[str, Any]:
    """Return the JSON object in a text after a check of its kind.

    Raises
    ------
    ValueError
        If the text is not a JSON object, or the object is of another kind.
    """
    value = loaded(text)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    check(value, kind, "")
    return value


def loaded(text: str | bytes) -> Any:
    """Return the JSON value in a text.

    Raises
    ------
    ValueError
        If the text is not JSON.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def read(path: Path, kind: Kind = dict) -> dict[str, Any]:
    """Return the JSON object in a file after a check of its kind.

    Raises
    ------
    InputError
        If the file cannot be read, is not a JSON object, or the object is of another kind.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path}: larger than {LARGEST >> 20} MB, the limit for metadata")
        return parsed(path.read_bytes(), kind)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise InputError(f"{path}: damaged ({error})") from error


def check(value: Any, kind: Kind, name: str) -> None:
    """Check that a JSON value is of a kind.

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
