"""TensorBoard's projector: a folder with ``vectors.tsv``, ``metadata.tsv`` and the configuration that names both.

``tensorboard --logdir FOLDER`` shows it; the standalone projector loads the two files. Numbers are separated by tabs.
Words are one per line, without a header, as the projector requires for a single column. With counts there are two
columns and a header. The projector skips blank lines, so words follow the rule of ``.vec`` files. It refuses dim 1.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError, SettingsError
from wordvec.files import replacing
from wordvec.formats.common import folders
from wordvec.formats.common.arrays import pieces
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading
from wordvec.formats.common.textlines import bounded_lines
from wordvec.formats.common.words import BadWordError, check_finite, check_words, drop_repeated
from wordvec.kernels.decimals import LONGEST_NUMBER, format_rows

KIND = "projector"
_VECTORS, _WORDS, _CONFIGURATION = "vectors.tsv", "metadata.tsv", "projector_config.pbtxt"
_CONFIGURED = f'embeddings {{\n  tensor_path: "{_VECTORS}"\n  metadata_path: "{_WORDS}"\n}}\n'
_HEADER = "word\tcount"


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a folder contains both tables."""
    return (path / _VECTORS).is_file() and (path / _WORDS).is_file()


def load(path: Path, reading: Reading) -> Plain:
    """Read both tables.

    Raises
    ------
    InputError
        If a table is damaged (the message names the line) or the tables differ in length.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    words, counts = _read_words(path / _WORDS, reading.any_words)
    try:
        with (path / _VECTORS).open("rb") as file:
            rows = sum(1 for _ in bounded_lines(path / _VECTORS, file))
            file.seek(0)
            dim = file.readline().count(b"\t") + 1
            file.seek(0)
            if rows != len(words):
                raise InputError(f"{path}: {_VECTORS} has {rows} rows, {_WORDS} {len(words)} words")
            matrix = reading.allocate(path, reading.rows(rows), dim)
            for row in range(len(matrix)):
                matrix[row] = _numbers(path, row, file.readline(), dim)
    except OSError as error:
        raise InputError(f"{path / _VECTORS}: cannot be read ({error.strerror})") from error
    words = words[: len(matrix)]
    check_finite(path, words, matrix)
    if len(set(words)) < len(words):
        return Plain(*drop_repeated(path, words, matrix), None, folders.read_metadata(path))
    known = None if counts is None else counts[: len(matrix)]
    return Plain(words, matrix, known, folders.read_metadata(path))


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit the format or is repeated.

    Raises
    ------
    InputError
        If a word does not fit or is repeated.
    """
    check_words(words, "a projector's table")


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a folder.

    Raises
    ------
    InputError
        If a word does not fit the format or is repeated, or a row contains NaN or infinity.
    OutputError
        If the folder cannot be written, or exists and `overwrite` is false.
    SettingsError
        If there are no words, or the dim is 1.
    """
    if not plain.words or plain.matrix.shape[1] < 2:
        raise SettingsError(f"{path}: the projector needs at least one word and a dim of at least 2")
    check_fit(plain.words, path)
    check_finite(path, plain.words, plain.matrix)
    with replacing(path, overwrite, folder=True) as folder:
        folder.mkdir()
        with (folder / _VECTORS).open("wb") as file:
            for rows in pieces(plain.matrix):
                file.write(_tabbed(rows))
        with (folder / _WORDS).open("w", encoding="utf-8", newline="\n") as lines:
            if plain.counts is None:
                lines.writelines(f"{word}\n" for word in plain.words)
            else:
                lines.write(f"{_HEADER}\n")
                pairs = zip(plain.words, plain.counts.tolist(), strict=True)
                lines.writelines(f"{word}\t{count}\n" for word, count in pairs)
        (folder / _CONFIGURATION).write_text(_CONFIGURED, encoding="utf-8", newline="\n")
        folders.write_about(plain._replace(counts=None), folder, KIND)


def _tabbed(rows: NDArray[np.float32]) -> bytes:
    """Return lines of numbers separated by tabs: lines of a ``.vec`` file without their words."""
    bits = np.array(rows, np.float32, order="C").view(np.int32)
    out = np.empty(len(rows) + bits.size * LONGEST_NUMBER, np.uint8)
    end = int(format_rows(bits, np.full(len(rows), ord("\n"), np.uint8), out))
    return out[1:end].tobytes().replace(b"\n ", b"\n").replace(b" ", b"\t")


def _numbers(path: Path, row: int, line: bytes, dim: int) -> NDArray[np.float32]:
    fields = line.rstrip(b"\r\n").split(b"\t")
    try:
        if len(fields) == dim:
            with np.errstate(over="ignore"):  # the caller refuses infinity and names its word
                return np.array([float(field) for field in fields]).astype(np.float32)
    except ValueError as error:
        raise InputError(f"{path / _VECTORS}, line {row + 1}: {error}") from error
    raise InputError(f"{path / _VECTORS}, line {row + 1}: {len(fields)} numbers where the first has {dim}")


def _read_words(path: Path, any_words: bool) -> tuple[list[str], NDArray[np.int64] | None]:
    """Return the words, and the counts if the header names a column of counts."""
    try:
        text = path.read_bytes().decode(errors="surrogateescape" if any_words else "strict")
        lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BadWordError(f"{path}: not UTF-8 (byte {error.start})") from error
    if lines == [""]:
        return [], None
    if "\t" not in lines[0]:
        return lines, None
    table = [line.split("\t") for line in lines[1:]]
    words = [fields[0] for fields in table]
    if lines[0] != _HEADER:
        return words, None
    try:
        return words, np.array([int(count) for _, count in table], np.int64)
    except (ValueError, OverflowError) as error:
        raise InputError(f"{path}: a count is damaged ({error})") from error
