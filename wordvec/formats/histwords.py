"""Stanford's HistWords: ``NAME-w.npy``, a matrix, and ``NAME-vocab.pkl``, a pickled list of its words.

The words go through an unpickler that admits lists and strings and nothing else, so it needs no trust.
"""

import io
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wordvec.corpora import npy
from wordvec.errors import InputError, SettingsError
from wordvec.files import check_output, replacing, together
from wordvec.formats import Plain
from wordvec.formats.common import arrays, sidecars
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.words import check_any, check_finite, check_unicode, without_repeated

ENDING, WORDS_ENDING = "-w.npy", "-vocab.pkl"
_PROTOCOL = 2  # Python 2 wrote and read these


def words_beside(path: Path) -> Path:
    """Give the name of the words that go with a matrix."""
    return path.with_name(path.name.removesuffix(ENDING) + WORDS_ENDING)


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether a file is an array, with a list of words beside it."""
    return head.startswith(npy.MAGIC) and path.name.endswith(ENDING) and words_beside(path).is_file()


def load(path: Path, reading: Reading) -> Plain:
    """Read a pair; words whose rows are zeros, which HistWords has for those not seen in a slice, stay.

    Raises
    ------
    InputError
        If one of the two is missing or damaged, or the pickle holds anything but strings.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    words = _read_words(words_beside(path), reading.any_words)
    try:
        with path.open("rb") as file:
            header = npy.read_header(path, file, path.stat().st_size)
            matrix = arrays.read_matrix(path, file, header, reading)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    if header.shape[0] != len(words):
        raise InputError(f"{path}: {header.shape[0]} rows, but {words_beside(path).name} has {len(words)} words")
    words = words[: len(matrix)]
    check_finite(path, words, matrix)
    words, matrix = without_repeated(path, words, matrix)
    return Plain(words, matrix, sidecars.load_counts(path, words), sidecars.load_metadata(path))


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit in the format, or is there twice.

    Raises
    ------
    InputError
        If so.
    """
    check_any(words, "a HistWords pair")


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a pair, and counts and metadata beside it.

    Raises
    ------
    InputError
        If a word is empty, is there twice, or has NaN or infinity in its row.
    OutputError
        If the files cannot be written, or are there and `overwrite` is false.
    SettingsError
        If the name does not end as it must.
    """
    if not path.name.endswith(ENDING):
        raise SettingsError(f"{path}: the name of HistWords' matrix must end in {ENDING}")
    check_fit(plain.words, path)
    check_finite(path, plain.words, plain.matrix)
    beside = words_beside(path)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            arrays.write_array(file, plain.matrix)

    check_output(beside, overwrite)
    with together(path):
        with replacing(beside, overwrite) as words:
            words.write_bytes(pickle.dumps(list(plain.words), _PROTOCOL))
        sidecars.save_with(plain, path, overwrite, write)


class _ListsAndStrings(pickle.Unpickler):
    """Lists, strings and numbers only: nothing can be imported, so nothing can be called."""

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
