"""NumPy's ``.npy`` format: reading the header and checking it against the size of the file.

Pickles are never read: an array of objects is an error.
"""

import contextlib
import warnings
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.lib import format as npy
from numpy.typing import DTypeLike, NDArray

from wordvec.errors import InputError

MAGIC = b"\x93NUMPY"


class Header(NamedTuple):
    """Shape, order and type of an array, and its size in bytes including the header."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: "np.dtype[Any]"
    size: int


def read_header(path: Path, file: IO[bytes], size: int) -> Header:
    """Read the header of an array.

    Parameters
    ----------
    path
        Path for messages.
    file, size
        File at the beginning of the array, and its bytes from there.

    Raises
    ------
    InputError
        If the header is damaged, the array is of objects (pickles) or of zero-size elements, or the sizes differ.
    """
    begin = file.tell()
    shape, fortran, dtype = _parsed(path, file)
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


def map_array(path: Path, dtype: DTypeLike | None = None, shape: tuple[int, ...] | None = None) -> NDArray[Any]:
    """Map the array of a ``.npy`` file into memory, read-only.

    Parameters
    ----------
    path
        Path of the file.
    dtype, shape
        Required type and shape; None: any.

    Raises
    ------
    OSError
        If the file does not exist, or cannot be read or mapped.
    InputError
        If the file is damaged, or its array has another type or shape.
    """
    with path.open("rb") as file:
        header = read_header(path, file, path.stat().st_size)
        begin = file.tell()
    wanted = header.dtype if dtype is None else np.dtype(dtype)
    shape = header.shape if shape is None else shape
    if header.shape != shape or header.dtype != wanted or header.fortran:
        raise InputError(f"{path}: holds {header.dtype} of shape {header.shape}, not {wanted} of {shape}")
    if begin == header.size:
        return np.empty(shape, wanted)
    return np.asarray(np.memmap(path, wanted, "r", begin, shape))


def _parsed(path: Path, file: IO[bytes]) -> tuple[tuple[int, ...], bool, "np.dtype[Any]"]:
    with contextlib.ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # of headers that Python 2 wrote
        try:
            version = npy.read_magic(file)
            read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
            return read(file)
        except OSError:
            raise
        except Exception as error:  # NumPy parses a literal of Python, and raises whatever goes wrong with that
            reason = " ".join(str(error).splitlines()[:1]) or type(error).__name__
            raise InputError(f"{path}: no array of NumPy, or a damaged one ({reason})") from error
