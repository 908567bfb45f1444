"""``.safetensors``: the length of a JSON header, the header, then the bytes of the tensors, little-endian.

The format (Hugging Face, 2022) is small enough to be implemented here. No package is needed, and the matrix is read
and written in blocks.
"""

import json
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
_TYPES = {"F16": "<f2", "F32": "<f4", "F64": "<f8"}


def write_matrix(path: Path, name: str, matrix: NDArray[np.float32], zeros: int = 0) -> None:
    """Write one float32 tensor, followed by `zeros` rows of zeros."""
    rows, dim = len(matrix) + zeros, matrix.shape[1]
    about = {name: {"dtype": "F32", "shape": [rows, dim], "data_offsets": [0, 4 * rows * dim]}}
    header = json.dumps(about | {_METADATA: {"format": "pt"}}).encode()
    header += b" " * (-len(header) % _LENGTH)  # so that the tensor is aligned
    with path.open("wb") as file:
        file.write(len(header).to_bytes(_LENGTH, "little") + header)
        for piece in pieces(matrix):
            file.write(np.ascontiguousarray(piece, "<f4").tobytes())
        file.write(bytes(4 * dim * zeros))


def read_matrix(path: Path, names: tuple[str, ...], reading: Reading, rows: int) -> NDArray[np.float32]:
    """Read the requested rows of the first tensor that has one of the given names.

    Raises
    ------
    InputError
        If there is no such tensor, it is not a matrix of `rows` rows, or the file is damaged.
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
                raise InputError(f"{path}: holds {', '.join(about)}, not {' or '.join(names)}")
            kind = about[name]["dtype"]
            if kind not in _TYPES:
                raise InputError(f"{path}: numbers of type {kind}; supported are {', '.join(_TYPES)}")
            shape, dtype = about[name]["shape"], np.dtype(_TYPES[kind])
            begin, end = about[name]["data_offsets"]
            if len(shape) != 2 or shape[0] != rows or end - begin != rows * shape[1] * dtype.itemsize:
                raise InputError(f"{path}: {name} of shape {shape} contradicts {rows} words or the size of the file")
            _check_tiled(path, about, path.stat().st_size - _LENGTH - length)
            source.skip(begin)
            matrix = reading.allocate(path, reading.rows(rows), shape[1])
            source.fill(matrix, dtype)
            return matrix
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f"{path}: damaged ({type(error).__name__}: {error})") from error


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
