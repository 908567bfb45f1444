"""Text of Parquet tables, read a page at a time by pyarrow, which the extra ``parquet`` installs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from wordvec.corpora.documents import NO_LABELS, Document, Labelling
from wordvec.corpora.records import Record, RecordCounts, record_documents
from wordvec.errors import InputError

_MAGIC = b"PAR1"
_ROWS_AT_ONCE = 256
_PAGE = 1 << 20


def is_parquet(path: Path | None) -> bool:
    """Return whether a file begins like a Parquet table; standard input (None) cannot be one."""
    if path is None or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False  # the reader of text reports it


def parquet_documents(
    path: Path, name: str, fields: Sequence[str], records: RecordCounts, labelling: Labelling = NO_LABELS
) -> Iterator[Document]:
    """Yield the text of each row that has text, and count all rows.

    Raises
    ------
    InputError
        If pyarrow is not installed, the file is damaged, there is no such column, or it is not text.
    """
    rows = _rows(path, name, (*fields, *labelling.fields))
    yield from record_documents(name, rows, fields, records, labelling, "row")


def _rows(path: Path, name: str, fields: Sequence[str]) -> Iterator[Record]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise InputError(f"{name}: reading Parquet needs one more package: pip install pyarrow") from None
    number = 0
    try:
        with pyarrow.parquet.ParquetFile(path, buffer_size=_PAGE, pre_buffer=False) as file:
            columns = _columns(file.schema_arrow.names, name, fields)
            for batch in file.iter_batches(_ROWS_AT_ONCE, columns=columns, use_threads=False):
                for values in _values(batch):
                    number += 1
                    yield Record(number, values)
    except (pyarrow.ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(f"{name}: damaged after row {number:,} ({str(error).splitlines()[0]})") from error


def _columns(names: list[str], file: str, fields: Sequence[str]) -> list[str]:
    """Return the columns that hold fields; ``a.b`` is the field b of the column a, if no column is called so."""
    found = []
    for field in fields:
        parts = field.split(".")
        prefixes = [field, *(".".join(parts[:end]) for end in range(1, len(parts)))]
        column = next((prefix for prefix in prefixes if prefix in names), None)
        if column is None:
            raise InputError(f"{file}: there is no column {field!r}; it has {', '.join(map(repr, names)):.500}")
        found.append(column)
    return list(dict.fromkeys(found))


def _values(batch: Any) -> Iterator[dict[str, Any]]:
    names = batch.schema.names
    for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
        yield dict(zip(names, values, strict=True))
