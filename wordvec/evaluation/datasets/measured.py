"""Files of measured spaces: vector files, arrays of NumPy with a list of words, and tables of ratings.

A text file is a table if its lines are cut by tabs, commas, semicolons or bars; vector files are cut by blanks. The
first column that is used has the words. Rows with an empty cell are left out and counted; of a word with several rows,
the mean is taken.
"""

import csv
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import arguments, formats
from wordvec.alignment.grounding.space import MeasuredSpace
from wordvec.corpora.columns import BLANKS, MARKS, NAMES, cut, find_separator, is_number, number
from wordvec.corpora.lines import read_lines
from wordvec.corpora.npy import MAGIC, read_header
from wordvec.errors import InputError, SettingsError
from wordvec.evaluation.datasets.column_choice import positions
from wordvec.formats import npz
from wordvec.formats.common import arrays, compressed
from wordvec.formats.common.detection import HEAD
from wordvec.formats.common.reading import Reading
from wordvec.wording import quantity
from wordvec.workers import available_memory

_ZIP = b"PK\x03\x04"


def read_measured(path: str | Path, words: str | Path | None = None, columns: str | None = None) -> MeasuredSpace:
    """Read a measured space.

    Parameters
    ----------
    path
        A vector file, a ``.npy`` or ``.npz`` array, or a table.
    words
        File with the word of each row of an array, one a line: of a ``.npy`` file, or of the only matrix of an ``.npz``
        file.
    columns
        Columns of a table, the words first, by name or number, such as ``"Word,Valence,Arousal"`` or ``"1,3-7"``;
        default: all.

    Raises
    ------
    InputError
        If a file cannot be read, the numbers of words and rows differ, or a cell is not a number.
    SettingsError
        If `words` or `columns` are given for a file of another kind, or missing.
    """
    path = arguments.path("path", path)
    columns = None if columns is None else arguments.word("columns", columns)
    head = _head(path)
    if head.startswith(MAGIC) or (words is not None and head.startswith(_ZIP)):
        if columns is not None:
            raise SettingsError(f"{columns}: {path} is an array, not a table", setting="columns")
        return _array(path, words, head.startswith(_ZIP))
    if words is not None:
        raise SettingsError(f"{words}: {path} is no array, and has its own words", setting="space_words")
    if columns is not None or _is_table(head):
        return _table(path, columns)
    plain = formats.load(path, reading=Reading(contexts=False))
    return MeasuredSpace(plain.words, plain.matrix.astype(np.float64), name=path.name)


def _head(path: Path) -> bytes:
    """Return the first bytes of a file, decompressed; of a folder, none."""
    if path.is_dir():
        return b""
    compressed.check_rereadable(path)
    with compressed.reading(path) as file:
        return file.read(HEAD)


def _is_table(head: bytes) -> bool:
    lines = [line for line in head.decode(errors="replace").splitlines() if line.strip()]
    return b"\0" not in head and find_separator(lines[:-1] or lines, 2) in set(MARKS)


def _array(path: Path, words: str | Path | None, zipped: bool) -> MeasuredSpace:
    if words is None:
        raise SettingsError(f": {path} is an array without words; name the file of its words", setting="space_words")
    try:
        matrix = _member(path) if zipped else _matrix(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    listed = [line.strip() for _, line in read_lines(arguments.path("words", words))]
    if len(listed) != len(matrix):
        raise InputError(f"{words}: {quantity(len(listed), 'line')} for {quantity(len(matrix), 'row')} of {path}")
    if "" in listed:
        row = listed.index("") + 1
        raise InputError(f"{words}, line {row}: is empty; expected the word of row {row}")
    return MeasuredSpace(listed, matrix, name=path.name)


def _matrix(path: Path) -> NDArray[Any]:
    with path.open("rb") as file:
        return arrays.read_matrix(path, file, read_header(path, file, path.stat().st_size), Reading())


def _member(path: Path) -> NDArray[Any]:
    """Return the only matrix of numbers of an archive."""
    found = npz.read_arrays(path, path.read_bytes(), available_memory())
    matrices = [array for array in found.values() if array.ndim == 2 and array.dtype.kind in "fiu"]
    if len(matrices) != 1:
        raise InputError(f"{path}: holds {len(matrices)} matrices of numbers, expected one")
    return matrices[0]


def _table(path: Path, columns: str | None) -> MeasuredSpace:
    lines = [(at, line) for at, line in read_lines(path) if line.strip()]
    separator = find_separator([line for _, line in lines], 2) or BLANKS
    rows = []
    for at, line in lines:
        try:
            rows.append((at, cut(line, separator)))
        except csv.Error as error:
            raise InputError(f"{path}, line {at}: cannot be cut at its {NAMES[separator]} ({error})") from error
    if not rows or max(len(row) for _, row in rows) < 2:
        raise InputError(f"{path}: holds no lines of a word and numbers")
    width = max(len(row) for _, row in rows)
    try:
        chosen = list(range(width)) if columns is None else positions(columns, [row for _, row in rows])
    except InputError as error:
        raise InputError(f"{path}: {error}") from error
    if len(chosen) < 2:
        raise SettingsError(f"{columns!r}: expected a column of words, and at least one of numbers", setting="columns")
    first = rows[0][1]
    # A number column without a number in its first line has its name there.
    header = len(rows) > 1 and any(at < len(first) and first[at] and not is_number(first[at]) for at in chosen[1:])
    names = [first[at] if at < len(first) else str(at + 1) for at in chosen[1:]] if header else []
    return _gathered(path, rows[header:], chosen, names)


def _gathered(path: Path, rows: list[tuple[int, list[str]]], chosen: list[int], names: list[str]) -> MeasuredSpace:
    """Return the measured space of cut lines: the mean of each word's rows."""
    found: dict[str, list[NDArray[np.float64]]] = {}
    empty = 0
    for at, row in rows:
        word, *cells = [row[column] if column < len(row) else "" for column in chosen]
        if not word:
            raise InputError(f"{path}, line {at}: the word is empty")
        if not all(cells):
            empty += 1
            continue
        values = [number(cell) for cell in cells]
        if None in values:
            column, cell = chosen[1 + values.index(None)] + 1, cells[values.index(None)]
            raise InputError(
                f"{path}, line {at}: {cell!r} in column {column} is no finite number; choose columns of numbers "
                "(--columns)"
            )
        found.setdefault(word, []).append(np.array(values, np.float64))
    if not found:
        raise InputError(f"{path}: no line has a word and a number in each of its columns")
    matrix = np.array([np.mean(values, axis=0) for values in found.values()])
    several = sum(len(values) > 1 for values in found.values())
    notes = [f"{quantity(empty, 'line')} with an empty cell left out"] * bool(empty)
    notes += [f"{quantity(several, 'word')} with several rows: their mean"] * bool(several)
    return MeasuredSpace(list(found), matrix, names, path.name, notes)
