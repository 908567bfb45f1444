"""Files of mappings: ``.npz`` for the whole mapping, text for the matrix alone.

The text format is that of fastText's alignment and of numpy.savetxt of MUSE's mapping: an optional line ``rows
columns``, then a row a line. That matrix multiplies column vectors, W x, so that it is the transpose of ours, x A.
"""

import json
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec.alignment.normalise import CENTER, UNIT, Normalisation
from wordvec.alignment.side import Side
from wordvec.errors import InputError, SettingsError
from wordvec.files import records, recover, replacing
from wordvec.formats import npz
from wordvec.formats.common import compressed
from wordvec.formats.common.textlines import bounded_lines
from wordvec.representation import short

Rows = NDArray[np.float64]

FORMAT = "wordvec mapping 1"
WHOLE = ".npz"
SIDES = ("source", "target")
_ABOUT = {
    "format": str,
    "steps": {name: [str] for name in SIDES},
    "record": {"method": records.Optional(str)},
    "space": records.Optional(str),
}
_ZIP, _LARGEST = b"PK", 1 << 30
_MOST_ROWS, _MOST_NUMBERS = 1 << 16, 1 << 27
"""Limits of a mapping in text: more dimensions than vectors have, and a gigabyte."""


class Contents(NamedTuple):
    """Contents of a mapping file.

    Attributes
    ----------
    source, target
        Transformations of the two sides.
    record
        Provenance of the mapping, as JSON can hold it.
    space
        Space of mapped rows: ``common`` or ``target``.
    """

    source: Side
    target: Side
    record: dict[str, Any]
    space: str = "common"

    def __repr__(self) -> str:
        return short(self)


def save(contents: Contents, path: Path, overwrite: bool = False) -> None:
    """Write a mapping in the format of its ending.

    Raises
    ------
    OutputError
        If the file cannot be written, or exists and `overwrite` is false.
    SettingsError
        If text cannot hold the mapping.
    """
    check_name(path, bool(contents.source.normalisation.means) or not contents.target.still)
    whole = path.suffix == WHOLE
    with replacing(path, overwrite) as temporary, temporary.open("wb") as file:
        if whole:
            np.savez(file, allow_pickle=False, **_arrays(contents))
        else:
            matrix = contents.source.matrix.T
            file.write(b"%d %d\n" % matrix.shape)
            file.writelines(" ".join(map(repr, row.tolist())).encode() + b"\n" for row in matrix)


def check_name(path: Path, moves_target: bool) -> None:
    """Raise SettingsError if a name asks for text, and text cannot hold the mapping.

    Raises
    ------
    SettingsError
        If the name does not end in ``.npz``, and the mapping centres or maps its target.
    """
    if path.suffix != WHOLE and moves_target:
        raise SettingsError(f"{path}: text cannot hold a mapping that centres or maps the target; name it .npz")


def load(path: Path) -> Contents:
    """Read a mapping.

    Raises
    ------
    InputError
        If the file is missing, damaged or not a mapping.
    """
    recover(path.parent)
    with compressed.reading(path) as file:
        head = file.read(len(_ZIP))
        if head == _ZIP:
            contents = _whole(path, head + file.read(_LARGEST))
        else:
            matrix, plain = _text(path, bounded_lines(path, file, head)).T, Normalisation()
            sides = Side(plain, matrix), Side(plain, np.eye(matrix.shape[1]))
            contents = Contents(*sides, {"file": str(path)})
    for side in (contents.source, contents.target):
        if not all(np.isfinite(one).all() for one in (side.matrix, *side.normalisation.means)):
            raise InputError(f"{path}: the mapping holds NaN or infinity")
    return contents


def is_mapping(path: Path) -> bool:
    """Return whether a file is a mapping in ``.npz``."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "source_matrix.npy" in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def _arrays(contents: Contents) -> dict[str, NDArray[Any]]:
    steps = {name: list(getattr(contents, name).normalisation.steps) for name in SIDES}
    text = json.dumps(
        {"format": FORMAT, "steps": steps, "record": contents.record, "space": contents.space}, ensure_ascii=False
    )
    arrays: dict[str, NDArray[Any]] = {"json": np.frombuffer(text.encode(errors="backslashreplace"), np.uint8)}
    for name in SIDES:
        side: Side = getattr(contents, name)
        arrays[f"{name}_matrix"] = side.matrix
        arrays[f"{name}_means"] = np.array(side.normalisation.means).reshape(-1, side.dim)
    return arrays


def _whole(path: Path, data: bytes) -> Contents:
    try:
        arrays = npz.read_arrays(path, data, _LARGEST)
        about = records.parsed(arrays["json"].tobytes(), _ABOUT)
        if about["format"] != FORMAT:
            raise ValueError(about["format"])
        source, target = (_side(arrays, name, about["steps"][name]) for name in SIDES)
        if source.matrix.shape[1] != target.matrix.shape[1]:
            raise ValueError("the sides do not meet")
        space = about.get("space") or "common"
        if space != "common" and (space != "target" or target.normalisation.centres > 1):
            raise ValueError(space)
        return Contents(source, target, dict(about["record"]), space)
    except (InputError, ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(
            f"{path}: not a mapping of wordvec align, or damaged; give such an .npz, or a matrix as text"
        ) from error


def _side(arrays: Any, name: str, steps: list[str]) -> Side:
    matrix, means = arrays[f"{name}_matrix"], arrays[f"{name}_means"]
    known = all(step in (UNIT, CENTER) for step in steps) and steps.count(CENTER) == len(means)
    if matrix.ndim != 2 or means.shape[1:] != (len(matrix),) or not known:
        raise ValueError(name)
    return Side(Normalisation(tuple(steps), tuple(means.astype(np.float64))), matrix.astype(np.float64))


def _text(path: Path, lines: Iterable[bytes]) -> Rows:
    """Read a matrix, and check it against the line of its size if there is one.

    Without that line the matrix must be square, so that a truncated file is detected.
    """
    rows: list[Rows] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, 1):
        if fields := line.split():
            rows.append(_numbers(path, number, fields))
            numbers.append(number)
            if len(rows) > _MOST_ROWS or len(rows) * len(rows[-1]) > _MOST_NUMBERS:
                raise InputError(f"{path}, line {number}: more numbers than a mapping can have; is it a mapping?")
            # The first row may be the size.
            if len(rows) > 2 and len(rows[-1]) != len(rows[1]):
                raise _uneven(path, number, rows[-1], rows[1])
    if not rows:
        raise InputError(f"{path}: no matrix found; each line must be a row of numbers separated by blanks")
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
    """Return the number of rows that a first line ``rows columns`` states, or None if that line is a row."""
    if len(rows) < 2 or len(rows[0]) != 2 or not all(field >= 0 and field.is_integer() for field in rows[0]):
        return None
    stated, columns = map(int, rows[0])
    is_size = columns == len(rows[1]) and (columns != 2 or stated == len(rows) - 1)
    return stated if is_size else None


def _numbers(path: Path, number: int, fields: Sequence[bytes]) -> Rows:
    try:
        return np.array([float(field) for field in fields])
    except ValueError as error:
        raise InputError(f"{path}, line {number}: expected numbers only; a mapping is a matrix") from error


def _uneven(path: Path, number: int, row: Rows, other: Rows) -> InputError:
    return InputError(f"{path}, line {number}: expected {len(other)} numbers, as in other rows, found {len(row)}")
