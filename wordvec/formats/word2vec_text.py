r"""word2vec's text, ``.vec``: a line ``rows dim``, then for each word a line ``word number ... number``.

Written in the one profile that every known reader accepts: UTF-8, single blanks, no blank at a line's end, ``\n``,
unique words without white space or control characters, finite numbers in their shortest exact form. Read with more
tolerance: blanks at a line's end, ``\r\n``, several blanks between numbers, no newline at the end.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import workers
from wordvec.errors import InputError, SettingsError
from wordvec.formats import Plain
from wordvec.formats.common import compressed, faults, sidecars
from wordvec.formats.common.long_rows import nearest_float32, read_from_right
from wordvec.formats.common.reading import Reading, hold_against_size
from wordvec.formats.common.textlines import too_long
from wordvec.formats.common.words import check_words, without_repeated
from wordvec.kernels.decimal_parsing import parse_rows
from wordvec.kernels.decimals import LONGEST_NUMBER, format_rows

_BLOCK = 1 << 20
HEADER = re.compile(rb"[ \t]*(\d{1,18})[ \t]+(\d{1,9})[ \t\r]*\n?")
LONGEST_HEADER = 1 << 16
MOST_NUMBERS = 1 << 20
"""Of a row; a line of more would fill memory before it is found out to be none."""
LEAST_OF_WORD, LEAST_OF_NUMBER = 1, 2  # bytes; the last newline may be missing
_LONGEST_WORD = 1 << 20
_LONGEST_FIELD = 64  # more than any number that a program prints


def recognises(path: Path, head: bytes) -> bool:
    """Tell whether a file that begins so is word2vec's text."""
    header = HEADER.match(head)
    if header is None or head[header.end() - 1] != ord("\n"):
        return False
    return not faults.begins_binary_row(head[header.end() :], (int(header[1]), int(header[2])))


def load(path: Path, reading: Reading) -> Plain:
    """Read a ``.vec`` file, its counts and its metadata.

    Every number is rounded once, to the nearest float32. Of rows with the same word the first is kept, and a warning
    tells how many there were.

    Raises
    ------
    InputError
        If the file is not what its header says; with the number of the line.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    with compressed.reading(path) as file:
        rows, dim = read_header(path, file.readline(LONGEST_HEADER))
        with faults.naming_remedy(path):
            hold_against_size(path, rows, LEAST_OF_WORD + LEAST_OF_NUMBER * dim)
        matrix = reading.allocate(path, reading.rows(rows), dim)
        lines = Lines(path, file, 2, phrases=reading.any_words, any_words=reading.any_words)
        words = read_rows(lines, matrix, whole=len(matrix) == rows)
    words, matrix = without_repeated(path, words, matrix)
    return Plain(words, matrix, sidecars.load_counts(path, words), sidecars.load_metadata(path))


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit in the format, or is there twice.

    Raises
    ------
    InputError
        If so.
    """
    check_words(words)


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a ``.vec`` file, and what goes beside it.

    Raises
    ------
    InputError
        If a word does not fit in the format, is there twice, or has NaN or infinity in its row.
    OutputError
        If the files cannot be written, or are there and `overwrite` is false.
    """
    check_dim(plain, path)
    check_fit(plain.words, path)
    ending = path.suffix

    def write(temporary: Path) -> None:
        with compressed.writing(temporary, ending) as file:
            file.write(b"%d %d\n" % plain.matrix.shape)
            write_rows(plain, file)

    sidecars.save_with(plain, path, overwrite, write)


def check_dim(plain: Plain, path: Path) -> None:
    """Fail if the vectors have no numbers.

    Raises
    ------
    SettingsError
        If so.
    """
    if plain.matrix.shape[1] == 0:
        raise SettingsError(f"{path}: vectors of dim 0 cannot be written")


class Lines(NamedTuple):
    """A file that is open at the first of its lines ``word number ... number``.

    Attributes
    ----------
    path, file
        The file.
    first
        The number of that line.
    phrases
        Whether a word may hold blanks, so that a line of more fields is read from its right end.
    any_words
        Whether a word may be empty; bytes that are not UTF-8 become lone surrogates.
    """

    path: Path
    file: IO[bytes]
    first: int
    phrases: bool = False
    any_words: bool = False


def read_rows(lines: Lines, matrix: NDArray[np.float32], whole: bool) -> list[str]:
    """Fill a matrix from as many lines and give their words; if `whole`, no line may come after them.

    Raises
    ------
    InputError
        If a line is not what it should be, with its number.
    """
    words: list[str] = []
    for part in workers.ordered_map(_parse, _blocks(lines, matrix, whole), workers.available_threads()):
        words += part
    return words


def write_rows(plain: Plain, file: IO[bytes]) -> None:
    """Write the lines ``word number ... number``.

    Raises
    ------
    InputError
        If a number is not finite.
    """
    for text in workers.ordered_map(_format, _pieces(plain), workers.available_threads()):
        file.write(text.data)


def _pieces(plain: Plain) -> Iterator[tuple[Sequence[str], NDArray[np.float32]]]:
    """Give the words and rows in pieces of about a block of text."""
    rows = max(1, _BLOCK // (LONGEST_NUMBER * plain.matrix.shape[1]))
    for begin in range(0, len(plain.words), rows):
        yield plain.words[begin : begin + rows], plain.matrix[begin : begin + rows]


def _format(piece: tuple[Sequence[str], NDArray[np.float32]]) -> NDArray[np.uint8]:
    words, rows = piece
    bits = np.array(rows, np.float32, order="C").view(np.int32)
    packed = np.frombuffer("".join(f"{word}\n" for word in words).encode(), np.uint8)
    out = np.empty(packed.size + bits.size * LONGEST_NUMBER, np.uint8)
    end = int(format_rows(bits, packed, out))
    if end < 0:
        raise InputError(f"{words[-1 - end]}: its vector holds NaN or infinity; readers would not notice, so no file")
    return out[:end]


def read_header(path: Path, line: bytes) -> tuple[int, int]:
    """Give the rows and the dim that a first line says.

    Raises
    ------
    InputError
        If it says something else.
    """
    header = HEADER.fullmatch(line)
    if not header or int(header[2]) == 0:
        raise faults.explain_header(path, line)
    if int(header[2]) > MOST_NUMBERS:
        raise InputError(f"{path}: the header promises {int(header[2]):,} numbers a row, which no vectors have")
    return int(header[1]), int(header[2])


class _Block(NamedTuple):
    """Whole lines of a file, and the rows of the matrix that they fill."""

    path: Path
    text: bytes
    line: int
    rows: NDArray[np.float32]
    phrases: bool = False
    any_words: bool = False

    def fault(self, row: int, what: str) -> InputError:
        """Give the error that `what` is wrong in the line of this block's row `row`."""
        return faults.faulty(f"{self.path}, line {self.line + row}", what, self.path)


