"""wordvec's own folder, ``.vectors``. The matrix is memory-mapped: it opens at once, and processes share it.

::

    wordvec.json   kind, rows, dim, metadata
    words.txt      one word per line, by descending frequency where frequencies are known
    matrix.npy     (rows, dim) float32, or with another storage the arrays of its codec (see `wordvec.codecs`), such as
    codes.npy      (rows, dim) int8, and
    scales.npy     (rows,) float32, with the storage int8
    counts.npy     (rows,) int64, or uint32 beside coded rows if they fit; if known
    contexts.npy   (rows, dim) float32, if the output matrix is known
    projection.npy (dim of documents, bits) float32, of a model of paragraph vectors with codes beside real vectors
    subwords.npy   (buckets, dim) float32, if there are subwords; with a codec its arrays, such as subwords-codes.npy
    used.npy       (rows,) int64, or uint32 beside coded rows, if only some buckets have a row of their own: their
                   numbers; then subwords.npy has
                   (rows + 1, dim), the last row for all others

The index from words to rows is not stored; the first lookup of a word builds it. Words may contain any character but
a newline. Rows are not checked to be finite, since this would read them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from numpy.typing import NDArray

from wordvec.codecs import coded_of
from wordvec.errors import InputError
from wordvec.files import FOLDER_MARK, replacing
from wordvec.formats.common import sidecars
from wordvec.formats.common.arrays import write_array
from wordvec.formats.common.folder_parts import (
    KIND,
    PARTS,
    described,
    first_rows,
    part,
    reported,
    short_numbers,
    stored_rows,
    stored_subwords,
)
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.words import check_finite, check_vocabulary
from wordvec.subwords import Floret, Subwords
from wordvec.subwords.tables import Buckets

WORDS = "words.txt"


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a folder contains our mark and a matrix."""
    if not (path / FOLDER_MARK).is_file():
        return False
    return (path / "matrix.npy").is_file() or any(path.glob("*codes.npy"))


def load(path: Path, reading: Reading) -> Plain:
    """Open a folder. The matrix is read-only, and its pages are read from the disk when they are used.

    Raises
    ------
    InputError
        If a file is missing or damaged.
    """
    about = described(path)
    with reported(path):
        # Text mode would split words at a carriage return as well.
        *words, rest = (path / WORDS).read_bytes().decode().split("\n")
        if rest:
            raise ValueError("words.txt does not end with a newline")
    parts: dict[str, Any] = {name: part(path, about, name, reading) for name in PARTS}
    matrix, counts, contexts = parts["matrix"], parts["counts"], parts["contexts"]
    if len(words) != len(matrix):
        raise InputError(f"{path}: words.txt has {len(words)} words, the matrix {len(matrix)} rows")
    rows = reading.rows(len(words))
    del words[rows:]
    counts = None if counts is None else counts[:rows]
    first, contexts = first_rows(path, matrix, rows, reading), None if contexts is None else contexts[:rows]
    metadata: dict[str, Any] = about["metadata"]
    return Plain(words, first, counts, metadata, parts["subwords"], contexts, projection=parts["projection"])


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit the format or is repeated.

    Raises
    ------
    InputError
        If a word does not fit or is repeated.
    """
    check_vocabulary(words, "a .vectors folder", "\n")


def save(
    plain: Plain, path: Path, overwrite: bool = False, further: Mapping[str, NDArray[Any]] = MappingProxyType({})
) -> None:
    """Write a folder.

    Parameters
    ----------
    plain, path, overwrite
        Vectors, the folder, and whether an existing one is replaced.
    further
        Arrays that models keep beside their vectors, by the names of their files.

    Raises
    ------
    InputError
        If a word is empty, contains a newline or is repeated, or a row contains NaN or infinity.
    OutputError
        If the folder cannot be written, or exists and `overwrite` is false.
    """
    check_fit(plain.words, path)
    check_finite(path, plain.words, plain.matrix)
    if plain.contexts is not None:
        check_finite(path, plain.words, plain.contexts)
    rows, dim = plain.matrix.shape
    about: dict[str, Any] = {"kind": KIND, "rows": rows, "dim": dim, "counts": plain.counts is not None}
    parts: dict[str, NDArray[Any]] = {"matrix.npy": plain.matrix}
    coded = coded_of(plain.matrix)
    if coded is not None:
        about["storage"], parts = stored_rows(coded)
    if plain.counts is not None:
        parts["counts.npy"] = plain.counts if coded is None else short_numbers(plain.counts)
    if plain.contexts is not None:
        parts["contexts.npy"] = plain.contexts
        about["contexts"] = True
    if plain.projection is not None:
        parts["projection.npy"] = plain.projection
        about["projection"] = list(plain.projection.shape)
    if isinstance(plain.subwords, Subwords | Floret | Buckets):
        about["subwords"], own = stored_subwords(plain.subwords)
        parts |= own
    with replacing(path, overwrite, folder=True) as folder:
        folder.mkdir()
        with (folder / WORDS).open("wb") as file:
            file.writelines(f"{word}\n".encode() for word in plain.words)
        for name, array in (parts | dict(further)).items():
            with (folder / name).open("wb") as file:
                write_array(file, array)
        sidecars.write_json(about | {"metadata": plain.metadata}, folder / FOLDER_MARK)
