"""Mappings on disk: ``.npz`` holds all, text the matrix alone.

Text is what fastText's alignment and numpy.savetxt of MUSE's mapping write: with or without a line ``rows columns``,
then a row a line. A word's column vector stands to the right of that matrix, W x, so that it is the transpose of ours,
x A.
"""

import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import formats
from wordvec.alignment.mapping import Mapping
from wordvec.alignment.normalise import CENTER, UNIT, Normalisation
from wordvec.alignment.side import Side
from wordvec.errors import InputError, SettingsError
from wordvec.files import records, recover, replacing, workspace
from wordvec.formats import npz
from wordvec.formats.common import compressed
from wordvec.formats.common.reading import Reading, Scratch
from wordvec.formats.common.textlines import bounded_lines
from wordvec.workers import available_memory

Rows = NDArray[np.float64]

FORMAT = "wordvec mapping 1"
WHOLE = ".npz"
SIDES = ("source", "target")
_ABOUT = {"format": str, "steps": {name: [str] for name in SIDES}, "record": {"method": records.Optional(str)}}
_ZIP, _LARGEST = b"PK", 1 << 30
_MOST_ROWS, _MOST_NUMBERS = 1 << 16, 1 << 27
"""Of a mapping in text: vectors have fewer dimensions, and a gigabyte is more than any mapping has."""


def save(mapping: Mapping, path: Path, overwrite: bool = False) -> None:
    """Write a mapping, by the ending of its name.

    Raises
    ------
    OutputError
        If it cannot be written, or exists and `overwrite` is false.
    SettingsError
        If text cannot hold it.
    """
    check_name(path, bool(mapping.source.normalisation.means) or not mapping.target.still)
    whole = path.suffix == WHOLE
    with replacing(path, overwrite) as temporary, temporary.open("wb") as file:
        if whole:
            np.savez(file, allow_pickle=False, **_arrays(mapping))
        else:
            matrix = mapping.source.matrix.T
            file.write(b"%d %d\n" % matrix.shape)
            file.writelines(" ".join(map(repr, row.tolist())).encode() + b"\n" for row in matrix)


def check_name(path: Path, moves_target: bool) -> None:
    """Refuse a name of a text for a mapping of which it would not hold all.

    Raises
    ------
    SettingsError
        If it is one, and the mapping centres or moves its target.
    """
    if path.suffix != WHOLE and moves_target:
        raise SettingsError(f"{path}: text holds a matrix, and this mapping centres or moves the target; name it .npz")


def load(path: Path) -> Mapping:
    """Read a mapping.

    Raises
    ------
    InputError
        If the file is missing, damaged or of another kind.
    """
    recover(path.parent)
    with compressed.reading(path) as file:
        head = file.read(len(_ZIP))
        if head == _ZIP:
            mapping = _whole(path, head + file.read(_LARGEST))
        else:
            matrix = _text(path, bounded_lines(path, file, head))
            mapping = Mapping.of(matrix.T, record={"file": str(path)})
    for side in (mapping.source, mapping.target):
        if not all(np.isfinite(one).all() for one in (side.matrix, *side.normalisation.means)):
            raise InputError(f"{path}: the mapping holds NaN or infinity")
    return mapping


class Mapped(NamedTuple):
    """How many words were written, and in how many white space was replaced."""

    words: int
    respelt: int


