"""The table of formats: the name, file extension, module and abilities of each."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, NamedTuple

from wordvec import arguments
from wordvec.errors import SettingsError
from wordvec.formats.common import compressed


class Format(NamedTuple):
    """Name, extension and abilities of a format.

    Attributes
    ----------
    extension
        File extension that selects the format for writing.
    module
        Module of `wordvec.formats` that reads and writes it.
    about
        Description for the command line.
    compressible
        Whether the file may be compressed.
    sidecars
        Whether counts and metadata are in files next to it.
    folder
        Whether it is a folder.
    subwords
        Names of the classes of `wordvec.subwords` whose rows of n-grams it can store.
    contexts
        Whether it can store the output matrix.
    storages
        Whether it can store coded rows (see `wordvec.codecs`), and tables without a row for each bucket.
    writable
        Whether it can be written.
    """

    extension: str
    module: str
    about: str
    compressible: bool = False
    sidecars: bool = False
    folder: bool = False
    subwords: tuple[str, ...] = ()
    contexts: bool = False
    storages: bool = False
    writable: bool = True


FORMATS = {
    "word2vec": Format(
        ".vec", "word2vec_text", "word2vec's text, which every tool reads", compressible=True, sidecars=True
    ),
    "word2vec-binary": Format(".bin", "word2vec_binary", "word2vec's binary files", compressible=True, sidecars=True),
    "glove": Format(".txt", "glove", "GloVe's text, without a header", compressible=True, sidecars=True),
    "fasttext": Format(
        ".fasttext.bin",
        "fasttext",
        "fastText's model, with subwords",
        compressible=True,
        sidecars=True,
        subwords=("Subwords",),
        contexts=True,
    ),
    "floret": Format(
        ".floret", "floret", "floret's table of n-grams, which spaCy reads", compressible=True, subwords=("Floret",)
    ),
    "npz": Format(".npz", "npz", "NumPy's archive, without pickles"),
    "gensim": Format(".kv", "gensim_native", "gensim's KeyedVectors, a pickle (--trust-pickle to read)", sidecars=True),
    "histwords": Format("-w.npy", "histwords", "HistWords' matrix, its words in NAME-vocab.pkl", sidecars=True),
    "finalfusion": Format(".fifu", "finalfusion", "finalfusion's file, read only", compressible=True, writable=False),
    "magnitude": Format(".magnitude", "magnitude", "Magnitude's SQLite database, read only", writable=False),
    "parquet": Format(".parquet", "parquet", "a table of tokens and vectors (pip install pyarrow)"),
    # The first of the folders, so that it opens without the modules of the others, and without Numba.
    "vectors": Format(
        ".vectors",
        "mapped",
        "our own folder, which is mapped into memory and opens at once",
        folder=True,
        subwords=("Subwords", "Floret", "Buckets"),
        contexts=True,
        storages=True,
    ),
    "hub": Format(".hub", "hub", "a folder for Model2Vec and sentence-transformers", folder=True),
    "spacy": Format(".spacy", "spacy_vectors", "spaCy's folder (pip install spacy)", folder=True, subwords=("Floret",)),
    "projector": Format(".projector", "projector", "a folder for TensorBoard's projector", folder=True),
}

CHECKED = ("word2vec", "word2vec-binary", "glove", "fasttext")
"""Formats that `wordvec.formats.doctor` reads."""


def module_of(format: str) -> Any:
    """Return the module that reads and writes a format.

    Raises
    ------
    SettingsError
        If there is no such format.
    """
    _check_name(format)
    return importlib.import_module(f"wordvec.formats.{FORMATS[format].module}")


def output_format(path: Path, format: str | None = None) -> str:
    """Return the name of the format in which a file will be written.

    Parameters
    ----------
    path
        The file. Its extension selects the format if `format` is None.
    format
        A name of `FORMATS`, or None.

    Raises
    ------
    SettingsError
        If neither names a format, the format is read only, or the file would be compressed and the format cannot be.
    """
    if not path.name:
        raise SettingsError(f"{path}: not the name of a file; add one")
    bare = compressed.without_extension(path.name)
    if format is None:
        matching = [name for name in FORMATS if bare.endswith(FORMATS[name].extension)]
        if not matching:
            raise SettingsError(f"{path}: the extension selects no vector format; choose one of {_listing()}")
        format = max(matching, key=lambda name: len(FORMATS[name].extension))
    _check_name(format)
    if not FORMATS[format].writable:
        raise SettingsError(f"{path}: the format {format} can be read but not written; choose another")
    if bare != path.name and not FORMATS[format].compressible:
        raise SettingsError(f"{path}: the format {format} cannot be compressed; remove {path.suffix} from the name")
    return format


def extensions_for(table: object) -> list[str]:
    """Return the extensions of the formats that can store a table of n-grams."""
    kind = type(table).__name__
    return [format.extension for format in FORMATS.values() if kind in format.subwords]


def _check_name(format: str) -> None:
    if arguments.word("format", format) not in FORMATS:
        raise SettingsError(f"{format}: not a vector format; choose one of {_listing()}")


def _listing() -> str:
    return ", ".join(f"{name} ({format.extension})" for name, format in FORMATS.items() if format.writable)
