"""What readers return for a file, for tests."""

from pathlib import Path
from typing import Any

from wordvec.corpora.documents import Document
from wordvec.corpora.file_kinds import file_documents
from wordvec.corpora.readers import BLOCK, blocks, sources
from wordvec.corpora.records import RecordCounts
from wordvec.corpora.settings import EncodingSettings
from wordvec.corpora.streams import opened


def text_of(path: Path, size: int = BLOCK, records: RecordCounts | None = None, **settings: Any) -> str:
    """Return the text of a file, without the blank lines at its end."""
    reading = EncodingSettings.of(**settings).reading
    return b"".join(blocks(*sources(path), reading, size=size, records=records)).decode().rstrip("\n")


def lines_of(path: Path, **settings: Any) -> list[list[str]]:
    """Return the words of each line that is not blank."""
    return [line.split() for line in text_of(path, **settings).split("\n") if line]


def documents_of(path: Path, **settings: Any) -> list[Document]:
    """Return the documents of a file, or parts of them."""
    reading = EncodingSettings.of(**settings).reading
    with opened(path, path.name, reading.encoding) as stream:
        found = file_documents(stream, path, reading, RecordCounts())
        assert found is not None
        return list(found)
