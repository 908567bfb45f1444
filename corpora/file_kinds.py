"""The reader of a file: chosen by the settings of reading, and by the kind that is detected from its beginning.

Files that are not running text are refused (`kinds`), unless the format is ``"plain"`` or the settings say how to read
them. Only MediaWiki dumps and CoNLL-U are read without a setting: what their text is, is known.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from wordvec.corpora import jsonl, kinds
from wordvec.corpora.documents import Document, labelled
from wordvec.corpora.kinds.markup import HTML
from wordvec.corpora.kinds.sample import FileKind, Reader
from wordvec.corpora.reading import Reading
from wordvec.corpora.records import RecordCounts
from wordvec.corpora.streams import Stream
from wordvec.corpora.structured import tables, vertical, xml
from wordvec.corpora.token_template import CONLLU, ID, TokenTemplate
from wordvec.errors import InputError

_DUMP = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?"
    rb"((<!--(?:(?!-->).)*-->|<!DOCTYPE[^>\[]*(\[(?:(?!\]\s*>).)*\]\s*)?>)\s*)*<mediawiki[\s>]",
    re.DOTALL,
)
_TABLES = ("csv", "tsv", "tab")


def file_documents(
    stream: Stream, path: Path | None, reading: Reading, records: RecordCounts
) -> Iterator[Document] | None:
    """Return the documents of a file, or None for running text.

    Parameters
    ----------
    stream
        The file, at its beginning.
    path
        Path of the file; None: standard input.
    reading
        How it is read.
    records
        Receives the numbers of records.

    Raises
    ------
    InputError
        If the file is not running text and `reading` does not say how to read it, or says something that contradicts
        its contents.
    """
    if reading.format == "plain":
        return None
    if _DUMP.match(stream.peek()):
        from wordvec.corpora.wikipedia import wikipedia_articles

        if reading.option:
            raise InputError(f"{stream.name}: is a MediaWiki dump; read it without {reading.option}")
        reading.labelling.check_no_fields(f"{stream.name}: is a MediaWiki dump")
        return wikipedia_articles(stream)
    if reading.fields:
        return _records(stream, path, reading, records)
    found = _kind(stream, path)
    if reading.elements:
        if found == HTML:
            raise _refused(found, stream, path)
        return labelled(xml.xml_documents(stream, reading.elements), reading.labelling, stream.name)
    if reading.columns:
        if found is not None and found.reader is Reader.CONLLU and reading.columns[0] != ID:
            raise InputError(f"{stream.name}: is CoNLL-U, whose columns are known; read it without --columns")
        return _vertical(stream, reading)
    if found is not None and found.reader is Reader.CONLLU:
        return _vertical(stream, reading)
    if found is not None:
        raise _refused(found, stream, path)
    if reading.token is not None:
        raise InputError(f"{stream.name}: is not CoNLL-U; name its columns (--columns form,pos,lemma)")
    return None


def _vertical(stream: Stream, reading: Reading) -> Iterator[Document]:
    template = TokenTemplate(reading.columns or CONLLU, reading.token)
    return labelled(vertical.vertical_documents(stream, template), reading.labelling, stream.name)


def _records(stream: Stream, path: Path | None, reading: Reading, records: RecordCounts) -> Iterator[Document]:
    """Return the documents of JSONL or a table."""
    if stream.peek().lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return jsonl.documents(stream, reading.fields, records, reading.labelling)
    found = _kind(stream, path)
    if found is not None and found.reader is Reader.JSONL:
        return jsonl.documents(stream, reading.fields, records, reading.labelling)
    # Cells may have the text of another kind, such as tags or labels.
    if (
        tables.dialect_of(stream, (*reading.fields, *reading.labelling.fields))
        or kinds.ending_of(_name(path)) in _TABLES
    ):
        return tables.table_documents(stream, reading.fields, records, reading.labelling)
    if found is not None and found.reader is not Reader.TABLE:
        raise _refused(found, stream, path)
    if found is not None:
        return tables.table_documents(stream, reading.fields, records, reading.labelling)
    return jsonl.documents(stream, reading.fields, records, reading.labelling)


def _kind(stream: Stream, path: Path | None) -> FileKind | None:
    return kinds.kind_of(stream.peek, _name(path))


def _name(path: Path | None) -> str:
    return path.name if path else ""


def _refused(found: FileKind, stream: Stream, path: Path | None) -> InputError:
    return InputError(kinds.refusal(found, stream.name, str(path) if path else None, stream.compression))
