"""The folder of an index, beside the folder of its vectors: ``corpus.vectors.index`` beside ``corpus.vectors``.

::

    wordvec.json   kind, rows, dim, bits, effort, recall, and the files of the vectors
    rotation.npy   (dim, dim) float32
    centres.npy    (lists, dim) float32, rotated
    starts.npy     (lists + 1,) int64, the first code of each list
    rows.npy       (codes,) uint32, the row of each code; rows of zeros have none
    signs.npy      (codes, bytes) uint8, the highest plane of bits of each code
    rest.npy       (codes, (bits − 1) · bytes) uint8, the other planes
    factors.npy    (codes, 4) float32, see `wordvec.kernels.rabitq`

An index belongs to vectors whose files have the sizes and times that they had when it was built. If times differ, as
after copying, all rows are read, and compared by a digest.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.codecs.coded import Coded
from wordvec.corpora.npy import map_array
from wordvec.errors import InputError
from wordvec.files import FOLDER_MARK, records
from wordvec.kernels.rabitq import FACTORS, Codes, Lists
from wordvec.rows import Floats, blocks
from wordvec.search.index import Effort, Index, Shares
from wordvec.search.index_path import path_beside
from wordvec.search.residuals import MOST_BITS, plane_bytes

KIND = "wordvec index 1"
_ABOUT = {
    "rows": int,
    "dim": int,
    "codes": int,
    "bits": int,
    "lists": int,
    "recall": {"words": float, "sums": float},
    "effort": {"probes": int, "candidates": int},
    "source": {"digest": str, "files": [{"name": str, "bytes": int, "modified": int}]},
}
_NOT_ROWS = ("contexts.npy", "counts.npy", "projection.npy", "subwords.npy", "used.npy")
"""Files of a folder of vectors that hold no rows of words."""


def files_of(vectors: Path) -> list[dict[str, Any]]:
    """Return the names, sizes and times of the files with the rows of a folder of vectors."""
    found = []
    for path in sorted(vectors.glob("*.npy")):
        if path.name not in _NOT_ROWS:
            about = path.stat()
            found.append({"name": path.name, "bytes": about.st_size, "modified": about.st_mtime_ns})
    return found


def digest_of(matrix: Floats | Coded) -> str:
    """Return the digest of all rows."""
    digest = hashlib.sha256()
    for span in blocks(len(matrix)):
        digest.update(np.ascontiguousarray(matrix[span]).data)
    return digest.hexdigest()


def load(vectors: Path, matrix: Floats | Coded) -> Index:
    """Open the index of a folder of vectors.

    Parameters
    ----------
    vectors
        The folder of the vectors.
    matrix
        Its rows.

    Raises
    ------
    InputError
        If the index is damaged, or was built for other vectors.
    """
    path = path_beside(vectors)
    try:
        about = _record(path)
        if (about["rows"], about["dim"]) != matrix.shape:
            built, found = (f"{rows} rows of dim {dim}" for rows, dim in ((about["rows"], about["dim"]), matrix.shape))
            raise InputError(f"{path}: was built for {built}, and {vectors} has {found}")
        if about["source"]["files"] != files_of(vectors) and about["source"]["digest"] != digest_of(matrix):
            raise InputError(f"{path}: was built for other vectors than those in {vectors}")
        return opened(path, about)
    except OSError as error:
        reason = f"{error.filename}: cannot be read ({error.strerror})"
    except InputError as error:
        reason = str(error)
    except (ValueError, KeyError, TypeError) as error:
        reason = f"{path}: damaged ({error})"
    raise InputError(f"{reason}; `wordvec index {vectors} --force` builds it again")


def described(path: Path) -> dict[str, Any]:
    """Return the record of an index whose arrays are sound.

    Raises
    ------
    InputError
        If the index is damaged.
    """
    try:
        about = _record(path)
        opened(path, about)
    except OSError as error:
        raise InputError(f"{error.filename}: cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: damaged ({error})") from error
    return {"metadata": {}} | about


def _record(path: Path) -> dict[str, Any]:
    about = records.read(path / FOLDER_MARK)
    if about.get("kind") != KIND:
        raise InputError(f"{path / FOLDER_MARK}: not an index of the kind {KIND}")
    records.check(about, _ABOUT, "")
    return about


def opened(path: Path, about: dict[str, Any]) -> Index:
    """Map the arrays of an index.

    Raises
    ------
    OSError, ValueError
        If an array cannot be read, or is damaged.
    InputError
        If an array has another type or shape.
    """
    codes, dim, bits, lists = (about[name] for name in ("codes", "dim", "bits", "lists"))
    effort = Effort(about["effort"]["probes"], about["effort"]["candidates"])
    if not (1 <= bits <= MOST_BITS and codes <= about["rows"] and effort.probes >= 1 and effort.candidates >= 1):
        raise ValueError(f"{codes} codes of {bits} bits, {effort.probes} probes, {effort.candidates} candidates")
    size = plane_bytes(dim)

    def array(name: str, kind: Any, *shape: int) -> NDArray[Any]:
        return map_array(path / f"{name}.npy", kind, shape)

    starts = np.array(array("starts", np.int64, lists + 1))
    if starts[0] or starts[-1] != codes or (np.diff(starts) < 0).any():
        raise ValueError("starts.npy: its numbers do not rise from 0 to the number of codes")
    numbers = array("rows", np.uint32, codes)
    if codes and int(numbers.max()) >= about["rows"]:
        raise ValueError("rows.npy: a number is not below the number of rows")
    found = Codes(
        array("signs", np.uint8, codes, size).reshape(-1),
        array("rest", np.uint8, codes, (bits - 1) * size).reshape(-1),
        array("factors", np.float32, codes, FACTORS).reshape(-1),
        numbers,
    )
    turn = np.array(array("rotation", np.float32, dim, dim))
    centres = np.array(array("centres", np.float32, lists, dim)).reshape(-1)
    return Index(turn, Lists(centres, starts), found, effort, Shares(about["recall"]["words"], about["recall"]["sums"]))
