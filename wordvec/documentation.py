"""The section "Parameters" of a class's docstring, from the fields declared with `wordvec.settings.setting`."""

import dataclasses
import inspect
import re
import textwrap
from typing import Any, TypeVar

C = TypeVar("C", bound=type)

WIDTH, INDENT = 100, "    "
_HEADING = "Parameters\n----------\n"
_LATER = re.compile(r"^(Attributes|Raises|Returns|Notes|References|Examples)\n-+$", re.MULTILINE)
_DESCRIBED = re.compile(r"^(\w+(?:, \w+)*)(?: :.*)?$", re.MULTILINE)


def documented(kind: C) -> C:
    """Add the fields of a dataclass to its docstring; parameters that are described there already are kept.

    Applied above ``@dataclasses.dataclass``, so that ``help`` explains every parameter.
    """
    if kind.__doc__ is None:  # python -OO
        return kind
    text = inspect.cleandoc(kind.__doc__)
    before, written, after = _parts(text)
    described = {name for names in _DESCRIBED.findall(written) for name in names.split(", ")}
    entries = [_entry(field) for field in dataclasses.fields(kind) if field.init and field.name not in described]
    section = _HEADING + "\n".join(filter(None, [written, *filter(None, entries)]))
    kind.__doc__ = "\n\n".join(filter(None, [before, section, after]))
    return kind


def _parts(text: str) -> tuple[str, str, str]:
    """Return the text before the section of parameters, the section without its heading, and the text after it."""
    found = _LATER.search(text)
    begin, after = (text[: found.start()], text[found.start() :]) if found else (text, "")
    before, _, written = begin.partition(_HEADING)
    return before.strip(), written.strip(), after.strip()


def _entry(field: "dataclasses.Field[Any]") -> str:
    """Return the entry of a field; empty for a field without a help text."""
    help = field.metadata.get("help") or field.metadata.get("about")
    if not help:
        return ""
    default = "" if field.default is None else f", default {field.default!r}"
    choices = field.metadata.get("choices")
    kind = "{" + ", ".join(map(repr, choices)) + "}" if choices else _type(field)
    limits = [
        f"{words} {field.metadata[name]:g}"
        for name, words in (("at_least", "at least"), ("above", "above"), ("at_most", "at most"))
        if field.metadata.get(name) is not None and abs(field.metadata[name]) < 1e9
    ]
    meaning = (
        (help if help[1:2] == " " else help[:1].upper() + help[1:])
        + (f" ({', '.join(limits)})" if limits else "")
        + "."
    )
    lines = textwrap.fill(meaning, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
    return f"{field.name} : {kind}{default}\n{lines}"


def _type(field: "dataclasses.Field[Any]") -> str:
    return field.type.__name__ if isinstance(field.type, type) else str(field.type)
