"""spaCy's folder: a pipeline with vectors only, written by spaCy's own command ``init vectors``.

The language is ``xx``, spaCy's code for no particular language. The extra ``spacy`` installs the package.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from wordvec.errors import InputError, OutputError, SettingsError
from wordvec.files import replacing
from wordvec.formats import floret, word2vec_text
from wordvec.formats.common import folders
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.words import check_finite
from wordvec.subwords import Floret

KIND = "spacy"
_LANGUAGE = "xx"
_VOCABULARY = "vocab"


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a folder is a pipeline with vectors."""
    return (path / _VOCABULARY / "vectors").is_file() and (path / _VOCABULARY / "strings.json").is_file()


def load(path: Path, reading: Reading) -> Plain:
    """Read the vocabulary of a pipeline with spaCy. A floret table has no words.

    Words are in row order. A row limit does not save memory.

    Raises
    ------
    InputError
        If spaCy cannot read the folder.
    SettingsError
        If spaCy is not installed.
    """
    spacy = _spacy(path)
    try:
        vocabulary = spacy.vocab.Vocab().from_disk(path / _VOCABULARY, exclude=["lookups"])
        vectors = vocabulary.vectors
        rows = sorted((int(row), vocabulary.strings[key]) for key, row in vectors.key2row.items())
    except Exception as error:  # spaCy raises what the libraries below it raise
        raise InputError(f"{path}: spaCy cannot read it ({type(error).__name__}: {error})") from error
    data = np.asarray(vectors.data, np.float32)
    metadata = folders.read_metadata(path)
    if vectors.mode == "floret":
        marks = (vectors.bow, vectors.eow)
        table = Floret(data, vectors.minn, vectors.maxn, vectors.hash_count, vectors.hash_seed, *marks)
        return Plain([], np.empty((0, data.shape[1]), np.float32), None, metadata, table)
    kept = rows[: reading.rows(len(rows))]
    words = [word for _, word in kept]
    matrix = reading.allocate(path, len(kept), data.shape[1])
    matrix[...] = data[[row for row, _ in kept]]
    check_finite(path, words, matrix)
    return Plain(words, matrix, folders.read_counts(path, words), metadata)


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit the text from which spaCy imports. A floret table has no words.

    Raises
    ------
    InputError
        If a word does not fit or is repeated.
    SettingsError
        If spaCy is not installed.
    """
    _spacy(path)
    word2vec_text.check_fit(words, path)


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a text and convert it with spaCy's command.

    Raises
    ------
    InputError
        If a word does not fit the text or is repeated, or a row contains NaN or infinity.
    OutputError
        If the folder cannot be written, exists and `overwrite` is false, or spaCy fails.
    SettingsError
        If spaCy is not installed.
    """
    _spacy(path)
    is_floret = isinstance(plain.subwords, Floret)
    with replacing(path, overwrite, folder=True) as folder:
        folder.mkdir()
        text = folder / "vectors.txt"
        if is_floret:
            floret.save(plain, text)
        else:
            word2vec_text.save(plain._replace(counts=None, metadata={}), text)
            (folder / "vectors.txt.json").unlink()
        command = [sys.executable, "-m", "spacy", "init", "vectors", _LANGUAGE, str(text), str(folder)]
        done = subprocess.run(
            [*command, "--mode", "floret" if is_floret else "default"], capture_output=True, text=True, check=False
        )
        if done.returncode:
            reason = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise OutputError(f"{path}: spacy init vectors failed: {' '.join(reason)}")
        text.unlink()
        folders.write_about(plain, folder, KIND)


def _spacy(path: Path) -> Any:
    try:
        import spacy
    except ImportError as error:
        raise SettingsError(f"{path}: spaCy's folder needs one more package: pip install spacy") from error
    return spacy