def _blocks(lines: Lines, matrix: NDArray[np.float32], whole: bool) -> Iterator[_Block | InputError]:
    """Give as many lines as `matrix` has rows; if `whole`, nothing but white space may come after them.

    What is wrong with their number is given as an item, to be raised after what is wrong with the lines before.
    """
    path, line = lines.path, lines.first
    first = 0
    longest = _LONGEST_WORD + _LONGEST_FIELD * matrix.shape[1]
    for text in _whole_lines(lines.file, longest):
        if text is None:
            yield too_long(path, line + first, longest)
            return
        there = count_newlines(text)
        rows = min(there, len(matrix) - first)
        if rows:
            part = matrix[first : first + rows]
            yield _Block(path, text, line + first, part, lines.phrases, lines.any_words)
        first += rows
        if rows < there:
            if not whole:
                return
            if b"".join(text.split(b"\n")[rows:]).strip():
                where = f"{path}, line {line + first}"
                yield faults.faulty(where, f"the header says {first} rows, but more follow", path)
                return
    if first < len(matrix):
        what = f"the header says {len(matrix)} rows, but there are {first}; is the file cut short?"
        yield faults.faulty(str(path), what, path)


def count_newlines(text: bytes) -> int:
    """Give how many newlines there are, four times faster than ``bytes.count``."""
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord("\n")))


def _whole_lines(file: IO[bytes], longest: int) -> Iterator[bytes | None]:
    """Return the rest of a file in blocks that end in a newline, the last one too; None for a line over `longest`."""
    rest = b""
    while chunk := file.read(_BLOCK):
        cut = chunk.rfind(b"\n") + 1
        if cut:
            yield b"".join((rest, memoryview(chunk)[:cut]))
            rest = chunk[cut:]
        else:
            rest += chunk
            if len(rest) > longest:
                yield None
                return
    if rest:
        yield rest + b"\n"


def _parse(block: _Block | InputError) -> list[str]:
    """Fill the block's rows and give their words."""
    if isinstance(block, InputError):
        raise block
    text = np.frombuffer(block.text, np.uint8)
    packed = np.empty(len(text), np.uint8)
    parts: list[bytes] = []
    row, at, undecided = 0, 0, 0
    while row < len(block.rows):
        rows, end, more = parse_rows(text[at:], block.rows[row:], packed)
        parts.append(packed[:end].tobytes())
        row, undecided = row + rows, undecided + more
        if row < len(block.rows):
            for _ in range(rows):
                at = block.text.index(b"\n", at) + 1
            end = block.text.index(b"\n", at) + 1
            parts.append(_refused(block, row, block.text[at:end]) + b"\n")
            row, at = row + 1, end
    if undecided:
        _decide(block)
    words = b"".join(parts)
    try:
        return words.decode(errors="surrogateescape" if block.any_words else "strict").split("\n")[:-1]
    except UnicodeDecodeError as error:
        row = words.count(b"\n", 0, error.start)
        word = words.split(b"\n")[row]
        raise block.fault(row, f"{word!r}: the word is not valid UTF-8") from error


def _refused(block: _Block, row: int, line: bytes) -> bytes:
    """Read the line of a row that the kernel refused from its right end, and give its word."""
    word = read_from_right(line, block.rows[row], block.any_words) if block.phrases else None
    if word is None:
        raise block.fault(row, faults.explain_row(line.rstrip(b"\n"), block.rows.shape[1]))
    return word


def _decide(block: _Block) -> None:
    """Fill in the numbers that float64 could not decide."""
    lines = block.text.split(b"\n")
    for row, column in np.argwhere(np.isnan(block.rows)).tolist():
        # The word may hold white space of other kinds, so the fields are told apart as the kernel does.
        fields = [field for field in lines[row].rstrip(b"\r").split(b" ") if field]
        number = nearest_float32(fields[1 + column].decode())
        if np.isinf(number):
            raise block.fault(row, "a number is too large for float32")
        block.rows[row, column] = number
