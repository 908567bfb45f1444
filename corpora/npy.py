"""NumPy's ``.npy``: the one place that reads its header, which is checked against the bytes that follow.

Never pickles: an array of objects is refused.
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
    """An array's shape, order and type, and its size in bytes, header included."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: "np.dtype[Any]"
    size: int


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
    """Map the array of a ``.npy`` file into memory, for reading.

    Parameters
    ----------
    path
        The file.
    dtype, shape
        Type and shape that the array must have; default: any.

    Raises
    ------
    OSError
        If there is no such file, or it cannot be read or mapped.
    InputError
        If it is damaged, or its array is another one.
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
