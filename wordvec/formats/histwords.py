"""Stanford's HistWords: ``NAME-w.npy``, a matrix, and ``NAME-vocab.pkl``, a pickled list of its words.

The unpickler of the words accepts only lists and strings, so that the file need not be trusted.
"""

import io
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wordvec.corpora import npy
from wordvec.errors import InputError, SettingsError
from wordvec.files import check_output, replacing, together
from wordvec.formats.common import arrays, sidecars
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.words import check_finite, check_unicode, check_vocabulary, drop_repeated

ENDING, WORDS_ENDING = "-w.npy", "-vocab.pkl"
_PROTOCOL = 2  # Python 2 wrote and read these


def words_file(path: Path) -> Path:
    """Return the path of the words of a matrix."""
    return path.with_name(path.name.removesuffix(ENDING) + WORDS_ENDING)


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a file is an array that has a list of words next to it."""
    return head.startswith(npy.MAGIC) and path.name.endswith(ENDING) and words_file(path).is_file()


def load(path: Path, reading: Reading) -> Plain:
    """Read a pair. Words with rows of zeros are kept; HistWords writes these for words that a slice lacks.

    Raises
    ------
    InputError
        If a file is missing or damaged, or the pickle contains anything but strings.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    words = _read_words(words_file(path), reading.any_words)
    try:
        with path.open("rb") as file:
            header = npy.read_header(path, file, path.stat().st_size)
            matrix = arrays.read_matrix(path, file, header, reading)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if header.shape[0] != len(words):
        raise InputError(f"{path}: {header.shape[0]} rows, but {words_file(path).name} has {len(words)} words")
    words = words[: len(matrix)]
    check_finite(path, words, matrix)
    words, matrix = drop_repeated(path, words, matrix)
    return Plain(words, matrix, sidecars.load_counts(path, words), sidecars.load_metadata(path))


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit the format or is repeated.

    Raises
    ------
    InputError
        If a word does not fit or is repeated.
    """
    check_vocabulary(words, "a HistWords pair")


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a pair with its counts and metadata.

    Raises
    ------
    InputError
        If a word is empty or repeated, or a row contains NaN or infinity.
    OutputError
        If a file cannot be written, or exists and `overwrite` is false.
    SettingsError
        If the name does not end in ``-w.npy``.
    """
    if not path.name.endswith(ENDING):
        raise SettingsError(f"{path}: the name of HistWords' matrix must end in {ENDING}")
    check_fit(plain.words, path)
    check_finite(path, plain.words, plain.matrix)
    words_path = words_file(path)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            arrays.write_array(file, plain.matrix)

    check_output(words_path, overwrite)
    with together(path):
        with replacing(words_path, overwrite) as words:
            words.write_bytes(pickle.dumps(list(plain.words), _PROTOCOL))
        sidecars.save_with(plain, path, overwrite, write)


class _ListsAndStrings(pickle.Unpickler):
    """Unpickler of lists, strings and numbers. Nothing can be imported, so nothing can be called."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("it asks for an object kept elsewhere")


def _read_words(path: Path, any_words: bool) -> list[str]:
    try:
        errors = "surrogateescape" if any_words else "strict"
        words = _ListsAndStrings(io.BytesIO(path.read_bytes()), encoding="utf-8", errors=errors).load()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except Exception as error:  # a damaged pickle can raise anything
        raise InputError(f"{path}: not read: more than a list of strings, or damaged ({error})") from error
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise InputError(f"{path}: must be a list of strings")
    if not any_words:
        check_unicode(path, words)
    return words
