r"""word2vec's text, ``.vec``: a line ``rows dim``, then for each word a line ``word number ... number``.

Files are written in the profile that every known reader accepts: UTF-8, single blanks, no trailing blanks, ``\n``,
unique words without white space or control characters, finite numbers in their shortest exact form. Reading is more
tolerant: it accepts trailing blanks, ``\r\n``, several blanks between numbers, and a missing newline at the end.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wordvec import workers
from wordvec.errors import InputError, SettingsError
from wordvec.formats.common import compressed, faults, sidecars
from wordvec.formats.common.long_rows import nearest_float32, read_from_right
from wordvec.formats.common.plain import Plain
from wordvec.formats.common.reading import Reading, check_file_size
from wordvec.formats.common.textlines import too_long
from wordvec.formats.common.words import check_words, drop_repeated
from wordvec.kernels.decimal_parsing import parse_rows
from wordvec.kernels.decimals import LONGEST_NUMBER, format_rows

_BLOCK = 1 << 20
HEADER = re.compile(rb"[ \t]*(\d{1,18})[ \t]+(\d{1,9})[ \t\r]*\n?")
LONGEST_HEADER = 1 << 16
MOST_NUMBERS = 1 << 20
"""Most numbers per row; a longer line would fill memory before it is recognised as damaged."""
LEAST_OF_WORD, LEAST_OF_NUMBER = 1, 2  # bytes; the last newline may be missing
_LONGEST_WORD = 1 << 20
_LONGEST_FIELD = 64  # bytes; longer than any number that a program prints


def recognises(path: Path, head: bytes) -> bool:
    """Return whether a file begins with a header and a row of text."""
    header = HEADER.match(head)
    if header is None or head[header.end() - 1] != ord("\n"):
        return False
    return not faults.begins_binary_row(head[header.end() :], (int(header[1]), int(header[2])))


def load(path: Path, reading: Reading) -> Plain:
    """Read a ``.vec`` file with its counts and metadata.

    Every number is rounded once, to the nearest float32. Of rows with the same word only the first is kept, with a
    warning.

    Raises
    ------
    InputError
        If the file contradicts its header or a line is damaged; the message names the line.
    MemoryLimitError
        If the matrix does not fit in memory.
    """
    with compressed.reading(path) as file:
        rows, dim = read_header(path, file.readline(LONGEST_HEADER))
        with faults.naming_remedy(path):
            check_file_size(path, rows, LEAST_OF_WORD + LEAST_OF_NUMBER * dim)
        matrix = reading.allocate(path, reading.rows(rows), dim)
        lines = Lines(path, file, 2, phrases=reading.any_words, any_words=reading.any_words)
        words = read_rows(lines, matrix, whole=len(matrix) == rows)
    words, matrix = drop_repeated(path, words, matrix)
    return Plain(words, matrix, sidecars.load_counts(path, words), sidecars.load_metadata(path))


def check_fit(words: Sequence[str], path: Path) -> None:
    """Fail if a word does not fit the format or is repeated.

    Raises
    ------
    InputError
        If a word does not fit or is repeated.
    """
    check_words(words)


def save(plain: Plain, path: Path, overwrite: bool = False) -> None:
    """Write a ``.vec`` file with its counts and metadata.

    Raises
    ------
    InputError
        If a word does not fit the format or is repeated, or a row contains NaN or infinity.
    OutputError
        If a file cannot be written, or exists and `overwrite` is false.
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
    """Fail if the vectors have dim 0.

    Raises
    ------
    SettingsError
        If the dim is 0.
    """
    if plain.matrix.shape[1] == 0:
        raise SettingsError(f"{path}: vectors of dim 0 cannot be written")


class Lines(NamedTuple):
    """A file open at the first of its lines ``word number ... number``.

    Attributes
    ----------
    path
        File name for messages.
    file
        The open file.
    first
        Number of the first line.
    phrases
        Whether words may contain blanks. Lines with additional fields are then read from their right end.
    any_words
        Whether words may be empty or invalid. Bytes that are not UTF-8 become lone surrogates.
    """

    path: Path
    file: IO[bytes]
    first: int
    phrases: bool = False
    any_words: bool = False


def read_rows(lines: Lines, matrix: NDArray[np.float32], whole: bool) -> list[str]:
    """Fill the rows of a matrix from as many lines and return their words.

    Parameters
    ----------
    lines
        The lines.
    matrix
        (rows, dim) float32 array to fill.
    whole
        Whether further lines are an error.

    Raises
    ------
    InputError
        If a line is damaged; the message names it.
    """
    words: list[str] = []
    for part in workers.ordered_map(_parse, _blocks(lines, matrix, whole), workers.available_threads()):
        words += part
    return words


def write_rows(plain: Plain, file: IO[bytes]) -> None:
    """Write lines ``word number ... number``.

    Raises
    ------
    InputError
        If a number is not finite.
    """
    for text in workers.ordered_map(_format, _pieces(plain), workers.available_threads()):
        file.write(text.data)


def _pieces(plain: Plain) -> Iterator[tuple[Sequence[str], NDArray[np.float32]]]:
    """Yield the words and rows in pieces of about a block of text."""
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
    """Return the rows and the dim of a header line.

    Raises
    ------
    InputError
        If the line is not a header.
    """
    header = HEADER.fullmatch(line)
    if not header or int(header[2]) == 0:
        raise faults.explain_header(path, line)
    if int(header[2]) > MOST_NUMBERS:
        raise InputError(f"{path}: the header promises {int(header[2]):,} numbers a row, which no vectors have")
    return int(header[1]), int(header[2])


class _Block(NamedTuple):
    """Complete lines of a file, and the rows of the matrix that they fill."""

    path: Path
    text: bytes
    line: int
    rows: NDArray[np.float32]
    phrases: bool = False
    any_words: bool = False

    def fault(self, row: int, problem: str) -> InputError:
        """Return the error for a problem in the line of row `row` of this block."""
        return faults.faulty(f"{self.path}, line {self.line + row}", problem, self.path)


def _blocks(lines: Lines, matrix: NDArray[np.float32], whole: bool) -> Iterator[_Block | InputError]:
    """Yield blocks with as many lines as `matrix` has rows. If `whole`, only white space may follow them.

    A wrong number of lines is yielded as an error, to be raised after the errors of the lines before it.
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
        what = f"the header says {len(matrix)} rows, but there are {first}; is the file truncated?"
        yield faults.faulty(str(path), what, path)


def count_newlines(text: bytes) -> int:
    """Return the number of newlines, four times faster than ``bytes.count``."""
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord("\n")))


def _whole_lines(file: IO[bytes], longest: int) -> Iterator[bytes | None]:
    """Yield the rest of a file in blocks that end in a newline. A line longer than `longest` bytes yields None."""
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
    """Fill the rows of a block and return their words."""
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
    """Read the line of a row that the kernel refused from its right end, and return its word."""
    word = read_from_right(line, block.rows[row], block.any_words) if block.phrases else None
    if word is None:
        raise block.fault(row, faults.explain_row(line.rstrip(b"\n"), block.rows.shape[1]))
    return word


def _decide(block: _Block) -> None:
    """Fill in the numbers whose rounding float64 could not decide."""
    lines = block.text.split(b"\n")
    for row, column in np.argwhere(np.isnan(block.rows)).tolist():
        # The word may contain other white space, so fields are split as the kernel splits them.
        fields = [field for field in lines[row].rstrip(b"\r").split(b" ") if field]
        number = nearest_float32(fields[1 + column].decode())
        if np.isinf(number):
            raise block.fault(row, "a number is too large for float32")
        block.rows[row, column] = number
