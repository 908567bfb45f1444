"""NumPy's ``.npy``: arrays written and read in blocks, their headers held against the size of what follows.

Never pickles: an array of objects is refused.
"""

import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.formats.reading import Reading
from wordvec.formats.words import BadWordError

MAGIC = b"\x93NUMPY"
_BLOCK = 1 << 22
_LAST_CODE = 0x10FFFF
_REPLACEMENT = 0xFFFD
_SURROGATE_BITS, _SURROGATES = 11, 0xD800 >> 11


class Header(NamedTuple):
    """What an array's header says, and the bytes from its beginning to the array's end."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: "np.dtype[Any]"
    size: int


def write_array(file: IO[bytes], array: NDArray[Any]) -> None:
    """Write an array, a block at a time."""
    write_header(file, array.shape, array.dtype)
    for piece in pieces(array):
        file.write(np.ascontiguousarray(piece).tobytes())


def write_header(file: IO[bytes], shape: tuple[int, ...], dtype: "np.dtype[Any]") -> None:
    """Write what stands before the elements of an array."""
    npy.write_array_header_1_0(file, {"descr": dtype.str, "fortran_order": False, "shape": shape})


def pieces(array: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Give an array's rows, some megabytes at a time."""
    together = max(1, _BLOCK // max(1, array[:1].nbytes))
    for begin in range(0, len(array), together):
        yield array[begin : begin + together]


def read_header(path: Path, file: IO[bytes], size: int) -> Header:
    """Read an array's header.

    Parameters
    ----------
    path
        For messages.
    file, size
        The file, at the array's beginning, and how many bytes it has from there.

    Raises
    ------
    InputError
        If it is none, of objects (which would be pickles) or of nothing, or says another size.
    """
    begin = file.tell()
    try:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, dtype = read(file)
    except (ValueError, EOFError, SyntaxError, RecursionError, tokenize.TokenError) as error:
        reason = " ".join(str(error).splitlines()[:1]) or type(error).__name__
        raise InputError(f"{path}: no array of NumPy, or a damaged one ({reason})") from error
    if dtype.hasobject:
        raise InputError(f"{path}: an array of Python objects is a pickle, which can run any code; it is not read")
    if min(shape, default=0) < 0 or not dtype.itemsize:
        raise InputError(f"{path}: a damaged array of NumPy, of shape {shape} and elements of {dtype.itemsize} bytes")
    count = 1
    for length in shape:  # as exact integers, so that no product overflows
        count *= int(length)
    needed = file.tell() - begin + count * dtype.itemsize
    if needed != size:
        raise InputError(f"{path}: the header says {needed} bytes for shape {shape}, but there are {size}")
    return Header(shape, fortran, dtype, needed)


def read_matrix(path: Path, file: IO[bytes], header: Header, reading: Reading) -> NDArray[np.float32]:
    """Read the rows that are wanted of a matrix, made float32.

    Raises
    ------
    InputError
        If the array is no matrix of numbers.
    """
    if len(header.shape) != 2 or header.dtype.kind not in "fiu":
        raise InputError(f"{path}: an array of shape {header.shape} and type {header.dtype} is no matrix of vectors")
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
    """Give the elements of an array of one dimension, some at a time."""
    left = header.shape[0]
    together = max(1, _BLOCK // max(1, header.dtype.itemsize))
    while left:
        piece = _exactly(path, file, header, min(left, together))
        left -= len(piece)
        yield piece


def strings(path: Path, piece: NDArray[Any], any_words: bool = False) -> list[str]:
    """Give the elements of an array of strings, or of bytes in UTF-8; if `any_words`, also with lone surrogates.

    Raises
    ------
    InputError
        If one is no valid Unicode.
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
        with np.errstate(over="ignore"):  # infinity is refused with its word
            piece[...] = numbers.reshape(piece.shape)


def _exactly(path: Path, file: IO[bytes], header: Header, count: int) -> NDArray[Any]:
    content = file.read(count * header.dtype.itemsize)
    if len(content) < count * header.dtype.itemsize:
        raise InputError(f"{path}: ends in the middle of an array; it is cut short")
    return np.frombuffer(content, header.dtype)
