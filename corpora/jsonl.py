"""The text of JSONL: one field of the object on each line.

A string is a document. A list of strings without white space is one sentence of these tokens, to which no tokenizer is
applied. A list of other strings is several sentences, one on each line. A list of lists is several sentences of tokens.
A record without the field, or whose field is null or contains no text, is skipped and counted.
"""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wordvec.corpora.documents import NO_LABELS, Document, Labelling
from wordvec.corpora.streams import Stream
from wordvec.errors import InputError

LONGEST_RECORD = 64 << 20
"""Maximal bytes of a line."""

_BLANK = re.compile(r"[ \t\r\n]")
"""Characters that no token contains. Some treebanks have tokens with U+00A0, such as French numbers."""


@dataclass
class RecordCounts:
    """Numbers of JSONL records that were read and skipped.

    Parameters
    ----------
    read
        Number of records.
    without_field
        Records without the field.
    empty
        Records whose field is null or contains no text.
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


def documents(
    stream: Stream, field: str, records: RecordCounts, labelling: Labelling = NO_LABELS
) -> Iterator[Document]:
    """Yield the text of each record that has text, and count all records.

    Raises
    ------
    InputError
        If a line is longer than `LONGEST_RECORD` or not an object, a field has another type, or no record has the
        field or one of the fields of `labelling`.
    """
    own, last = RecordCounts(), dict[str, Any]()
    unseen = dict.fromkeys(labelling.fields)
    for number, record in _objects(stream):
        own.read += 1
        last = record or last
        if unseen:
            unseen = {name: None for name in unseen if name not in record}
        if field not in record:
            own.without_field += 1
            continue
        try:
            text, tokens = _text(record[field])
        except ValueError as error:
            raise InputError(f"{stream.name}: line {number:,}: the field {field!r} {error}") from None
        if text:
            name, kept = labelling.of(record, f"{stream.name}:{number}")
            yield Document(text, tokens, name, kept)
        else:
            own.empty += 1
    records.add(own)
    missing = [field] if own.without_field == own.read else list(unseen)
    if own.read and missing:
        what = "its only record lacks" if own.read == 1 else f"all of its {own.read:,} records lack"
        fields = ", ".join(map(repr, last)) or "none"
        raise InputError(f"{stream.name}: {what} the field {missing[0]!r}; the last one has {fields:.200}")


def _objects(stream: Stream) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each record with the number of its line."""
    lines = io.BufferedReader(stream, 1 << 20)
    number = 0
    while line := lines.readline(LONGEST_RECORD + 1):
        number += 1
        if len(line) > LONGEST_RECORD:
            raise InputError(
                f"{stream.name}: line {number:,} is longer than {LONGEST_RECORD >> 20} MiB, the limit of one record; "
                "split the record, or put each record on a line of its own"
            )
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if line.strip():
            yield number, _object(line, stream.name, number)


def _object(line: bytes, file: str, number: int) -> dict[str, Any]:
    # Invalid UTF-8 is passed through unchanged: the tokenizer replaces and counts it.
    try:
        record = json.loads(line.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{file}: line {number:,} is not JSON ({error})") from error
    if not isinstance(record, dict):
        raise InputError(f"{file}: line {number:,} is not an object with fields")
    return record


def _text(value: object) -> tuple[bytes, bool]:
    """Return the text of a field, which may be empty, and whether it is tokens.

    Raises
    ------
    ValueError
        If the field has another type.
    """
    # A missing value of pandas is written as NaN.
    if value is None or value != value:
        return b"", False
    if isinstance(value, str):
        return (_encoded(value) if value.strip() else b""), False
    if isinstance(value, list):
        strings = [item for item in value if isinstance(item, str)]
        if len(strings) == len(value):
            kept = [item for item in strings if item.strip()]
            if any(_BLANK.search(item.strip()) for item in kept):
                return b"\n".join(map(_encoded, kept)), False
            return _encoded(" ".join(kept)), True
        if all(isinstance(item, list) and all(isinstance(token, str) for token in item) for item in value):
            sentences = (_encoded(" ".join(tokens)) for tokens in value if any(map(str.strip, tokens)))
            return b"\n".join(sentences), True
    raise ValueError(f"holds {json.dumps(value)[:40]}, neither a string nor a list of strings")


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a surrogate pair, written as \ud83d
        return text.encode("utf-8", "surrogatepass")
