"""The parts of a ``.vectors`` folder: its mark, its arrays, and the rows of n-grams, mapped and checked.

`wordvec.formats.mapped` describes the folder.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from wordvec.codecs import CODECS, Coded, coded_of
from wordvec.corpora.npy import map_array
from wordvec.errors import InputError
from wordvec.files import FOLDER_MARK, records
from wordvec.formats.common.reading import Reading
from wordvec.rows import blocks
from wordvec.subwords import MOST_HASHES, Floret, Hashed, Subwords, Table, Used
from wordvec.subwords.tables import BUCKETS_HASH, Buckets

KIND = "wordvec vectors 1"
_ABOUT = {
    "rows": int,
    "dim": int,
    "counts": bool,
    "contexts": records.Optional(bool),
    "metadata": records.METADATA,
    "projection": records.Optional([int]),
    "storage": records.Optional({"codec": str}),
    "subwords": records.Optional(
        {"buckets": int, "used": records.Optional(int), "storage": records.Optional({"codec": str})}
    ),
}
_SUBWORDS = "subwords-"
"""Beginning of the names of the arrays of coded subwords."""
_MARKS = ("before", "after")
_MOST = (1 << 32) - 1


def described(path: Path) -> dict[str, Any]:
    """Return the mark of a folder: kind, rows, dim, the parts that there are, and metadata.

    Raises
    ------
    InputError
        If it is missing, damaged or of another kind of folder.
    """
    with reported(path):
        about = records.read(path / FOLDER_MARK)
        if about.get("kind") != KIND:
            raise InputError(f"{path / FOLDER_MARK}: not a folder of the kind {KIND}")
        records.check(about, _ABOUT, "")
    return about


def part(path: Path, about: dict[str, Any], name: str, reading: Reading) -> Any:
    """Return a part of a folder, one of `PARTS`, by the mark of the folder; None if there is none or it is not wanted.

    Raises
    ------
    InputError
        If a file is missing, damaged, or of another shape than the mark says.
    """
    with reported(path):
        return PARTS[name](path, about, reading)


@contextlib.contextmanager
def reported(path: Path) -> Iterator[None]:
    """Raise an InputError for a file that cannot be read or is damaged."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{error.filename}: cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: damaged ({type(error).__name__}: {error})") from error


def _whole_numbers(path: Path, rows: int) -> NDArray[np.int64]:
    """Map counts or row numbers; short ones are copied."""
    numbers = map_array(path, None, (rows,))
    if numbers.dtype not in (np.int64, np.uint32):
        raise ValueError(f"{path.name}: holds {numbers.dtype}")
    return numbers.astype(np.int64, copy=False)


def short_numbers(numbers: NDArray[np.int64]) -> NDArray[Any]:
    """Return counts or row numbers as uint32 if they fit."""
    fits = len(numbers) and numbers.min() >= 0 and numbers.max() <= np.iinfo(np.uint32).max
    return numbers.astype(np.uint32) if fits else numbers


