"""Vector files: a table of formats, and one file per format with a load and a save.

Every format gives and takes `Plain`. Reading goes by what a file holds, writing by how it is to be named. A module
of the table has ``recognises(head: bytes) -> bool`` (of the file's first bytes, decompressed),
``load(path, limit) -> Plain`` and ``save(plain, path, overwrite) -> None``.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from wordvec import files
from wordvec.errors import SettingsError
from wordvec.formats import compressed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Plain(NamedTuple):
    """What a vector file holds: words, their rows, and what is kept beside them.

    Parameters
    ----------
    words
        One for each row, unique, most frequent first where frequencies are known.
    matrix
        (words, dim) float32; the rows may be a strided view of longer ones.
    counts
        (words,) int64, how often each was seen, or None.
    metadata
        How the vectors were made, as JSON can hold it.
    """

    words: Sequence[str]
    matrix: NDArray[np.float32]
    counts: NDArray[np.int64] | None
    metadata: dict[str, Any]


class Format(NamedTuple):
    """The endings that mean a format when writing, and the module that reads and writes it."""

    endings: tuple[str, ...]
    module: str


FORMATS = {
    "word2vec": Format((".vec",), "wordvec.formats.word2vec_text"),
}


def load(path: str | Path, *, format: str | None = None, limit: int | None = None) -> Plain:
    """Read a vector file, compressed or not, with the counts and metadata that lie beside it.

    Parameters
    ----------
    path
        The file.
    format
        A name of `FORMATS`; found out from the file's first bytes if not given.
    limit
        Read at most so many rows, from the beginning.

    Raises
    ------
    InputError
        If the file is missing, damaged, or of no known format.
    SettingsError
        If `format` or `limit` make no sense.
    """
    path = Path(path)
    if limit is not None and limit < 1:
        raise SettingsError(f"limit: {limit} rows cannot be read; it must be at least 1")
    plain: Plain = _module(_recognised(path) if format is None else format).load(path, limit)
    return plain


def save(plain: Plain, path: str | Path, *, format: str | None = None, overwrite: bool = False) -> None:
    """Write a vector file, with counts and metadata beside it, all of them or nothing.

    Parameters
    ----------
    plain
        What to write.
    path
        The file; its ending tells the format, and ``.gz``, ``.bz2``, ``.xz`` or ``.zst`` after that compress it.
    format
        A name of `FORMATS`, for a file of another ending.
    overwrite
        Replace what is there.

    Raises
    ------
    InputError
        If a word or number cannot be written in this format.
    OutputError
        If `path` cannot be written, or exists and `overwrite` is false.
    SettingsError
        If neither ending nor `format` names a format.
    """
    path = Path(path)
    _module(_named(path) if format is None else format).save(plain, path, overwrite)


def check_output(path: Path, overwrite: bool) -> None:
    """Fail before the work begins when vectors, or what lies beside them, could not be written after it.

    Raises
    ------
    OutputError
        If a folder is missing or not writable, or something is there and `overwrite` is false.
    SettingsError
        If the ending names no format.
    """
    from wordvec.formats import sidecars

    _named(path)
    for target in (path, *sidecars.names(path)):
        files.check_output(target, overwrite)


def _module(format: str) -> Any:
    if format not in FORMATS:
        raise SettingsError(f"{format}: not a vector format; there is {_listing()}")
    return importlib.import_module(FORMATS[format].module)


def _recognised(path: Path) -> str:
    with compressed.reading(path) as file:
        head = file.read(4096)
    for name in FORMATS:
        if _module(name).recognises(head):
            return name
    return "word2vec"  # whose reader says best what is wrong


def _named(path: Path) -> str:
    bare = compressed.without_ending(path.name)
    for name, format in FORMATS.items():
        if bare.endswith(format.endings):
            return name
    raise SettingsError(f"{path}: the ending names no vector format; there is {_listing()}")


def _listing() -> str:
    return ", ".join(f"{name} ({' '.join(format.endings)})" for name, format in FORMATS.items())
