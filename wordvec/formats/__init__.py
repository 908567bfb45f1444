"""Vector files: a table of formats, and one file per format with a load and a save.

Every format gives and takes `Plain`. Reading goes by what a file holds, writing by how it is to be named. A module
of the table has ``recognises(path, head) -> bool`` (of a file's first bytes, decompressed; of a folder's name, with
none), ``load(path, reading) -> Plain``, ``save(plain, path, overwrite) -> None``, and ``check_fit(words, path)``, which
refuses words that the format cannot hold; formats that are read only have neither of the two.
"""

from __future__ import annotations

import importlib
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from wordvec import arguments, files
from wordvec.errors import InputError, NotReadError, SettingsError
from wordvec.formats.common import compressed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from wordvec.formats.common.reading import Reading
    from wordvec.subwords import Table


_REPAIRED = ("word2vec", "word2vec-binary", "glove", "fasttext")
"""Formats that `wordvec.formats.doctor` knows."""


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
    subwords
        What gives other words their vectors, or None.
    """

    words: Sequence[str]
    matrix: NDArray[np.float32]
    counts: NDArray[np.int64] | None
    metadata: dict[str, Any]
    subwords: Table | None = None


class Format(NamedTuple):
    """How one format is named, read and written.

    Attributes
    ----------
    ending
        What means it when writing.
    module
        Of `wordvec.formats`, which reads and writes it.
    about
        What it is, as the command line shows it.
    packed
        Whether the file may be compressed.
    beside
        Whether counts and metadata lie beside it.
    folder
        Whether it is a folder.
    subwords
        The classes of `wordvec.subwords` whose rows of character n-grams it holds.
    writable
        Whether it is written, too.
    """

    ending: str
    module: str
    about: str
    packed: bool = False
    beside: bool = False
    folder: bool = False
    subwords: tuple[str, ...] = ()
    writable: bool = True


FORMATS = {
    "word2vec": Format(".vec", "word2vec_text", "word2vec's text, which every tool reads", packed=True, beside=True),
    "word2vec-binary": Format(".bin", "word2vec_binary", "word2vec's binary files", packed=True, beside=True),
    "glove": Format(".txt", "glove", "GloVe's text, without a header", packed=True, beside=True),
    "fasttext": Format(
        ".fasttext.bin", "fasttext", "fastText's model, with subwords", packed=True, beside=True, subwords=("Subwords",)
    ),
    "floret": Format(
        ".floret", "floret", "floret's table of n-grams, which spaCy reads", packed=True, subwords=("Floret",)
    ),
    "npz": Format(".npz", "npz", "NumPy's archive, without pickles"),
    "gensim": Format(".kv", "gensim_native", "gensim's KeyedVectors, a pickle (--trust-pickle to read)", beside=True),
    "histwords": Format("-w.npy", "histwords", "HistWords' matrix, its words in NAME-vocab.pkl", beside=True),
    "finalfusion": Format(".fifu", "finalfusion", "finalfusion's file, read only", packed=True, writable=False),
    "magnitude": Format(".magnitude", "magnitude", "Magnitude's SQLite database, read only", writable=False),
    "parquet": Format(".parquet", "parquet", "a table of tokens and vectors (pip install 'wordvec[parquet]')"),
    # The first of the folders, so that it opens without the modules of the others, and without Numba.
    "vectors": Format(
        ".vectors",
        "mapped",
        "our own folder, which is mapped into memory and opens at once",
        folder=True,
        subwords=("Subwords", "Floret", "Buckets"),
    ),
    "hub": Format(".hub", "hub", "a folder for Model2Vec and sentence-transformers", folder=True),
    "spacy": Format(
        ".spacy", "spacy_vectors", "spaCy's folder (pip install 'wordvec[spacy]')", folder=True, subwords=("Floret",)
    ),
    "projector": Format(".projector", "projector", "a folder for TensorBoard's projector", folder=True),
}


def load(path: str | Path, *, format: str | None = None, reading: Reading | None = None) -> Plain:
    """Read a vector file, compressed or not, or folder, with the counts and metadata that lie in or beside it.

    Parameters
    ----------
    path
        The file or folder.
    format
        A name of `FORMATS`; found out from the content if not given.
    reading
        How much to read, and how.

    Raises
    ------
    InputError
        If the file is missing, damaged, or of no known format.
    SettingsError
        If `format` or the limit make no sense.
    """
    from wordvec.formats.common.reading import Reading
    from wordvec.formats.common.words import BadWordError

    path = arguments.path("path", path, "Vectors.from_gensim(model) for gensim's" * hasattr(path, "wv"))
    reading = reading or Reading()
    if reading.limit is not None and arguments.whole("limit", reading.limit) < 1:
        raise SettingsError(f"limit: {reading.limit} rows cannot be read; it must be at least 1")
    files.recover(path.parent)
    name = recognised(path) if format is None else format
    try:
        plain: Plain = module_of(name).load(path, reading)
    except BadWordError as error:
        what = str(error)
        if "`wordvec" not in what:
            what += f"; `wordvec convert {path} OUT.vec --bad-words replace` writes a sound copy"
        raise InputError(what) from error
    except InputError as error:
        raise _with_remedy(error, path, name) from error
    return plain


def save(
    plain: Plain,
    path: str | Path,
    *,
    format: str | None = None,
    overwrite: bool = False,
    spaces: str = "refuse",
) -> None:
    """Write a vector file or folder, with counts and metadata in or beside it, all of them or nothing.

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
    spaces
        ``"refuse"`` words with white space or control characters where the format cannot hold them, or ``"replace"``
        these by ``_`` in any format; the history then says in how many words.

    Raises
    ------
    InputError
        If a word or number cannot be written in this format.
    OutputError
        If `path` cannot be written, or exists and `overwrite` is false.
    SettingsError
        If neither ending nor `format` names a format.
    """
    path = arguments.path("path", path)
    format = named(path, format)
    words, replaced = spelt(plain.words, spaces)
    if replaced:
        history = [*plain.metadata.get("history", []), {"step": "replace_spaces", "words": replaced}]
        plain = plain._replace(words=words, metadata=plain.metadata | {"history": history})
    module_of(format).save(plain, path, overwrite)


def check_words(words: Sequence[str], path: Path, format: str | None = None, spaces: str = "refuse") -> int:
    """Fail before the work begins where vectors of these words could not be written after it.

    Returns
    -------
    int
        In how many words `save` will replace white space and control characters.

    Raises
    ------
    InputError
        If a word does not fit in the format.
    SettingsError
        If neither ending nor `format` names a format, or `spaces` is unknown.
    """
    words, replaced = spelt(words, spaces)
    try:
        module_of(named(path, format)).check_fit(words, path)
    except InputError as error:
        text = str(error)
        raise type(error)(text if text.startswith(f"{path}: ") else f"{path}: {text}") from error
    return replaced


def spelt(words: Sequence[str], spaces: str) -> tuple[Sequence[str], int]:
    """Return words as they will be written, and how many of them changed.

    Raises
    ------
    SettingsError
        If `spaces` is unknown.
    """
    from wordvec.formats.common.words import SPACES, without_spaces

    if spaces not in SPACES:
        raise SettingsError(f"spaces: {spaces} is none of {', '.join(SPACES)}")
    return without_spaces(words) if spaces == "replace" else (words, 0)


def outputs(path: Path, format: str | None = None) -> list[Path]:
    """Give everything that writing vectors to `path` makes there.

    Raises
    ------
    SettingsError
        If neither ending nor `format` names a format.
    """
    from wordvec.formats import histwords
    from wordvec.formats.common import sidecars

    name = named(path, format)
    pair = [histwords.words_beside(path)] if name == "histwords" else []
    return [path, *pair, *(sidecars.names(path) if FORMATS[name].beside else ())]


def check_output(path: Path, overwrite: bool, format: str | None = None) -> None:
    """Fail before the work begins when vectors, or what lies beside them, could not be written after it.

    Raises
    ------
    OutputError
        If a folder is missing or not writable, or something is there and `overwrite` is false.
    SettingsError
        If neither ending nor `format` names a format.
    """
    folder = FORMATS[named(path, format)].folder
    for target in outputs(path, format):
        files.check_output(target, overwrite, folder)


def recognised(path: Path) -> str:
    """Return the name of the format that a file or folder has.

    Raises
    ------
    InputError
        If it cannot be read, or only once, or is of a kind that is not read.
    """
    from wordvec.formats.common import detection

    return detection.format_of(path) or "word2vec"  # whose reader says best what is wrong


def holds_vectors(folder: Path) -> bool:
    """Tell whether a folder has one of the formats."""
    return any(format.folder and module_of(name).recognises(folder, b"") for name, format in FORMATS.items())


def named(path: Path, format: str | None = None) -> str:
    """Give the name of the format that will be written: the one given, or what the ending means.

    Raises
    ------
    SettingsError
        If neither names a format, or one that cannot be compressed is to be.
    """
    if not path.name:
        raise SettingsError(f"{path}: is no name of a file to write")
    bare = compressed.without_ending(path.name)
    if format is None:
        meant = [name for name in FORMATS if bare.endswith(FORMATS[name].ending)]
        if not meant:
            raise SettingsError(f"{path}: the ending names no vector format; there is {_listing()}")
        format = max(meant, key=lambda name: len(FORMATS[name].ending))
    _check_name(format)
    if not FORMATS[format].writable:
        raise SettingsError(f"{path}: the format {format} is read and not written; choose another")
    if bare != path.name and not FORMATS[format].packed:
        raise SettingsError(f"{path}: the format {format} is not compressed; leave {path.suffix} out")
    return format


def _with_remedy(error: InputError, path: Path, format: str) -> InputError:
    """Return the error of a reader, with the command that repairs the file where there is one."""
    text = str(error)
    damaged = not isinstance(error.__cause__, OSError) and not isinstance(error, NotReadError)
    about_file = text.startswith((f"{path}:", f"{path},"))  # and not about counts or metadata beside it
    if format not in _REPAIRED or not damaged or not about_file or "wordvec check" in text:
        return error
    command = shlex.join(["wordvec", "check", str(path), "--repair"])
    return InputError(f"{text}; `{command} OUT` lists the defects and writes a sound copy")


def module_of(format: str) -> Any:
    """Return the module that reads and writes a format.

    Raises
    ------
    SettingsError
        If there is no such format.
    """
    _check_name(format)
    return importlib.import_module(f"wordvec.formats.{FORMATS[format].module}")


def _check_name(format: str) -> None:
    if arguments.word("format", format) not in FORMATS:
        raise SettingsError(f"{format}: not a vector format; there is {_listing()}")


def _listing() -> str:
    return ", ".join(f"{name} ({format.ending})" for name, format in FORMATS.items() if format.writable)
