r"""word2vec's binary files, ``.bin``: a line ``rows dim``, then for each word its bytes, a blank, float32, ``\n``.

The numbers are little-endian. gensim leaves the newline away; both kinds are read. Words are held to the same rule as
in ``.vec`` files, so that one can become the other.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from wordvec.errors import InputError
from wordvec.formats import Plain, compressed, sidecars, word2vec_faults
from wordvec.formats.detection import byte_order
from wordvec.formats.reading import Reading, hold_against_size
from wordvec.formats.word2vec_text import HEADER, LONGEST_HEADER, check_dim, read_header
from wordvec.formats.words import check_finite, check_words, decoded, without_repeated
from wordvec.kernels.binary_rows import join_rows, split_rows

_BLOCK = 1 << 20
_LONGEST_WORD = 1 << 16
_ROWS_JUDGED, _FEWEST_JUDGED = 1 << 10, 64
"""Rows and numbers by which the byte order is told: fewer can have any size."""


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether a file that begins so is one of word2vec's binary files."""
    header = HEADER.match(head)
    if header is None or head[header.end() - 1] != ord("\n"):
        return False
    return word2vec_faults.begins_binary_row(head[header.end() :], int(header[2]))


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
        hold_against_size(path, rows, 1 + 4 * dim)
        matrix = reading.allocate(path, reading.rows(rows), dim)
        words = _fill(path, file, matrix, whole=len(matrix) == rows)
    judged = matrix[:_ROWS_JUDGED]
    if np.count_nonzero(judged) >= _FEWEST_JUDGED and byte_order(judged.astype("<f4").tobytes()) != "<f4":
        raise InputError(f"{path}: its numbers are big-endian; wordvec check {path.name} --repair OUT turns them round")
    check_finite(path, words, matrix)
    words, matrix = without_repeated(path, words, matrix)
    return Plain(words, matrix, sidecars.load_counts(path, words), sidecars.load_metadata(path))


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
    check_words(plain.words, "a .bin file")
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


def _fill(path: Path, file: IO[bytes], matrix: NDArray[np.float32], whole: bool) -> list[str]:
    """Fill the matrix and give its words; if `whole`, nothing but newlines may come after them."""
    words: list[str] = []
    numbers = matrix.view(np.uint8)
    rest = b""
    longest = numbers.shape[1] + _LONGEST_WORD
    while len(words) < len(matrix):
        chunk = file.read(max(_BLOCK, longest))
        content = np.frombuffer(rest + chunk, np.uint8)
        packed = np.empty(content.size + 1, np.uint8)
        rows, used, end = split_rows(content, numbers[len(words) :], packed)
        words += decoded(path, packed[:end].tobytes(), " ")
        rest = content[used:].tobytes()
        if not chunk or (not rows and len(rest) > longest):
            break
    if len(words) < len(matrix):
        raise InputError(
            f"{path}: the header says {len(matrix)} rows, but there are {len(words)} whole ones; is the file cut short?"
        )
    if "" in words:
        raise InputError(f"{path}: row {words.index('') + 1} has an empty word; is it word2vec's binary format?")
    if whole and (rest + file.read(_BLOCK)).strip(b"\n"):
        raise InputError(f"{path}: the header says {len(matrix)} rows, but more follows")
    return words
