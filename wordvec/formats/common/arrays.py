"""Elements of NumPy's ``.npy`` format, written and read in blocks. `wordvec.corpora.npy` reads the headers."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from wordvec.corpora.npy import Header, read_header
from wordvec.errors import InputError
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.words import BadWordError

_BLOCK = 1 << 22
_LAST_CODE = 0x10FFFF
_REPLACEMENT = 0xFFFD
_SURROGATE_BITS, _SURROGATES = 11, 0xD800 >> 11


def write_array(file: IO[bytes], array: NDArray[Any]) -> None:
    """Write an array block by block."""
    write_header(file, array.shape, array.dtype)
    for piece in pieces(array):
        file.write(np.ascontiguousarray(piece).tobytes())


def write_header(file: IO[bytes], shape: tuple[int, ...], dtype: "np.dtype[Any]") -> None:
    """Write the header of an array."""
    npy.write_array_header_1_0(file, {"descr": dtype.str, "fortran_order": False, "shape": shape})


def pieces(array: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Yield the rows of an array in blocks of a few megabytes."""
    together = max(1, _BLOCK // max(1, array[:1].nbytes))
    for begin in range(0, len(array), together):
        yield array[begin : begin + together]


def read_npy(path: Path, reading: Reading) -> NDArray[np.float32]:
    """Read the matrix of a ``.npy`` file as float32.

    Raises
    ------
    InputError
        If the file cannot be read or is damaged, or holds no matrix of numbers.
    """
    try:
        with path.open("rb") as file:
            return read_matrix(path, file, read_header(path, file, path.stat().st_size), reading)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def read_matrix(path: Path, file: IO[bytes], header: Header, reading: Reading) -> NDArray[np.float32]:
    """Read the requested rows of a matrix as float32.

    Raises
    ------
    InputError
        If the array is not a matrix of numbers.
    """
    if len(header.shape) != 2 or header.dtype.kind not in "fiu":
        raise InputError(f"{path}: an array of shape {header.shape} and type {header.dtype} is not a matrix of vectors")
    rows, dim = header.shape
    if not header.fortran:
        matrix = reading.allocate(path, reading.rows(rows), dim)
        _fill(path, file, header, matrix)
        return matrix
    columns = reading.allocate(path, dim, rows)
    _fill(path, file, header, columns)
    matrix = reading.allocate(path, reading.rows(rows), dim)
    for begin in range(0, len(matrix), 1024):
        matrix[begin : begin + 1024] = columns.T[begin : min(begin + 1024, len(matrix))]
    return matrix


def read_pieces(path: Path, file: IO[bytes], header: Header) -> Iterator[NDArray[Any]]:
    """Yield the elements of a one-dimensional array in blocks."""
    left = header.shape[0]
    together = max(1, _BLOCK // max(1, header.dtype.itemsize))
    while left:
        piece = _exactly(path, file, header, min(left, together))
        left -= len(piece)
        yield piece


def strings(path: Path, piece: NDArray[Any], any_words: bool = False) -> list[str]:
    """Return the elements of an array of strings or of UTF-8 bytes.

    Parameters
    ----------
    path
        File name for messages.
    piece
        (strings,) array.
    any_words
        Whether to accept invalid Unicode, as lone surrogates.

    Raises
    ------
    BadWordError
        If an element is not valid Unicode and `any_words` is false.
    """
    if piece.dtype.kind == "S":
        try:
            return [word.decode(errors="surrogateescape" if any_words else "strict") for word in piece.tolist()]
        except UnicodeDecodeError as error:
            raise BadWordError(f"{path}: a word is not valid UTF-8") from error
    codes = piece.astype(piece.dtype.newbyteorder("=")).view(np.uint32)
    beyond = codes > _LAST_CODE
    if not any_words and (beyond | (codes >> _SURROGATE_BITS == _SURROGATES)).any():
        raise BadWordError(f"{path}: a word is not valid Unicode")
    if beyond.any():
        codes[beyond] = _REPLACEMENT
        return list(codes.view(piece.dtype.newbyteorder("=")).tolist())
    return list(piece.tolist())


def _fill(path: Path, file: IO[bytes], header: Header, matrix: NDArray[np.float32]) -> None:
    for piece in pieces(matrix):
        numbers = _exactly(path, file, header, piece.size)
        with np.errstate(over="ignore"):  # the caller refuses infinity and names its word
            piece[...] = numbers.reshape(piece.shape)


def _exactly(path: Path, file: IO[bytes], header: Header, count: int) -> NDArray[Any]:
    content = file.read(count * header.dtype.itemsize)
    if len(content) < count * header.dtype.itemsize:
        raise InputError(f"{path}: ends in the middle of an array; the file is truncated")
    return np.frombuffer(content, header.dtype)
