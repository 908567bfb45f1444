"""Detection of a file's format from its first bytes: a format of `FORMATS`, a known unsupported kind, or neither.

Every command uses this table, so that all of them agree. Each format's own module recognises it. `FOREIGN` lists the
unsupported kinds of file, with advice for each.
"""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from wordvec.errors import NotReadError
from wordvec.formats.common import compressed
from wordvec.formats.common.number_sizes import are_usual
from wordvec.formats.common.registry import FORMATS, module_of

HEAD = 1 << 14
"""Bytes from which a format is recognised; enough for a row of 1,000 numbers of GloVe."""

_FEWEST_NUMBERS = 16


class Foreign(NamedTuple):
    """An unsupported kind of file.

    Attributes
    ----------
    name
        Name of the kind, with its article.
    advice
        Advice to the user.
    matches
        Test of a file's first bytes.
    """

    name: str
    advice: str
    matches: Callable[[bytes], bool]


def begins(*magics: bytes, at: int = 0) -> Callable[[bytes], bool]:
    """Return a test for any of several strings at an offset."""
    return lambda head: head[at:].startswith(magics)


def matches(pattern: bytes) -> Callable[[bytes], bool]:
    """Return a test for a regular expression at the beginning, ignoring case."""
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda head: compiled.match(head) is not None


def _are_numbers(kind: str) -> Callable[[bytes], bool]:
    """Return a test for bare numbers of a type, from the first byte on, with the magnitudes usual for vectors."""
    dtype = np.dtype(kind)

    def test(head: bytes) -> bool:
        numbers = np.frombuffer(head[: len(head) // dtype.itemsize * dtype.itemsize], dtype)
        return len(numbers) >= _FEWEST_NUMBERS and are_usual(numbers)

    return test


_UNPACK = "extract it first"
_AS_TEXT = "save its words and vectors as text, one word and its numbers per line"
FOREIGN = (
    Foreign("a Git LFS pointer, not the file itself", "fetch it by git lfs pull", begins(b"version https://git-lfs")),
    Foreign("a zip archive", _UNPACK, begins(b"PK\x03\x04", b"PK\x05\x06")),
    Foreign("a tar archive inside another", _UNPACK, begins(b"ustar", at=257)),
    Foreign("a 7z archive", _UNPACK, begins(b"7z\xbc\xaf\x27\x1c")),
    Foreign("a RAR archive", _UNPACK, begins(b"Rar!\x1a\x07")),
    Foreign("compressed twice", _UNPACK, begins(b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd")),
    Foreign("compressed as .lzma", "decompress it first (unlzma)", begins(b"\x5d\0\0")),
    Foreign("compressed as .lz4", "decompress it first (unlz4)", begins(b"\x04\x22\x4d\x18")),
    Foreign("compressed as .Z", "decompress it first (uncompress)", begins(b"\x1f\x9d")),
    Foreign(
        "an array of NumPy, without words",
        "numpy.savez(FILE, IDs=WORDS, data=MATRIX) makes a file with both",
        begins(b"\x93NUMPY"),
    ),
    Foreign(
        "an SQLite database, but not of Magnitude (no table of that name)",
        _AS_TEXT,
        begins(b"SQLite format 3\0"),
    ),
    Foreign("an HDF5 file", _AS_TEXT, begins(b"\x89HDF\r\n")),
    Foreign(
        "a tensor file (.safetensors), without words",
        "the folder with its tokenizer.json is read",
        lambda head: len(head) > 8 and int.from_bytes(head[:8], "little") < 1 << 27 and head[8:10] == b'{"',
    ),
    Foreign("a model of GGUF", _AS_TEXT, begins(b"GGUF")),
    Foreign("an Arrow file", "save it as Parquet", begins(b"ARROW1", b"FEA1")),
    Foreign(
        "a fastText model in the wrong byte order",
        "write it again on a little-endian machine",
        begins(b"\x2f\x4f\x16\xba"),
    ),
    Foreign("UTF-16", "save it as UTF-8 (iconv -f UTF-16 -t UTF-8)", begins(b"\xff\xfe", b"\xfe\xff")),
    Foreign("a PDF document", _AS_TEXT, begins(b"%PDF-")),
    Foreign("a web page", "is it an error page of a download?", matches(rb"\s*<(!doctype html|html[ >])")),
    Foreign("XML", _AS_TEXT, begins(b"<?xml")),
    Foreign("JSON", _AS_TEXT, matches(rb'\s*(\{\s*"[^"]*"\s*:|\[\s*[\[{"])')),
    # Before float64, since pairs of float32 look like float64.
    Foreign("bare numbers of float32, without words", _AS_TEXT, _are_numbers("<f4")),
    Foreign(
        "bare numbers of float64, without words, as GloVe's .bin",
        "convert the .txt that GloVe writes beside it",
        _are_numbers("<f8"),
    ),
)


def format_of(path: Path) -> str | None:
    """Return the name of the format of a file or folder, or None if it is unknown.

    Raises
    ------
    InputError
        If the file cannot be read, can be read only once, or is of an unsupported kind.
    """
    compressed.check_rereadable(path)
    if os.path.isdir(path):  # noqa: PTH112 - unlike pathlib's, this one never raises
        return next((name for name in FORMATS if FORMATS[name].folder and module_of(name).recognises(path, b"")), None)
    with compressed.reading(path) as file:
        head = file.read(HEAD)
    name = format_of_head(path, head)
    if name is not None and not FORMATS[name].compressible and compressed.is_compressed(path):
        raise NotReadError(f"{path}: a compressed file of the format {name}; decompress it first")
    return name


def format_of_head(path: Path, head: bytes) -> str | None:
    """Return the name of the format of a file from its first bytes, or None if it is unknown.

    Raises
    ------
    InputError
        If the file is of an unsupported kind.
    """
    for name, format in FORMATS.items():
        if not format.folder and module_of(name).recognises(path, head):
            return name
    for foreign in FOREIGN:
        if foreign.matches(head):
            raise NotReadError(f"{path}: {foreign.name}; {foreign.advice}")
    return None