def stored_rows(coded: Coded, prefix: str = "") -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the settings of coded rows, and their arrays by the names of the files."""
    settings, arrays = coded.written()
    return {"codec": coded.storage} | settings, {f"{prefix}{name}.npy": array for name, array in arrays.items()}


def _matrix(path: Path, about: dict[str, Any], _: Reading) -> NDArray[np.float32] | Coded:
    """Map the matrix, or the codes that it is stored in."""
    shape = about["rows"], about["dim"]
    if about.get("storage") is None:
        return map_array(path / "matrix.npy", np.float32, shape)
    return _read_coded(path, about["storage"], shape)


def _read_coded(path: Path, about: dict[str, Any], shape: tuple[int, int], prefix: str = "") -> Coded:
    """Map coded rows."""
    settings = dict(about)
    codec = settings.pop("codec")
    if codec not in CODECS:
        raise InputError(f"{path}: the storage {codec} is not known; use a newer version of wordvec")
    return CODECS[codec].read(
        settings, shape, lambda name, kind, size: map_array(path / f"{prefix}{name}.npy", kind, size)
    )


def _counts(path: Path, about: dict[str, Any], _: Reading) -> NDArray[np.int64] | None:
    return _whole_numbers(path / "counts.npy", about["rows"]) if about["counts"] else None


def _contexts(path: Path, about: dict[str, Any], reading: Reading) -> NDArray[np.float32] | None:
    wanted = reading.contexts and about.get("contexts")
    return map_array(path / "contexts.npy", np.float32, (about["rows"], about["dim"])) if wanted else None


def _projection(path: Path, about: dict[str, Any], reading: Reading) -> NDArray[np.float32] | None:
    shape = about.get("projection") if reading.contexts else None
    return map_array(path / "projection.npy", np.float32, tuple(shape)) if shape else None


def first_rows(path: Path, matrix: NDArray[np.float32] | Coded, rows: int, reading: Reading) -> NDArray[np.float32]:
    """Return the first rows, decoded unless codes are wanted."""
    if not isinstance(matrix, Coded):
        return matrix[:rows]
    first = matrix.take(slice(0, rows))
    if reading.coded:
        return cast("NDArray[np.float32]", first)
    decoded = reading.allocate(path, *first.shape)
    for span in blocks(rows):
        decoded[span] = first[span]
    return decoded


def stored_subwords(table: Subwords | Floret | Buckets) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the settings of subwords, and their arrays by the names of the files."""
    about = table.settings()
    parts: dict[str, NDArray[Any]] = {"subwords.npy": table.rows}
    if (coded := coded_of(table.rows)) is not None:
        about["storage"], parts = stored_rows(coded, _SUBWORDS)
    if isinstance(table, Hashed) and table.used is not None:
        parts["used.npy"] = table.used.numbers if coded is None else short_numbers(table.used.numbers)
        about["used"] = len(table.used.numbers)
    return about, parts


def _subwords(path: Path, about: dict[str, Any], reading: Reading) -> Table | None:
    if "subwords" not in about:
        return None
    settings = dict(about["subwords"])
    storage = settings.pop("storage", None)
    if not _sound(settings):
        raise ValueError(f"subwords: {settings}")
    buckets, own = settings.pop("buckets"), settings.pop("used", None)
    shape = buckets if own is None else own + 1, about["dim"]
    rows: Any
    if storage is None:
        rows = map_array(path / "subwords.npy", np.float32, shape)
    else:
        rows = first_rows(path, _read_coded(path, storage, shape, _SUBWORDS), shape[0], reading)
    if settings.pop("hash", None) is not None:
        return Buckets(rows, **settings)
    used = None if own is None else _used(path, buckets, own)
    return Floret(rows, used=used, **settings) if "hashes" in settings else Subwords(rows, used=used, **settings)


def _used(path: Path, buckets: int, own: int) -> Used:
    numbers = _whole_numbers(path / "used.npy", own)
    if own and not (numbers[0] >= 0 and numbers[-1] < buckets and (np.diff(numbers) > 0).all()):
        raise ValueError("used.npy: its numbers do not rise below the number of buckets")
    return Used(buckets, numbers)


def _sound(settings: dict[str, Any]) -> bool:
    """Return whether the settings of subwords are valid. The kernels do not check them."""
    if "hash" in settings:
        buckets = settings.get("buckets")
        if settings["hash"] != BUCKETS_HASH or type(buckets) is not int or buckets < 1 or buckets & (buckets - 1):
            return False
    numbers = [value for name, value in settings.items() if name not in (*_MARKS, "hash")]
    marks = [value for name, value in settings.items() if name in _MARKS]
    whole = all(type(number) is int and 0 <= number <= _MOST for number in numbers)
    return whole and all(isinstance(mark, str) for mark in marks) and 1 <= settings.get("hashes", 1) <= MOST_HASHES


PARTS: Mapping[str, Callable[[Path, dict[str, Any], Reading], Any]] = {
    "matrix": _matrix,
    "counts": _counts,
    "contexts": _contexts,
    "projection": _projection,
    "subwords": _subwords,
}
"""Parts of a folder besides its words, with the functions that map them."""
