"""Detection of JSON and JSONL, by parsing the beginning."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from wordvec.corpora.kinds.sample import FileKind, Reader, Sample, spelt_name

_STRING = r'"(?:[^"\\]|\\.)*"'
_OBJECT = re.compile(rf"\{{\s*{_STRING}\s*:")
_ARRAY = re.compile(rf"\[\s*(?:\{{\s*{_STRING}\s*:|{_STRING}\s*[,\]]|\[\s*(?:{_STRING}\s*[,\]]|-?\d))")

_ELEMENTS = "import json,sys; [print({}) for r in {}]"
_ALL_STRINGS = (
    "import json,sys; json.load(sys.stdin, object_hook=lambda d: [print(v) for v in d.values() if isinstance(v, str)])"
)
_FEW = 100
_USUAL = ("text", "content", "body", "tokens", "sentences", "sentence")
"""Common names of the field with the text."""


def json_kind(sample: Sample) -> FileKind | None:
    """Return the kind of JSON, or None; a single line of JSON counts as JSONL of one record."""
    if sample.text[0] not in "{[":
        return _jsonl("text") if sample.ending in ("jsonl", "ndjson") else None
    records = list(_records(sample.lines))
    if records and len(records) >= min(len(sample.lines), 2):
        if all(isinstance(record, dict) for record in records):
            field = _text_field(records)
            if field or len(records) > 1:
                return _jsonl(field or "text")
        elif len(records) > 1 and all(isinstance(record, list) for record in records):
            return FileKind(
                "JSON, a list on each line", _python("import json,sys; [print(*json.loads(r)) for r in sys.stdin]")
            )
    if sample.ending in ("jsonl", "ndjson"):
        return _jsonl("text")
    if sample.text[0] == "{":
        return _object(sample) if _OBJECT.match(sample.text) else None
    return _array(sample) if _ARRAY.match(sample.text) else None


def _jsonl(field: str) -> FileKind:
    option = f"name the field that holds the text (--field {spelt_name(field)})"
    return FileKind("JSONL", reader=Reader.JSONL, option=option)


def _python(code: str) -> str:
    return f"python3 -c '{code}'"


def _records(lines: list[str]) -> Iterator[Any]:
    """Yield the values of the first lines, up to a line that is not complete JSON."""
    for line in lines[:_FEW]:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            return
        if not isinstance(value, dict | list):
            return
        yield value


def _text_field(records: list[dict[str, Any]]) -> str:
    """Return the field with a common name of text, or else with the most text, or an empty string."""
    sizes: Counter[str] = Counter()
    for record in records:
        for name, value in record.items():
            if isinstance(value, str):
                sizes[name] += len(value)
            elif isinstance(value, list):
                sizes[name] += sum(len(item) for item in value if isinstance(item, str))
    usual = [name for name in _USUAL if sizes[name]]
    return next(iter(usual), "") or next((name for name, size in sizes.most_common(1) if size), "")


def _object(sample: Sample) -> FileKind:
    what = "a JSON object"
    try:
        value = json.loads(sample.text) if sample.whole else {}
    except (ValueError, RecursionError):
        value = {}
    for name, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, list) and inner and re.fullmatch(r"\w+", name):
            return _elements(what, inner, f'json.load(sys.stdin)["{name}"]')
    return FileKind(what, _python(_ALL_STRINGS))


def _array(sample: Sample) -> FileKind | None:
    found: list[Any] = []
    at, text = 1, sample.text
    decoder = json.JSONDecoder()
    while len(found) < _FEW and at < len(text) and (not found or text[at] == ","):
        at += bool(found)
        at += len(text[at : at + 100]) - len(text[at : at + 100].lstrip())
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            if sample.whole:
                return None
            break
        found.append(value)
        at += len(text[at : at + 100]) - len(text[at : at + 100].lstrip())
    return _elements("a JSON array", found or [{"text": " "}], "json.load(sys.stdin)")


def _elements(what: str, values: list[Any], source: str) -> FileKind:
    """Return the kind of a JSON array, with the command that extracts its elements' text."""
    if all(isinstance(value, dict) for value in values):
        field = _text_field(values) or "text"
        return FileKind(what, _python(_ELEMENTS.format("json.dumps(r)", source)), then=f"--field {field}")
    shown = "*r" if isinstance(values[0], list) else "*str(r).split()"
    return FileKind(what, _python(_ELEMENTS.format(shown, source)))
