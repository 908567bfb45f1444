r"""word2vec's binary files, ``.bin``: a line ``rows dim``, then for each word its bytes, a blank, float32, ``\n``.

The numbers are little-endian. gensim leaves the newline away; both kinds are read. Words are held to the same rule as
in ``.vec`` files, so that one can become the other.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.formats import Plain
from wordvec.formats.common import compressed, faults, sidecars
from wordvec.formats.common.faults import naming_remedy
from wordvec.formats.common.reading import Reading, hold_against_size
from wordvec.formats.common.words import BadWordError, check_finite, check_words, decoded, without_repeated
from wordvec.formats.word2vec_text import HEADER, LONGEST_HEADER, check_dim, read_header
from wordvec.kernels.binary_rows import join_rows, split_rows

_BLOCK = 1 << 20
_LONGEST_WORD = 1 << 16
_ROWS_TOGETHER = 4096
_LEAST, _MOST = 1e-15, 1e6
_CONTROL_OR_SURROGATE = re.compile("[\0-\x1f\ud800-\udfff]")


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether a file that begins so is one of word2vec's binary files."""
    header = HEADER.match(head)
    if header is None or head[header.end() - 1] != ord("\n"):
        return False
    return faults.begins_binary_row(head[header.end() :], (int(header[1]), int(header[2])))


def load(path: Path, reading: Reading) -> Plain:
    """Read a ``.bin`` file, its counts and its metadata.

    Of rows with the same word the first is kept, and a warning tells how many there were.

    Raises
    ------
    InputError
        If the file is not what its header says, or holds NaN or infinity.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    with compressed.reading(path) as file:
        rows, dim = read_header(path, file.readline(LONGEST_HEADER))
        with naming_remedy(path):
            hold_against_size(path, rows, 1 + 4 * dim)
            matrix = reading.allocate(path, reading.rows(rows), dim)
            packed = _fill(path, file, matrix, whole=len(matrix) == rows)
            words = _words(path, packed, matrix, reading.any_words)
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
    check_words(words, "a .bin file")


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a ``.bin`` file, and what goes beside it.

    Raises
    ------
    InputError
        If a word does not fit in the format, is there twice, or has NaN or infinity in its row.
    OutputError
        If the files cannot be written, or are there and `overwrite` is false.
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
    """Fill the matrix and give its words, each followed by a blank; if `whole`, only newlines may come after them."""
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
            f"{path}: the header says {len(matrix)} rows, but there are {filled} whole ones; is the file cut short?"
        )
    if whole and (rest + file.read(_BLOCK)).strip(b"\n"):
        raise InputError(f"{path}: the header says {len(matrix)} rows, but more follows")
    return b"".join(parts)


def _words(path: Path, packed: bytes, matrix: NDArray[np.float32], any_words: bool) -> list[str]:
    """Give the words; fail if they and the numbers are out of step, or if words are empty or not UTF-8."""
    text = packed.decode(errors="surrogateescape")
    words = text.split(" ")[:-1]
    if _CONTROL_OR_SURROGATE.search(text) or not all(words) or not _has_usual_sizes(matrix):
        from wordvec.formats.doctor.steps import misread  # which takes the file apart, for a rare doubt

        what = misread(path, len(matrix))
        if what is not None:
            raise InputError(f"{path}: {what}")
    if not any_words:
        words = decoded(path, packed, " ")
        if not all(words):
            raise BadWordError(f"{path}: row {words.index('') + 1} has an empty word; is it word2vec's binary format?")
    return words


def _has_usual_sizes(matrix: NDArray[np.float32]) -> bool:
    """Tell whether all numbers are as those of vectors, and none as large or small as text read as a number."""
    for begin in range(0, len(matrix), _ROWS_TOGETHER):
        sizes = np.abs(matrix[begin : begin + _ROWS_TOGETHER])
        if not (((sizes > _LEAST) | (sizes == 0)) & (sizes < _MOST)).all():
            return False
    return True
