"""Text of records, as JSONL and tables have them: the values of some fields of each.

A string is text. A list of strings without white space is one sentence of these tokens, to which no tokenizer is
applied. A list of other strings is several sentences, one on each line. A list of lists is several sentences of tokens.
The values of several fields are separate lines of one document. ``a.b`` is the field b of the object in the field a, if
no field is called so. A record without the fields, or whose fields are null or contain no text, is skipped and counted.
"""

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from wordvec.corpora.documents import NO_LABELS, Document, Labelling
from wordvec.errors import InputError
from wordvec.representation import short

LONGEST_RECORD = 64 << 20
"""Maximal bytes of a record."""

_BLANK = re.compile(r"[ \t\r\n]")
"""Characters that no token contains. Some treebanks have tokens with U+00A0, such as French numbers."""

_MISSING = object()


@dataclass
class RecordCounts:
    """Numbers of records that were read and skipped.

    Parameters
    ----------
    read
        Number of records.
    without_field
        Records without the fields.
    empty
        Records whose fields are null or contain no text.
    """

    read: int = 0
    without_field: int = 0
    empty: int = 0

    @property
    def skipped(self) -> int:
        """The number of records without text."""
        return self.without_field + self.empty

    def add(self, other: "RecordCounts") -> None:
        """Add the numbers of another file."""
        self.read += other.read
        self.without_field += other.without_field
        self.empty += other.empty


class Record(NamedTuple):
    """A record of a file.

    Parameters
    ----------
    number
        Number of its line or row.
    values
        Its fields.
    """

    number: int
    values: Mapping[str, Any]

    def __repr__(self) -> str:
        return short(self)


def record_documents(
    name: str,
    found: Iterable[Record],
    fields: Sequence[str],
    records: RecordCounts,
    labelling: Labelling = NO_LABELS,
    unit: str = "line",
) -> Iterator[Document]:
    """Yield the text of each record that has text, or with `keep_empty` of all, and count all records.

    Parameters
    ----------
    name
        Name of the file in messages.
    found
        The records of the file.
    fields
        Fields that hold the text.
    records
        Receives the numbers of records.
    labelling
        Fields that name documents and are kept.
    unit
        What the numbers of records count.

    Raises
    ------
    InputError
        If a field has another type than text, or no record has it.
    """
    own, known = RecordCounts(), "none"
    unseen = dict.fromkeys((*fields, *labelling.fields))
    for number, values in found:
        own.read += 1
        known = ", ".join(map(repr, values)) if unseen and values else known
        texts = {field: value for field in fields if (value := _value(values, field)) is not _MISSING}
        labels = {field: value for field in labelling.fields if (value := _value(values, field)) is not _MISSING}
        if unseen:
            unseen = {field: None for field in unseen if field not in texts and field not in labels}
        parts = []
        for field, value in texts.items():
            part = _document(value)
            if part is None:
                shown = json.dumps(value, default=str)[:40]
                where = f"{name}: {unit} {number:,}: the field {field!r}"
                raise InputError(f"{where} holds {shown}, neither a string nor a list of strings")
            if part.text:
                parts.append(part)
        if parts:
            title, kept = labelling.of(labels, f"{name}:{number}")
            for text, tokens, _, _, continues in parts if len(parts) == 1 else _joined(parts):
                yield Document(text, tokens, title, kept, continues)
            continue
        own.empty, own.without_field = own.empty + bool(texts), own.without_field + (not texts)
        if labelling.keep_empty:
            title, kept = labelling.of(labels, f"{name}:{number}")
            yield Document(b"", name=title, fields=kept)
    records.add(own)
    if own.read and unseen:
        what = "its only record lacks" if own.read == 1 else f"all of its {own.read:,} records lack"
        raise InputError(f"{name}: {what} the field {next(iter(unseen))!r}; the last one has {known:.200}")


def _value(record: Mapping[str, Any], field: str) -> Any:
    """Return the value of a field, in which dots lead to fields of objects, or `_MISSING`."""
    if field in record or "." not in field:
        return record.get(field, _MISSING)
    # Names of fields may contain dots: every prefix can be the name of an object.
    for end in (place for place, letter in enumerate(field) if letter == "."):
        inner = record.get(field[:end])
        if isinstance(inner, Mapping) and (value := _value(inner, field[end + 1 :])) is not _MISSING:
            return value
    return _MISSING


def _joined(texts: list[Document]) -> Iterator[Document]:
    """Yield texts as one document, each on lines of its own; tokens and text are separate parts of it."""
    parts = [
        Document(b"\n".join(text for text, *_ in group), tokens)
        for tokens, group in itertools.groupby(texts, lambda text: text.tokens)
    ]
    for part in parts[:-1]:
        yield part._replace(text=part.text + b"\n", continues=True)
    yield parts[-1]


def _document(value: object) -> Document | None:
    """Return the text of a field, which may be empty, or None if it is neither a string nor a list of strings."""
    # A missing value of pandas is written as NaN.
    if value is None or value != value:
        return Document(b"")
    if isinstance(value, str):
        return Document(_encoded(value) if value.strip() else b"")
    if isinstance(value, list):
        strings = [item for item in value if isinstance(item, str)]
        if len(strings) == len(value):
            kept = [item for item in strings if item.strip()]
            if any(_BLANK.search(item.strip()) for item in kept):
                return Document(b"\n".join(map(_encoded, kept)))
            return Document(_encoded(" ".join(kept)), tokens=True)
        if all(isinstance(item, list) and all(isinstance(token, str) for token in item) for item in value):
            sentences = (_encoded(" ".join(tokens)) for tokens in value if any(map(str.strip, tokens)))
            return Document(b"\n".join(sentences), tokens=True)
    return None


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a surrogate pair, written as \ud83d
        return text.encode("utf-8", "surrogatepass")
