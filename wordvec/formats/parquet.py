"""Parquet: the columns ``token``, ``count`` (if known), ``rank`` and ``vector``, and the metadata as JSON.

There is no standard for this; pandas, polars, DuckDB and embedding-atlas read it as it is. The columns are identified
by their types: one of strings, and one of lists of floats. The extra ``parquet`` installs pyarrow.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from wordvec.errors import InputError, SettingsError
from wordvec.files import records, replacing
from wordvec.formats.common import sidecars
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.words import BadWordError, check_finite, check_vocabulary, drop_repeated

_MAGIC = b"PAR1"
_METADATA = b"wordvec"
_GROUP = 1 << 24  # bytes of vectors in a row group


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a file begins like a Parquet file."""
    return head.startswith(_MAGIC)


def load(path: Path, reading: Reading) -> Plain:
    """Read a table batch by batch.

    Raises
    ------
    InputError
        If the file is damaged or lacks these columns.
    MemoryLimitError
        If the matrix does not fit in memory.
    SettingsError
        If pyarrow is not installed.
    """
    arrow = _arrow(path)
    try:
        with arrow.parquet.ParquetFile(path) as file:
            schema = file.schema_arrow
            token, vector = _columns(path, arrow, schema)
            counted = "count" in schema.names and arrow.types.is_integer(schema.field("count").type)
            columns = [token, vector] + ["count"] * counted
            rows = reading.rows(file.metadata.num_rows)
            words: list[str] = []
            counts: list[int] = []
            matrix: Any = None
            for batch in file.iter_batches(1024, columns=columns):
                numbers = _numbers(path, arrow, batch.column(vector))[: rows - len(words)]
                if matrix is None:
                    matrix = reading.allocate(path, rows, numbers.shape[1])
                if numbers.shape[1] != matrix.shape[1]:
                    raise InputError(f"{path}: vectors of {matrix.shape[1]} and of {numbers.shape[1]} numbers")
                matrix[len(words) : len(words) + len(numbers)] = numbers
                words += _tokens(arrow, batch.column(token), reading.any_words)[: len(numbers)]
                counts += batch.column("count").to_pylist()[: len(numbers)] if counted else []
                if len(words) == rows:
                    break
            if matrix is None and not rows and arrow.types.is_fixed_size_list(schema.field(vector).type):
                matrix = reading.allocate(path, 0, schema.field(vector).type.list_size)
            metadata = records.parsed((schema.metadata or {}).get(_METADATA, b"{}"), records.METADATA)
    except UnicodeDecodeError as error:
        raise BadWordError(f"{path}: a token is not valid UTF-8") from error
    except (arrow.ArrowException, OSError, ValueError, TypeError) as error:
        raise InputError(f"{path}: damaged, or not a table of vectors ({str(error).splitlines()[0]})") from error
    if matrix is None:
        raise InputError(f"{path}: has no rows")
    if None in words:
        raise BadWordError(f"{path}: row {words.index(None) + 1} has no token")  # type: ignore[arg-type]
    check_finite(path, words, matrix)
    known = np.array(counts, np.int64) if counted and None not in counts else None
    if len(set(words)) < len(words):
        words, matrix = drop_repeated(path, words, matrix)
        known = None
    return Plain(words, matrix, known, metadata)


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit the format or is repeated.

    Raises
    ------
    InputError
        If a word does not fit or is repeated.
    SettingsError
        If pyarrow is not installed.
    """
    _arrow(path)
    check_vocabulary(words, "a Parquet file")


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a table, one row group at a time.

    Raises
    ------
    InputError
        If a word is empty or repeated, or a row contains NaN or infinity.
    OutputError
        If the file cannot be written, or exists and `overwrite` is false.
    SettingsError
        If pyarrow is not installed.
    """
    arrow = _arrow(path)
    check_fit(plain.words, path)
    check_finite(path, plain.words, plain.matrix)
    dim = plain.matrix.shape[1]
    fields = [("token", arrow.string()), ("rank", arrow.int32()), ("vector", arrow.list_(arrow.float32(), dim))]
    if plain.counts is not None:
        fields.insert(1, ("count", arrow.int64()))
    metadata = json.dumps(plain.metadata, default=sidecars.plain_number)
    schema = arrow.schema(fields, metadata={_METADATA: metadata})
    together = max(1, _GROUP // (4 * max(1, dim)))
    with replacing(path, overwrite) as temporary, arrow.parquet.ParquetWriter(temporary, schema) as writer:
        for begin in range(0, len(plain.words), together):
            piece = slice(begin, begin + together)
            numbers = arrow.array(np.ascontiguousarray(plain.matrix[piece]).reshape(-1))
            words = list(plain.words[piece])
            columns = {
                "token": arrow.array(words, arrow.string()),
                "rank": arrow.array(np.arange(begin, begin + len(words), dtype=np.int32)),
                "vector": arrow.FixedSizeListArray.from_arrays(numbers, dim),
            }
            if plain.counts is not None:
                columns["count"] = arrow.array(plain.counts[piece])
            writer.write_table(arrow.table([columns[name] for name in schema.names], schema=schema))


def _arrow(path: Path) -> Any:
    try:
        import pyarrow
        import pyarrow.compute
        import pyarrow.parquet
    except ImportError as error:
        raise SettingsError(f"{path}: Parquet needs one more package: pip install pyarrow") from error
    return pyarrow


def _columns(path: Path, arrow: Any, schema: Any) -> tuple[str, str]:
    """Return the names of the columns of words and of vectors."""
    kinds = arrow.types
    strings = [field.name for field in schema if kinds.is_string(field.type) or kinds.is_large_string(field.type)]
    lists = [
        field.name
        for field in schema
        if (kinds.is_list(field.type) or kinds.is_large_list(field.type) or kinds.is_fixed_size_list(field.type))
        and kinds.is_floating(field.type.value_type)
    ]
    token = "token" if "token" in strings else strings[0] if len(strings) == 1 else None
    vector = "vector" if "vector" in lists else lists[0] if len(lists) == 1 else None
    if token is None or vector is None:
        raise InputError(f"{path}: needs a column of words and one of vectors; it has {', '.join(schema.names)}")
    return token, vector


def _tokens(arrow: Any, column: Any, any_words: bool) -> list[str]:
    """Return a column of strings. If `any_words`, a missing one is empty and invalid bytes become surrogates."""
    if not any_words:
        return list(column.to_pylist())
    tokens = column.cast(arrow.large_binary()).to_pylist()
    return [(token or b"").decode(errors="surrogateescape") for token in tokens]


def _numbers(path: Path, arrow: Any, column: Any) -> Any:
    """Return a column of lists of equal length as a (rows, dim) float32 array."""
    numbers = column.flatten()
    if column.null_count or numbers.null_count or len(numbers) % max(1, len(column)):
        raise InputError(f"{path}: vectors are missing, or of several lengths")
    dim = len(numbers) // max(1, len(column))
    lengths = set(arrow.compute.list_value_length(column).to_pylist())
    if lengths - {dim}:
        raise InputError(f"{path}: vectors of several lengths: {sorted(lengths)}")
    return numbers.to_numpy(zero_copy_only=False).astype(np.float32).reshape(len(column), dim)
