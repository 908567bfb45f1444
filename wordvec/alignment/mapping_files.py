"""Mappings on disk: ``.npz`` holds all, text the matrix alone.

Text is what fastText's alignment and numpy.savetxt of MUSE's mapping write: with or without a line ``rows columns``,
then a row a line. A word's column vector stands to the right of that matrix, W x, so that it is the transpose of ours,
x A.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec import formats
from wordvec.alignment.mapping import Mapping, Side
from wordvec.alignment.normalise import CENTER, UNIT, Normalisation
from wordvec.errors import InputError, SettingsError
from wordvec.files import replacing, workspace
from wordvec.formats import compressed
from wordvec.formats.reading import Reading, Scratch
from wordvec.workers import available_memory

Rows = NDArray[np.float64]
_Line = tuple[int, list[bytes]]
"""A line's number and fields."""

FORMAT = "wordvec mapping 1"
WHOLE = ".npz"
SIDES = ("source", "target")
_ZIP, _LARGEST = b"PK", 1 << 30


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
    with compressed.reading(path) as file:
        data = file.read(_LARGEST)
    mapping = (
        _whole(path, data) if data.startswith(_ZIP) else Mapping.of(_text(path, data).T, record={"file": str(path)})
    )
    for side in (mapping.source, mapping.target):
        if not all(np.isfinite(one).all() for one in (side.matrix, *side.normalisation.means)):
            raise InputError(f"{path}: the mapping holds NaN or infinity")
    return mapping


def map_file(
    mapping: Mapping,
    vectors: Path,
    output: Path,
    *,
    side: str = "source",
    overwrite: bool = False,
    memory: int | None = None,
) -> None:
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
        formats.save(moving.change(plain, allocate, **mapping.step(side)), output, overwrite=overwrite)


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
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            about = json.loads(arrays["json"].tobytes())
            if about["format"] != FORMAT:
                raise ValueError(about["format"])
            source, target = (_side(arrays, name, about["steps"][name]) for name in SIDES)
            if source.matrix.shape[1] != target.matrix.shape[1]:
                raise ValueError("the sides do not meet")
            return Mapping(source, target, dict(about["record"]))
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path}: no mapping of wordvec align, or a damaged one; give such an .npz, or a matrix as text"
        ) from error


def _side(arrays: Any, name: str, steps: list[str]) -> Side:
    matrix, means = arrays[f"{name}_matrix"], arrays[f"{name}_means"]
    known = all(step in (UNIT, CENTER) for step in steps) and steps.count(CENTER) == len(means)
    if matrix.ndim != 2 or means.shape[1:] != (len(matrix),) or not known:
        raise ValueError(name)
    return Side(Normalisation(tuple(steps), tuple(means.astype(np.float64))), matrix.astype(np.float64))


def _text(path: Path, data: bytes) -> Rows:
    """Read a matrix as it is written, without the line of its size if there is one."""
    lines = [(number, line.split()) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    if (rows := _size(lines)) is not None:
        lines = lines[1:]
        if len(lines) != rows:
            raise InputError(f"{path}: its first line says {rows} rows, but there are {len(lines)}; is it cut short?")
    if not lines:
        raise InputError(f"{path}: holds no matrix; it takes a line for each row, its numbers between blanks")
    return np.array(list(_numbers(path, lines)))


def _size(lines: Sequence[_Line]) -> int | None:
    """Give the rows that a first line ``rows columns`` tells, or None if it is a row itself."""
    if len(lines) < 2 or len(lines[0][1]) != 2 or not all(field.isdigit() for field in lines[0][1]):
        return None
    rows, columns = map(int, lines[0][1])
    is_size = columns == len(lines[1][1]) and (columns != 2 or rows == len(lines) - 1)
    return rows if is_size else None


def _numbers(path: Path, lines: Sequence[_Line]) -> Iterator[list[float]]:
    columns = len(lines[0][1])
    for number, fields in lines:
        try:
            row = [float(field) for field in fields]
        except ValueError as error:
            raise InputError(f"{path}, line {number}: not all are numbers; a mapping is a matrix") from error
        if len(row) != columns:
            raise InputError(f"{path}, line {number}: {len(row)} numbers, where other rows have {columns}")
        yield row