def map_file(
    mapping: Mapping,
    vectors: Path,
    output: Path,
    *,
    side: str = "source",
    overwrite: bool = False,
    memory: int | None = None,
    spaces: str = "refuse",
) -> Mapped:
    """Read a vector file, map it and write another, also where neither fits in memory.

    Parameters
    ----------
    mapping, vectors, output
        What is mapped by what, and to where.
    side
        ``source`` or ``target``: whose vectors they are.
    overwrite
        Replace what is there.
    memory
        Bytes for matrices in memory, half of what is free unless given; larger ones go to files beside `output`.
    spaces
        What happens to white space in words; see `formats.save`.

    Raises
    ------
    InputError, OutputError, SettingsError
        As for reading and writing, and if the vectors are of another dim or not finite.
    """
    formats.check_output(output, overwrite)
    moving: Side = getattr(mapping, side)
    with workspace(output) as folder:
        allocate = Scratch(folder, available_memory() // 2 if memory is None else memory).allocate
        plain = formats.load(vectors, reading=Reading(allocate=allocate))
        respelt = formats.check_words(plain.words, output, spaces=spaces)
        try:
            moved = moving.change(plain, allocate, **mapping.step(side))
        except InputError as error:
            raise InputError(f"{vectors}: {error}") from error
        formats.save(moved, output, overwrite=overwrite, spaces=spaces)
    return Mapped(len(moved.words), respelt)


def is_mapping(path: Path) -> bool:
    """Say whether a file is a mapping that was saved whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "source_matrix.npy" in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _arrays(mapping: Mapping) -> dict[str, NDArray[Any]]:
    steps = {name: list(getattr(mapping, name).normalisation.steps) for name in SIDES}
    text = json.dumps({"format": FORMAT, "steps": steps, "record": mapping.record}, ensure_ascii=False)
    arrays: dict[str, NDArray[Any]] = {"json": np.frombuffer(text.encode(errors="backslashreplace"), np.uint8)}
    for name in SIDES:
        side: Side = getattr(mapping, name)
        arrays[f"{name}_matrix"] = side.matrix
        arrays[f"{name}_means"] = np.array(side.normalisation.means).reshape(-1, side.dim)
    return arrays


def _whole(path: Path, data: bytes) -> Mapping:
    try:
        arrays = npz.read_arrays(path, data, _LARGEST)
        about = records.parsed(arrays["json"].tobytes(), _ABOUT)
        if about["format"] != FORMAT:
            raise ValueError(about["format"])
        source, target = (_side(arrays, name, about["steps"][name]) for name in SIDES)
        if source.matrix.shape[1] != target.matrix.shape[1]:
            raise ValueError("the sides do not meet")
        return Mapping(source, target, dict(about["record"]))
    except (InputError, ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(
            f"{path}: no mapping of wordvec align, or a damaged one; give such an .npz, or a matrix as text"
        ) from error


def _side(arrays: Any, name: str, steps: list[str]) -> Side:
    matrix, means = arrays[f"{name}_matrix"], arrays[f"{name}_means"]
    known = all(step in (UNIT, CENTER) for step in steps) and steps.count(CENTER) == len(means)
    if matrix.ndim != 2 or means.shape[1:] != (len(matrix),) or not known:
        raise ValueError(name)
    return Side(Normalisation(tuple(steps), tuple(means.astype(np.float64))), matrix.astype(np.float64))


def _text(path: Path, lines: Iterable[bytes]) -> Rows:
    """Read a matrix as it is written, without the line of its size if there is one; it ends at what is no number.

    Without that line a matrix is square, so that one that was cut short is not taken for another.
    """
    rows: list[Rows] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, 1):
        if fields := line.split():
            rows.append(_numbers(path, number, fields))
            numbers.append(number)
            if len(rows) > _MOST_ROWS or len(rows) * len(rows[-1]) > _MOST_NUMBERS:
                raise InputError(f"{path}, line {number}: more numbers than any mapping has; is it a mapping?")
            # The first of all may be a size.
            if len(rows) > 2 and len(rows[-1]) != len(rows[1]):
                raise _uneven(path, number, rows[-1], rows[1])
    if not rows:
        raise InputError(f"{path}: holds no matrix; it takes a line for each row, its numbers between blanks")
    size = _size(rows)
    if size is not None:
        if size != len(rows) - 1:
            raise InputError(
                f"{path}: its first line says {size} rows, but there are {len(rows) - 1}; is it cut short?"
            )
        return np.array(rows[1:])
    if len(rows) > 1 and len(rows[0]) != len(rows[1]):
        raise _uneven(path, numbers[1], rows[1], rows[0])
    if len(rows) != len(rows[0]):
        raise InputError(
            f"{path}: {len(rows)} rows of {len(rows[0])} numbers, and no first line that says so; is it cut short?"
        )
    return np.array(rows)


def _size(rows: list[Rows]) -> int | None:
    """Give the rows that a first line ``rows columns`` tells, or None if it is a row itself."""
    if len(rows) < 2 or len(rows[0]) != 2 or not all(field >= 0 and field.is_integer() for field in rows[0]):
        return None
    told, columns = map(int, rows[0])
    is_size = columns == len(rows[1]) and (columns != 2 or told == len(rows) - 1)
    return told if is_size else None


def _numbers(path: Path, number: int, fields: Sequence[bytes]) -> Rows:
    try:
        return np.array([float(field) for field in fields])
    except ValueError as error:
        raise InputError(f"{path}, line {number}: not all are numbers; a mapping is a matrix") from error


def _uneven(path: Path, number: int, row: Rows, other: Rows) -> InputError:
    return InputError(f"{path}, line {number}: {len(row)} numbers, where other rows have {len(other)}")
