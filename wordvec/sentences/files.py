"""Files of text vectors: a row for each text, as ``.npy`` or in any format of vector files."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import numpy as np
from numpy.lib import format as npy

from wordvec import files, formats
from wordvec.corpora.npy import map_array
from wordvec.errors import InputError
from wordvec.files import replacing, together
from wordvec.formats import Plain
from wordvec.formats.common import sidecars
from wordvec.representation import short
from wordvec.rows import Floats, blocks
from wordvec.sentences.embedding import Embedded

ARRAY = ".npy"


class TextVectors(NamedTuple):
    """Vectors of texts in a file: names (the numbers of the lines, by default), (texts, dim) matrix, and metadata."""

    names: Sequence[str]
    matrix: Floats
    metadata: dict[str, Any]

    def __repr__(self) -> str:
        return short(self)


def outputs(path: Path) -> list[Path]:
    """Return the files that `save` may write.

    Raises
    ------
    SettingsError
        If the ending names no format.
    """
    if path.suffix == ARRAY:
        return [path, sidecars.names(path).metadata]
    return formats.outputs(path)


def check_output(path: Path, overwrite: bool) -> None:
    """Check before the work that a file can be written.

    Raises
    ------
    OutputError
        If it exists and must not be replaced, or its folder is missing.
    SettingsError
        If the ending names no format.
    """
    if path.suffix != ARRAY:
        formats.check_output(path, overwrite)
        return
    for output in outputs(path):
        files.check_output(output, overwrite)


def save(
    found: Embedded, path: Path, metadata: dict[str, Any], overwrite: bool = False, spaces: str = "refuse"
) -> None:
    """Write vectors of texts; ``.npy`` has no names, which are the numbers of the rows.

    Raises
    ------
    InputError
        If two texts have one name, or the format cannot hold it.
    OutputError
        If it cannot be written, or exists and `overwrite` is false.
    """
    if path.suffix != ARRAY:
        plain = Plain(found.names, found.matrix, None, metadata)
        formats.save(plain, path, overwrite=overwrite, spaces=spaces)
        return
    with together(path):
        with replacing(path, overwrite) as temporary, temporary.open("wb") as file:
            header = {"descr": "<f4", "fortran_order": False, "shape": found.matrix.shape}
            npy.write_array_header_1_0(cast("IO[bytes]", file), header)
            for span in blocks(len(found.matrix)):
                file.write(np.ascontiguousarray(found.matrix[span], "<f4").tobytes())
        with replacing(sidecars.names(path).metadata, overwrite) as temporary:
            sidecars.write_json(metadata, temporary)


def load(path: Path) -> TextVectors:
    """Read vectors of texts.

    Raises
    ------
    InputError
        If the file is missing, damaged, or holds no matrix of float32.
    """
    if path.suffix != ARRAY:
        plain = formats.load(path)
        return TextVectors(plain.words, plain.matrix, plain.metadata)
    files.recover(path.parent)
    try:
        matrix = map_array(path)
        about = sidecars.names(path).metadata
        metadata = json.loads(about.read_text(encoding="utf-8")) if about.is_file() else {}
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise InputError(f"{path}: its metadata are damaged ({error})") from error
    if matrix.ndim != 2 or matrix.dtype != np.float32:
        raise InputError(f"{path}: holds an array of shape {matrix.shape} and type {matrix.dtype}; expected a matrix")
    return TextVectors([str(row + 1) for row in range(len(matrix))], matrix, metadata)
