"""Magnitude's ``.magnitude``: an SQLite database with a row of integers for each word. Read only.

The table ``magnitude`` has the columns ``key``, ``dim_0``, ``dim_1``, ... The table ``magnitude_format`` has the size,
the dim and the precision: the numbers were multiplied by this power of ten. Magnitude's converter normalises rows to
length 1, so that the original lengths are lost. Its tables of character n-grams and of approximate neighbours are not
read.
"""

import contextlib
import os
import sqlite3
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from wordvec.errors import InputError, NotReadError
from wordvec.formats.common import sidecars
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.words import BadWordError, check_finite, drop_repeated

MAGIC = b"SQLite format 3\0"
_TABLES = ("magnitude", "magnitude_format")
_MOST_DIGITS = 30
_ROWS_AT_ONCE = 1024
_LONGEST_VALUE = 1 << 20
_ERRORS = (sqlite3.Error, OverflowError, OSError)
_UNREADABLE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_IOERR}
"""Errors of the system, not of the file."""
_PRIMARY_CODE = 0xFF


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a file is an SQLite database with Magnitude's tables."""
    if not head.startswith(MAGIC):
        return False
    try:
        with _database(path) as database:
            return _has_tables(database)
    except _ERRORS as error:
        if _is_unreadable(error):
            raise _named(path, error) from error
        return False


def load(path: Path, reading: Reading) -> Plain:
    """Read words and vectors.

    Raises
    ------
    InputError
        If the database is damaged or not Magnitude's.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    with _named_errors(path), _database(path) as database:
        if not _has_tables(database):
            raise InputError(f"{path}: an SQLite database, but not of Magnitude (no table of that name)")
        size, dim, scale = _settings(path, database)
        columns = [name.decode(errors="replace") for _, name, *_ in database.execute("PRAGMA table_info(magnitude)")]
        if columns != ["key", *(f"dim_{column}" for column in range(dim))]:
            raise InputError(f"{path}: the columns of its table are not a key and {dim} dimensions; damaged")
        ((rows,),) = database.execute("SELECT COUNT(*) FROM magnitude")
        if rows != size:
            raise InputError(f"{path}: {rows} rows, but its settings say {size}; is it truncated?")
        matrix = reading.allocate(path, reading.rows(rows), dim)
        words: list[str] = []
        found = database.execute("SELECT * FROM magnitude ORDER BY rowid LIMIT ?", (len(matrix),))
        while several := found.fetchmany(_ROWS_AT_ONCE):
            found_words = [_word(path, key, reading.any_words) for key, *_ in several]
            try:
                numbers = np.array([row[1:] for row in several], np.float64)
            except (TypeError, ValueError) as error:
                raise InputError(f"{path}: a row contains a value that is not a number; damaged") from error
            with np.errstate(over="ignore"):
                matrix[len(words) : len(words) + len(several)] = numbers / scale
            words += found_words
    check_finite(path, words, matrix)
    words, matrix = drop_repeated(path, words, matrix)
    return Plain(words, matrix, sidecars.load_counts(path, words), sidecars.load_metadata(path))


@contextlib.contextmanager
def _database(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database read-only, and without trusting its schema."""
    address = f"file:{urllib.parse.quote(os.fsencode(path.absolute()))}?mode=ro&immutable=1"
    path.open("rb").close()  # raises errors that state a reason, unlike SQLite
    with contextlib.closing(sqlite3.connect(address, uri=True)) as database:
        database.text_factory = bytes
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
        database.execute("PRAGMA trusted_schema = OFF")
        database.execute("PRAGMA cell_size_check = ON")
        yield database


@contextlib.contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except _ERRORS as error:
        raise _named(path, error) from error


def _named(path: Path, error: Exception) -> InputError:
    if _is_unreadable(error):
        return InputError(f"{path}: cannot be read ({getattr(error, 'strerror', error)})")
    return InputError(f"{path}: a damaged SQLite database ({error})")


def _is_unreadable(error: Exception) -> bool:
    if isinstance(error, OSError):
        return True
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & _PRIMARY_CODE in _UNREADABLE and code != sqlite3.SQLITE_IOERR_SHORT_READ


def _word(path: Path, key: object, any_words: bool) -> str:
    """Return a word. If `any_words`, a missing word is empty and bytes that are not UTF-8 become surrogates."""
    if not isinstance(key, bytes | None):
        raise InputError(f"{path}: a word is a number; damaged")
    if not key and not any_words:
        raise BadWordError(f"{path}: a word is empty")
    try:
        return (key or b"").decode(errors="surrogateescape" if any_words else "strict")
    except UnicodeDecodeError as error:
        raise BadWordError(f"{path}: {key!r}: the word is not valid UTF-8") from error


def _has_tables(database: sqlite3.Connection) -> bool:
    """Return whether Magnitude's tables exist. Views do not count: computing one might never end."""
    query = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name IN (?, ?) AND sql NOT LIKE '%VIRTUAL%'"
    ((found,),) = database.execute(query, _TABLES)
    return bool(found == len(_TABLES))


def _settings(path: Path, database: sqlite3.Connection) -> tuple[int, int, float]:
    """Return the rows, the dim, and the divisor of the numbers."""
    rows = database.execute("SELECT key, value FROM magnitude_format WHERE key IN ('size', 'dim', 'precision', 'elmo')")
    found = ((key, value) for key, value in rows.fetchmany(_ROWS_AT_ONCE) if isinstance(key, bytes))
    settings = {key.decode(errors="replace").lower(): value for key, value in found}
    size, dim, digits = (settings.get(name) for name in ("size", "dim", "precision"))
    if settings.get("elmo") not in (None, 0):
        raise NotReadError(f"{path}: contextual vectors of ELMo, not vectors of words")
    if not (isinstance(size, int) and isinstance(dim, int) and isinstance(digits, int)):
        raise InputError(f"{path}: its size, dim or precision is missing; damaged")
    if size < 0 or dim < 1 or not 0 <= digits <= _MOST_DIGITS:
        raise InputError(f"{path}: impossible size {size}, dim {dim} or precision {digits}; damaged")
    return size, dim, 10.0**digits
