"""``.safetensors``: the length of a JSON header, the header, then the bytes of the tensors, little-endian.

The format (Hugging Face, 2022) is small enough to be implemented here. No package is needed, and the matrix is read
and written in blocks.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.formats.common.arrays import pieces
from wordvec.formats.common.bytesource import ByteSource
from wordvec.formats.common.reading import Reading

_LENGTH = 8
_LONGEST_HEADER = 100_000_000  # the limit of the format itself
_METADATA = "__metadata__"
_TYPES = {"F16": "<f2", "BF16": "<u2", "F32": "<f4", "F64": "<f8"}
_BRAIN = "BF16"
"""Numbers that are the upper half of a float32, which NumPy has no type for."""
_NAMES_SHOWN = 8


def write_matrix(path: Path, name: str, matrix: NDArray[np.float32], zeros: int = 0) -> None:
    """Write one float32 tensor, followed by `zeros` rows of zeros."""
    write_matrices(path, {name: matrix}, zeros)


def write_matrices(path: Path, matrices: Mapping[str, NDArray[np.float32]], zeros: int = 0) -> None:
    """Write float32 tensors by name, each followed by `zeros` rows of zeros."""
    about: dict[str, Any] = {_METADATA: {"format": "pt"}}
    end = 0
    for name, matrix in matrices.items():
        rows, dim = len(matrix) + zeros, matrix.shape[1]
        about[name] = {"dtype": "F32", "shape": [rows, dim], "data_offsets": [end, end + 4 * rows * dim]}
        end += 4 * rows * dim
    header = json.dumps(about).encode()
    header += b" " * (-len(header) % _LENGTH)  # so that the tensors are aligned
    with path.open("wb") as file:
        file.write(len(header).to_bytes(_LENGTH, "little") + header)
        for matrix in matrices.values():
            for piece in pieces(matrix):
                file.write(np.ascontiguousarray(piece, "<f4").tobytes())
            file.write(bytes(4 * matrix.shape[1] * zeros))


def read_matrix(path: Path, names: tuple[str, ...], reading: Reading, rows: int | None = None) -> NDArray[np.float32]:
    """Read the requested rows of the first tensor that has one of the given names.

    Raises
    ------
    InputError
        If there is no such tensor, it is not a matrix (of `rows` rows), or the file is damaged.
    """
    try:
        with path.open("rb") as file:
            source = ByteSource(path, file)
            length = int.from_bytes(source.take(_LENGTH), "little")
            if length > min(_LONGEST_HEADER, path.stat().st_size):
                raise InputError(f"{path}: a header of {length} bytes; not a .safetensors file, or damaged")
            about = json.loads(source.take(length))
            name = next((name for name in names if name in about), None)
            if name is None:
                raise InputError(f"{path}: holds {_listed(about)}, not {' or '.join(names)}")
            kind = about[name]["dtype"]
            if kind not in _TYPES:
                raise InputError(f"{path}: numbers of type {kind}; supported are {', '.join(_TYPES)}")
            shape, dtype = about[name]["shape"], np.dtype(_TYPES[kind])
            begin, end = about[name]["data_offsets"]
            size = shape[0] * shape[1] * dtype.itemsize if len(shape) == 2 else -1
            if end - begin != size or rows not in (None, shape[0]):
                contradicted = "a matrix" if rows is None else f"{rows} words"
                raise InputError(f"{path}: {name} of shape {shape} contradicts {contradicted} or the size of the file")
            _check_tiled(path, about, path.stat().st_size - _LENGTH - length)
            source.skip(begin)
            matrix = reading.allocate(path, reading.rows(shape[0]), shape[1])
            _fill(source, matrix, kind)
            return matrix
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path}: damaged ({type(error).__name__}: {error})") from error


def _fill(source: ByteSource, matrix: NDArray[np.float32], kind: str) -> None:
    """Fill a matrix with the next numbers of a type."""
    if kind != _BRAIN:
        source.fill(matrix, np.dtype(_TYPES[kind]))
        return
    bits = matrix.view(np.uint32)
    source.fill(bits, np.dtype(_TYPES[kind]))
    bits <<= 16


def _listed(about: Mapping[str, Any]) -> str:
    """Return the names of tensors for a message, not more than fit in a line."""
    names = [name for name in about if name != _METADATA]
    more = len(names) - _NAMES_SHOWN
    return ", ".join(names[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _check_tiled(path: Path, about: dict[str, Any], size: int) -> None:
    """Fail unless the tensors fill the bytes after the header without gaps or overlaps, as the format requires.

    Raises
    ------
    InputError
        If bytes are missing or added.
    """
    end = 0
    for begin, next_end in sorted(tensor["data_offsets"] for name, tensor in about.items() if name != _METADATA):
        if begin != end or next_end < begin:
            raise InputError(f"{path}: damaged: its tensors leave a gap or overlap at byte {end} of the data")
        end = next_end
    if end != size:
        raise InputError(f"{path}: damaged: its tensors have {end} bytes, but {size} follow the header")
