"""NumPy's ``.npz``: words in ``IDs`` and matrix in ``data``, the names of PecanPy; also ``counts`` and ``metadata``.

The arrays are identified by their types, not their names: one matrix, and one array of as many strings. Pickles are
not loaded. The sizes of an archive are checked before memory is allocated.
"""

import contextlib
import errno
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from wordvec.corpora.npy import Header, read_header
from wordvec.errors import InputError
from wordvec.files import records, replacing
from wordvec.formats.common import arrays, sidecars
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.words import check_finite, check_vocabulary, drop_repeated

_MOST_DEFLATED = 1032
"""Highest compression ratio of deflate."""
_SLACK = 1 << 10
_DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, OSError, UnicodeDecodeError, NotImplementedError, RuntimeError)
"""Errors from reading a damaged archive. OSError with EINVAL comes from an offset before the beginning of the file."""
_DATE = (1980, 1, 1, 0, 0, 0)  # equal vectors give equal bytes
_WORDS_AT_ONCE = 1 << 14
_LARGEST_METADATA = 1 << 26  # bytes, four per letter


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a file is a zip archive whose first member is an array."""
    return head.startswith(b"PK\x03\x04") and b".npy" in head[:300]


def load(path: Path, reading: Reading) -> Plain:
    """Read a matrix and its words from an archive.

    Raises
    ------
    InputError
        If the archive is damaged or lacks these arrays.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    with _archive(path) as archive:
        headers = {}
        for member in archive.infolist():
            with archive.open(member) as file:
                headers[member.filename] = read_header(path, file, _size(path, member, path.stat().st_size))
        matrix_name, words_name = _names(path, headers)
        with archive.open(matrix_name) as file:
            matrix = arrays.read_matrix(path, file, _again(path, file, headers[matrix_name]), reading)
        with archive.open(words_name) as file:
            pieces = arrays.read_pieces(path, file, _again(path, file, headers[words_name]))
            words = [word for piece in pieces for word in arrays.strings(path, piece, reading.any_words)][: len(matrix)]
        counts = _counts(path, archive, headers, len(matrix))
        metadata = _metadata(path, archive, headers)
    check_finite(path, words, matrix)
    if len(set(words)) < len(words):
        words, matrix = drop_repeated(path, words, matrix)
        counts = None  # it is unknown which of the equal words they belong to
    return Plain(words, matrix, counts, metadata)


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit the format or is repeated.

    Raises
    ------
    InputError
        If a word does not fit or is repeated.
    """
    check_vocabulary(words, "an .npz file", "\0")


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write an uncompressed archive.

    Raises
    ------
    InputError
        If a word is repeated or ends in NUL (which NumPy drops), or a row contains NaN or infinity.
    OutputError
        If the file cannot be written, or exists and `overwrite` is false.
    """
    check_fit(plain.words, path)
    check_finite(path, plain.words, plain.matrix)
    metadata = np.array(json.dumps(plain.metadata, default=sidecars.plain_number))
    longest = max(map(len, plain.words), default=1)
    with replacing(path, overwrite) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        with _member(archive, "IDs") as file:
            arrays.write_header(file, (len(plain.words),), np.dtype(f"<U{longest}"))
            for begin in range(0, len(plain.words), _WORDS_AT_ONCE):
                words = plain.words[begin : begin + _WORDS_AT_ONCE]
                file.write(np.array(words, f"<U{longest}").tobytes())
        with _member(archive, "data") as file:
            arrays.write_array(file, plain.matrix)
        if plain.counts is not None:
            with _member(archive, "counts") as file:
                arrays.write_array(file, plain.counts)
        with _member(archive, "metadata") as file:
            arrays.write_header(file, (), metadata.dtype)
            file.write(metadata.tobytes())


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    return archive.open(zipfile.ZipInfo(f"{name}.npy", _DATE), "w", force_zip64=True)


def read_arrays(path: Path, content: bytes, most: int) -> dict[str, NDArray[Any]]:
    """Return all arrays of an archive in memory, by name.

    Parameters
    ----------
    path
        File name for messages.
    content
        Bytes of the archive.
    most
        Largest total size of the arrays in bytes.

    Raises
    ------
    InputError
        If the archive is damaged or its arrays are larger.
    """
    arrays: dict[str, NDArray[Any]] = {}
    with _archive(path, io.BytesIO(content)) as archive:
        for member in archive.infolist():
            size = _size(path, member, len(content))
            most -= size
            if most < 0:
                raise InputError(f"{path}: its arrays are larger than those of any such file")
            with archive.open(member) as file:
                header = read_header(path, file, size)
                elements = np.frombuffer(file.read(), header.dtype)
            arrays[member.filename.removesuffix(".npy")] = elements.reshape(
                header.shape, order="F" if header.fortran else "C"
            )
    return arrays


@contextlib.contextmanager
def _archive(path: Path, file: IO[bytes] | None = None) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file or path) as archive:
            yield archive
    except _DAMAGES as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise InputError(f"{path}: cannot be read ({error.strerror})") from error
        raise InputError(f"{path}: a damaged archive ({error})") from error


def _size(path: Path, member: zipfile.ZipInfo, whole: int) -> int:
    """Return the size of a member, after checking that an archive of `whole` bytes can contain it."""
    ratio = {zipfile.ZIP_STORED: 1, zipfile.ZIP_DEFLATED: _MOST_DEFLATED}.get(member.compress_type)
    compressed = min(member.compress_size, whole)
    if ratio is None or member.file_size > ratio * compressed + (_SLACK if ratio > 1 else 0):
        raise InputError(f"{path}: {member.filename} cannot have {member.file_size} bytes; the archive is damaged")
    return member.file_size


def _names(path: Path, headers: dict[str, Header]) -> tuple[str, str]:
    """Return the names of the matrix and of its words."""
    matrices = [name for name, header in headers.items() if len(header.shape) == 2 and header.dtype.kind == "f"]
    if len(matrices) == 1:
        wanted = (headers[matrices[0]].shape[0],)
        strings = [name for name, header in headers.items() if header.shape == wanted and header.dtype.kind in "US"]
        if len(strings) == 1:
            return matrices[0], strings[0]
    listed = ", ".join(f"{name.removesuffix('.npy')} {header.shape}" for name, header in headers.items())
    raise InputError(f"{path}: needs one matrix of numbers and one array of as many words; it holds {listed}")


def _again(path: Path, file: IO[bytes], header: Header) -> Header:
    return read_header(path, file, header.size)


def _counts(path: Path, archive: zipfile.ZipFile, headers: dict[str, Header], rows: int) -> NDArray[np.int64] | None:
    header = headers.get("counts.npy")
    if header is None or header.dtype.kind not in "iu" or len(header.shape) != 1 or header.shape[0] < rows:
        return None
    with archive.open("counts.npy") as file:
        pieces = list(arrays.read_pieces(path, file, _again(path, file, header)))
    return np.concatenate([np.empty(0, np.int64), *pieces]).astype(np.int64)[:rows]


def _metadata(path: Path, archive: zipfile.ZipFile, headers: dict[str, Header]) -> dict[str, Any]:
    header = headers.get("metadata.npy")
    if header is None or header.dtype.kind != "U" or header.shape != () or header.size > _LARGEST_METADATA:
        return {}
    with archive.open("metadata.npy") as file:
        _again(path, file, header)
        text = np.frombuffer(file.read(), header.dtype)
    try:
        return records.parsed(arrays.strings(path, text)[0], records.METADATA)
    except ValueError as error:
        raise InputError(f"{path}: its metadata are damaged ({error})") from error
