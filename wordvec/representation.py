"""Short representations of objects with large fields, for ``repr``."""

import dataclasses
import itertools
import reprlib
from collections.abc import Mapping, Sized
from typing import Any

MOST_ITEMS, MOST_LETTERS = 3, 100

_LIMITS = reprlib.Repr()
_LIMITS.maxlist = _LIMITS.maxtuple = _LIMITS.maxdict = _LIMITS.maxset = _LIMITS.maxfrozenset = MOST_ITEMS
_LIMITS.maxstring = _LIMITS.maxother = MOST_LETTERS
_LIMITS.maxlevel = 2


def short(value: Any) -> str:
    """Return the class and the fields of a dataclass or named tuple; arrays by shape, collections by first items.

    ``__repr__`` of classes that hold words or arrays returns it; the usual one prints all of them.

    Examples
    --------
    >>> from typing import NamedTuple
    >>> class Words(NamedTuple):
    ...     words: list[str]
    ...     def __repr__(self) -> str:
    ...         return short(self)
    >>> Words(["tea"] * 10_000)
    Words(words=['tea', 'tea', 'tea', ... 10,000 in all])
    """
    shown = [field.name for field in dataclasses.fields(value) if field.repr] if dataclasses.is_dataclass(value) else ()
    names = shown or getattr(value, "_fields", ())
    return f"{type(value).__name__}({', '.join(f'{name}={_shown(getattr(value, name))}' for name in names)})"


def _shown(value: Any) -> str:
    if hasattr(value, "dtype") and hasattr(value, "shape"):
        return f"<{value.shape} {value.dtype} array>"
    if isinstance(value, Mapping):
        items = [f"{_cut(name)}: {_cut(value[name])}" for name in list(value)[:MOST_ITEMS]]
        return f"{{{_joined(items, value)}}}"
    if isinstance(value, list | set | frozenset) or (isinstance(value, tuple) and not hasattr(value, "_fields")):
        opening, closing = "()" if isinstance(value, tuple) else "[]" if isinstance(value, list) else "{}"
        items = [_cut(item) for item in itertools.islice(value, MOST_ITEMS)]
        return f"{opening}{_joined(items, value)}{closing}"
    return _cut(value)


def _joined(items: list[str], whole: Sized) -> str:
    return ", ".join(items) + (f", ... {len(whole):,} in all" if len(whole) > len(items) else "")


def _cut(value: Any) -> str:
    return _LIMITS.repr(value)
