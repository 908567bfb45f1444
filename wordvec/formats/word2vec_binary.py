r"""word2vec's binary files, ``.bin``: a line ``rows dim``, then for each word its bytes, a blank, float32, ``\n``.

The numbers are little-endian. gensim omits the newline; both variants are read. Words follow the rule of ``.vec``
files, so that each format can be converted to the other.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.formats.common import compressed, faults, sidecars
from wordvec.formats.common.faults import naming_remedy
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading, check_file_size
from wordvec.formats.common.words import BadWordError, check_finite, check_words, decode_words, drop_repeated
from wordvec.formats.word2vec_text import HEADER, LONGEST_HEADER, check_dim, read_header
from wordvec.kernels.binary_rows import join_rows, split_rows

_BLOCK = 1 << 20
_LONGEST_WORD = 1 << 16
_ROWS_TOGETHER = 4096
_LEAST, _MOST = 1e-15, 1e6
_CONTROL_OR_SURROGATE = re.compile("[\0-\x1f\ud800-\udfff]")


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a file begins with a header and a binary row."""
    header = HEADER.match(head)
    if header is None or head[header.end() - 1] != ord("\n"):
        return False
    return faults.begins_binary_row(head[header.end() :], (int(header[1]), int(header[2])))


def load(path: Path, reading: Reading) -> Plain:
    """Read a ``.bin`` file with its counts and metadata.

    Of rows with the same word only the first is kept, with a warning.

    Raises
    ------
    InputError
        If the file contradicts its header or contains NaN or infinity.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    with compressed.reading(path) as file:
        rows, dim = read_header(path, file.readline(LONGEST_HEADER))
        with naming_remedy(path):
            check_file_size(path, rows, 1 + 4 * dim)
            matrix = reading.allocate(path, reading.rows(rows), dim)
            packed = _fill(path, file, matrix, whole=len(matrix) == rows)
            words = _words(path, packed, matrix, reading.any_words)
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
    check_words(words, "a .bin file")


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a ``.bin`` file with its counts and metadata.

    Raises
    ------
    InputError
        If a word does not fit the format or is repeated, or a row contains NaN or infinity.
    OutputError
        If a file cannot be written, or exists and `overwrite` is false.
    """
    check_dim(plain, path)
    check_fit(plain.words, path)
    check_finite(path, plain.words, plain.matrix)
    ending = path.suffix

    def write(temporary: Path) -> None:
        with compressed.writing(temporary, ending) as file:
            file.write(b"%d %d\n" % plain.matrix.shape)
            together = max(1, _BLOCK // (4 * plain.matrix.shape[1]))
            for begin in range(0, len(plain.words), together):
                piece = slice(begin, begin + together)
                file.write(_joined(plain.words[piece], plain.matrix[piece]))

    sidecars.save_with(plain, path, overwrite, write)


def _joined(words: Sequence[str], rows: NDArray[np.float32]) -> memoryview:
    packed = np.frombuffer("".join(f"{word} " for word in words).encode(), np.uint8)
    numbers = np.ascontiguousarray(rows, "<f4").view(np.uint8)
    out = np.empty(packed.size + numbers.size + len(words), np.uint8)
    return out[: int(join_rows(packed, numbers, out))].data


def _fill(path: Path, file: IO[bytes], matrix: NDArray[np.float32], whole: bool) -> bytes:
    """Fill the matrix and return its words, each followed by a blank. If `whole`, only newlines may follow the rows."""
    parts: list[bytes] = []
    filled = 0
    numbers = matrix.view(np.uint8)
    rest = b""
    longest = numbers.shape[1] + _LONGEST_WORD
    while filled < len(matrix):
        chunk = file.read(max(_BLOCK, longest))
        content = np.frombuffer(rest + chunk, np.uint8)
        packed = np.empty(content.size + 1, np.uint8)
        rows, used, end = split_rows(content, numbers[filled:], packed)
        parts.append(packed[:end].tobytes())
        filled += int(rows)
        rest = content[used:].tobytes()
        if not chunk or (not rows and len(rest) > longest):
            break
    if filled < len(matrix):
        raise InputError(
            f"{path}: the header says {len(matrix)} rows, but there are {filled} whole ones; is the file truncated?"
        )
    if whole and (rest + file.read(_BLOCK)).strip(b"\n"):
        raise InputError(f"{path}: the header says {len(matrix)} rows, but more follows")
    return b"".join(parts)


def _words(path: Path, packed: bytes, matrix: NDArray[np.float32], any_words: bool) -> list[str]:
    """Return the words. Fail if words and numbers are out of step, or a word is empty or not UTF-8."""
    text = packed.decode(errors="surrogateescape")
    words = text.split(" ")[:-1]
    if _CONTROL_OR_SURROGATE.search(text) or not all(words) or not _has_usual_sizes(matrix):
        from wordvec.formats.doctor.steps import misread  # which parses the file again, for rare cases of doubt

        problem = misread(path, len(matrix))
        if problem is not None:
            raise InputError(f"{path}: {problem}")
    if not any_words:
        words = decode_words(path, packed, " ")
        if not all(words):
            raise BadWordError(f"{path}: row {words.index('') + 1} has an empty word; is it word2vec's binary format?")
    return words


def _has_usual_sizes(matrix: NDArray[np.float32]) -> bool:
    """Return whether all numbers have magnitudes usual for vectors. Text read as numbers has not."""
    for begin in range(0, len(matrix), _ROWS_TOGETHER):
        sizes = np.abs(matrix[begin : begin + _ROWS_TOGETHER])
        if not (((sizes > _LEAST) | (sizes == 0)) & (sizes < _MOST)).all():
            return False
    return True
