"""JSONL: a record on each line, as an object of JSON."""

import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from wordvec.corpora.documents import NO_LABELS, Document, Labelling
from wordvec.corpora.records import LONGEST_RECORD, Record, RecordCounts, record_documents
from wordvec.corpora.streams import Stream
from wordvec.errors import InputError


def documents(
    stream: Stream, fields: Sequence[str], records: RecordCounts, labelling: Labelling = NO_LABELS
) -> Iterator[Document]:
    """Yield the text of each record that has text, and count all records.

    Raises
    ------
    InputError
        If a line is longer than `LONGEST_RECORD` or not an object, a field has another type, or no record has a field.
    """
    yield from record_documents(stream.name, _objects(stream), fields, records, labelling)


def _objects(stream: Stream) -> Iterator[Record]:
    """Yield each record, with the number of its line."""
    lines = io.BufferedReader(stream, 1 << 20)
    number = 0
    while line := lines.readline(LONGEST_RECORD + 1):
        number += 1
        where = f"{stream.name}: line {number:,}"
        if len(line) > LONGEST_RECORD:
            raise InputError(
                f"{where} is longer than {LONGEST_RECORD >> 20} MiB, the limit of one record; split the record, or put "
                "each record on a line of its own"
            )
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if line.strip():
            yield Record(number, _object(line, where))


def _object(line: bytes, where: str) -> dict[str, Any]:
    # Invalid UTF-8 is passed through unchanged: the tokenizer replaces and counts it.
    try:
        record = json.loads(line.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where} is not JSON ({error})") from error
    if not isinstance(record, dict):
        raise InputError(f"{where} is not an object with fields")
    return record
